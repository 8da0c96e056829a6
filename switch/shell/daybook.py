"""The daybook: a small file beside a journal, in which what is committed lies until it is posted.

A commit of SQLite writes every page that it touches twice, most of them half empty; that was the
largest part of a message's time (docs/decisions/0021). Here a commit is one write of what there is
to be written, at the end of what was written before, and when it has returned it is on the disk.
The journal gets many batches at once, later.

The file has two halves of `HALF_BYTES` each behind a header, and its whole length from the
beginning: a file that grows takes longer to write. One half is written from its start; when it
is full the other is, as soon as all that lies in that one is posted. A record is `MAGIC`, its
length in 4 bytes, and msgpack: [[number, first, count, body, hash], [[backend, page, rows, hash,
at], ...]]. Zeros stand behind the last one of a half. What a lost machine leaves is judged by the
hashes that the journal has anyway: see `following`.

As SQLite does, we rely on a disk to change nothing but what it is given: a record is safe from the
next one in the same block.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

import msgpack

from switch.core.record.journal import as_packed, link
from switch.core.record.ledger import Head, Ledgers
from switch.core.record.packed import restored
from switch.errors import JournalFileError
from switch.shell.links import is_row, sealed
from switch.shell.tables import Batch, End, Record

HALF_BYTES = 2_097_152
MAGIC = b"WRDB"
_HEADER = b"wireroom daybook 3\n"  # then the journal's identity
_STARTS = (4096, 4096 + HALF_BYTES)  # of both halves
_SIZE = _STARTS[1] + HALF_BYTES
_PREFIX_BYTES = len(MAGIC) + 4
_END = bytes(_PREFIX_BYTES)
_packer = msgpack.Packer()


def beside(journal: Path) -> Path:
    """Where the daybook of this journal lies."""
    return journal.with_name(f"{journal.name}-daybook")


def packed(record: Record) -> bytes:
    """A record as it is written."""
    body: bytes = _packer.pack(record)
    return b"".join((MAGIC, len(body).to_bytes(4, "big"), body, _END))


class Daybook:
    """One that is written; OSError where the disk does not take it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._half = 0
        self._used = [0, 0]  # bytes of each half
        self._last = [0, 0]  # number of the last batch in each half

    @classmethod
    def begin(cls, path: Path, identity: bytes) -> Daybook:
        """An empty one in place of what is there, on the disk together with its name, or none."""
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_DSYNC
        book = cls(os.open(path, flags, 0o666))
        try:
            # Whose it is, first: zeros that are nobody's would be in the way of the next writer.
            known = _HEADER + identity
            _write(book._descriptor, known, 0)
            _write(book._descriptor, bytes(_SIZE - len(known)), len(known))
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError:
            book.close()
            path.unlink()  # or a full disk would be fuller by what it took
            raise
        return book

    def has_room(self, size: int, posted: int) -> bool:
        """Whether that many bytes can be written, with all batches up to `posted` posted."""
        if self._used[self._half] + size <= HALF_BYTES:
            return True
        return size <= HALF_BYTES and self._last[1 - self._half] <= posted

    def write(self, number: int, record: bytes) -> None:
        """Commit a packed record, for which there is room; it is on the disk afterwards."""
        half, used = self._half, self._used[self._half]
        if used + len(record) > HALF_BYTES:
            half, used = 1 - half, 0
        _write(self._descriptor, record, _STARTS[half] + used)
        # Only now: what was not taken whole is written over.
        self._half, self._last[half] = half, number
        self._used[half] = used + len(record) - len(_END)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)


def _write(descriptor: int, data: bytes, at: int) -> None:
    taken = os.pwrite(descriptor, data, at)
    while taken < len(data):  # a file that may grow no further says so at the second attempt
        taken += os.pwrite(descriptor, data[taken:], at + taken)


# --- what a switch that did not end in order has left ---------------------------------------------


