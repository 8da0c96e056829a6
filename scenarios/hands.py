"""The hands of a run: does on a stage what the judge says is due, in either clock.

Words on the radio are not among it: they are shown to people, which is their business who have
people to show something to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from scenarios.check import complete
from scenarios.schedule import Due, Step
from scenarios.script import Access, Expect, Fault, FaultKind, Inject, Sends
from scenarios.shelf import Opened
from scenarios.stage import Stage
from scenarios.trial import rule_table
from switch.core.events import RuleAdded, RuleWithdrawn, ServiceChanged
from switch.core.services import BY_NAME, Service
from switch.terms import Instant


class Hands:
    """Acts for actors and stand-ins, and for owners who change their rules."""

    def __init__(self, opened: Opened, stage: Stage) -> None:
        self._opened = opened
        self._stage = stage
        self._controls = opened.script.controls

    async def do(self, due: Due) -> None:
        """One thing that is due."""
        row = due.row
        match row:
            case Fault():
                await self._fault(due.step, row)
            case Inject():
                if row.sends is not None and row.actor is not None:
                    await self.say(row.actor, row.sends, row.id)
            case Access():
                self._change_access(row, due.at)
            case Expect():
                assert isinstance(row.pattern, Sends)
                await self.say(row.seat, row.pattern, row.id)
            case _:
                assert_never(row)

    async def say(self, seat: str, sends: Sends, row: str) -> None:
        """An actor or a stand-in sends, with a control field by which its answer is found."""
        person, spec = self._stage.people[seat], self._opened.formats.key(sends.key)
        assert spec is not None
        whole = replace(sends, control=self._controls[row])
        seats, world = self._opened.script.seats, self._opened.world
        await person.say(complete(whole, seats, person.seat.ori, world, spec))

    async def _fault(self, step: Step, fault: Fault) -> None:
        """The backends and lines on the stage know their faults; cutting a line is ours."""
        service = BY_NAME.get(fault.kind.value)
        if service is not None:
            now = Service.UP if step is Step.LIFT else service
            where = fault.destination or fault.backend
            by = f"scenario row `{fault.id}`"
            self._stage.switch.post(ServiceChanged(by, where, now, fault.keys))
        if fault.kind is FaultKind.DISCONNECT:
            if step is Step.LIFT:
                await self._stage.connect(fault.seat)
            else:
                await self._stage.disconnect(fault.seat)

    def _change_access(self, row: Access, at: Instant) -> None:
        if row.withdraw is not None:
            self._stage.switch.post(RuleWithdrawn(row.by, row.backend, row.withdraw))
        else:
            table = rule_table(row, at)
            self._stage.switch.post(RuleAdded(row.by, row.backend, row.effect or "", table))
