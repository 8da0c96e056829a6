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


class LessonClock:
    """A scenario's clock in a live run: at trio's pace, but it can stand and be put forward.

    It stands at the scenario's start until `go()`. Whoever moves it must wake the switch, which
    posting the note about it does.
    """

    def __init__(self, starts: Instant) -> None:
        self._shown = starts  # what it showed when it was last touched
        self._since: float | None = None  # trio's time then; None = it stands

    def now(self) -> Instant:
        """The present instant of the scenario."""
        if self._since is None:
            return self._shown
        return self._shown + (trio.current_time() - self._since)

    @property
    def stands(self) -> bool:
        """Whether it stands."""
        return self._since is None

    def go(self) -> None:
        """Start it, or go on after a pause."""
        if self._since is None:
            self._since = trio.current_time()

    def pause(self) -> None:
        """Let it stand."""
        self._shown, self._since = self.now(), None

    def skip_to(self, at: Instant) -> None:
        """Put it forward; never back."""
        shown = max(self.now(), at)
        self._since = None if self._since is None else trio.current_time()
        self._shown = shown


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
