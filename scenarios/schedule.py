"""What is due when: steps of a run in the order of time, and at one instant in the file's order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from scenarios.script import Cue, Fault
from switch.terms import Instant


class Step(Enum):
    """What is due."""

    FIRE = "an inject or an access row happens, or a fault begins"
    LIFT = "a fault ends"
    OPEN = "an expectation's window opens"
    ACT = "a stand-in does what is expected"
    MISS = "an expectation's window has closed"


class Due(NamedTuple):
    """Something for whoever runs the scenario to do, at that instant."""

    at: Instant
    step: Step
    row: Cue | Fault


class _Planned(NamedTuple):
    at: Instant
    place: int
    number: int
    due: Due


class Schedule:
    """Steps to come; rows are ordered as `rows` names them."""

    def __init__(self, rows: Iterable[str]) -> None:
        self._places = {row: place for place, row in enumerate(rows)}
        self._heap: list[_Planned] = []
        self._planned = 0

    def plan(self, at: Instant, step: Step, row: Cue | Fault) -> None:
        """One more step."""
        self._planned += 1
        place = self._places[row.id]
        heapq.heappush(self._heap, _Planned(at, place, self._planned, Due(at, step, row)))

    def drop(self, step: Step, row: str) -> None:
        """Forget these steps of that row."""
        kept = [one for one in self._heap if one.due.step is not step or one.due.row.id != row]
        heapq.heapify(kept)
        self._heap = kept

    def next(self) -> Instant | None:
        """When the next step is due."""
        return self._heap[0].at if self._heap else None

    def pop(self, now: Instant) -> Due | None:
        """The next step, if it is due by now."""
        if not self._heap or self._heap[0].at > now:
            return None
        return heapq.heappop(self._heap).due

    def upcoming(self, step: Step) -> list[Due]:
        """The steps of this kind that are planned, in order."""
        return [one.due for one in sorted(self._heap) if one.due.step is step]
