"""One run: planned from its seed, played step by step, healed, drained; shortened if it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from switch.errors import JournalError
from switch.terms import BackendName
from tests.simulation import steps
from tests.simulation.disk import MemoryDisk, PowerCut
from tests.simulation.promise import Broken, Promise
from tests.simulation.promises import PROMISES
from tests.simulation.room import Room, place
from tests.simulation.step import Dice, Step, drawn

assert steps.__all__  # the kinds are on the list once their modules are imported

STEPS = 120  # of one run
AT_FIRST = 3  # steps in which terminals connect
DRAIN_S = 60.0
DRAINS = 6


@dataclass(frozen=True, slots=True)
class Failure:
    """A promise that was broken: which, and the steps that led there."""

    seed: int
    promise: str
    what: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        lines = [f"seed {self.seed}: {self.promise}", f"    {self.what}", "after these steps:"]
        return "\n".join([*lines, *(f"    {n:3} {one}" for n, one in enumerate(self.steps, 1))])


def planned(seed: int, count: int = STEPS) -> list[Step]:
    """The steps of a seed."""
    dice = Dice(seed)
    found = [drawn(dice, "connects") for _ in range(AT_FIRST)]
    for number in range(AT_FIRST, count):
        dice.number = number
        found.append(drawn(dice))
    return found


def room_of(seed: int, *watching: Promise) -> Room:
    """The room of a seed: which databases answer at once, and which are waited for."""
    names = sorted(place()[0].backends)
    random = Random(f"room {seed}")
    inline = frozenset(BackendName(name) for name in names if random.random() < 0.4)
    return Room(MemoryDisk(), inline, [*watching, *(promise() for promise in PROMISES)])


def play(seed: int, plan: Sequence[Step], *watching: Promise) -> Failure | None:
    """Play it; the first promise that is broken, with the steps up to there."""
    done: list[Step] = []
    try:
        room = room_of(seed, *watching)
        for one in plan:
            done.append(one)
            take(room, one)
        heal(room)
    except Broken as broken:
        return Failure(seed, _whose(broken), str(broken), tuple(done))
    except Exception as fault:
        return Failure(seed, "an error", f"{type(fault).__name__}: {fault}", tuple(done))
    return None


def take(room: Room, one: Step) -> None:
    """One step, and what comes of it."""
    try:
        one.kind.happens(room, **one.given)
    except PowerCut:
        room.crash(machine=True)
    except JournalError:
        room.crash(machine=False)
    room.settle()


def heal(room: Room) -> None:
    """No more faults: all that was held back comes, and every time limit passes."""
    room.lazy_disk = False
    room.held_back.clear()
    room.slow.clear()
    room.moods.clear()
    room.settle()
    for _ in range(DRAINS):
        room.wait(DRAIN_S)
    for promise in room.promises:
        promise.drained()


def _whose(broken: Broken) -> str:
    """The promise that raised it."""
    trace, found = broken.__traceback__, "the simulation"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if ".promises." in name:
            found = str(trace.tb_frame.f_globals["__doc__"]).splitlines()[0]
        trace = trace.tb_next
    return found


def failure_of(seed: int, *, short: bool = True) -> Failure | None:
    """Play a seed; a failure is made short."""
    failure = play(seed, planned(seed))
    return shortened(failure) if failure and short else failure


SHORTENING_MAX = 600  # runs


def shortened(failure: Failure) -> Failure:
    """The same promise broken by fewer steps: pieces are left out as long as that goes."""
    size, left = len(failure.steps) // 2, SHORTENING_MAX
    while size and left:
        at, smaller = 0, False
        while at < len(failure.steps) and left:
            left -= 1
            without = failure.steps[:at] + failure.steps[at + size :]
            found = play(failure.seed, without)
            if found is not None and found.promise == failure.promise:
                failure, smaller = found, True
            else:
                at += size
        if not smaller:
            size //= 2
    return failure
