"""A stand-in: a terminal that the engine plays, in the same bytes as any other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import trio

from scenarios.script import Seat
from switch.errors import UsageError
from switch.wire.codec import Output, decode_output

STX, ETX = b"\x02", b"\x03"
READ_BYTES_MAX = 65_536


Said = Callable[[Seat, bytes], None]


class Frame(NamedTuple):
    """One message as it arrived at a terminal: its bytes without framing, and what they say."""

    raw: bytes
    output: Output


class StandIn:
    """One terminal on one end of a pair of memory streams, in STX...ETX framing."""

    def __init__(
        self,
        seat: Seat,
        stream: trio.abc.Stream,
        heard: Callable[[Seat, Frame], None],
        said: Said | None = None,
        control_prefix: str = "*",
    ) -> None:
        self.seat = seat
        self._stream = stream
        self._heard = heard
        self._said = said
        self._prefix = control_prefix
        self.cut = False  # the line is closed, by either end
        self._buffer = b""

    async def sign_on(self, secret: str | None) -> Frame:
        """Sign the seat's operator on; UsageError if the switch refuses."""
        words = ["SIGNON", self.seat.terminal, self.seat.operator, *([secret] if secret else [])]
        await self.say(" ".join(words).encode("ascii"))
        answer = await self._next()
        if answer is None or answer.output.mke == "ER":
            reason = answer.output.body if answer else "the line was closed"
            raise UsageError(f"seat `{self.seat.id}` cannot sign on: {reason}")
        return answer

    async def say(self, message: bytes) -> None:
        """Send one message; on a line that was cut, nobody hears it."""
        if self._said is not None:
            self._said(self.seat, message)
        with suppress(trio.BrokenResourceError):
            await self._stream.send_all(STX + message + ETX)

    async def hang_up(self) -> None:
        """The line is cut."""
        await self._stream.aclose()

    async def listen(self) -> None:
        """Report every message until the switch closes the line."""
        while (frame := await self._next()) is not None:
            self._heard(self.seat, frame)

    async def _next(self) -> Frame | None:
        while ETX not in self._buffer:
            chunk = await self._stream.receive_some(READ_BYTES_MAX)
            if not chunk:
                self.cut = True
                return None
            self._buffer += bytes(chunk)
        frame, _, self._buffer = self._buffer.partition(ETX)
        raw = frame.lstrip(b"\r\n").removeprefix(STX)
        return Frame(raw, decode_output(raw, control_prefix=self._prefix))
