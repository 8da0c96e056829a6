"""A journal's files as a loss of power in a commit may leave them: torn, mixed, garbled.

SQLite appends a commit to the file `-wal`, forces it to the disk and only then returns; at times it
copies what is there into the journal itself. So what a machine that lost its power finds is the
files as they were before the commit, with any part of what was being written on top of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from switch.core.record.journal import Entry
from switch.errors import JournalError
from switch.shell.store import Head, Journal, JournalReader

SECTOR_BYTES = 512  # what a disk writes whole


class Files(NamedTuple):
    """Both files of a journal at an instant."""

    journal: bytes
    wal: bytes

    @classmethod
    def of(cls, path: Path) -> Files:
        """As they stand on the disk."""
        wal = path.with_name(f"{path.name}-wal")
        return cls(path.read_bytes(), wal.read_bytes() if wal.exists() else b"")

    def put(self, path: Path) -> None:
        """Where they are to be opened again."""
        path.write_bytes(self.journal)
        path.with_name(f"{path.name}-wal").write_bytes(self.wal)


def torn(before: Files, after: Files, dice: Random) -> Files:
    """What may be found when the power failed between the two."""
    if before.journal != after.journal:  # the commit was on disk, and was being copied over
        return Files(_mixed(before.journal, after.journal, dice), after.wal)
    changed = [n for n, (a, b) in enumerate(zip(before.wal, after.wal, strict=False)) if a != b]
    first = changed[0] if changed else min(len(before.wal), len(after.wal))
    end = dice.randint(first, len(after.wal))
    written = after.wal[:end]
    left = before.wal[end:] if dice.random() < 0.5 else dice.randbytes(dice.choice([0, 7, 4096]))
    wal = written + left
    if dice.random() < 0.3:  # the last sector holds anything
        start = max(first, end - SECTOR_BYTES)
        wal = wal[:start] + dice.randbytes(end - start) + wal[end:]
    return Files(before.journal, wal)


def _mixed(before: bytes, after: bytes, dice: Random) -> bytes:
    """Each sector as it was or as it was to be, in whatever order the disk wrote them."""
    parts = []
    for at in range(0, len(after), SECTOR_BYTES):
        old, new = before[at : at + SECTOR_BYTES], after[at : at + SECTOR_BYTES]
        parts.append(new if dice.random() < 0.5 or len(old) < len(new) else old)
    return b"".join(parts)


class Found(NamedTuple):
    """What a journal was after a tear."""

    survived: bool  # whether the commit that was torn is there


def recovered(path: Path, files: Files, known: Sequence[Head], more: Sequence[Entry]) -> Found:
    """Open torn files: `known` are the heads before and after the commit, the first of which was
    confirmed. AssertionError if the journal is neither, is not whole, or does not go on."""
    files.put(path)
    journal = Journal.open(path)
    found = journal.head
    assert found in known, f"{found} is neither before nor after the commit"
    assert journal.append(more) == found.entries + 1
    journal.close()
    reader = JournalReader(path)
    try:
        assert reader.verify().faults == ()
        assert len(list(reader.entries())) == found.entries + len(more)
    except JournalError as error:
        raise AssertionError(str(error)) from None
    finally:
        reader.close()
    return Found(found == known[1])


def commits(
    path: Path, batches: Sequence[Sequence[Entry]]
) -> Iterator[tuple[Files, Files, list[Head]]]:
    """Write one batch after the other: the files before and after each, and both heads."""
    journal = Journal.open(path)
    try:
        for batch in batches:
            before, head = Files.of(path), journal.head
            journal.append(batch)
            yield before, Files.of(path), [head, journal.head]
    finally:
        journal.close()
