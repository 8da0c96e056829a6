"""A simulated disk under the real journal, and the real scribe without its process.

What a commit has returned for survives a loss of power; what was being written may be there whole,
or not at all. On the *memory* disk the power fails between two statements of SQLite; on the *file*
disk (`torn`) it leaves a page torn.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import msgpack

from switch.core.record.journal import Common, Entry, numbered
from switch.core.record.packed import restored
from switch.shell.clerk import PREFIX, Clerk, Short, _Lines
from switch.shell.reader import JournalReader
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.shell.tables import SCHEMA


class PowerCut(Exception):
    """The machine stops here; nothing catches it but the room."""


class Disk(Protocol):
    """What lies under one journal, across crashes."""

    def open(self) -> Journal:
        """Open it, as after a start of the machine."""
        ...

    def lose_power_at(self, write: int) -> None:
        """The power fails at that write (0 = the next one) from now on, or never."""
        ...

    def fill(self) -> None:
        """There is no room on it any more, until it is opened again."""
        ...

    def crash(self) -> None:
        """The machine has stopped: only what is on the disk is left."""
        ...

    @property
    def database(self) -> sqlite3.Connection:
        """What is on it now, committed; to be read only while nothing is being written."""
        ...


class _Database(sqlite3.Connection):
    """SQLite in memory, which can lose its power or its room between two statements."""

    cut_in: int | None = None  # statements that still succeed
    full = False

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        writes = not sql.lstrip().startswith(("SELECT", "ROLLBACK"))
        if writes and self.full and sql.startswith("INSERT"):
            raise sqlite3.OperationalError("database or disk is full")
        if writes and self.cut_in is not None:
            self.cut_in -= 1
            if self.cut_in < 0:
                raise PowerCut
        return super().execute(sql, parameters)


class MemoryDisk:
    """See `Disk`."""

    def __init__(self) -> None:
        self._database = _database()
        self._database.executescript(_schema())

    def open(self) -> Journal:
        """See `Disk`."""
        self._database.full, self._database.cut_in = False, None
        return Journal(self._database)

    def lose_power_at(self, write: int) -> None:
        """See `Disk`."""
        self._database.cut_in = write

    def fill(self) -> None:
        """See `Disk`."""
        self._database.full = True

    def crash(self) -> None:
        """See `Disk`."""
        old = self._database
        old.cut_in = None
        if old.in_transaction:
            old.execute("ROLLBACK")
        self._database = _database()
        self._database.deserialize(old.serialize())
        old.close()

    @property
    def database(self) -> sqlite3.Connection:
        """See `Disk`."""
        return self._database


def _database() -> _Database:
    return sqlite3.connect(":memory:", isolation_level=None, factory=_Database)


def _schema() -> str:
    return SCHEMA


# --- what is on it --------------------------------------------------------------------------------


class Batch(NamedTuple):
    """One row of the journal."""

    number: int
    last: int  # number of its last entry
    hash: str
    entries: list[Entry]


def batches(disk: Disk, after: int = 0) -> list[Batch]:
    """All batches behind that one, read as they stand."""
    rows = disk.database.execute(
        "SELECT number, first, count, hash, body FROM batch WHERE number > ? ORDER BY number",
        (after,),
    )
    return [
        Batch(
            number, first + count - 1, hash_.hex(), list(numbered(unpacked(restored(body)), first))
        )
        for number, first, count, hash_, body in rows
    ]


def unpacked(body: bytes) -> list[Entry]:
    """The entries of a packed batch, or of what is on its way to be one."""
    entries: list[Entry] = msgpack.unpackb(body, ext_hook=lambda _, data: Common.unpacked(data))
    return entries


def faults(disk: Disk) -> tuple[str, ...]:
    """What `wireroom journal verify` would find."""
    return JournalReader.over(disk.database).verify().faults


# --- the scribe -----------------------------------------------------------------------------------


class _Socket:
    """The switch's end of the socket pair between it and its scribe."""

    def __init__(self) -> None:
        self.to_scribe = bytearray()
        self.to_switch = bytearray()
        self.gone = False  # the scribe has ended
        self.handed: list[tuple[int, int]] = []  # descriptors under way: behind how many bytes
        self._sent = self._taken = 0  # bytes

    def sendall(self, data: bytes) -> None:
        if self.gone:
            raise BrokenPipeError
        self.to_scribe += data
        self._sent += len(data)

    def sendmsg(self, buffers: Iterable[bytes], ancillary: Any, *_: Any) -> None:
        """As of `socket.send_fds`: a descriptor goes with the first byte of its message."""
        for _, _, packed in ancillary:
            self.handed += [(self._sent, number) for number in array("i", packed)]
        self.sendall(b"".join(buffers))

    def take(self, size: int) -> tuple[bytes, list[int]]:
        """The scribe reads so many bytes, and gets the descriptors that came with them."""
        chunk = bytes(self.to_scribe[:size])
        del self.to_scribe[:size]
        self._taken += len(chunk)
        came = [number for at, number in self.handed if at < self._taken]
        self.handed = [(at, number) for at, number in self.handed if at >= self._taken]
        return chunk, came

    def recv(self, size: int) -> bytes:
        assert self.to_switch or self.gone, "a real socket would wait here, and the switch with it"
        chunk = bytes(self.to_switch[:size])
        del self.to_switch[:size]
        return chunk

    def fileno(self) -> int:
        return -1


