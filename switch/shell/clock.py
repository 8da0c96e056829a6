"""The one place that reads the wall clock. Everything else is given `now`."""

from __future__ import annotations

import time
from typing import Protocol

from switch.terms import Instant


class Clock(Protocol):
    """What time it is for the switch; it must advance at the pace of trio's own clock."""

    def now(self) -> Instant:
        """The present instant, in seconds since 1970 (UTC); never goes back within one run."""
        ...


class WallClock:
    """The machine's time, anchored once so that a step of the system clock cannot turn it back."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> Instant:
        """Seconds since 1970."""
        return self._offset + time.monotonic()
