"""The disk is slow, full, or loses its power; the switch or the whole machine is killed."""

from __future__ import annotations

from tests.simulation.room import Room
from tests.simulation.step import one_of, step


@step(4)
def disk_is_lazy(room: Room) -> None:
    """Nothing is written until a step says so."""
    room.lazy_disk = True


@step(7, size=one_of(3, 500, "one", "one", "all"))
def disk_writes(room: Room, size: int | str) -> None:
    """A lazy disk writes a little, one batch, or all, and the switch hears of it."""
    sizes = {"one": room.scribe.first, "all": room.scribe.owed}
    room.write(min(sizes.get(size, size), room.scribe.owed))  # type: ignore[arg-type,type-var]
    room.hear()


@step(2)
def disk_writes_unheard(room: Room) -> None:
    """All is on disk, and the switch does not know it yet."""
    room.write(room.scribe.owed)


@step(4)
def disk_is_quick(room: Room) -> None:
    """All is written at once again."""
    room.lazy_disk = False


@step(1, machine=one_of(True, False))
def is_killed(room: Room, machine: bool) -> None:
    """`kill -9`, or the whole machine loses its power: between two writes."""
    room.crash(machine=machine)


@step(1, write=one_of(0, 1, 2, 3, 4, 5))
def loses_power_in_a_write(room: Room, write: int) -> None:
    """The power fails at one of the next writes to the disk."""
    room.disk.lose_power_at(write)


@step(1, sends=one_of(0, 0, 1, 3))
def loses_power_before_it_has_sent(room: Room, sends: int) -> None:
    """All is written, and not all of it sent on the lines that are lent to the scribe."""
    room.sends_left = sends


@step(1)
def scribe_is_killed(room: Room) -> None:
    """The switch finds itself without its scribe, and ends: nothing more can be put on record."""
    room.scribe.die()


@step(1)
def disk_is_full(room: Room) -> None:
    """No more can be written: the switch must end; somebody makes room and starts it again."""
    room.disk.fill()
