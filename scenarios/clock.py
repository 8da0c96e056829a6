"""Virtual time: a clock that jumps from one event to the next, and a scheduler that repeats itself.

trio shuffles tasks that wake together, on purpose. A rehearsal must not depend on it: same seed,
same run, byte for byte. Two private names of trio make its scheduler deterministic; they are used
here alone, the version of trio is pinned, and tests/scenarios/test_clock.py notices if they go.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio
import trio.testing

from switch.terms import Instant

T = TypeVar("T")


class ScenarioClock:
    """The time that the switch sees: the scenario's start, plus what has passed of trio's clock."""

    def __init__(self, starts: Instant) -> None:
        self._starts = starts
        self._base = trio.current_time()

    def now(self) -> Instant:
        """The present instant of the scenario."""
        return self._starts + (trio.current_time() - self._base)


def run_virtually(play: Callable[[], Awaitable[T]], seed: int) -> T:
    """Run to the end in virtual time; what would be a minute's wait takes none.

    No thread and no socket may be on the way: the clock would jump over what they are doing.
    """
    from trio._core import _run as scheduler

    before = scheduler._ALLOW_DETERMINISTIC_SCHEDULING
    state = scheduler._r.getstate()
    # The name is declared Final because nobody but a test harness has business here: we are one.
    scheduler._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[misc]
    scheduler._r.seed(seed)
    try:
        return trio.run(play, clock=trio.testing.MockClock(autojump_threshold=0))
    finally:
        scheduler._ALLOW_DETERMINISTIC_SCHEDULING = before  # type: ignore[misc]
        scheduler._r.setstate(state)
