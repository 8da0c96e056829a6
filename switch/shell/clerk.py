"""The scribe's own process: it writes what the switch hands it, and then lets go of the messages.

Between the two is a socket pair:

    to the scribe    frames: three lengths (4 bytes each), then, packed, each of them or nothing:
                     the list of entries; [each owner's head after them, ...];
                     [line, message, line, message ...]
                     In place of a message: LENT, the line's descriptor comes with this frame;
                     RETURNED, forget the line
    from the scribe  msgpack: ["open", entries, hash, owners' heads, last query], then
                     ["written", frames, entries, hash, [frame, line, bytes taken, ...]] whenever
                     more is on disk and was let out, all of it but those, or ["failed", why];
                     after that it is gone

While the disk is at work more frames may come; they are then written together, so a slow disk makes
larger transactions instead of a longer queue.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
from collections import deque
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import msgpack

from switch.core.record import ledger
from switch.core.record.packed import PackedBatch
from switch.errors import JournalError
from switch.shell.poster import Poster
from switch.shell.store import Journal

PREFIX = struct.Struct(">III")  # of a frame: the lengths of its three parts
_READ_BYTES_MAX = 65_536
_DESCRIPTORS_MAX = 8  # that come with one read; the system hands out those of one frame at a time
LENT, RETURNED = True, None


class Short(NamedTuple):
    """A message, or several as one, of which a line took `taken` bytes only."""

    frame: int  # with which it was handed over
    line: int
    taken: int


def main(descriptor: int, path: Path) -> None:
    """Write what comes until the switch hangs up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it is the switch that is told to stop
    # The switch may be gone: then nobody is left to confirm anything to.
    with socket.socket(fileno=descriptor) as end, suppress(ConnectionError):
        try:
            with closing(Journal.open(path)) as journal:
                _write(end, journal)
        except JournalError as error:
            end.sendall(msgpack.packb(["failed", str(error)]))


def _write(end: socket.socket, journal: Journal) -> None:
    clerk = Clerk(journal)
    end.sendall(clerk.opening())
    with Poster(journal) as poster:
        while True:
            chunk, descriptors, _, _ = socket.recv_fds(end, _READ_BYTES_MAX, _DESCRIPTORS_MAX)
            if not chunk:
                break
            if written := clerk.receive(chunk, descriptors):
                end.sendall(written)
                poster.committed()
    # What is left is half a batch: the switch ended in the middle of it, and released none of it.


class Clerk:
    """The scribe's work without its socket: chunks in, and what is to be said to the switch out."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._held = bytearray()
        self._frames = 0
        self._lines = _Lines()

    def opening(self) -> bytes:
        """The first thing it says: where the journal ends."""
        journal = self._journal
        return _packed(["open", *journal.head, journal.heads, journal.last_query()])

    def receive(self, chunk: bytes, descriptors: Iterable[int] = ()) -> bytes:
        """Write all frames that a chunk completes, in one transaction, and let go what they let
        out; what confirms it. JournalError if they cannot be written.

        `descriptors` came with the chunk, one for each frame in it that lends a line.
        """
        self._lines.lent.extend(descriptors)
        self._held += chunk
        batches, let_out = _cut(self._held)
        if not let_out:
            return b""
        if batches:
            self._journal.append_packed(batches)
        short = self._lines.let_out(self._frames + 1, let_out)
        self._frames += len(let_out)
        return _packed(["written", self._frames, *self._journal.head, short])


def _packed(said: list[object]) -> bytes:
    return bytes(msgpack.packb(said))


def _cut(held: bytearray) -> tuple[list[PackedBatch], list[bytes]]:
    """Take all whole frames out of what has come in: their entries, as far as they have any, which
    are written in one transaction, and what each of them lets out afterwards."""
    batches, let_out, at = [], [], 0
    while len(held) - at >= PREFIX.size:
        entries, heads, messages = PREFIX.unpack_from(held, at)
        start = at + PREFIX.size
        middle = start + entries
        last = middle + heads
        end = last + messages
        if len(held) < end:
            break
        if entries:
            found = msgpack.unpackb(held[middle:last])
            own = tuple(ledger.Head(*each) for each in found)
            batches.append(PackedBatch(bytes(held[start:middle]), own))
        let_out.append(bytes(held[last:end]))
        at = end
    del held[:at]
    return batches, let_out


class _Lines:
    """The lines that were lent."""

    def __init__(self) -> None:
        self.lent: deque[int] = deque()  # descriptors whose frame is still to be read
        self._lines: dict[int, int] = {}

    def let_out(self, first: int, packed: Iterable[bytes]) -> list[Short]:
        """Send what these frames let out, numbered from `first` on; what was not sent."""
        short: list[Short] = []
        lines = self._lines
        for frame, each in enumerate(packed, first):
            items = iter(msgpack.unpackb(each) if each else ())
            for line, message in zip(items, items, strict=True):
                if type(message) is not bytes:
                    self._change(line, message)
                    continue
                taken = self._sent(lines[line], message) if line in lines else 0
                if taken < len(message):
                    self._give_back(line)
                    short.append(Short(frame, line, taken))
        return short

    def _change(self, line: int, change: bool | None) -> None:
        """A line is lent, or returned."""
        if change is RETURNED:
            self._give_back(line)
        elif self.lent:  # else there was no room for one more descriptor
            self._lines[line] = self.lent.popleft()

    def _give_back(self, line: int) -> None:
        descriptor = self._lines.pop(line, None)
        if descriptor is not None:
            self._close(descriptor)

    def _sent(self, descriptor: int, message: bytes) -> int:
        """How many bytes the line took at once; what is wrong with it the switch will find out."""
        try:
            return os.write(descriptor, message)
        except OSError:
            return 0

    def _close(self, descriptor: int) -> None:
        os.close(descriptor)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