class LentLines(_Lines):
    """The lines that the scribe sends on: those of the room, each by its number there."""

    def __init__(self, committed: Callable[[], None], send: Callable[[int, bytes], int]) -> None:
        super().__init__()
        self._committed = committed
        self._send = send

    def let_out(self, first: int, packed: Iterable[bytes]) -> list[Short]:
        """As the real one; what goes with it is on disk by now."""
        self._committed()
        return super().let_out(first, packed)

    def _sent(self, descriptor: int, message: bytes) -> int:
        return self._send(descriptor, message)

    def _close(self, descriptor: int) -> None:
        """There is no descriptor."""


class SimulatedScribe(Scribe):
    """The switch's end of a scribe whose work is a step of its own: `write`."""

    def __init__(
        self, disk: Disk, put: Callable[[Sequence[Entry]], None], lines: LentLines
    ) -> None:
        self._socket = _Socket()
        super().__init__(None, self._socket)  # type: ignore[arg-type]
        self._put = put
        self._clerk = Clerk(disk.open())
        self._clerk._lines = lines
        self._socket.to_switch += self._clerk.opening()
        self.hear()
        self._handed_over = self.head.entries

    def append(self, entries: Sequence[Entry], *more: Any) -> int:
        """As the real one; the room is told what was handed over."""
        first = super().append(entries, *more)
        # As it was packed at this instant: what is changed later is not what was put on record.
        self._put(list(numbered(unpacked(msgpack.packb(list(entries))), first)))
        return first

    def on_record(self) -> Iterable[Entry]:
        """All entries of the journal so far."""
        return self._clerk._journal.entries()

    @property
    def owed(self) -> int:
        """Bytes that the scribe has not taken yet."""
        return len(self._socket.to_scribe)

    @property
    def lent(self) -> set[int]:
        """The lines on which it sends, by the switch's numbers of them."""
        return set(self._clerk._lines._lines)

    @property
    def first(self) -> int:
        """Bytes of the first frame that it has not taken, if that is whole."""
        waiting = self._socket.to_scribe
        if len(waiting) < PREFIX.size:
            return len(waiting)
        return min(len(waiting), PREFIX.size + sum(PREFIX.unpack_from(waiting)))

    @property
    def has_spoken(self) -> bool:
        """Whether the switch would hear something."""
        return bool(self._socket.to_switch) or self._socket.gone

    def write(self, size: int) -> None:
        """The scribe reads so many bytes and writes what is whole; PowerCut if that is the end."""
        self._socket.to_switch += self._clerk.receive(*self._socket.take(size))

    def fail(self, why: str) -> None:
        """The scribe says why it can go on no longer, and is gone."""
        said: bytes = msgpack.packb(["failed", why])
        self._socket.to_switch += said
        self._socket.gone = True

    def die(self) -> None:
        """It is killed: what it has not taken is lost."""
        self._socket.take(self.owed)
        self._socket.gone = True

    def close(self) -> None:
        """There is no process to end."""
