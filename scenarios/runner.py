"""Plays a scenario from its start to its length, in virtual time, and judges it as it goes.

The judge says what is due; the runner does it: a word on the radio, an actor's message, a rule that
changes, a stand-in that acts. What is on record then goes back to the judge. The audience is told
everything in the order in which it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import trio

from scenarios.background.messages import spoken
from scenarios.background.speaker import Speaker
from scenarios.clock import ScenarioClock, run_virtually
from scenarios.course import Intervention, note
from scenarios.hands import Hands
from scenarios.result import Result
from scenarios.schedule import Due, Step
from scenarios.score import Judge
from scenarios.script import Cue, Expect, Fault, Seat
from scenarios.shelf import Opened
from scenarios.stage import Stage, refuse_waiting
from scenarios.standin import Frame
from switch.backend import Backend
from switch.core.record.journal import Entry
from switch.errors import WireroomError
from switch.shell.store import Journal
from switch.terms import BackendName, Instant

LATE_BY_S = 1.0  # how long after a window has closed a stand-in does what it is to do too late


class Cued(NamedTuple):
    """A row of the script happened, a fault began, or a stand-in begins to do a thing."""

    at: Instant
    row: Cue | Fault


class Recorded(NamedTuple):
    """A batch of journal entries was committed."""

    at: Instant
    entries: tuple[Entry, ...]


class Delivered(NamedTuple):
    """A message arrived at a seat."""

    at: Instant
    seat: Seat
    frame: Frame


Happening = Cued | Recorded | Delivered
Audience = Callable[[Happening], None]


class Played(NamedTuple):
    """A run that is over: its score, its journal, and every byte that a terminal got."""

    result: Result
    batches: tuple[tuple[Entry, ...], ...]
    delivered: tuple[Delivered, ...]

    @property
    def entries(self) -> list[Entry]:
        """The journal."""
        return [entry for batch in self.batches for entry in batch]


def play(
    opened: Opened,
    backends: Mapping[BackendName, Backend],
    *,
    seed: int | None = None,
    audience: Audience | None = None,
    omit: frozenset[str] = frozenset(),
    late: frozenset[str] = frozenset(),
    led: Sequence[Intervention] = (),
    stand_ins: Collection[str] | None = None,
) -> Played:
    """Play with perfect stand-ins; they sleep through `omit` and do `late` when it is too late.

    `led` is what a trainer does, each thing at its instant. `stand_ins` are the seats played from
    the start (None = all); at the others nobody acts until a stand-in is put there.

    WireroomError for what a person can mend; the switch's own faults come out as they are.
    """
    refuse_waiting(backends)
    chance = opened.script.seed if seed is None else seed
    runner = _Runner(opened, backends, audience, omit, late)
    runner.lead(led, opened.script.seats if stand_ins is None else stand_ins)
    runner.background(chance)
    try:
        return run_virtually(runner.run, chance)
    except BaseExceptionGroup as group:
        plain = _plain(group)
        if plain is None:
            raise
        raise plain from None


class _Runner:
    def __init__(
        self,
        opened: Opened,
        backends: Mapping[BackendName, Backend],
        audience: Audience | None,
        omit: frozenset[str],
        late: frozenset[str],
    ) -> None:
        self._opened = opened
        self._script = opened.script
        self._backends = backends
        self._audience = audience
        self._omit = omit
        self._late = set(late)
        self._postponed: list[Due] = []  # what stand-ins do too late
        self._judge = Judge(opened.script, opened.world, opened.script.seats)
        self._led: list[Intervention] = []
        self._speaker = Speaker(opened.script.starts, ())
        self._batches: list[tuple[Entry, ...]] = []
        self._delivered: list[Delivered] = []
        self._due: list[Due] = []
        self._woken = trio.Event()

    def lead(self, led: Sequence[Intervention], stand_ins: Collection[str]) -> None:
        """What a trainer will do, and which seats the engine plays from the start."""
        self._led = sorted(led, key=lambda moved: moved.at)
        self._judge = Judge(self._script, self._opened.world, stand_ins)

    def background(self, seed: int) -> None:
        """What is said beside the story."""
        one = self._opened
        said = spoken(one.script, one.world, one.formats, seed)
        self._speaker = Speaker(one.script.starts, said)

    async def run(self) -> Played:
        """From the first sign-on to the last answer."""
        journal, clock = Journal.in_memory(), ScenarioClock(self._script.starts)
        self._clock = clock
        self._stage = Stage(self._opened, self._backends, journal, clock, self._recorded)
        self._hands = Hands(self._opened, self._stage)
        self._judge.begin()
        async with trio.open_nursery() as nursery:
            await self._stage.set_up(nursery, self._heard)
            await self._direct()
            self._stage.strike()
        journal.close()
        end, ended = self._script.starts + self._script.length, self._judge.ended_at
        result = self._judge.end(end if ended is None else ended)
        return Played(result, tuple(self._batches), tuple(self._delivered))

    # --- the script ---------------------------------------------------------------------------

    async def _direct(self) -> None:
        """Do what is due until the scenario's time is up."""
        end = self._script.starts + self._script.length
        while True:
            self._due += self._judge.on_deadline(self._clock.now())
            self._due += self._no_longer_postponed()
            self._post_moves()
            while self._due:
                await self._do(self._due.pop(0))
            for said in self._speaker.due(self._clock.now()):
                await self._stage.people[said.seat].say(said.raw)
            now = self._clock.now()
            if now >= end or self._judge.ended_at is not None:
                return
            times = [self._judge.next_deadline() or end, *(one.at for one in self._postponed)]
            times += [moved.at for moved in self._led]
            deadline = min(*times, self._speaker.next() or end, end)
            with trio.move_on_after(max(0.0, deadline - now)):
                await self._woken.wait()
            self._woken = trio.Event()

    def _no_longer_postponed(self) -> list[Due]:
        now = self._clock.now()
        due = [one for one in self._postponed if one.at <= now]
        self._postponed = [one for one in self._postponed if one.at > now]
        return due

    def _post_moves(self) -> None:
        """What the trainer does goes on record, and takes effect from there."""
        now = self._clock.now()
        while self._led and self._led[0].at <= now:
            self._stage.switch.post(note(self._led.pop(0)))

    async def _do(self, due: Due) -> None:
        row = due.row
        if row.id in self._omit:
            return
        if isinstance(row, Expect) and row.id in self._late:
            self._late.discard(row.id)
            wait = row.within - row.ideal + LATE_BY_S
            self._postponed.append(due._replace(at=due.at + wait))
            return
        if due.step is not Step.LIFT:
            self._tell(Cued(due.at, row))
        await self._hands.do(due)

    # --- what comes of it ---------------------------------------------------------------------

    def _recorded(self, entries: Sequence[Entry]) -> None:
        batch = tuple(entries)
        self._batches.append(batch)
        for entry in batch:
            self._due += self._judge.observe(entry)
        self._tell(Recorded(self._clock.now(), batch))
        self._woken.set()

    def _heard(self, seat: Seat, frame: Frame) -> None:
        delivered = Delivered(self._clock.now(), seat, frame)
        self._delivered.append(delivered)
        self._tell(delivered)

    def _tell(self, happening: Happening) -> None:
        if self._audience is not None:
            self._audience(happening)


def _plain(group: BaseExceptionGroup[BaseException]) -> BaseException | None:
    """What a person did or can mend, out of a nursery's group; None for a fault of ours.

    Not with `except*`, which would wrap what is raised in a group again.
    """
    for error in group.exceptions:
        inner = _plain(error) if isinstance(error, BaseExceptionGroup) else error
        if isinstance(inner, WireroomError | KeyboardInterrupt | SystemExit | BrokenPipeError):
            return inner
    return None


__all__ = ["Audience", "Cued", "Delivered", "Happening", "Played", "Recorded", "play"]
