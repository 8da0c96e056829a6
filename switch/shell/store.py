"""The journal on disk: numbered, hash-chained, committed before anything is released.

One row is one batch of entries (measured, see docs/decisions): its body is the msgpack list of the
entries, its hash chains the exact bytes to all earlier ones. Each owner's page of the batch
(`switch.core.record.ledger`) is committed with it. SQLite in WAL mode with full synchronisation: a
commit that returned survives a crash of the machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgpack

from switch.core.held import CARRIED, carried_over
from switch.core.record import ledger
from switch.core.record.journal import (
    CHAIN_START,
    OPENING_KINDS,
    Entry,
    common_of,
    link,
    unpacked,
)
from switch.core.record.ledger import Ledgers, Page
from switch.core.record.packed import PackedBatch, as_one
from switch.errors import JournalError, JournalFileError
from switch.shell.links import CHECKED_MAX, LAST, check_links, sealed
from switch.shell.unwritten import at_start, at_work, unreadable

FORMAT = 4
READ_S_MAX = 5.0  # that a reader waits for a writer to end
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch (
    number INTEGER PRIMARY KEY,  -- 1, 2, 3 ...
    first  INTEGER NOT NULL,     -- number of its first entry
    count  INTEGER NOT NULL,     -- how many entries it holds
    body   BLOB NOT NULL,        -- msgpack: a list of entries
    hash   BLOB NOT NULL         -- SHA-256 (previous hash, first and count as text, body)
);
CREATE TABLE IF NOT EXISTS page (
    batch   INTEGER NOT NULL,    -- with which it was committed
    backend TEXT NOT NULL,       -- whose page it is
    number  INTEGER NOT NULL,    -- 1, 2, 3 ... of that backend
    first   INTEGER NOT NULL,    -- number of its first row
    count   INTEGER NOT NULL,    -- how many rows it holds
    at      REAL NOT NULL,       -- instant of its last row
    body    BLOB NOT NULL,       -- msgpack: a list of rows, see switch/core/record/ledger.py
    hash    BLOB NOT NULL        -- SHA-256 (previous hash, all but `batch` as text, body)
);
CREATE INDEX IF NOT EXISTS page_of ON page (backend, number);
"""
_PAGE = "backend, number, first, count, at, body, hash"
_HEADS = """
SELECT page.backend, page.number, page.first + page.count - 1, page.hash, page.at FROM page
JOIN (SELECT backend, max(number) AS number FROM page GROUP BY backend) USING (backend, number)
"""

Deliver = Callable[[Sequence[ledger.Head]], None]
Copy = Callable[[bytes], None]


class Head(NamedTuple):
    """Where a journal ends: keep it outside the file, and a cut tail cannot be hidden."""

    entries: int
    hash: str  # hex


