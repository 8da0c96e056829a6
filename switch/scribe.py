"""The journal in a process of its own: it writes while the switch goes on handling.

A commit takes as long as the disk takes, and nothing may leave before it. In a thread it would
share the interpreter's lock with the pump, so a second process does it: the *scribe*. The switch
hands it a batch, goes on with the next one, and lets the first one's messages leave when the scribe
has confirmed that it is on disk (docs/decisions/0002).

Between the two is a socket pair:

    to the scribe    length of the body (4 bytes), body: a packed list of entries
    from the scribe  msgpack: ["open", entries, hash, owners' heads, last query, uses of court
                     orders, what is still owed], then
                     ["written", entries, hash, owners' heads] whenever more is on disk, or
                     ["failed", why]; after that it is gone

While the disk is at work more batches may come; they are then written together, so a slow disk
makes larger transactions instead of a longer queue.
"""

from __future__ import annotations

import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgpack
import trio

from switch.core import ledger
from switch.core.journal import Entry
from switch.errors import JournalError
from switch.store import Copy, Deliver, Head, Journal

HAND_OVER_S = 10  # a scribe that takes nothing for so long has failed
CLOSE_S = 10  # for what is still to be written when the switch ends

_PREFIX = struct.Struct(">I")
_READ_BYTES_MAX = 65_536
_GONE = "the process that writes the journal is gone; nothing more is released"


class Scribe:
    """The switch's end. JournalError from any method means that nothing more can be written."""

    def __init__(self, process: subprocess.Popen[bytes], end: socket.socket) -> None:
        self._process = process
        self._end = end
        self._packer = msgpack.Packer()
        self._unpacker = msgpack.Unpacker()
        self._closed = False
        self._handed_over = 0  # entries
        self._last_query = 0
        self._uses: dict[tuple[str, str], int] = {}
        self._carried: list[Entry] = []
        self._deliver: Deliver | None = None
        self._copy: Copy | None = None
        self.head = Head(0, "")
        self.heads: tuple[ledger.Head, ...] = ()  # of the owners' ledgers, at the time of opening

    @classmethod
    def open(cls, path: Path) -> Scribe:
        """Start the scribe of a journal that exists or is to be made; JournalError if it cannot."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", HAND_OVER_S, 0))
        with theirs:
            # -P: a folder `switch` that happens to lie where the command was typed is not ours.
            command = [sys.executable, "-P", "-m", __name__, str(theirs.fileno()), str(path)]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),)
            )
        scribe = cls(process, ours)
        try:
            while not scribe.head.hash:
                scribe.hear()
        except JournalError:
            scribe.close()
            raise
        scribe._handed_over = scribe.head.entries
        return scribe

    def deliver_to(self, deliver: Deliver) -> None:
        """From now on, tell this one the owners' heads as soon as a batch is confirmed."""
        self._deliver = deliver

    def copy_to(self, copy: Copy) -> None:
        """See `Journal.copy_to`; a batch is handed on before it is on disk."""
        self._copy = copy

    @property
    def confirmed(self) -> int:
        """The number of the last entry that is on disk."""
        return self.head.entries

    def append(self, entries: Sequence[Entry]) -> int:
        """Hand entries over as one batch; returns the number of the first.

        They are on disk when `confirmed` has reached the last one.
        """
        first = self._handed_over + 1
        body = self._packer.pack(entries)
        if self._copy is not None:
            self._copy(body)
        try:
            self._end.sendall(_PREFIX.pack(len(body)) + body)
        except BlockingIOError:
            what = f"the journal's disk has taken nothing for {HAND_OVER_S} s"
            raise JournalError(f"{what}; nothing more is released") from None
        except OSError:
            self._hear_the_last()
        self._handed_over += len(entries)
        return first

    @property
    def descriptor(self) -> int:
        """For an epoll; `hear` when it can be read."""
        return self._end.fileno()

    async def wait(self) -> None:
        """Until more is confirmed."""
        await trio.lowlevel.wait_readable(self._end)
        self.hear()

    def last_query(self) -> int:
        """See `Journal.last_query`, at the time of opening."""
        return self._last_query

    def order_uses(self) -> dict[tuple[str, str], int]:
        """See `Journal.order_uses`, at the time of opening."""
        return self._uses

    def carried(self) -> list[Entry]:
        """See `Journal.carried`, at the time of opening."""
        return self._carried

    def close(self) -> None:
        """Have the rest written, and end the scribe; no error after this can be told."""
        if self._closed:
            return
        self._closed = True
        with self._end:
            self._end.settimeout(CLOSE_S)
            try:
                self._end.shutdown(socket.SHUT_WR)
                while True:
                    self.hear()
            except (OSError, JournalError):
                pass  # it is gone, which is how this ends
        try:
            self._process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def hear(self) -> None:
        """Take what the scribe says; waits until it says something."""
        try:
            data = self._end.recv(_READ_BYTES_MAX)
        except ConnectionError:  # it was killed with something of ours unread
            data = b""
        if not data:
            raise JournalError(_GONE)
        self._unpacker.feed(data)
        for message in self._unpacker:
            self._take(message)

    def _take(self, message: list[Any]) -> None:
        match message:
            case ["written", entries, hash_, heads]:
                self.head = Head(entries, hash_)
                if self._deliver is not None:
                    self._deliver([ledger.Head(*head) for head in heads])
            case ["open", entries, hash_, heads, last_query, uses, carried]:
                self.head, self._last_query = Head(entries, hash_), last_query
                self._carried = carried
                self._uses = {(backend, order): count for backend, order, count in uses}
                self.heads = tuple(ledger.Head(*head) for head in heads)
            case ["failed", str() as why]:
                raise JournalError(why)
            case _:
                raise JournalError(_GONE)

    def _hear_the_last(self) -> None:
        """The scribe has hung up: what it said before tells why."""
        while True:
            self.hear()


