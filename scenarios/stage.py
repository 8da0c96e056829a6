"""The stage: a world with its backends, a switch in virtual time, and a stand-in in every seat.

It is the switch that also runs on TCP: the same session, dispatcher and journal. What differs is
the clock, the lines (memory streams) and who sits at the terminals.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import cast

import trio

from scenarios.faults import SlowBackend
from scenarios.script import Script, Seat
from scenarios.shelf import Opened
from scenarios.standin import Frame, StandIn
from switch.app import Switch
from switch.backend import Backend, InlineBackend
from switch.clock import Clock
from switch.errors import UsageError
from switch.recorder import Watch
from switch.store import Journal
from switch.terms import BackendName, OperatorId
from switch.transport import memory_line

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
    backends: Mapping[BackendName, Backend], script: Script, clock: Clock
) -> dict[BackendName, Backend]:
    """The backends, those with faults wrapped in them."""
    staged = dict(backends)
    for name in dict.fromkeys(BackendName(fault.backend) for fault in script.faults):
        faults = [fault for fault in script.faults if fault.backend == name]
        inline = cast("InlineBackend", backends[name])
        staged[name] = SlowBackend(inline, faults, script.starts, clock)
    return staged


class Stage:
    """One set stage; `people` are in their seats after `set_up`."""

    def __init__(
        self,
        opened: Opened,
        backends: Mapping[BackendName, Backend],
        journal: Journal,
        clock: Clock,
        watch: Watch,
    ) -> None:
        refuse_waiting(backends)
        self._opened = opened
        self.switch = Switch(
            opened.world,
            opened.stack,
            opened.formats,
            with_faults(backends, opened.script, clock),
            journal,
            clock,
            watch=watch,
        )
        self.people: dict[str, StandIn] = {}

    async def set_up(self, nursery: trio.Nursery, heard: Heard) -> None:
        """Start the switch and sign everybody on, in the order of the file."""
        await nursery.start(self.switch.run)
        for seat in self._opened.script.seats.values():
            near, far = memory_line()
            nursery.start_soon(self.switch.attach, near)
            person = self.people[seat.id] = StandIn(seat, far, heard)
            operator = self._opened.world.operators[OperatorId(seat.operator)]
            heard(seat, await person.sign_on(operator.secret))
            nursery.start_soon(person.listen)

    def strike(self) -> None:
        """The scenario is over: what is in flight ends, then the lines close."""
        self.switch.stop("the scenario is over")
