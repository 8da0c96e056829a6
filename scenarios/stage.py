"""The stage: a world with its backends, a switch in virtual time, and a stand-in in every seat.

It is the switch that also runs on TCP: the same session, dispatcher and journal. What differs is
the clock, the lines (memory streams) and who sits at the terminals.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping

import trio

from scenarios.faults import Faults, FaultyBackend, FaultyLine
from scenarios.script import FaultKind, Script, Seat
from scenarios.shelf import Opened
from scenarios.standin import Frame, Said, StandIn
from switch.backend import Backend
from switch.config import World
from switch.errors import UsageError
from switch.shell.app import Switch
from switch.shell.attached import attach
from switch.shell.clock import Clock
from switch.shell.recorder import Watch
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.shell.transport import Line, memory_line
from switch.terms import BackendName, OperatorId

Heard = Callable[[Seat, Frame], None]


def refuse_waiting(backends: Mapping[BackendName, Backend]) -> None:
    """UsageError for a backend that waits for something outside: the clock would jump over it."""
    waiting = [name for name, one in backends.items() if inspect.iscoroutinefunction(one.answer)]
    if waiting:
        raise UsageError(
            f"backend {', '.join(waiting)} waits for a network or a thread, which virtual time"
            " would jump over",
            "play this scenario in a world whose backends are `memory` or `sqlite`",
        )


def with_faults(
    backends: Mapping[BackendName, Backend], script: Script, world: World, clock: Clock
) -> dict[BackendName, Backend]:
    """The backends, those with faults wrapped in them."""
    staged = dict(backends)
    for name in dict.fromkeys(BackendName(f.backend) for f in script.faults if f.backend):
        found = [fault for fault in script.faults if fault.backend == name]
        faults, timeout = Faults(found, script.starts, clock), world.backends[name].reply_timeout_s
        staged[name] = FaultyBackend(backends[name], faults, timeout)
    return staged


def line_with_faults(line: Line, seat: str, script: Script, clock: Clock) -> Line:
    """The switch's end of a seat's line, wrapped in the faults that it has."""
    found = [fault for fault in script.faults if fault.seat == seat]
    found = [fault for fault in found if fault.kind is not FaultKind.DISCONNECT]
    return FaultyLine(line, Faults(found, script.starts, clock)) if found else line


class Stage:
    """One set stage; `people` are in their seats after `set_up`."""

    def __init__(
        self,
        opened: Opened,
        backends: Mapping[BackendName, Backend],
        journal: Journal | Scribe,
        clock: Clock,
        watch: Watch,
        said: Said | None = None,
    ) -> None:
        self._opened = opened
        self._said = said
        self.switch = Switch(
            opened.world,
            opened.stack,
            opened.formats,
            with_faults(backends, opened.script, opened.world, clock),
            journal,
            clock,
            watch=watch,
        )
        self._clock = clock
        self.people: dict[str, StandIn] = {}

    async def set_up(
        self, nursery: trio.Nursery, heard: Heard, seats: Iterable[str] | None = None
    ) -> None:
        """Start the switch and sign on whom the engine plays (None = all), in the file's order."""
        self._nursery, self._heard = nursery, heard
        await nursery.start(self.switch.run)
        for seat in self._opened.script.seats if seats is None else seats:
            await self.connect(seat)

    async def connect(self, seat_id: str) -> None:
        """Somebody sits down at a terminal, for the first time or after the line was cut."""
        person = self._open_line(seat_id)
        operator = self._opened.world.operators[OperatorId(person.seat.operator)]
        self._heard(person.seat, await person.sign_on(operator.secret))
        self._nursery.start_soon(person.listen)

    def lay_line(self, seat_id: str) -> StandIn:
        """A new line for a seat at which a person signs on."""
        person = self._open_line(seat_id)
        self._nursery.start_soon(person.listen)
        return person

    def _open_line(self, seat_id: str) -> StandIn:
        near, far = memory_line()
        line = line_with_faults(near, seat_id, self._opened.script, self._clock)
        self._nursery.start_soon(attach, self.switch, line)
        seat, prefix = self._opened.script.seats[seat_id], self._opened.world.control_prefix
        person = StandIn(seat, far, self._heard, self._said, prefix)
        self.people[seat_id] = person
        return person

    async def disconnect(self, seat_id: str) -> None:
        """The line of a seat is cut."""
        await self.people[seat_id].hang_up()

    def strike(self) -> None:
        """The scenario is over: what is in flight ends, then the lines close."""
        self.switch.stop("the scenario is over")
