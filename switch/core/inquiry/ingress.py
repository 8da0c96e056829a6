"""Inquiries that go no further than the door: refused at ingress, or to nowhere that is served.

One ER answers each, nothing is asked of any backend, and it is on record all the same.
"""

from __future__ import annotations

from switch.acl.engine import AccessStack
from switch.core.inquiry.exchange import Exchange, Leg
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.routing import Routes
from switch.core.inquiry.verdicts import REFUSAL_TEXTS
from switch.core.outbox import Outbox
from switch.terms import Verdict
from switch.wire.spec import KeySpec


class Ingress:
    """What is answered before anything is routed."""

    __slots__ = ("_out", "_outcomes", "_routes")

    def __init__(self, routes: Routes, out: Outbox, outcomes: Outcomes) -> None:
        self._routes = routes
        self._out = out
        self._outcomes = outcomes

    def refuses(self, exchange: Exchange, stack: AccessStack) -> bool:
        """Whether the line or the sender is not to be served at all: then one ER was sent."""
        legs, request, now = exchange.plan.legs, exchange.plan.request, self._out.now
        if legs:
            decision = legs[0].decision
            identity = decision.verdict is Verdict.DENY_IDENTITY
            reason = stack.identity(request) if identity else None
            on_paper = [Leg(0, exchange, planned) for planned in legs]
            self._outcomes.refuse_message(exchange.line, on_paper, decision, reason or "")
            return True
        verdict = None
        if stack.suspension(request.terminal, request.ori, now) is not None:
            verdict = Verdict.DENY_SUSPENDED
        elif stack.identity(request) is not None:
            verdict = Verdict.DENY_IDENTITY
        if verdict is not None:
            self._say(exchange, verdict.refusal_number, REFUSAL_TEXTS[verdict])
        return verdict is not None

    def reject(self, exchange: Exchange, spec: KeySpec, destination: str) -> None:
        """An ER for a destination that nobody serves, or not with this key [N-ERG]; of some keys an
        SM, where a state has said that it does not take them [N-BQG, N-SQG, N-PPC]."""
        if self._routes.serves(destination):
            if spec.unserved:
                message, received, query = exchange.message, exchange.received, exchange.query
                self._outcomes.not_served(exchange.line, message, received, query, destination)
                return
            where = f"{spec.mke} TO {destination}" if destination else f"{spec.mke}"
            self._say(exchange, ".02.", f"MESSAGE TYPE NOT ALLOWED TO DESTINATION - {where}")
        else:
            self._say(exchange, ".19.", f"INVALID DESTINATION ORIS - {destination}")

    def _say(self, exchange: Exchange, number: str, text: str) -> None:
        message, received = exchange.message, exchange.received
        self._outcomes.reject(exchange.line, message, received, exchange.query, number, text)
