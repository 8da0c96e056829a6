"""The wall clock: the machine's time, which never goes back."""

from __future__ import annotations

from switch.shell.clock import WallClock


def test_it_tells_a_time_of_this_century_and_never_goes_back():
    clock = WallClock()
    readings = [clock.now() for _ in range(100)]
    assert readings == sorted(readings)
    assert readings[0] > 1_700_000_000
