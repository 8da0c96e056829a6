"""Probes: is a cut-off live, at every point at which an inquiry is judged, and since when?

A probe goes through the very functions that judge inquiries, on the rules in force at this instant.
Nothing is asked of a backend and nothing is sent; what was found goes on record.
"""

from __future__ import annotations

from typing import Any

from switch.acl.decision import Decision, decided
from switch.acl.engine import AccessStack, Request
from switch.core.events import ProbesOrdered
from switch.core.outbox import Outbox
from switch.core.record.derived import readable
from switch.terms import Instant, Verdict

POINTS = ("ingress", "route", "dequeue", "release", "log")


def probe(stack: AccessStack, ordered: ProbesOrdered, out: Outbox) -> None:
    """One `probe` entry: per point how many requests are refused, and one that is not."""
    rules = {rule.id: rule for rule in stack.policy(ordered.backend).rules}
    rule = rules.get(ordered.rule)
    points = {point: _at(stack, point, ordered, out.now) for point in POINTS}
    since = None if rule is None else rule.ordered if rule.ordered is not None else rule.start
    out.record(
        "probe",
        backend=ordered.backend,
        rule=ordered.rule,
        version=stack.versions[ordered.backend],
        requests=len(ordered.requests),
        points=points,
        live=all(not found["open"] for found in points.values()),
        ordered=since,
        since_s=None if since is None else round(out.now - since, 6),
    )


def _at(stack: AccessStack, point: str, ordered: ProbesOrdered, now: Instant) -> dict[str, Any]:
    refused, verdicts = 0, dict[str, int]()
    witness: list[object] = []
    for request in ordered.requests:
        verdict = _verdict(stack, point, request, now)
        verdicts[verdict.value] = verdicts.get(verdict.value, 0) + 1
        if not verdict.released:
            refused += 1
        elif not witness:
            witness = list(request)
    return {
        "refused": refused,
        "open": len(ordered.requests) - refused,
        "verdicts": verdicts,
        "witness": witness,
    }


def _verdict(stack: AccessStack, point: str, request: Request, now: Instant) -> Verdict:
    match point:
        case "ingress":
            # A line refused at ingress is still on the owner's record with its own verdict.
            decision = stack.decide(request, now)
            return decision.verdict if decision.suspension else Verdict(decision.owner)
        case "route":
            return stack.decide(request, now).verdict
        case "dequeue" | "release":
            return stack.decide_release(request, now, _asked_before(stack, request), now).verdict
        case _:
            return readable(stack, request, request[:3], now)


def _asked_before(stack: AccessStack, request: Request) -> Decision:
    """As if it had been allowed a moment ago, by rules that nobody remembers."""
    entry = next(e for e in stack.world.catalog if (e.backend, e.key) == request[4:6])
    allowed = Verdict.ALLOW_DEFAULT
    classes = tuple((name, allowed, ()) for name in entry.asked(request.image))
    return decided(request.backend, classes, owner=allowed.value, versions={}, epoch=-1)
