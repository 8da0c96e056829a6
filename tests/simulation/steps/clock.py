"""Time passes, or jumps."""

from __future__ import annotations

from tests.simulation.room import Room
from tests.simulation.step import one_of, step


@step(10, seconds=one_of(0.2, 0.2, 1.0, 1.0, 4.0, 11.0, 35.0))
def waits(room: Room, seconds: float) -> None:
    """Time passes, and whoever is due is woken in time."""
    room.wait(seconds)


@step(1, seconds=one_of(3.0, 60.0, 4_000.0))
def sleeps(room: Room, seconds: float) -> None:
    """The machine stands still: all that was due comes at once."""
    room.clock.at += seconds
    room.pass_time()


@step(2, seconds=one_of(0.5, 5.0, 30.0))
def goes_back(room: Room, seconds: float) -> None:
    """The clock is set back."""
    room.clock.at -= seconds
