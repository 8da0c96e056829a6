"""What an inquiry comes to, as far as it does not change from message to message.

Routes, facets and decisions depend on who sits where and on what is asked, not on whose record it
is. They are worked out once for each such combination and hold until an access rule changes,
begins or ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from switch.acl.engine import AccessStack, Decision, Request
from switch.acl.orders import Uses
from switch.config import CatalogEntry
from switch.core.inquiry.forms import Form, Forms
from switch.core.inquiry.routing import Group, Routes
from switch.core.inquiry.verdicts import on_record
from switch.core.record.journal import Common
from switch.core.services import Service, Services
from switch.message import InputMessage
from switch.terms import BackendName, Instant, Mnemonic, OperatorId, Ori, Verdict

PLANS_MAX = 16_384  # kept at once; all are forgotten when it is full
_NOWHERE = BackendName("")
_AT_INGRESS = (Verdict.DENY_SUSPENDED, Verdict.DENY_IDENTITY)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedLeg:
    """One destination that somebody serves."""

    number: int  # 1-based within the inquiry
    entry: CatalogEntry
    request: Request
    decision: Decision
    group: Group | None = None  # the destination whose one answer it is part of: NL, a region
    service: Service = Service.UP  # how its backend takes the key at present

    @property
    def purpose_missing(self) -> bool:
        """Whether its backend demands a purpose that was not given."""
        return bool(self.entry.purposes) and self.request.purpose not in self.entry.purposes


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The legs of an inquiry and the destinations that nobody serves."""

    request: Request  # who asks; backend and key stand in the legs
    legs: tuple[PlannedLeg, ...]
    misrouted: tuple[str, ...]
    to_ask: frozenset[int]  # numbers of the legs that are to be asked, unless the inbox is full
    groups: tuple[Group, ...]  # whose legs have one answer together
    at_ingress: bool  # whether the line or the sender is refused before anything is routed
    common: Common  # its part of the `query` entry
    plain: PlannedLeg | None  # the only leg, where nothing stands against asking and answering it
    form: Form | None  # of its answer
    orders: bool = False  # whether a court order may let more of it through, see `under_orders`


class Plans:
    """Plans by combination, for the stack and the epoch that they were made in."""

    def __init__(self, routes: Routes, forms: Forms, services: Services | None = None) -> None:
        self._services = Services() if services is None else services
        self._routes = routes
        self._forms = forms
        self._plans: dict[tuple[object, ...], Plan] = {}
        self._stack: AccessStack | None = None
        self._epoch = 0
        self._now: Instant = 0.0

    def judge_by(self, stack: AccessStack, now: Instant) -> None:
        """Make plans by these rules at that instant; earlier ones go as soon as one may differ."""
        epoch = stack.epoch(now)
        if stack is not self._stack or epoch != self._epoch:
            self._plans.clear()
        self._stack, self._epoch, self._now = stack, epoch, now

    def forget(self) -> None:
        """A service has changed: make all plans anew."""
        self._plans.clear()

    def of(self, terminal: Mnemonic, operator: OperatorId, message: InputMessage) -> Plan:
        """The plan for a message of a signed-on line."""
        fields = message.fields or {}
        on_behalf_of, purpose = fields.get("OBO"), fields.get("PUR")
        image = fields.get("IMQ") == "Y"
        mke, ori, destinations = message.mke, message.ori, message.destinations
        key = (terminal, operator, mke, ori, destinations, on_behalf_of, purpose, image)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= PLANS_MAX:
                self._plans.clear()
            behalf = Ori(on_behalf_of) if on_behalf_of else None
            request = Request(terminal, ori, operator, behalf, _NOWHERE, mke, image, purpose)
            plan = self._plans[key] = self._make(request, destinations or ("",))
        return plan

    def _make(self, request: Request, destinations: Sequence[str]) -> Plan:
        stack, now = self._stack, self._now
        assert stack is not None
        legs: list[PlannedLeg] = []
        misrouted = []
        for destination in destinations:
            entries, group = self._routes.reach(request.key, destination)
            if not entries:
                misrouted.append(destination)
            for entry in entries:
                of_leg = request._replace(backend=entry.backend, key=entry.key)
                decision = stack.decide(of_leg, now)
                service = self._services.of((entry.backend, entry.destination), entry.key)
                leg = PlannedLeg(len(legs) + 1, entry, of_leg, decision, group, service)
                legs.append(leg)
        return self._plan(request, [name for name in destinations if name], legs, misrouted)

    def under_orders(self, plan: Plan, fields: Mapping[str, str], uses: Uses) -> Plan:
        """The same inquiry under the court orders that hold for the record that it names."""
        stack, now = self._stack, self._now
        assert stack is not None
        legs = [
            replace(leg, decision=stack.decide_named(leg.request, now, fields, uses))
            for leg in plan.legs
        ]
        if not any(leg.decision.order for leg in legs):
            return plan
        destinations = plan.common.fields["destinations"]
        return self._plan(plan.request, destinations, legs, plan.misrouted)

    def _plan(
        self,
        request: Request,
        destinations: Sequence[str],
        legs: Sequence[PlannedLeg],
        misrouted: Sequence[str],
    ) -> Plan:
        assert self._stack is not None
        orders = any(self._stack.orders(leg.request, self._now) for leg in legs)
        common = {
            "terminal": request.terminal,
            "operator": request.operator,
            "ori": request.ori,
            "on_behalf_of": request.on_behalf_of,
            "key": request.key,
            "destinations": destinations,
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
        to_ask = frozenset(
            leg.number
            for leg in legs
            if leg.decision.released and not leg.purpose_missing and not leg.service
        )
        plain = legs[0] if len(legs) == len(to_ask) == 1 and not misrouted else None
        if plain is not None and (plain.group is not None or orders):
            plain = None  # under an order each message is judged by the record that it names
        form = None
        if plain is not None:
            form = self._forms.of(plain.decision, plain.entry, plain.request, request.key)
        return Plan(
            request,
            tuple(legs),
            tuple(misrouted),
            to_ask,
            groups=tuple(dict.fromkeys(leg.group for leg in legs if leg.group is not None)),
            at_ingress=bool(legs) and legs[0].decision.verdict in _AT_INGRESS,
            common=Common(common),
            plain=plain,
            form=form,
            orders=orders,
        )