# --- the scribe's own process --------------------------------------------------------------------


def main(descriptor: int, path: Path) -> None:
    """Write what comes until the switch hangs up."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it is the switch that is told to stop
    with socket.socket(fileno=descriptor) as end:
        try:
            _write(end, Journal.open(path))
        except JournalError as error:
            end.sendall(msgpack.packb(["failed", str(error)]))
        except ConnectionError:
            pass  # the switch is gone: nobody is left to confirm anything to


def _write(end: socket.socket, journal: Journal) -> None:
    clerk = Clerk(journal)
    end.sendall(clerk.opening())
    while chunk := end.recv(_READ_BYTES_MAX):
        if written := clerk.receive(chunk):
            end.sendall(written)
    # What is left is half a batch: the switch ended in the middle of it, and released none of it.
    journal.close()


class Clerk:
    """The scribe's work without its socket: chunks in, and what is to be said to the switch out."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._held = bytearray()
        self._heads: list[ledger.Head] = []

    def opening(self) -> bytes:
        """The first thing it says: where the journal ends, and what a switch must know of it."""
        journal = self._journal
        uses = [[*name, count] for name, count in journal.order_uses().items()]
        owed = (journal.last_query(), uses, journal.carried())
        said = ["open", *journal.head, journal.heads, *owed]
        journal.deliver_to(self._heads.extend)
        return _packed(said)

    def receive(self, chunk: bytes) -> bytes:
        """Write all batches that a chunk completes, in one transaction; what confirms it, once it
        is on disk. JournalError if it cannot be."""
        self._held += chunk
        bodies = _cut(self._held)
        if not bodies:
            return b""
        self._journal.append_packed(bodies)
        said = _packed(["written", *self._journal.head, self._heads])
        self._heads.clear()
        return said


def _packed(said: list[object]) -> bytes:
    packed: bytes = msgpack.packb(said)
    return packed


def _cut(held: bytearray) -> list[bytes]:
    """Take all whole batches out of what has come in: they are written in one transaction."""
    bodies, at = [], 0
    while len(held) - at >= _PREFIX.size:
        (size,) = _PREFIX.unpack_from(held, at)
        start = at + _PREFIX.size
        if len(held) - start < size:
            break
        bodies.append(bytes(held[start : start + size]))
        at = start + size
    del held[:at]
    return bodies


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
