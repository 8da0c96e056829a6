"""Backends that misbehave as a scenario says. So far: `slow`."""

from __future__ import annotations

from collections.abc import Sequence

import trio

from scenarios.script import Fault
from switch.backend import InlineBackend, Query, Reply
from switch.clock import Clock
from switch.terms import Instant


class SlowBackend:
    """Answers asked while a fault lasts take as long as the fault says; the worker is busy so long.

    What else arrives waits in the backend's inbox, where access rules that take effect find it.
    """

    def __init__(
        self, backend: InlineBackend, faults: Sequence[Fault], starts: Instant, clock: Clock
    ) -> None:
        self._backend = backend
        self._faults = faults
        self._starts = starts
        self._clock = clock

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """The backend's own answers, later."""
        elapsed = self._clock.now() - self._starts
        takes = max((f.takes for f in self._faults if f.at <= elapsed < f.until), default=0.0)
        await trio.sleep(takes)
        return self._backend.answer(batch)

    def close(self) -> None:
        """Give everything back."""
        self._backend.close()
