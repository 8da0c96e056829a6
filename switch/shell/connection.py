"""One line as the switch holds it: its session, and what waits to be sent on it.

The switch calls `send()` after the journal's commit. A line whose far end does not read is not read
either, and holds up nobody else.
"""

from __future__ import annotations

import structlog
import trio

from switch.shell.transport import BrokenLine, Line
from switch.terms import LineId
from switch.wire.session import Session

GONE = "its far end is gone"

log = structlog.get_logger("wireroom.line")


class Connection:
    """A line, its session and its outbox."""

    __slots__ = (
        "_draining",
        "_gone",
        "_outbox_max",
        "_sent",
        "_unsent",
        "closed",
        "id",
        "lent",
        "line",
        "session",
    )

    def __init__(self, id: LineId, line: Line, session: Session, outbox_bytes_max: int) -> None:
        self.id = id
        self.line = line
        self.session = session
        self.closed = False
        self.lent = False  # to the journal's process, which sends on it
        self._outbox_max = outbox_bytes_max
        self._unsent = b""
        self._draining = False
        self._sent: trio.Event | None = None
        self._gone: trio.Event | None = None

    @property
    def unsent(self) -> bool:
        """Whether bytes wait because the far end does not read."""
        return self._draining

    def send(self, data: bytes) -> bool:
        """Send as far as the line takes it; False if `drain()` must be started for the rest."""
        if self.closed:
            return True
        if self._draining:
            self._keep(self._unsent + data)
            return True
        try:
            taken = self.line.send_now(data)
        except BrokenLine:
            self.close(GONE)
            return True
        if taken == len(data):
            return True
        self._keep(data[taken:])
        self._draining = not self.closed
        return self.closed

    def _keep(self, unsent: bytes) -> None:
        """Keep what the far end does not read, up to a limit: beyond it the line is hung up."""
        self._unsent = unsent
        if len(unsent) > self._outbox_max:
            self.close(f"it does not read: {len(unsent)} bytes wait for it")

    async def drain(self) -> None:
        """Send the rest as the far end reads it; ends when nothing is left or the line is gone."""
        try:
            while self._unsent and not self.closed:
                await self.line.wait_writable()
                taken = self.line.send_now(self._unsent)
                self._unsent = self._unsent[taken:]
        except BrokenLine:
            self.close(GONE)
        self._draining = False
        if self._sent is not None:
            self._sent.set()
            self._sent = None

    async def wait_sent(self) -> None:
        """Until nothing waits to be sent any more."""
        if self._draining:
            if self._sent is None:
                self._sent = trio.Event()
            await self._sent.wait()

    async def wait_closed(self) -> None:
        """Until either end has hung up, for a driver that does not read the line any more."""
        if not self.closed:
            if self._gone is None:
                self._gone = trio.Event()
            await self._gone.wait()

    async def close_when_sent(self, grace_s: float, why: str) -> None:
        """Hang up after all that was sent has left, if the far end takes it within `grace_s`."""
        with trio.move_on_after(grace_s):
            await self.wait_sent()
        self.close(why)

    def close(self, why: str) -> None:
        """Hang up; whoever reads the line notices, and gives it back. The first reason counts."""
        if not self.closed:
            self.closed = True
            log.info("line closed", line=self.id, reason=why)
            self.line.hang_up()
            if self._gone is not None:
                self._gone.set()
