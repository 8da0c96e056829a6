"""When legs run out of time: one queue per length of time, each in the order of its instants.

All legs of a backend have the same time to be answered, so what is due first stands first, and a
leg that has ended, or has another deadline by now, is dropped when it comes to the front. Cheaper
than a heap, which would hold every ended leg until its instant has passed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from switch.core.inquiry.exchange import Leg, LegState
from switch.terms import Instant


class Deadlines:
    """Legs and the instants at which they are due."""

    __slots__ = ("_queues",)

    def __init__(self) -> None:
        self._queues: dict[float, deque[tuple[Instant, Leg]]] = {}

    def add(self, leg: Leg, now: Instant, duration_s: float) -> None:
        """Due that long from now."""
        queue = self._queues.get(duration_s)
        if queue is None:
            queue = self._queues[duration_s] = deque()
        _drop_stale(queue)
        leg.due = now + duration_s
        queue.append((leg.due, leg))

    def next(self) -> Instant | None:
        """The first instant at which a leg that has not ended is due."""
        first: Instant | None = None
        for queue in self._queues.values():
            _drop_stale(queue)
            if queue and (first is None or queue[0][0] < first):
                first = queue[0][0]
        return first

    def due(self, now: Instant) -> Iterator[Leg]:
        """Every leg that is due, those due earlier first; each is handed out once."""
        while (first := self.next()) is not None and first <= now:
            queue = min((q for q in self._queues.values() if q), key=lambda q: q[0][0])
            yield queue.popleft()[1]


def _drop_stale(queue: deque[tuple[Instant, Leg]]) -> None:
    while queue and (queue[0][1].state is LegState.DONE or queue[0][1].due != queue[0][0]):
        queue.popleft()
