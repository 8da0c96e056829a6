"""Plays a scenario from its start to its length, in virtual time, and judges it as it goes.

The judge says what is due; the runner does it: a word on the radio, an actor's message, a rule that
changes, a stand-in that acts. What is on record then goes back to the judge. The audience is told
everything in the order in which it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, assert_never

import trio

from scenarios.check import complete
from scenarios.clock import ScenarioClock, run_virtually
from scenarios.result import Result
from scenarios.schedule import Due, Step
from scenarios.score import Judge
from scenarios.script import Access, Cue, Expect, Fault, FaultKind, Inject, Seat, Sends
from scenarios.shelf import Opened
from scenarios.stage import Stage
from scenarios.standin import Frame
from scenarios.trial import rule_table
from switch.backend import Backend
from switch.core.events import RuleAdded, RuleWithdrawn
from switch.core.journal import Entry
from switch.errors import WireroomError
from switch.store import Journal
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
) -> Played:
    """Play with perfect stand-ins; they sleep through `omit` and do `late` when it is too late.

    WireroomError for what a person can mend; the switch's own faults come out as they are.
    """
    runner = _Runner(opened, backends, audience, omit, late)
    try:
        return run_virtually(runner.run, opened.script.seed if seed is None else seed)
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
        self._batches: list[tuple[Entry, ...]] = []
        self._delivered: list[Delivered] = []
        self._due: list[Due] = []
        self._woken = trio.Event()
        self._controls = self._script.controls

    async def run(self) -> Played:
        """From the first sign-on to the last answer."""
        journal, clock = Journal.in_memory(), ScenarioClock(self._script.starts)
        self._clock = clock
        self._stage = Stage(self._opened, self._backends, journal, clock, self._recorded)
        self._judge.begin()
        async with trio.open_nursery() as nursery:
            await self._stage.set_up(nursery, self._heard)
            await self._direct()
            self._stage.strike()
        journal.close()
        result = self._judge.end(self._script.starts + self._script.length)
        return Played(result, tuple(self._batches), tuple(self._delivered))

    # --- the script ---------------------------------------------------------------------------

    async def _direct(self) -> None:
        """Do what is due until the scenario's time is up."""
        end = self._script.starts + self._script.length
        while True:
            self._due += self._judge.on_deadline(self._clock.now())
            self._due += self._no_longer_postponed()
            while self._due:
                await self._do(self._due.pop(0))
            now = self._clock.now()
            if now >= end:
                return
            times = [self._judge.next_deadline() or end, *(due.at for due in self._postponed)]
            deadline = min(*times, end)
            with trio.move_on_after(max(0.0, deadline - now)):
                await self._woken.wait()
            self._woken = trio.Event()

    def _no_longer_postponed(self) -> list[Due]:
        now = self._clock.now()
        due = [one for one in self._postponed if one.at <= now]
        self._postponed = [one for one in self._postponed if one.at > now]
        return due

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
        match row:
            case Fault():
                await self._fault(due.step, row)
            case Inject():
                if row.sends is not None and row.actor is not None:
                    await self._say(row.actor, row.id, row.sends)
            case Access():
                self._change_access(row)
            case Expect():
                assert isinstance(row.pattern, Sends)
                await self._say(row.seat, row.id, row.pattern)
            case _:
                assert_never(row)

    async def _fault(self, step: Step, fault: Fault) -> None:
        """The backends and lines on the stage know their faults; cutting a line is ours."""
        if fault.kind is FaultKind.DISCONNECT:
            if step is Step.LIFT:
                await self._stage.connect(fault.seat)
            else:
                await self._stage.disconnect(fault.seat)

    async def _say(self, seat: str, row: str, sends: Sends) -> None:
        """A stand-in sends its message, with a control field by which its answer is found."""
        person, spec = self._stage.people[seat], self._opened.formats.key(sends.key)
        assert spec is not None
        whole = replace(sends, control=self._controls[row])
        seats, world = self._script.seats, self._opened.world
        await person.say(complete(whole, seats, person.seat.ori, world, spec))

    def _change_access(self, row: Access) -> None:
        if row.withdraw is not None:
            self._stage.switch.post(RuleWithdrawn(row.by, row.backend, row.withdraw))
        else:
            table = rule_table(row, self._clock.now())
            self._stage.switch.post(RuleAdded(row.by, row.backend, row.effect or "", table))

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
