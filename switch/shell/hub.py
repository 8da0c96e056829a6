"""All plain TCP lines in one task, by an epoll of their own (Linux).

An epoll is itself something one can wait for: trio waits for the hub's epoll, and one wake-up
serves every line that has something to say. That is what makes the cost of a message independent
of trio's price per wake-up. Other systems and other kinds of lines use `attached`.
"""

from __future__ import annotations

import select

import structlog
import trio

from switch.shell.app import Switch
from switch.shell.connection import Connection
from switch.shell.transport import SocketLine

# Lines served per wake-up before other tasks get their turn; the rest come with the next one.
LINES_PER_TURN_MAX = 512

# What a line is waited for: something to read, and to be told with it that nothing comes after it.
_SAID = getattr(select, "EPOLLIN", 0)  # 0: another system, and no hub
_SAYS = _SAID | getattr(select, "EPOLLRDHUP", 0)

_Ready = list[tuple[int, int]]  # a descriptor, and what is to be said of it

log = structlog.get_logger("wireroom.hub")


class Hub:
    """Reads every line added to it, until it is cancelled."""

    available = hasattr(select, "epoll")

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._epoll = select.epoll()
        self._connections: dict[int, tuple[SocketLine, Connection]] = {}
        self._ending: set[int] = set()  # lines that are not read any more, and still answered
        self._nursery: trio.Nursery | None = None
        self._scribe = switch.recorder.scribe()  # its confirmations come in with the lines
        if self._scribe is not None:
            self._epoll.register(self._scribe, select.EPOLLIN)

    def add(self, line: SocketLine) -> None:
        """Serve a line from now on; one that comes while the hub ends is given back."""
        if self._epoll.closed:
            line.close()
            return
        connection = self._switch.open(line)
        if connection is not None:
            self._connections[line.descriptor] = line, connection
            self._switch.recorder.lend(connection, line.descriptor)
            self._epoll.register(line.descriptor, _SAYS)

    async def run(self) -> None:
        """Serve, one turn per wake-up."""
        recorder, epoll = self._switch.recorder, self._epoll
        async with trio.open_nursery() as self._nursery:
            try:
                while True:
                    await trio.lowlevel.wait_readable(epoll.fileno())
                    if self._switch.over:
                        return
                    told = epoll.poll(0, LINES_PER_TURN_MAX)
                    ready = [each for each in told if each[0] != self._scribe]
                    if len(ready) < len(told):
                        recorder.hear()
                    # What was read is answered before more is read: a line cannot run far ahead of
                    # its answers, and nobody ahead of the disk.
                    if recorder.full:
                        await recorder.room() if self._scribe is None else await self._disk()
                    elif self._read(ready):
                        self._switch.turn()
            finally:
                epoll.close()

    async def _disk(self) -> None:
        """Wait for the disk alone: lines that have something to say would only wake us."""
        assert self._scribe is not None
        await trio.lowlevel.wait_readable(self._scribe)
        self._switch.recorder.hear()

    def _read(self, ready: _Ready) -> bool:
        """Read the lines that have something to say; whether the switch was told anything.

        First all are read, then all is decoded: going back and forth between the system and the
        codec costs more than either.
        """
        connections = self._connections
        chunks = [connections[descriptor][0].receive_now() for descriptor, _ in ready]
        something = False
        for (descriptor, says), chunk in zip(ready, chunks, strict=True):
            if chunk is None:
                continue
            something = True
            try:
                self._take(descriptor, chunk)
                if says != _SAID and chunk:
                    self._take_end(descriptor)
            except Exception:
                # One line's fault must not end the others, whatever it is.
                log.exception("line failed")
                self._end_now(descriptor)
        return something

    def _take(self, descriptor: int, chunk: bytes) -> None:
        """What came in on one line; nothing means that its far end is done, or gone."""
        connection = self._connections[descriptor][1]
        if connection.closed or (not chunk and descriptor in self._ending):
            self._end_now(descriptor)
            return
        if chunk:
            self._switch.receive(connection, chunk)
        if not chunk or connection.session.broken:
            self._ending.add(descriptor)
            self._epoll.modify(descriptor, 0)  # to be told only that it is gone altogether
            self._switch.end(connection)
        elif connection.unsent:
            assert self._nursery is not None
            self._epoll.modify(descriptor, 0)
            self._nursery.start_soon(self._resume, descriptor, connection)

    def _take_end(self, descriptor: int) -> None:
        """The far end has hung up behind what was read: that has happened before whatever another
        line brings in this turn, such as the sign-on of whoever hung up and came back at once."""
        if descriptor in self._connections and descriptor not in self._ending:
            rest = self._connections[descriptor][0].receive_now()
            if rest is not None:
                self._take(descriptor, rest)

    def _end_now(self, descriptor: int) -> None:
        _, connection = self._connections.pop(descriptor)
        self._ending.discard(descriptor)
        self._epoll.unregister(descriptor)
        self._switch.close(connection)

    async def _resume(self, descriptor: int, connection: Connection) -> None:
        """A line that does not read is not read either, until it has taken what waits for it."""
        await connection.wait_sent()
        known = self._connections.get(descriptor)  # the number may be another line's by now
        if known is not None and known[1] is connection and descriptor not in self._ending:
            self._epoll.modify(descriptor, _SAYS)
