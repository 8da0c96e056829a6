"""A decision in sentences that an owner understands: who met which rule, what would help."""

from __future__ import annotations

from collections.abc import Iterator

from switch.acl.decision import Decision
from switch.acl.engine import AccessStack
from switch.acl.rules import Effect, Facets, Request, Rule
from switch.authored import local_time
from switch.terms import AgencyId, Instant, Verdict


def explain(stack: AccessStack, request: Request, at: Instant, decision: Decision) -> list[str]:
    """One sentence for the verdict, then one for each rule that matters, then what would help."""
    return [_verdict(stack, request, decision), *_grounds(stack, request, at, decision)]


def _verdict(stack: AccessStack, request: Request, decision: Decision) -> str:
    what = f"{request.key} from {request.terminal} as {request.ori}"
    who = f" by operator {request.operator}" if request.operator else ""
    asked = f"{what}{who} at {request.backend}"
    if not decision.released:
        return f"{asked} is refused: {decision.verdict}."
    if decision.withheld:
        names = ", ".join(name for name, _ in decision.withheld)
        return f"{asked} is answered without {names}: {decision.verdict}."
    return f"{asked} is answered: {decision.verdict}."


def _grounds(
    stack: AccessStack, request: Request, at: Instant, decision: Decision
) -> Iterator[str]:
    if decision.verdict is Verdict.DENY_ERROR:
        yield (
            f"{request.backend} with key {request.key} is not in the catalog, and what cannot be"
            " judged is denied. It would change with an entry in the catalog of the world."
        )
        return
    if decision.suspension:
        rule = next(rule for rule in stack.network.rules if rule.id == decision.suspension)
        yield (
            f"The switch operator's {rule.id} suspends this line{_since(stack, rule)}"
            f" ({rule.reason}) It would change if the switch operator ended {rule.id};"
            f" the owner's own verdict is {decision.owner}."
        )
    problem = stack.identity(request, at)
    if problem is not None:
        yield (
            f"The sender is not identified: {problem}. It would change with a right name, or with"
            " a world in which the one agency services the other."
        )
        return
    facets = stack.facets(request, (at,))
    policy = stack.owners[request.backend]
    rules = {rule.id: rule for rule in policy.rules}
    for rule_id in dict.fromkeys((*decision.rules, *decision.exceptions)):
        rule = rules[rule_id]
        excused = rule_id in decision.exceptions and rule_id not in decision.rules
        yield _rule(stack, rule, facets, excused=excused)
    if not decision.rules:
        word = "allow" if policy.default.released else "deny"
        yield f'No rule of {policy.owner} speaks of it; the file\'s default is "{word}".'


def _rule(stack: AccessStack, rule: Rule, facets: Facets, *, excused: bool) -> str:
    data = "any data" if rule.data is None else ", ".join(sorted(rule.data))
    narrowed = "".join(
        f", {word} {' or '.join(sorted(values))}"
        for word, values in (("key", rule.keys), ("purpose", rule.purposes))
        if values
    )
    verb = {Effect.DENY: "denies", Effect.REFER: "refers", Effect.ALLOW: "allows"}[rule.effect]
    through = f" It is met through {_through(stack, rule, facets)}."
    masks = f" It masks {', '.join(rule.masks)}." if rule.masks else ""
    change = f"It would change if {rule.id} ended or spoke of others."
    if excused:
        change = f"It is excused here by {', '.join(sorted(rule.exceptions))}."
    elif rule.effect is Effect.ALLOW:
        change = f"It ends {local_time(rule.end, stack.world.timezone)}." if rule.end else ""
    reason = f" Reason: {rule.reason} [{rule.cite}]" if rule.reason else ""
    head = f"{rule.id} {verb} {data}{narrowed}{_since(stack, rule)}."
    return f"{head}{through}{masks}{reason} {change}".rstrip()


def _since(stack: AccessStack, rule: Rule) -> str:
    return f" since {local_time(rule.start, stack.world.timezone)}"


def _through(stack: AccessStack, rule: Rule, facets: Facets) -> str:
    if rule.subject.everyone:
        return "everyone"
    met = rule.subject.met_by_any(facets, stack.directory) or frozenset[AgencyId]()
    places = [
        ("the terminal", facets.line_agencies[:1]),
        ("the ORI", facets.line_agencies[1:]),
        (f"operator {facets.operator}", facets.operator_agencies),
        ("on-behalf-of or the hub", facets.others),
    ]
    words = [
        f"{place} ({agency})" for place, agencies in places for agency in agencies if agency in met
    ]
    return " and ".join(dict.fromkeys(words)) or "its selectors"
