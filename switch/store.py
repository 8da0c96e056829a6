"""The journal on disk: numbered, hash-chained, committed before anything is released.

One row is one batch of entries (measured, see docs/decisions): its body is the msgpack list of the
entries, its hash chains the exact bytes to all earlier ones. SQLite in WAL mode with full
synchronisation: a commit that returned survives a crash of the machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgpack

from switch.core.journal import CHAIN_START, OPENING_KINDS, Entry, link
from switch.errors import JournalError

FORMAT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch (
    number INTEGER PRIMARY KEY,  -- 1, 2, 3 ...
    first  INTEGER NOT NULL,     -- number of its first entry
    count  INTEGER NOT NULL,     -- how many entries it holds
    body   BLOB NOT NULL,        -- msgpack: a list of entries
    hash   BLOB NOT NULL         -- SHA-256 (previous hash, first and count as text, body)
);
"""


class Head(NamedTuple):
    """Where a journal ends: keep it outside the file, and a cut tail cannot be hidden."""

    entries: int
    hash: str  # hex


class Journal:
    """One journal, one writer."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._packer = msgpack.Packer()
        self._batches, self._entries, self._hash = 0, 0, CHAIN_START
        last = database.execute("SELECT number, first, count, hash FROM batch ORDER BY number DESC")
        row = last.fetchone()
        if row is not None:
            self._batches, self._entries, self._hash = row[0], row[1] + row[2] - 1, row[3]

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
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            # One writer: a second switch on the same file must fail now, not fork the chain later.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA busy_timeout = 500")
            database.executescript(_SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT OR IGNORE INTO about VALUES ('format', ?)", (str(FORMAT),))
            database.execute("COMMIT")
            return cls(database)
        except sqlite3.Error as error:
            raise JournalError(
                f"cannot write the journal `{path}`: {error}\n"
                "    fix: give --journal a file in a folder you may write, not in use by a switch"
            ) from None

    @property
    def head(self) -> Head:
        """The number of entries and the hash of the last batch."""
        return Head(self._entries, self._hash.hex())

    def append(self, entries: Sequence[Entry]) -> None:
        """Number the entries (`n`) and commit them as one batch; JournalError if that fails.

        A refusal to write is final: nothing of this batch may be released.
        """
        first = self._entries + 1
        for number, entry in enumerate(entries, first):
            entry["n"] = number
        body = self._packer.pack(entries)
        hash_ = link(self._hash, _sealed(first, len(entries), body))
        row = (self._batches + 1, first, len(entries), body, hash_)
        try:
            self._database.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise JournalError(
                f"cannot write the journal: {error}; nothing more is released\n"
                "    fix: make room on its disk and start again; the same journal goes on"
            ) from None
        self._batches, self._entries, self._hash = row[0], first + len(entries) - 1, hash_

    def last_query(self) -> int:
        """The highest inquiry number on record, so that numbering goes on after it.

        Numbers are handed out in order: the last batch that opened an inquiry has the highest.
        """
        for (body,) in self._database.execute("SELECT body FROM batch ORDER BY number DESC"):
            opened: list[int] = [e["query"] for e in _unpack(body) if e["kind"] in OPENING_KINDS]
            if opened:
                return max(opened)
        return 0

    def entries(self) -> Iterator[Entry]:
        """All entries in order."""
        for (body,) in self._database.execute("SELECT body FROM batch ORDER BY number"):
            yield from _unpack(body)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _sealed(first: int, count: int, body: bytes) -> bytes:
    """What the chain covers: the numbering too, so that renumbered rows are found."""
    return b"%d %d " % (first, count) + body


def _unpack(body: bytes) -> list[Entry]:
    entries: list[Entry] = msgpack.unpackb(body)
    return entries


class Verification(NamedTuple):
    """What `verify` found: the head it computed, and everything that is wrong."""

    head: Head
    faults: tuple[str, ...]


class JournalReader:
    """A journal opened to be read, also while a switch has ended in the middle of a batch."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise JournalError(f"no journal `{path}`\n    fix: give the file that --journal named")
        try:
            self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            self._database.execute("SELECT number, first, count, body, hash FROM batch LIMIT 1")
        except sqlite3.Error as error:
            raise JournalError(
                f"`{path}` cannot be read as a journal: {error}\n"
                "    fix: stop the switch that writes it, or give another file"
            ) from None

    def entries(self) -> Iterator[Entry]:
        """All entries in order; JournalError where a batch cannot be unpacked."""
        rows = self._database.execute("SELECT number, body FROM batch ORDER BY number")
        for number, body in rows:
            try:
                yield from _unpack(body)
            except (ValueError, msgpack.UnpackException) as error:
                raise JournalError(f"batch {number} cannot be unpacked: {error}") from None

    def verify(self) -> Verification:
        """Recompute the whole chain; faults name the batch and the entries concerned."""
        faults: list[str] = []
        previous, expected_batch, expected_first = CHAIN_START, 1, 1
        rows = self._database.execute(
            "SELECT number, first, count, body, hash FROM batch ORDER BY number"
        )
        for number, first, count, body, hash_ in rows:
            where = f"batch {number} (entries {first}-{first + count - 1})"
            if number != expected_batch or first != expected_first:
                missing = f"entries {expected_first}-{first - 1}"
                faults.append(f"before {where}: {missing} are missing or out of order")
            if link(previous, _sealed(first, count, body)) != hash_:
                faults.append(f"{where}: its content or its place was changed")
            faults.extend(f"{where}: {problem}" for problem in _numbering(first, count, body))
            previous, expected_batch, expected_first = hash_, number + 1, first + count
        return Verification(Head(expected_first - 1, previous.hex()), tuple(faults))

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


def _numbering(first: int, count: int, body: bytes) -> Iterator[str]:
    try:
        entries = _unpack(body)
    except (ValueError, msgpack.UnpackException) as error:
        yield f"cannot be unpacked: {error}"
        return
    if [entry.get("n") for entry in entries] != list(range(first, first + count)):
        yield "its entries are not numbered as its row says"