class Journal:
    """One journal, one writer."""

    def __init__(self, database: sqlite3.Connection, path: Path | None = None) -> None:
        self._database = database
        self._path = path  # None: in memory
        self._deliver: Deliver | None = None
        self._copy: Copy | None = None
        self._packer = msgpack.Packer()
        self._batches, self._entries, self._hash = 0, 0, CHAIN_START
        last = database.execute("SELECT number, first, count, hash FROM batch ORDER BY number DESC")
        row = last.fetchone()
        if row is not None:
            self._batches, self._entries, self._hash = row[0], row[1] + row[2] - 1, row[3]
        self._ledgers = Ledgers(ledger.Head(*found) for found in database.execute(_HEADS))

    @classmethod
    def in_memory(cls) -> Journal:
        """A journal that is gone when the process ends; for rehearsals."""
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.executescript(_SCHEMA)
        return cls(database)

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Open or create; JournalError if it cannot be written or is not a journal."""
        try:
            database = sqlite3.connect(path, isolation_level=None)
            # Before anything is written: a batch is tens of kilobytes, and costs by the page.
            database.execute("PRAGMA page_size = 8192")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA wal_autocheckpoint = 512")
            database.execute("PRAGMA synchronous = FULL")
            # One writer: a second switch on the same file must fail now, not fork the chain later.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA busy_timeout = 500")
            database.executescript(_SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT OR IGNORE INTO about VALUES ('format', ?)", (str(FORMAT),))
            database.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalFileError(at_start(path, error)) from None
        _check_format(database, path)
        return cls(database, path)

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
        return self._append(body, len(entries), self._ledgers.pages(entries))

    def append_packed(self, batches: Sequence[PackedBatch]) -> int:
        """The same for entries that come packed, in one or more batches that become one."""
        one = as_one(batches)
        return self._append(one.body, one.entries, self._ledgers.chained(one.shares, one.at))

    def _append(self, body: bytes, count: int, pages: Sequence[Page]) -> int:
        first = self._entries + 1
        hash_ = link(self._hash, sealed(first, count, body))
        row = (self._batches + 1, first, count, body, hash_)
        try:
            self._write(row, pages)
        except sqlite3.Error as error:
            raise JournalError(at_work(self._path, first, error)) from None
        self._batches, self._entries, self._hash = row[0], first + count - 1, hash_
        heads = self._ledgers.advance(pages)
        if self._deliver is not None:
            self._deliver(heads)
        return first

    def _write(self, row: tuple[object, ...], pages: Sequence[Page]) -> None:
        database, batch = self._database, row[0]
        database.execute("BEGIN")
        try:
            database.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", row)
            for page in pages:
                database.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (batch, *page))
            database.execute("COMMIT")
        except sqlite3.Error:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise

    def last_query(self) -> int:
        """The highest inquiry number on record, so that numbering goes on after it.

        Numbers are handed out in order: the last batch that opened an inquiry has the highest.
        """
        for (body,) in self._database.execute("SELECT body FROM batch ORDER BY number DESC"):
            opened: list[int] = [
                e["query"] for e in unpacked(body, 1) if e["kind"] in OPENING_KINDS
            ]
            if opened:
                return max(opened)
        return 0

    def order_uses(self) -> dict[tuple[str, str], int]:
        """How often each court order was used, by backend and the order's id."""
        found: dict[tuple[str, str], int] = {}
        for entry in self._of_kinds("order-used"):
            name = (entry["backend"], entry["order"])
            found[name] = found.get(name, 0) + 1
        return found

    def carried(self) -> list[Entry]:
        """What a switch that goes on with this journal still owes: see `switch.core.held`."""
        return carried_over(self._of_kinds(*CARRIED))

    def _of_kinds(self, *kinds: str) -> Iterator[Entry]:
        """Only batches in which they stand are unpacked: they are rare, journals are long."""
        marks = [_mark(kind) for kind in kinds]
        query = f"SELECT body FROM batch WHERE {_holding(marks)} ORDER BY number"
        for (body,) in self._database.execute(query, marks):
            yield from (entry for entry in unpacked(body, 1) if entry["kind"] in kinds)

    def entries(self) -> Iterator[Entry]:
        """All entries in order."""
        for body, first in self._database.execute("SELECT body, first FROM batch ORDER BY number"):
            yield from unpacked(body, first)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _holding(marks: Sequence[bytes]) -> str:
    """The condition that one of so many marks stands in a batch; none does of no marks."""
    return " OR ".join("instr(body, ?)" for _ in marks) or "0"


def _mark(kind: str) -> bytes:
    """What stands in a packed batch that has an entry of this kind."""
    return b"\xa4kind" + bytes(msgpack.packb(kind))


def _check_format(database: sqlite3.Connection, path: Path) -> None:
    (found,) = database.execute("SELECT value FROM about WHERE key = 'format'").fetchone() or ("",)
    if found != str(FORMAT):
        raise JournalFileError(
            f"`{path}` is a journal of format {found or 'unknown'}; this wireroom has {FORMAT}\n"
            "    fix: read it with the wireroom that wrote it, or begin a new journal"
        )


class Verification(NamedTuple):
    """What `verify` found: the head it computed, and everything that is wrong."""

    head: Head
    faults: tuple[str, ...]


class JournalBusyError(JournalFileError):
    """Somebody still writes it; what it will say is not known yet."""


