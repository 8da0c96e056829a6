"""What an inquiry comes to, as far as it does not change from message to message.

Routes, facets and decisions depend on who sits where and on what is asked, not on whose record it
is. They are worked out once for each such combination and hold until an access rule changes,
begins or ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switch.acl.engine import AccessStack, Decision, Request
from switch.config import CatalogEntry
from switch.core.routing import Routes
from switch.core.verdicts import on_record
from switch.message import InputMessage
from switch.terms import BackendName, Instant, Mnemonic, OperatorId, Ori

PLANS_MAX = 16_384  # kept at once; all are forgotten when it is full
_NOWHERE = BackendName("")


@dataclass(frozen=True, slots=True, eq=False)
class PlannedLeg:
    """One destination that somebody serves."""

    number: int  # 1-based within the inquiry
    entry: CatalogEntry
    request: Request
    decision: Decision
    merged: str = ""  # the destination whose one answer it is part of: NL


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The legs of an inquiry and the destinations that nobody serves."""

    request: Request  # who asks; backend and key stand in the legs
    legs: tuple[PlannedLeg, ...]
    misrouted: tuple[str, ...]
    on_record: Mapping[str, Any]  # its part of the `query` entry


class Plans:
    """Plans by combination, for the stack and the epoch that they were made in."""

    def __init__(self, routes: Routes, to_all: str = "NL") -> None:
        self._routes = routes
        self._to_all = to_all
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._made_in: tuple[AccessStack, int] | None = None

    def of(
        self,
        terminal: Mnemonic,
        operator: OperatorId,
        message: InputMessage,
        stack: AccessStack,
        now: Instant,
    ) -> Plan:
        """The plan for a message of a signed-on line."""
        fields = message.fields or {}
        on_behalf_of, purpose = fields.get("OBO"), fields.get("PUR")
        image = fields.get("IMQ") == "Y"
        mke, ori, destinations = message.mke, message.ori, message.destinations
        key = (terminal, operator, mke, ori, destinations, on_behalf_of, purpose, image)
        made_in = (stack, stack.epoch(now))
        if made_in != self._made_in or len(self._plans) >= PLANS_MAX:
            self._plans.clear()
            self._made_in = made_in
        plan = self._plans.get(key)
        if plan is None:
            behalf = Ori(on_behalf_of) if on_behalf_of else None
            request = Request(terminal, ori, operator, behalf, _NOWHERE, mke, image, purpose)
            plan = self._plans[key] = self._make(request, destinations or ("",), stack, now)
        return plan

    def _make(
        self, request: Request, destinations: Sequence[str], stack: AccessStack, now: Instant
    ) -> Plan:
        legs: list[PlannedLeg] = []
        misrouted = []
        for destination in destinations:
            merged = destination if destination == self._to_all else ""
            found = self._routes.find(request.key, destination)
            entries = self._routes.sources(request.key) if merged else [found] if found else []
            if not entries:
                misrouted.append(destination)
            for entry in entries:
                of_leg = request._replace(backend=entry.backend, key=entry.key)
                decision = stack.decide(of_leg, now)
                legs.append(PlannedLeg(len(legs) + 1, entry, of_leg, decision, merged))
        record = {
            "terminal": request.terminal,
            "operator": request.operator,
            "ori": request.ori,
            "on_behalf_of": request.on_behalf_of,
            "key": request.key,
            "destinations": [name for name in destinations if name],
            "purpose": request.purpose,
            "image": request.image,
            "legs": [
                {
                    "leg": leg.number,
                    "destination": leg.entry.destination,
                    "backend": leg.entry.backend,
                    **on_record(leg.decision),
                }
                for leg in legs
            ],
        }
        return Plan(request, tuple(legs), tuple(misrouted), record)
