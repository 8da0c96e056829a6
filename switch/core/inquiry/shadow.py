"""Staged versions: judged beside those in force, on record where they differ, never acted on."""

from __future__ import annotations

from dataclasses import dataclass

from switch.acl.engine import AccessStack, Decision
from switch.acl.orders import Uses
from switch.acl.policy import Policy
from switch.core.inquiry.exchange import Exchange
from switch.core.outbox import Outbox


@dataclass(slots=True)
class Tally:
    """What a staged version would have meant so far."""

    judged: int = 0
    refused: int = 0  # released by the version in force
    released: int = 0  # refused by the version in force
    otherwise: int = 0  # released by both, but with other classes or masks


class Shadow:
    """The versions staged at present, at most one for each file."""

    def __init__(self, outbox: Outbox) -> None:
        self._out = outbox
        self._staged: dict[str, Policy] = {}
        self._stack: AccessStack | None = None
        self.tallies: dict[str, Tally] = {}

    def __bool__(self) -> bool:
        return bool(self._staged)

    def stage(self, policy: Policy, live: AccessStack) -> None:
        """Judge this version too from now on, in place of one staged before."""
        self._staged[policy.name] = policy
        self.tallies[policy.name] = Tally()
        self.follow(live)

    def unstage(self, backend: str, live: AccessStack) -> None:
        """It came into force, or another version did."""
        if self._staged.pop(backend, None) is not None:
            del self.tallies[backend]
        self.follow(live)

    def follow(self, live: AccessStack) -> None:
        """The version of some file in force is another one now."""
        stack = live
        for policy in self._staged.values():
            stack = stack.with_policy(policy)
        self._stack = stack if self._staged else None

    def judge(self, exchange: Exchange, uses: Uses) -> None:
        """An inquiry at its route: what would have been decided, where that differs."""
        assert self._stack is not None
        fields = exchange.message.fields or {}
        for leg in exchange.plan.legs:
            would = self._stack.decide_named(leg.request, self._out.now, fields, uses)
            self._count(leg.request.backend, leg.decision, would)
            if _effect(would) != _effect(leg.decision):
                self._out.record(
                    "shadow",
                    line=exchange.line.id,
                    query=exchange.query,
                    leg=leg.number,
                    backend=leg.request.backend,
                    verdict=leg.decision.verdict.value,
                    would=would.verdict.value,
                    rules=would.rules,
                    masks=would.masks,
                    withheld=dict(would.withheld),
                )

    def _count(self, backend: str, live: Decision, would: Decision) -> None:
        """A staged file of the network's is counted under NETWORK, an owner's under its backend."""
        for name in (backend, "NETWORK"):
            tally = self.tallies.get(name)
            if tally is None:
                continue
            tally.judged += 1
            if live.released and not would.released:
                tally.refused += 1
            elif would.released and not live.released:
                tally.released += 1
            elif _effect(live) != _effect(would):
                tally.otherwise += 1


def _effect(decision: Decision) -> tuple[object, ...]:
    """What a terminal would notice of a decision."""
    if not decision.released:
        return (decision.verdict,)
    return decision.released_classes, decision.masks, decision.notices
