"""Every version of every owner's file, and what happened to each: written once, never changed.

SQLite in WAL mode with full synchronisation, one row per happening. Where a file stands follows
from the rows alone (`switch.acl.lifecycle`), so a kill between any two writes loses nothing that
was acknowledged and leaves nothing half done.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import msgpack

from switch.acl.envelope import digest_of
from switch.acl.lifecycle import Change, FileState, Step, after, states
from switch.errors import JournalError, JournalFileError

# Of a row's values, in the order of its columns.
_TYPES = (int, float, str, str, str, float, str, int, bytes, str, str, bytes, str, bytes)
# What is raised for rows that somebody else has changed.
_DAMAGE = (sqlite3.Error, ValueError, TypeError, LookupError, msgpack.UnpackException)
FORMAT = 1
FILE_NAME = "versions.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS version (
    backend TEXT NOT NULL,
    digest  TEXT NOT NULL,       -- SHA-256 of the bytes, in hex
    file    BLOB NOT NULL,       -- the exact bytes
    PRIMARY KEY (backend, digest)
);
CREATE TABLE IF NOT EXISTS change (
    number    INTEGER PRIMARY KEY,  -- 1, 2, 3 ...
    at        REAL NOT NULL,
    step      TEXT NOT NULL,        -- adopted, proposed, staged, activated, effective, voided
    backend   TEXT NOT NULL,
    digest    TEXT NOT NULL,
    effective REAL NOT NULL,
    base      TEXT NOT NULL,
    sequence  INTEGER NOT NULL,
    withdrawn BLOB NOT NULL,        -- msgpack: list of promises
    reason    TEXT NOT NULL,
    cite      TEXT NOT NULL,
    signed    BLOB NOT NULL,        -- the order's exact bytes; empty for what nobody signs
    key       TEXT NOT NULL,
    signature BLOB NOT NULL
);
"""
_COLUMNS = "number, at, step, backend, digest, effective, base, sequence, withdrawn, reason, cite"


class Versions:
    """One store, one writer: the running switch."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._changes = [_change(row) for row in database.execute(_ALL)]
        self._states = states(self._changes)

    @classmethod
    def open(cls, folder: Path) -> Versions:
        """Open or create; JournalError if that cannot be, or another switch has it open."""
        path = folder / FILE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(path, isolation_level=None)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA busy_timeout = 500")
            database.executescript(_SCHEMA)
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT OR IGNORE INTO about VALUES ('format', ?)", (str(FORMAT),))
            database.execute("COMMIT")
            return cls(database)
        except (*_DAMAGE, OSError) as error:
            raise JournalFileError(
                f"cannot use the owners' versions `{path}`: {error}\n"
                "    fix: give --owners a folder you may write, not in use by a switch"
            ) from None

    @classmethod
    def read(cls, folder: Path) -> Versions:
        """Open to read what a switch has left; JournalError if none has, or if it still runs."""
        path = folder / FILE_NAME
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro"
            return cls(sqlite3.connect(uri, uri=True, isolation_level=None))
        except _DAMAGE as error:
            raise JournalFileError(
                f"cannot read the owners' versions `{path}`: {error}\n"
                "    fix: stop the switch that uses them, or give the folder that --owners named"
            ) from None

    @property
    def states(self) -> dict[str, FileState]:
        """Where each file stands."""
        return dict(self._states)

    def changes(self, backend: str | None = None) -> list[Change]:
        """What happened to one file, or to all, in order."""
        return [each for each in self._changes if backend in (None, each.backend)]

    def file(self, backend: str, digest: str) -> bytes | None:
        """A version's exact bytes; None if it is not kept. JournalError if they were altered."""
        query = "SELECT file FROM version WHERE backend = ? AND digest = ?"
        row = self._database.execute(query, (backend, digest)).fetchone()
        if row is None:
            return None
        data = row[0] if isinstance(row[0], bytes) else b""
        if digest_of(data) != digest:
            raise JournalError(
                f"version {digest[:12]} of {backend} was altered in the store\n"
                "    fix: put the store back as it was; nothing is taken from this one"
            )
        return data

    def append(self, change: Change, file: bytes | None = None) -> Change:
        """Put one happening on disk, with the bytes of its version where they are new.

        Both in one transaction: when this returns they survive a crash of the machine.
        """
        change = replace(change, number=len(self._changes) + 1)
        state = after(self._states.get(change.backend), change)
        row = (
            *(change.number, change.at, change.step.value, change.backend, change.digest),
            *(change.effective, change.base, change.sequence),
            *(msgpack.packb(change.withdrawn), change.reason, change.cite),
            *(change.order, change.key, change.signature),
        )
        try:
            self._database.execute("BEGIN IMMEDIATE")
            if file is not None:
                insert = "INSERT OR IGNORE INTO version VALUES (?, ?, ?)"
                self._database.execute(insert, (change.backend, change.digest, file))
            self._database.execute(f"INSERT INTO change VALUES ({', '.join('?' * 14)})", row)
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise JournalError(
                f"cannot keep a version of {change.backend}: {error}; the old one stays in force\n"
                "    fix: make room on the disk, then send the change again"
            ) from None
        self._changes.append(change)
        self._states[change.backend] = state
        return change

    def close(self) -> None:
        """Give the file back."""
        self._database.close()


_ALL = f"SELECT {_COLUMNS}, signed, key, signature FROM change ORDER BY number"


def _change(row: tuple[object, ...]) -> Change:
    if not all(map(isinstance, row, _TYPES)):
        raise ValueError(f"change {row[0]} holds a value of another type")
    number, at, step, backend, digest, effective, base, sequence, withdrawn, *rest = row
    reason, cite, order, key, signature = rest
    fields = (number, at, Step(str(step)), backend, digest, effective, base, sequence)
    gone = tuple(msgpack.unpackb(withdrawn))
    return Change(*fields, gone, reason, cite, order, key, signature)  # type: ignore[arg-type]