class JournalReader:
    """A journal opened to be read, also while a switch has ended in the middle of a batch; waits so
    many seconds for whoever writes it, such as the scribe of a switch that was just killed."""

    def __init__(self, path: Path, wait_s: float = READ_S_MAX) -> None:
        if not path.is_file():
            raise JournalFileError(f"no journal `{path}`\n    fix: give what --journal named")
        self._path: Path | None = path
        try:
            where = f"{path.absolute().as_uri()}?mode=ro"
            self._database = sqlite3.connect(where, timeout=wait_s, uri=True)
            self._database.execute("SELECT number, first, count, body, hash FROM batch LIMIT 1")
            _check_format(self._database, path)
        except sqlite3.Error as error:
            busy = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY
            known = JournalBusyError if busy else JournalFileError
            raise known(unreadable(path, error)) from None

    @classmethod
    def over(cls, database: sqlite3.Connection) -> JournalReader:
        """The same for a database that is open already: one in memory."""
        reader = cls.__new__(cls)
        reader._database, reader._path = database, None
        return reader

    def entries(self) -> Iterator[Entry]:
        """All entries in order; JournalError where a batch cannot be unpacked."""
        rows = self._rows("SELECT number, body, first FROM batch ORDER BY number")
        for row in rows:
            yield from _whole(*row)

    def last_bodies(self, messages_max: int) -> list[bytes]:
        """The packed batches of the last so many messages that the switch took in, in order."""
        found: list[bytes] = []
        latest = 0
        for (body,) in self._rows("SELECT body FROM batch ORDER BY number DESC"):
            opened = [e["query"] for e in unpacked(body) if e["kind"] in OPENING_KINDS]
            latest = max([latest, *opened])
            if opened and max(opened) <= latest - messages_max:
                break
            found.append(body)
        return found[::-1]

    def entries_with_keys(self, keys: Iterable[str]) -> Iterator[Entry]:
        """All entries, in order, of the batches in which an entry has one of these message keys.

        The others are not unpacked: what is looked for is rare, journals are long.
        """
        needles = [msgpack.packb("key") + msgpack.packb(key) for key in keys]
        where = _holding(needles)
        query = f"SELECT number, body, first FROM batch WHERE {where} ORDER BY number"
        for row in self._rows(query, *needles):
            yield from _whole(*row)

    def latest(self, *kinds: str) -> Iterator[list[Entry]]:
        """The entries of each batch, from the last one back; with `kinds`, of those batches in
        which an entry of such a kind stands, and the others are not unpacked."""
        marks = [_mark(kind) for kind in kinds]
        where = _holding(marks) if kinds else "1"
        query = f"SELECT number, body, first FROM batch WHERE {where} ORDER BY number DESC"
        return (_whole(*row) for row in self._rows(query, *marks))

    def owners(self) -> list[str]:
        """Whose ledgers it holds."""
        return [name for (name,) in self._rows("SELECT DISTINCT backend FROM page")]

    def pages(self, backend: str) -> Iterator[Page]:
        """An owner's ledger as it stands, in the order in which it was written."""
        rows = self._rows(f"SELECT {_PAGE} FROM page WHERE backend = ? ORDER BY rowid", backend)
        return (Page(*row) for row in rows)

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query; JournalError where the file is damaged."""
        try:
            yield from self._database.execute(query, values)
        except sqlite3.Error as error:
            raise JournalFileError(unreadable(self._path, error)) from None

    def check_links(self, path: Path) -> None:
        """JournalFileError if the last batches do not follow from each other."""
        check_links(self._rows(LAST, CHECKED_MAX + 1), str(path))

    def verify(self) -> Verification:
        """Recompute the whole chain and every owner's ledger; faults name the batch concerned."""
        faults: list[str] = []
        ledgers = _Recomputed(self._rows(f"SELECT batch, {_PAGE} FROM page ORDER BY batch"))
        previous, expected_batch, expected_first = CHAIN_START, 1, 1
        rows = self._rows("SELECT number, first, count, body, hash FROM batch ORDER BY number")
        for number, first, count, body, hash_ in rows:
            where = f"batch {number} (entries {first}-{first + count - 1})"
            if number != expected_batch or first != expected_first:
                missing = f"entries {expected_first}-{first - 1}"
                faults.append(f"before {where}: {missing} are missing or out of order")
            if link(previous, sealed(first, count, body)) != hash_:
                faults.append(f"{where}: its content or its place was changed")
            faults.extend(f"{where}: {problem}" for problem in _numbering(first, count, body))
            faults.extend(f"{where}: {problem}" for problem in ledgers.differ(number, body))
            previous, expected_batch, expected_first = hash_, number + 1, first + count
        return Verification(Head(expected_first - 1, previous.hex()), tuple(faults))

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _whole(number: int, body: bytes, first: int) -> list[Entry]:
    """The entries of a batch; JournalError where it cannot be unpacked."""
    try:
        return unpacked(body, first)
    except (ValueError, TypeError, AttributeError, msgpack.UnpackException) as error:
        what = f"batch {number} cannot be unpacked: {error}"
        fix = "`wireroom journal verify` tells what else was changed"
        raise JournalFileError(f"{what}\n    fix: {fix}") from None


def _numbering(first: int, count: int, body: bytes) -> Iterator[str]:
    try:
        entries = unpacked(body, first)
    except (ValueError, TypeError, AttributeError, msgpack.UnpackException) as error:
        yield f"cannot be unpacked: {error}"
        return
    if len(entries) != count:
        yield f"it holds {len(entries)} entries, not the {count} that its row says"


class _Recomputed:
    """Every owner's ledger, made again from the journal beside which it stands."""

    def __init__(self, stored: Iterator[tuple[Any, ...]]) -> None:
        self._ledgers = Ledgers()
        self._stored = stored
        self._next = next(stored, None)
        self._said: set[str] = set()  # one difference makes all later pages of that owner differ

    def differ(self, batch: int, body: bytes) -> Iterator[str]:
        """In which owners' pages this batch is not what the journal says."""
        stored: dict[str, Page] = {}
        while self._next is not None and self._next[0] <= batch:
            stored[self._next[1]] = Page(*self._next[1:])
            self._next = next(self._stored, None)
        try:
            pages = self._ledgers.pages(msgpack.unpackb(body, ext_hook=common_of))
        except (ValueError, TypeError, KeyError, IndexError, msgpack.UnpackException):
            return  # said already
        self._ledgers.advance(pages)
        made = {page.backend: page for page in pages}
        for backend in sorted(made.keys() | stored.keys()):
            if made.get(backend) != stored.get(backend) and backend not in self._said:
                self._said.add(backend)
                yield f"the ledger of {backend} is not what the journal says"
