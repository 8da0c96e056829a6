"""The journal on disk: numbered, hash-chained, committed before anything is released.

One row is one batch of entries (measured, see docs/decisions): its body is the msgpack list of the
entries, compressed (`switch.core.record.packed`), its hash chains the exact bytes to all earlier
ones. Where each owner's ledger ends with the batch (`switch.core.record.ledger`) is committed with
it.

A journal in memory is SQLite and nothing else. On a disk a batch is committed in the daybook
(`switch.shell.daybook`), where it survives a crash of the machine, and *posted* to SQLite together
with others: by `post`, which another thread may call, and at the latest when the daybook has no
room.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

import msgpack

from switch.core.record import ledger
from switch.core.record.journal import OPENING_KINDS, Entry, link
from switch.core.record.ledger import Ledgers
from switch.core.record.packed import STORED_BYTES_MAX, PackedBatch, as_one, press
from switch.errors import JournalError, JournalFileError
from switch.shell import daybook
from switch.shell.daybook import Daybook
from switch.shell.links import sealed
from switch.shell.tables import (
    BATCHES,
    Batch,
    Head,
    Record,
    Restored,
    add,
    batches,
    begin,
    check_format,
    end_of,
    identity,
    kept,
    set_open,
    was_open,
)
from switch.shell.unwritten import Failure, at_start, at_work, lost, too_large, unreadable

POSTED_MIN = 128  # batches that are worth a commit of SQLite
_TABLES = ("batch", "head")

Deliver = Callable[[Sequence[ledger.Head]], None]
Copy = Callable[[bytes], None]


class Journal:
    """One journal, one writer."""

    def __init__(self, database: sqlite3.Connection, path: Path | None = None) -> None:
        self._database = database
        self._path = path  # None: in memory
        self._daybook: Daybook | None = None
        self._committed: list[Record] = []  # and not posted yet
        self._under_way = 0  # of these, how many are being posted
        self._posting = Lock()
        self._posted = 0  # number of the last batch that is in SQLite
        self._failed: Failure | None = None
        self._deliver: Deliver | None = None
        self._copy: Copy | None = None
        self._packer = msgpack.Packer()
        self._press = press()
        self._go_on()

    def _go_on(self) -> None:
        """Behind what SQLite holds."""
        end = end_of(self._database)
        self._batches, self._entries, self._hash = end.batches, end.entries, end.hash
        self._posted = end.batches
        self._ledgers = Ledgers(end.heads)

    @classmethod
    def in_memory(cls) -> Journal:
        """A journal that is gone when the process ends; for rehearsals."""
        database = sqlite3.connect(":memory:", isolation_level=None)
        begin(database)
        return cls(database)

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Open or create, and post what an earlier writer left in the daybook; JournalError if it
        cannot be written or is not a journal."""
        try:
            # Only one thread at a time: see `_posting`.
            database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            with kept(database):
                return cls._of_file(database, path)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise JournalFileError(at_start(path, error)) from None

    @classmethod
    def _of_file(cls, database: sqlite3.Connection, path: Path) -> Journal:
        # Before anything is written: batches cost by the page.
        database.execute("PRAGMA page_size = 8192")
        database.execute("PRAGMA synchronous = FULL")
        # One writer: a second switch on the same file must fail now, not fork the chain later.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA busy_timeout = 500")
        begin(database)
        check_format(database, path)
        journal, known = cls(database, path), identity(database)
        journal._committed = daybook.unposted(path, known, end_of(database))
        if daybook.is_lost(path, known, was_open(database)):
            raise JournalFileError(lost(path))
        journal._post()
        journal._go_on()
        set_open(database, False)  # or it would seem lost, if that fails with which one is begun
        journal._daybook = Daybook.begin(daybook.beside(path), known)
        set_open(database, True)
        return journal

    @property
    def heads(self) -> tuple[ledger.Head, ...]:
        """Where each owner's ledger ends."""
        return tuple(self._ledgers.heads.values())

    def deliver_to(self, deliver: Deliver) -> None:
        """From now on, tell this one the owners' heads after each commit."""
        self._deliver = deliver

    def copy_to(self, copy: Copy) -> None:
        """From now on, hand this one each packed batch that is put on record."""
        self._copy = copy

    @property
    def head(self) -> Head:
        """The number of entries and the hash of the last batch."""
        return Head(self._entries, self._hash.hex())

    def append(self, entries: Sequence[Entry]) -> int:
        """Commit entries as one batch; returns the number of the first. JournalError if it fails.

        A refusal to write is final: nothing of this batch may be released.
        """
        body = self._packer.pack(entries)
        if self._copy is not None:
            self._copy(body)
        return self._append(body, len(entries), self._ledgers.after(entries))

    def append_packed(self, batches: Sequence[PackedBatch]) -> int:
        """The same for entries that come packed, in one or more batches that become one."""
        one = as_one(batches)
        return self._append(one.body, one.entries, one.heads)

    def _append(self, packed: bytes, count: int, heads: Sequence[ledger.Head]) -> int:
        first = self._entries + 1
        if len(packed) > STORED_BYTES_MAX:
            raise JournalError(too_large(self._path, first, len(packed), STORED_BYTES_MAX))
        body = self._press(packed)
        hash_ = link(self._hash, sealed(first, count, body))
        batch = Batch(self._batches + 1, first, count, body, hash_)
        try:
            self._commit(Record(batch, heads))
        except (sqlite3.Error, OSError, MemoryError) as error:
            raise JournalError(at_work(self._path, first, error)) from None
        self._batches, self._entries, self._hash = batch.number, first + count - 1, hash_
        self._ledgers.advance(heads)
        if self._deliver is not None:
            self._deliver(heads)
        return first

    def _commit(self, record: Record) -> None:
        """Put a record where it survives, which is SQLite at once if there is no daybook."""
        book, packed = self._daybook, b""
        if self._failed is not None:
            raise self._failed
        if book is not None:
            packed = daybook.packed(record)
            if not book.has_room(len(packed), self._posted):
                self._post()
        if book is None or not book.has_room(len(packed), self._posted):
            with self._posting:
                self._insert([record])
            return
        try:
            book.write(record.batch.number, packed)
        except OSError as error:
            self._failed = error  # what lies half written there must stay the last
            raise
        self._committed.append(record)

    @property
    def waits_to_be_posted(self) -> int:
        """How many batches lie in the daybook only, and are not being posted."""
        return len(self._committed) - self._under_way

    def post(self) -> None:
        """Put into SQLite what lies in the daybook only; of any thread, while another appends.

        An error ends the journal: the next `append` raises it. What is committed stays so.
        """
        try:
            self._post()
        except (sqlite3.Error, MemoryError) as error:
            self._failed = error

    def _post(self) -> None:
        with self._posting:
            records = self._committed[:]
            self._under_way = len(records)
            try:
                if records:
                    self._insert(records)
                    del self._committed[: len(records)]
            finally:
                self._under_way = 0

    def _insert(self, records: Sequence[Record]) -> None:
        database = self._database
        database.execute("BEGIN")
        try:
            add(database, records, _TABLES)
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
        self._posted = records[-1].batch.number

    def last_query(self) -> int:
        """The highest inquiry number on record, so that numbering goes on after it.

        Numbers are handed out in order: the last batch that opened an inquiry has the highest.
        """
        for batch in self._found(f"{BATCHES} DESC"):
            opened: list[int] = [e["query"] for e in batch.entries() if e["kind"] in OPENING_KINDS]
            if opened:
                return max(opened)
        return 0

    def entries(self) -> Iterator[Entry]:
        """All entries in order."""
        self._post()
        for batch in self._found(BATCHES):
            yield from batch.entries()

    def _found(self, query: str) -> Iterator[Restored]:
        """JournalFileError where the file is damaged."""
        try:
            yield from batches(self._database.execute(query))
        except sqlite3.Error as error:
            raise JournalFileError(unreadable(self._path, error)) from None

    def close(self) -> None:
        """Give the file back. What cannot be posted any more is left to whoever opens it next."""
        self.post()
        with suppress(sqlite3.Error, OSError):
            if self._daybook is not None and self._path is not None and not self._committed:
                set_open(self._database, False)
                daybook.beside(self._path).unlink()
        self._database.close()
        if self._daybook is not None:
            self._daybook.close()
