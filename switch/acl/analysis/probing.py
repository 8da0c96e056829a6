"""Which requests show whether a rule is live: whomever it is about, by every key it covers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from switch.acl.analysis.finite import FiniteWorld, Line, asked
from switch.acl.engine import AccessStack
from switch.acl.policy import NETWORK
from switch.acl.rules import Effect, Request, Rule
from switch.config import CatalogEntry
from switch.terms import Instant

PROBES_MAX = 512  # of one rule; one of each kind comes first


def probe_requests(stack: AccessStack, backend: str, rule_id: str, at: Instant) -> list[Request]:
    """Requests that this rule refuses if it is live at that instant; empty if it is no refusal.

    What an exception lets through is not among them.
    """
    rules = stack.policy(backend).rules
    rule = next((rule for rule in rules if rule.id == rule_id), None)
    if rule is None or rule.effect is Effect.ALLOW:
        return []
    entries = [e for e in stack.world.catalog if backend in (e.backend, NETWORK)]
    return list(islice(_requests(stack, rule, entries, at), PROBES_MAX))


def _requests(
    stack: AccessStack, rule: Rule, entries: list[CatalogEntry], at: Instant
) -> Iterator[Request]:
    finite = FiniteWorld(stack.directory, [rule])
    questions = finite.questions(entries)
    for sender in finite.senders(rule.subject):
        if rule.subject.met_by_any(finite.facets(sender, at), stack.directory) is None:
            continue  # an affiliation that does not hold at that instant
        if rule.effect is Effect.SUSPEND and not _on_line(stack, rule, sender.line):
            continue
        for question in questions:
            request = asked(sender, question)
            if _meant(stack, rule, request, at):
                yield request


def _on_line(stack: AccessStack, rule: Rule, line: Line) -> bool:
    """A suspension looks at the line only."""
    found = stack.suspensions(line.terminal, line.ori, rule.start)
    return rule.id in {suspension.id for suspension in found}


def _meant(stack: AccessStack, rule: Rule, request: Request, at: Instant) -> bool:
    if not rule.speaks_of(request):
        return False
    entry = next(e for e in stack.world.catalog if (e.backend, e.key) == request[4:6])
    primary = entry.asked(request.image)[0]
    if rule.effect is not Effect.SUSPEND and not rule.covers(primary):
        return False
    return rule.id not in stack.decide(request, at).exceptions
