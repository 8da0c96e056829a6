"""The wall clock: the machine's time, which never goes back."""

from __future__ import annotations

import pytest

from switch.shell.clock import LOOKS, WallClock, ahead


def test_it_tells_a_time_of_this_century_and_never_goes_back():
    clock = WallClock()
    readings = [clock.now() for _ in range(100)]
    assert readings == sorted(readings)
    assert readings[0] > 1_700_000_000


class Interrupted:
    """The two clocks of a process that has to wait for its turn now and then."""

    def __init__(self, *waits: float) -> None:
        self._waits = iter(waits)
        self._passed = 100.0

    def steady(self) -> float:
        self._passed += next(self._waits)
        return self._passed

    def wall(self) -> float:
        self._passed += next(self._waits)
        return 1_000.0 + self._passed


@pytest.mark.parametrize("undisturbed", range(LOOKS))
def test_whoever_is_interrupted_while_he_sets_it_is_not_late_for_good(undisturbed):
    waits = [0.25] * (2 * LOOKS + 1)
    waits[2 * undisturbed + 1] = waits[2 * undisturbed + 2] = 1e-6
    clocks = Interrupted(*waits)
    assert ahead(clocks.wall, clocks.steady) == pytest.approx(1_000.0, abs=1e-5)
