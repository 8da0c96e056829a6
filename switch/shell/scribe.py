"""The journal in a process of its own: it writes, then lets go, while the switch handles more.

A commit takes as long as the disk takes, and nothing may leave before it. In a thread it would
share the interpreter's lock with the pump, so a second process does it: the *scribe*. The switch
hands it a batch with the messages that it lets out, and goes on with the next one. When the batch
is on disk the scribe itself sends the messages, on the lines that were lent to it: record, then
release, in one place (docs/decisions/0017).

A scribe never waits for a line. One that does not take everything at once is the switch's own from
then on, and the confirmation says how far it came: the bytes themselves do not go back, so that
the two processes can never wait for each other.

The other end, and what is said between the two, is `switch.shell.clerk`.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgpack
import trio

from switch.core.record import ledger
from switch.core.record.journal import Entry
from switch.errors import JournalError, JournalFileError
from switch.shell import clerk
from switch.shell.clerk import LENT, PREFIX, RETURNED, Short
from switch.shell.store import Copy, Deliver
from switch.shell.tables import Head

HAND_OVER_S = 10  # a scribe that takes nothing for so long has failed
CLOSE_S = 10  # for what is still to be written when the switch ends

_READ_BYTES_MAX = 65_536
_NONE: Mapping[int, bytes] = {}
_STUCK = f"the journal's disk has taken nothing for {HAND_OVER_S} s; nothing more is released"
_GONE = "the process that writes the journal is gone; nothing more is released"


class Scribe:
    """The switch's end. JournalError from any method means that nothing more can be written."""

    def __init__(self, process: subprocess.Popen[bytes], end: socket.socket) -> None:
        self._process = process
        self._end = end
        self._packer = msgpack.Packer()
        self._unpacker = msgpack.Unpacker()
        self._closed = False
        self._why = _GONE  # it has failed, as far as it has said so itself
        self._handed_over = 0  # entries
        self.frames = 0  # handed over
        self.done = 0  # frames that are on disk, and let out
        self._short: list[Short] = []
        self._last_query = 0
        self._deliver: Deliver | None = None
        self._undelivered: deque[tuple[int, Sequence[ledger.Head]]] = deque()  # each of a frame
        self._copy: Copy | None = None
        self._ledgers = ledger.Ledgers()
        self.head = Head(0, "")
        self._returned: list[object] = []  # lines, each with RETURNED, of which it is not told yet
        self.heads: tuple[ledger.Head, ...] = ()  # of the owners' ledgers, at the time of opening

    @classmethod
    def open(cls, path: Path) -> Scribe:
        """Start the scribe of a journal that exists or is to be made; JournalFileError if not."""
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", HAND_OVER_S, 0))
        with theirs:
            # -P: a folder `switch` that happens to lie where the command was typed is not ours.
            command = [sys.executable, "-P", "-m", clerk.__name__, str(theirs.fileno()), str(path)]
            # A group of its own: Ctrl-C, and a window that is closed, are told to the switch alone.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        scribe = cls(process, ours)
        try:
            while not scribe.head.hash:
                scribe.hear()
        except JournalError as error:
            scribe.close()
            raise JournalFileError(str(error)) from None
        scribe._handed_over = scribe.head.entries
        return scribe

    def deliver_to(self, deliver: Deliver) -> None:
        """From now on, tell this one the owners' heads as soon as a batch is confirmed."""
        self._deliver = deliver

    def copy_to(self, copy: Copy) -> None:
        """See `Journal.copy_to`; a batch is handed on before it is on disk."""
        self._copy = copy

    @property
    def may_send(self) -> bool:
        """Whether lines can be lent: not where owners' heads come before what leaves."""
        return self._deliver is None

    def append(self, entries: Sequence[Entry], messages: Mapping[int, bytes] = _NONE) -> int:
        """Hand entries over as one batch, and what leaves on which line when it is on disk; returns
        the number of the first entry.

        All of it is done when `done` has reached what `frames` is now.
        """
        return self._hand_over(entries, [item for pair in messages.items() for item in pair])

    def _hand_over(self, entries: Sequence[Entry], messages: Sequence[object]) -> int:
        first = self._handed_over + 1
        pack = self._packer.pack
        body = pack(entries) if entries else b""
        if self._copy is not None and entries:
            self._copy(body)
        after = self._ledgers.after(entries) if entries else ()
        self._ledgers.advance(after)  # what cannot be written is the last in any case
        heads = pack(after) if entries else b""
        if self._deliver is not None:
            self._undelivered.append((self.frames + 1, after))
        if self._returned:
            messages = [*self._returned, *messages]
            self._returned.clear()
        let_out = pack(messages) if messages else b""
        prefix = PREFIX.pack(len(body), len(heads), len(let_out))
        try:
            self._end.sendall(b"".join((prefix, body, heads, let_out)))
        except BlockingIOError:
            raise JournalError(_STUCK) from None
        except OSError:
            self._hear_the_last()
        self._handed_over += len(entries)
        self.frames += 1
        return first

    def lend(self, line: int, descriptor: int) -> None:
        """From now on, messages can be let out on this line, by its number."""
        news = self._packer.pack([line, LENT])
        try:
            socket.send_fds(self._end, [PREFIX.pack(0, 0, len(news)) + news], [descriptor])
        except OSError:
            self._hear_the_last()
        self.frames += 1

    def take_back(self, line: int) -> None:
        """The line is closed: its descriptor is needed no longer, as the scribe is told with what
        is handed over next, or by `let_go`. A frame for each would be answered each, and where all
        lines close at once nobody reads that: both ends would wait for the other."""
        self._returned += (line, RETURNED)

    def let_go(self) -> None:
        """Tell it now of the lines that were taken back, if it is not told yet."""
        if self._returned:
            self._hand_over((), ())

    def short(self) -> list[Short]:
        """What could not be sent, in order; its line is the switch's own again, and each is handed
        out once."""
        short, self._short = self._short, []
        return short

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
            raise JournalError(self._why)
        self._unpacker.feed(data)
        for message in self._unpacker:
            self._take(message)

    def _take(self, message: list[Any]) -> None:
        match message:
            case ["written", frames, entries, hash_, short]:
                self.head, self.done = Head(entries, hash_), frames
                self._short.extend(Short(*each) for each in short)
                if self._deliver is not None:
                    self._deliver_up_to(frames, self._deliver)
            case ["open", entries, hash_, heads, last_query]:
                self.head, self._last_query = Head(entries, hash_), last_query
                self.heads = tuple(ledger.Head(*head) for head in heads)
                self._ledgers = ledger.Ledgers(self.heads)
            case ["failed", str() as why]:
                self._why = why  # whoever meets the failure later says the same
                raise JournalError(why)
            case _:
                raise JournalError(_GONE)

    def _deliver_up_to(self, frames: int, deliver: Deliver) -> None:
        heads: list[ledger.Head] = []
        while self._undelivered and self._undelivered[0][0] <= frames:
            heads.extend(self._undelivered.popleft()[1])
        deliver(heads)

    def _hear_the_last(self) -> None:
        """The scribe has hung up: what it said before tells why."""
        while True:
            self.hear()
