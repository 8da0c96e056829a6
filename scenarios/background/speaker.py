"""What is to be said in the background next, by the clock of a run."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from scenarios.background.messages import Spoken
from switch.terms import Instant

LATE_S_MAX = 2.0  # what is due for longer is left out: the clock was put forward over it


class Speaker:
    """Hands out messages when they are due."""

    def __init__(self, starts: Instant, said: Iterable[Spoken]) -> None:
        self._starts = starts
        self._waiting = deque(said)

    def next(self) -> Instant | None:
        """When the next is due."""
        return self._starts + self._waiting[0].at if self._waiting else None

    def skip(self, now: Instant) -> None:
        """What was due by now is not said: an earlier run of the same class has said it."""
        while self._waiting and self._starts + self._waiting[0].at <= now:
            self._waiting.popleft()

    def due(self, now: Instant) -> list[Spoken]:
        """What is due by now, in order."""
        found = []
        while self._waiting and self._starts + self._waiting[0].at <= now:
            one = self._waiting.popleft()
            if now - (self._starts + one.at) <= LATE_S_MAX:
                found.append(one)
        return found
