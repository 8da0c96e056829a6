"""The one place that reads the wall clock. Everything else is given `now`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from switch.terms import Instant


class Clock(Protocol):
    """What time it is for the switch; it must advance at the pace of trio's own clock."""

    def now(self) -> Instant:
        """The present instant, in seconds since 1970 (UTC); never goes back within one run."""
        ...


LOOKS = 5  # at both clocks, of which the quickest counts


def ahead(wall: Callable[[], float], steady: Callable[[], float]) -> float:
    """How far one clock is ahead of the other, which is read before and after it: where somebody
    else has his turn between two looks, the clocks would seem to differ by as much, for good."""
    found, before = list[tuple[float, float]](), steady()
    for _ in range(LOOKS):
        shown, after = wall(), steady()
        found.append((after - before, shown - (before + after) / 2))
        before = after
    return min(found)[1]


class WallClock:
    """The machine's time, anchored once so that a step of the system clock cannot turn it back."""

    def __init__(self) -> None:
        self._offset = ahead(time.time, time.monotonic)

    def now(self) -> Instant:
        """Seconds since 1970."""
        return self._offset + time.monotonic()
