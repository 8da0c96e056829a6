"""Backends and lines that misbehave as a scenario says, while it says so.

Nothing here is left to chance: the same fault does the same thing to the same message every time.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import trio

from scenarios.script import Fault, FaultKind
from switch.backend import Backend, Query, Reply
from switch.shell.clock import Clock
from switch.shell.transport import Line
from switch.terms import Instant

LATE_BY_S = 5.0  # how long after the switch has given up, where a fault does not say
FRAME_BYTES_MAX = 1_048_576  # of a frame without an end: more of it goes through as it is
_OUT_OF_SERVICE = "out of service, as the scenario says"
_ETX = b"\x03"
_DAMAGED = "#"
_DAMAGED_EVERY = 5  # characters


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one backend or one line, in the order of the file."""

    faults: Sequence[Fault]
    starts: Instant
    clock: Clock

    def now(self) -> Mapping[FaultKind, Fault]:
        """Those that hold at this moment; of two of a kind, the one that takes longer."""
        elapsed = self.clock.now() - self.starts
        lasting = [fault for fault in self.faults if fault.lasts(elapsed)]
        return {fault.kind: fault for fault in sorted(lasting, key=lambda f: f.takes or 0.0)}


class FaultyBackend:
    """What is asked while a fault lasts gets that fault.

    A slow, late or lost answer keeps its worker busy for as long; what else arrives waits in the
    backend's inbox, where access rules that take effect find it.
    """

    def __init__(self, backend: Backend, faults: Faults, reply_timeout_s: float) -> None:
        self._backend = backend
        self._faults = faults
        self._reply_timeout_s = reply_timeout_s

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """The backend's own answers, and what becomes of them."""
        faults = self._faults.now()
        if FaultKind.CRASH in faults:
            raise RuntimeError("crashed, as the scenario says")
        if FaultKind.OUTAGE in faults:
            return [Reply(query.id, error=_OUT_OF_SERVICE) for query in batch]
        await trio.sleep(self._takes(faults))
        if FaultKind.DROP in faults:
            return []
        replies = self._backend.answer(batch)
        if inspect.isawaitable(replies):
            replies = await replies
        if FaultKind.GARBLE in faults:
            replies = [_garbled(reply) for reply in replies]
        if FaultKind.DUPLICATE in faults:
            replies = [reply for reply in replies for _ in range(2)]
        return replies

    def _takes(self, faults: Mapping[FaultKind, Fault]) -> float:
        takes = 0.0
        if FaultKind.SLOW in faults:
            takes = faults[FaultKind.SLOW].takes or 0.0
        if FaultKind.LATE in faults:
            late = faults[FaultKind.LATE].takes
            takes = max(takes, self._reply_timeout_s + LATE_BY_S if late is None else late)
        if FaultKind.DROP in faults:  # until the switch has told the terminal that nothing came
            takes = max(takes, self._reply_timeout_s + 0.001)
        return takes

    def close(self) -> None:
        """Give everything back."""
        self._backend.close()


def _garbled(reply: Reply) -> Reply:
    records = tuple({code: _damaged(text) for code, text in one.items()} for one in reply.records)
    return reply._replace(records=records)


def _damaged(text: str) -> str:
    """Every fifth character is lost."""
    return "".join(_DAMAGED if n % _DAMAGED_EVERY == 0 else c for n, c in enumerate(text, 1))


class FaultyLine:
    """The switch's end of a line that damages, loses, delays or repeats what the terminal sends.

    In an outage it carries nothing, either way. Cutting it is the stage's business.
    """

    def __init__(self, line: Line, faults: Faults) -> None:
        self._line = line
        self._faults = faults
        self._buffer = b""

    async def receive(self) -> bytes:
        """See `switch.shell.transport.Line`; whole messages where a fault lasts."""
        while True:
            chunk = await self._line.receive()
            self._buffer += chunk
            whole, found, rest = self._buffer.rpartition(_ETX)
            if not chunk or not self._faults.now() or len(self._buffer) > FRAME_BYTES_MAX:
                passed, self._buffer = self._buffer, b""
                return passed
            if not found:
                continue
            self._buffer = rest
            passed = b""
            for frame in whole.split(_ETX):
                passed += await self._through(frame + _ETX)
            if passed:
                return passed

    async def _through(self, frame: bytes) -> bytes:
        faults = self._faults.now()
        if FaultKind.SLOW in faults:
            await trio.sleep(faults[FaultKind.SLOW].takes or 0.0)
        if FaultKind.OUTAGE in faults or FaultKind.DROP in faults:
            return b""
        if FaultKind.GARBLE in faults:
            head, text = frame[:1], frame[1:-1].decode("latin-1")
            frame = head + _damaged(text).encode("latin-1") + _ETX
        return frame * 2 if FaultKind.DUPLICATE in faults else frame

    @property
    def half_closes(self) -> bool:
        """See `switch.shell.transport.Line`."""
        return self._line.half_closes

    @property
    def ended(self) -> bool:
        """See `Line`."""
        return self._line.ended

    @property
    def peer(self) -> str:
        """See `Line`."""
        return self._line.peer

    def send_now(self, data: bytes) -> int:
        """See `switch.shell.transport.Line`."""
        return len(data) if FaultKind.OUTAGE in self._faults.now() else self._line.send_now(data)

    async def wait_writable(self) -> None:
        """See `switch.shell.transport.Line`."""
        await self._line.wait_writable()

    def hang_up(self) -> None:
        """See `switch.shell.transport.Line`."""
        self._line.hang_up()

    def close(self) -> None:
        """See `switch.shell.transport.Line`."""
        self._line.close()
