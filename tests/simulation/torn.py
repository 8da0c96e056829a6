"""A journal's files as a loss of power may leave them: torn, mixed, garbled.

A commit is one write into the daybook; it returns when that is on the disk. Posting is a commit of
SQLite: what its pages were lies in a file of its own, on the disk, before any of them is written
over. So what a machine that lost its power finds is the files as they were before, with any part of
what was being written on top of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from switch.core.record.journal import Entry
from switch.errors import JournalError
from switch.shell.reader import JournalReader
from switch.shell.store import Journal
from switch.shell.tables import Head

SECTOR_BYTES = 512  # what a disk writes whole
POSTED_EVERY = 3  # batches
_SUFFIXES = ("", "-journal", "-daybook")


class Files(NamedTuple):
    """The files of a journal at an instant."""

    journal: bytes
    rollback: bytes  # what SQLite keeps while it posts
    daybook: bytes

    @classmethod
    def of(cls, path: Path) -> Files:
        """As they stand on the disk."""
        found = (Path(f"{path}{suffix}") for suffix in _SUFFIXES)
        return cls(*(each.read_bytes() if each.exists() else b"" for each in found))

    def put(self, path: Path) -> None:
        """Where they are to be opened again."""
        for suffix, data in zip(_SUFFIXES, self, strict=True):
            Path(f"{path}{suffix}").write_bytes(data)


class Write(NamedTuple):
    """Something that was written while the power may fail."""

    before: Files
    after: Files
    heads: tuple[Head, Head]  # of the journal, before and after

    @property
    def posts(self) -> bool:
        """Whether batches were posted, and none was committed."""
        return self.before.daybook == self.after.daybook


def torn(write: Write, dice: Random) -> Files:
    """What may be found when the power failed in it."""
    before, after = write.before, write.after
    if write.posts:  # as far as pages were written over, it is in `rollback` what they were
        return after._replace(journal=_mixed(before.journal, after.journal, dice))
    if dice.random() < 0.3:
        return before._replace(daybook=_mixed(before.daybook, after.daybook, dice))
    first, last = _changed(before.daybook, after.daybook)
    end = dice.choice([dice.randint(first, last), last])  # the latter: before it has returned
    daybook = after.daybook[:end] + before.daybook[end:]
    if dice.random() < 0.3:  # the last sector holds anything
        start = max(first, end - SECTOR_BYTES)
        daybook = daybook[:start] + dice.randbytes(end - start) + daybook[end:]
    return before._replace(daybook=daybook)


def _changed(before: bytes, after: bytes) -> tuple[int, int]:
    """From which byte on they differ, and up to which."""
    old = before.ljust(len(after), b"\0")
    sectors = range(0, len(after), SECTOR_BYTES)
    ends = [at + SECTOR_BYTES for at in sectors]
    differ = [(a, b) for a, b in zip(sectors, ends, strict=True) if old[a:b] != after[a:b]]
    first, last = differ[0][0], min(differ[-1][1], len(after))
    return next(at for at in range(first, last) if old[at] != after[at]), last


def _mixed(before: bytes, after: bytes, dice: Random) -> bytes:
    """Each sector as it was or as it was to be, in whatever order the disk wrote them."""
    parts = []
    for at in range(0, len(after), SECTOR_BYTES):
        old, new = before[at : at + SECTOR_BYTES], after[at : at + SECTOR_BYTES]
        parts.append(new if dice.random() < 0.5 else old.ljust(len(new), b"\0"))
    return b"".join(parts)


class Found(NamedTuple):
    """What a journal was after a tear."""

    survived: bool  # whether the commit that was torn is there


def recovered(path: Path, files: Files, known: Sequence[Head], more: Sequence[Entry]) -> Found:
    """Read and open torn files: `known` are the heads before and after the write, the first of
    which was confirmed. AssertionError if the journal is neither, is not whole, or does not go on.
    """
    files.put(path)
    read = _verified(path)
    journal = Journal.open(path)
    found = journal.head
    assert found in known, f"{found} is neither before nor after the commit"
    assert found == read, f"a reader finds {read}, the next switch {found}"
    assert journal.append(more) == found.entries + 1
    journal.close()
    assert _verified(path).entries == found.entries + len(more)
    return Found(found == known[1])


def _verified(path: Path) -> Head:
    reader = JournalReader(path)
    try:
        found = reader.verify()
        assert found.faults == ()
        assert len(list(reader.entries())) == found.head.entries
    except JournalError as error:
        raise AssertionError(str(error)) from None
    finally:
        reader.close()
    return found.head


def writes(path: Path, batches: Sequence[Sequence[Entry]]) -> Iterator[Write]:
    """Commit one batch after the other, and post them now and then."""
    journal = Journal.open(path)
    # With no room for the pages in memory they are written over while the rest is added.
    journal._database.execute("PRAGMA cache_size = 4")
    try:
        for number, batch in enumerate(batches, 1):
            before, head = Files.of(path), journal.head
            journal.append(batch)
            yield Write(before, Files.of(path), (head, journal.head))
            if number % POSTED_EVERY == 0:
                yield _posted(journal, path)
    finally:
        journal.close()


def _posted(journal: Journal, path: Path) -> Write:
    """The second state is that just before the commit, with most pages written over."""
    before, at_commit = Files.of(path), list[Files]()

    def see(statement: str) -> None:
        if statement == "COMMIT":
            at_commit.append(Files.of(path))

    journal._database.set_trace_callback(see)
    journal.post()
    journal._database.set_trace_callback(None)
    return Write(before, at_commit[0], (journal.head, journal.head))