def is_lost(journal: Path, identity: bytes, was_open: bool) -> bool:
    """Whether a journal whose writer did not end in order stands here without its daybook, or with
    one that has lost its beginning or its end. OSError if that cannot be read."""
    if not was_open:
        return False
    try:
        with beside(journal).open("rb") as file:
            begins = file.read(len(_HEADER + identity)) == _HEADER + identity
            # A writer says that it has a journal when its daybook has its whole length.
            return not begins or os.fstat(file.fileno()).st_size < _SIZE
    except FileNotFoundError:
        return True


def unposted(journal: Path, identity: bytes, end: End) -> list[Record]:
    """What is committed and not in the journal yet, which ends there: JournalFileError where that
    is of another journal, or cannot follow. OSError if it cannot be read."""
    found = later(journal, identity, end.batches)
    whole = list(following(found, end))
    number = end.batches + len(whole) + 1
    # What was being written when the machine was lost was confirmed to nobody: it may be broken,
    # but nothing can have been written behind it.
    if found and found[-1].batch.number > number:
        raise JournalFileError(
            f"`{beside(journal)}` is BROKEN: batch {number} does not follow from the one before,"
            " and there are later ones\n"
            "    fix: keep both files as they are, and begin a new journal with --journal"
        )
    return whole


def later(journal: Path, identity: bytes, batches: int) -> list[Record]:
    """All that can be read of what lies behind that many batches, in order, whether it follows or
    not. JournalFileError where it is of another journal, OSError if it cannot be read."""
    path = beside(journal)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    known = _HEADER + identity
    if len(data) > len(known) and not data.startswith(known):
        raise JournalFileError(
            f"`{path}` is not the daybook of `{journal}`: another journal, or another version of"
            " wireroom, has left it behind\n"
            "    fix: move it away, or bring the journal back beside which it was written"
        )
    found = sorted(readable(data), key=lambda record: record.batch.number)
    return [record for record in found if record.batch.number > batches]


def readable(data: bytes) -> Iterator[Record]:
    """All records of a file that can be read, also behind one that cannot, or of which a disk has
    made zeros. What an earlier use of its half has left there is among these; it is posted."""
    view = memoryview(data)
    for start in _STARTS:
        at = start
        while at >= 0:
            begins = at + _PREFIX_BYTES
            ends = begins + int.from_bytes(data[at + len(MAGIC) : begins], "big")
            record = _record(view[begins:ends]) if data.startswith(MAGIC, at) else None
            if record is None:
                at = data.find(MAGIC, at + 1, start + HALF_BYTES)
            else:
                yield record
                at = ends


def _record(body: memoryview) -> Record | None:
    with suppress(ValueError, TypeError, msgpack.UnpackException):
        row, heads = msgpack.unpackb(body)
        record = Record(Batch(*row), [Head(*head) for head in heads])
        if is_row(record.batch) and all(map(_is_value, chain(record.batch, *record.heads))):
            return record
    return None


def _is_value(value: object) -> bool:
    """Whether SQLite can keep it."""
    return isinstance(value, str | bytes | float) or (
        isinstance(value, int) and value.bit_length() < 64
    )


def following(later: Iterable[Record], end: End) -> Iterator[Record]:
    """Those that follow from there one after the other, each with its owners' heads."""
    number, entries, previous = end.batches, end.entries, end.hash
    ledgers = Ledgers(end.heads)
    for record in later:
        batch = record.batch
        if (batch.number, batch.first) != (number + 1, entries + 1) or not _is_whole(
            record, previous, ledgers
        ):
            return
        yield record
        number, entries, previous = batch.number, entries + batch.entries, batch.hash


def _is_whole(record: Record, previous: bytes, ledgers: Ledgers) -> bool:
    batch, heads = record
    try:
        if link(previous, sealed(batch.first, batch.entries, batch.body)) != batch.hash:
            return False
        return not ledgers.reread(as_packed(restored(batch.body)), heads).differ
    except (TypeError, ValueError, LookupError, AttributeError):  # of other types than its own
        return False
