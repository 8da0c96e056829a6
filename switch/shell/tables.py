"""The journal's tables in SQLite, for whoever writes them and whoever reads them."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgpack

from switch.core.record import ledger
from switch.core.record.journal import CHAIN_START, Entry, unpacked
from switch.core.record.packed import restored
from switch.errors import JournalFileError
from switch.shell.links import LAST, is_row

FORMAT = 7
SCHEMA = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch (
    number INTEGER PRIMARY KEY,  -- 1, 2, 3 ...
    first  INTEGER NOT NULL,     -- number of its first entry
    count  INTEGER NOT NULL,     -- how many entries it holds
    body   BLOB NOT NULL,        -- msgpack, a list of entries, as a Zstandard frame
    hash   BLOB NOT NULL         -- SHA-256 (previous hash, first and count as text, body)
);
CREATE TABLE IF NOT EXISTS head (
    batch   INTEGER NOT NULL,    -- with which it was committed
    backend TEXT NOT NULL,       -- whose ledger ends there
    page    INTEGER NOT NULL,    -- number of its last page: 1, 2, 3 ... of that backend
    rows    INTEGER NOT NULL,    -- how many it holds up to there
    hash    BLOB NOT NULL,       -- of that page, see switch/core/record/ledger.py
    at      REAL NOT NULL        -- instant of the batch
);
CREATE INDEX IF NOT EXISTS head_of ON head (backend, page);
"""
BATCHES = "SELECT number, body, first FROM batch ORDER BY number"  # or, from the last back, DESC
HEAD = "backend, page, rows, hash, at"
_HEADS = f"""
SELECT {HEAD} FROM head
JOIN (SELECT backend, max(page) AS page FROM head GROUP BY backend) USING (backend, page)
"""
_VALUES_MAX = 900  # of one statement; a library of the year 2019 takes 999
# What is raised for a batch whose content was changed.
BROKEN = (*(ValueError, TypeError, KeyError, IndexError, AttributeError), msgpack.UnpackException)


class Batch(NamedTuple):
    """A row of the journal."""

    number: int  # 1, 2, 3 ...
    first: int  # number of its first entry
    entries: int  # how many it holds
    body: bytes  # msgpack, a list of entries, as a Zstandard frame
    hash: bytes


class Record(NamedTuple):
    """What is committed at once: a batch, and where the ledger of each owner that it concerns ends
    afterwards."""

    batch: Batch
    heads: Sequence[ledger.Head]


class Head(NamedTuple):
    """Where a journal ends: keep it outside the file, and a cut tail cannot be hidden."""

    entries: int
    hash: str  # hex


class End(NamedTuple):
    """Where what comes next goes on."""

    batches: int
    entries: int
    hash: bytes
    heads: tuple[ledger.Head, ...]  # of the owners' ledgers


