"""Bugs in inquiries that are held, in turns at a source, and in rules that come in other ways."""

from __future__ import annotations

from typing import Any

import pytest

from switch.core.access import Access
from switch.core.inquiry.exchange import Leg
from switch.core.inquiry.holding import HeldInquiries
from switch.core.inquiry.inquiries import Inquiries
from switch.core.inquiry.queue import Bulkhead
from switch.core.inquiry.shadow import Shadow
from tests.simulation.bugs.planted import bug


@bug("what is held goes on beyond what a line may have open and an inbox holds")
def _all_at_once(patch: pytest.MonkeyPatch) -> None:
    real = HeldInquiries.ready

    def ready(self: HeldInquiries, plans: Any, stack: Any, room_at: Any) -> Any:
        limits = self._world.limits
        object.__setattr__(self._world, "limits", _without_limit(limits))
        try:
            return real(self, plans, stack, lambda backend: 1_000)
        finally:
            object.__setattr__(self._world, "limits", limits)

    patch.setattr(HeldInquiries, "ready", ready)


def _without_limit(limits: Any) -> Any:
    from dataclasses import replace

    return replace(limits, in_flight_max=1_000)


@bug("what was left over for want of room is looked at no more")
def _left_over(patch: pytest.MonkeyPatch) -> None:
    real = HeldInquiries.ready
    patch.setattr(HeldInquiries, "ready", lambda self, *given: (real(self, *given)[0], False))


@bug("an inquiry that was held is not judged again when it goes on")
def _not_again(patch: pytest.MonkeyPatch) -> None:
    real = HeldInquiries._leg

    def leg(self: HeldInquiries, item: Any, plans: Any, stack: Any) -> Leg | None:
        found = real(self, item, plans, stack)
        if found is not None:
            found.decision = stack.decide(found.request, item.received.at)
        return found

    patch.setattr(HeldInquiries, "_leg", leg)


@bug("what is held is not judged when the rules change")
def _not_judged(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(HeldInquiries, "judge", lambda self, plans, stack: None)


@bug("an inquiry that was held for too long ends without a word")
def _silently(patch: pytest.MonkeyPatch) -> None:
    def expire(self: HeldInquiries, plans: Any, stack: Any) -> None:
        for item in self._store.expired(self._out.now):
            if item.leg:
                self._end(item, "expired")

    patch.setattr(HeldInquiries, "expire", expire)


@bug("an inquiry that was held has no time limit when it goes on")
def _no_limit(patch: pytest.MonkeyPatch) -> None:
    def go_on(self: Inquiries, legs: Any) -> None:
        self.settle()
        for leg in reversed(legs):
            leg.exchange.line.in_flight += 1
            self._legs[leg.id] = leg
            self._bulkheads[leg.entry.backend].put_first([leg])

    patch.setattr(Inquiries, "go_on", go_on)


@bug("a query to a region has the priority of one to a state")
def _same_priority(patch: pytest.MonkeyPatch) -> None:
    real = Bulkhead.put
    patch.setattr(Bulkhead, "put", lambda self, leg, low=False: real(self, leg))


@bug("what came last is asked first")
def _last_first(patch: pytest.MonkeyPatch) -> None:
    real = Bulkhead.take
    patch.setattr(Bulkhead, "take", lambda self: real(self)[::-1])


@bug("an ordinary inquiry overtakes those that wait")
def _overtakes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Bulkhead, "waiting", property(lambda self: bool(self._waiting and self._low)))


@bug("a staged version is in force")
def _in_force(patch: pytest.MonkeyPatch) -> None:
    real = Shadow.stage

    def stage(self: Shadow, policy: Any, stack: Any) -> None:
        real(self, policy, stack)
        patch.setattr(Access, "_record", recorded(policy))

    record = Access._record

    def recorded(policy: Any) -> Any:
        def wrapped(self: Access, *given: Any) -> None:
            record(self, *given)
            self._switch_over(self._inquiries.stack.with_policy(policy))

        return wrapped

    patch.setattr(Shadow, "stage", stage)


@bug("a rule that a row adds is on record and not in force")
def _row(patch: pytest.MonkeyPatch) -> None:
    real = Access._change_rule

    def change(self: Access, event: Any) -> None:
        stack = self._inquiries.stack
        real(self, event)
        self._switch_over(stack)

    patch.setattr(Access, "_change_rule", change)
