"""A terminal as a program: signs on, sends frames, reads the answers. It knows the line only."""

from __future__ import annotations

from types import TracebackType

import trio

from switch.errors import UsageError
from switch.wire.codec import Output, decode_output

STX, ETX = b"\x02", b"\x03"
ANSWER_BYTES_MAX = 65_536
READ_BYTES_MAX = 65_536


class Client:
    """One line in STX...ETX framing; use it in `async with`."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._received = b""

    @classmethod
    async def connect(cls, host: str, port: int, *, within_s: float = 5.0) -> Client:
        """Connect to a switch; UsageError if none answers there."""
        try:
            with trio.fail_after(within_s):
                return cls(await trio.open_tcp_stream(host, port))
        except (OSError, trio.TooSlowError):
            fix = "start one: wireroom serve golden-state --listen HOST:PORT"
            raise UsageError(f"no switch answers at {host}:{port}", fix) from None

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await trio.aclose_forcefully(self._stream)

    async def send(self, message: bytes) -> None:
        """Send one message in a frame of its own; UsageError if the switch is gone."""
        try:
            await self._stream.send_all(STX + message + ETX)
        except trio.BrokenResourceError:
            raise UsageError("the switch closed the line", "see its log") from None

    async def receive(self) -> Output | None:
        """The next message, decoded; None when the switch closed the line."""
        while ETX not in self._received:
            if len(self._received) > ANSWER_BYTES_MAX:
                raise UsageError(f"an answer is longer than {ANSWER_BYTES_MAX} bytes")
            try:
                chunk = await self._stream.receive_some(READ_BYTES_MAX)
            except trio.BrokenResourceError:
                chunk = b""
            if not chunk:
                return None
            self._received += chunk
        frame, _, self._received = self._received.partition(ETX)
        return decode_output(frame.lstrip(b"\r\n").removeprefix(STX))

    async def sign_on(self, terminal: str, operator: str, secret: str | None = None) -> Output:
        """Sign on and return the switch's answer: SM if it worked, ER if not."""
        words = ["SIGNON", terminal, operator, *([secret] if secret else [])]
        await self.send(" ".join(words).encode("ascii", "replace"))
        answer = await self.receive()
        if answer is None:
            raise UsageError("the switch closed the line instead of answering", "see its log")
        return answer