@contextmanager
def kept(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Open afterwards, unless what is done with it first fails."""
    try:
        yield database
    except BaseException:
        database.close()
        raise


def end_of(database: sqlite3.Connection) -> End:
    """Where these tables end; ValueError where the last row is damaged."""
    row = database.execute(LAST, [1]).fetchone()
    if row and not is_row(row):
        raise ValueError(f"batch {row[0]}: its row is damaged")
    last = Batch(*row) if row else Batch(0, 1, 0, b"", CHAIN_START)
    heads = tuple(ledger.Head(*found) for found in database.execute(_HEADS))
    return End(last.number, last.first + last.entries - 1, last.hash, heads)


def last_number(database: sqlite3.Connection) -> int:
    """Of the last batch, whatever its row holds; 0 where there is none."""
    (number,) = database.execute("SELECT ifnull(max(number), 0) FROM batch").fetchone()
    return int(number)


def begin(database: sqlite3.Connection) -> None:
    """Make the tables, all or none, in a file in which there is nothing; any other stays as it is.

    Of two writers one goes on: the lock is kept where `locking_mode` says so."""
    database.execute("BEGIN IMMEDIATE")
    if database.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        for statement in SCHEMA.split(";\n"):
            database.execute(statement)
        about = (("format", str(FORMAT)), ("identity", os.urandom(16).hex()))
        database.executemany("INSERT INTO about VALUES (?, ?)", about)
    database.execute("COMMIT")


def identity(database: sqlite3.Connection) -> bytes:
    """What sets this journal apart from all others, so that its daybook is known to be its own;
    ValueError where it is damaged."""
    row = database.execute("SELECT value FROM about WHERE key = 'identity'").fetchone()
    if row is None:
        raise ValueError("its identity is gone")
    return bytes.fromhex(str(row[0]))


def set_open(database: sqlite3.Connection, is_open: bool) -> None:
    """Put down that a writer has it, so that what it commits may lie in a daybook only; or had."""
    if is_open:
        database.execute("INSERT OR REPLACE INTO about VALUES ('open', 'with a daybook')")
    else:
        database.execute("DELETE FROM about WHERE key = 'open'")


def was_open(database: sqlite3.Connection) -> bool:
    """Whether a writer has it, or had it and did not end in order."""
    return database.execute("SELECT 1 FROM about WHERE key = 'open'").fetchone() is not None


def check_format(database: sqlite3.Connection, path: Path) -> None:
    """JournalFileError for a journal of another version, and for what is none."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
        raise JournalFileError(
            f"`{path}` is no journal: it is the database of another program\n"
            "    fix: give the file that --journal named, or to begin one the name of a new file"
        )
    (found,) = database.execute("SELECT value FROM about WHERE key = 'format'").fetchone() or ("",)
    if found != str(FORMAT):
        raise JournalFileError(
            f"`{path}` is a journal of format {found or 'unknown'}; this wireroom has {FORMAT}\n"
            "    fix: read it with the wireroom that wrote it, or begin a new journal"
        )


def add(database: sqlite3.Connection, records: Sequence[Record], tables: tuple[str, str]) -> None:
    """Put records into the tables for batches and for heads.

    Many rows with one statement: between two the interpreter's lock is asked for.
    """
    batches, heads = tables
    _insert(database, batches, [record.batch for record in records])
    of_all = [(record.batch.number, *head) for record in records for head in record.heads]
    _insert(database, heads, of_all)


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    width = len(rows[0])
    one, most = f"({', '.join('?' * width)})", _VALUES_MAX // width
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        values = ", ".join([one] * len(some))
        database.execute(f"INSERT INTO {table} VALUES {values}", [*chain.from_iterable(some)])


class Restored(NamedTuple):
    """A batch as it was packed."""

    number: int
    body: bytes
    first: int  # number of its first entry

    def entries(self) -> list[Entry]:
        """All of them; JournalFileError where they cannot be unpacked."""
        try:
            return unpacked(self.body, self.first)
        except BROKEN as error:
            raise _not_unpacked(self.number, error) from None


def batches(rows: Iterable[tuple[int, bytes, int]]) -> Iterator[Restored]:
    """What rows of `BATCHES` hold; JournalFileError where one cannot be restored."""
    for number, body, first in rows:
        try:
            packed = restored(body)
        except BROKEN as error:
            raise _not_unpacked(number, error) from None
        yield Restored(number, packed, first)


def _not_unpacked(number: int, error: Exception) -> JournalFileError:
    what = f"batch {number} cannot be unpacked: {error}"
    fix = "`wireroom journal verify` tells what else was changed"
    return JournalFileError(f"{what}\n    fix: {fix}")


def having(name: str, values: Iterable[str]) -> Callable[[bytes], object]:
    """Tells of a packed batch whether an entry may have one of these values under this name: the
    batches in which none can have it, nearly all of a long journal, need not be unpacked.

    One expression that begins with the name: a search for each value by itself takes far longer.
    """
    start = re.escape(msgpack.packb(name))
    any_of = b"|".join(re.escape(msgpack.packb(value)) for value in values)
    return re.compile(start + b"(?:%s)" % (any_of or b"(?!)")).search
