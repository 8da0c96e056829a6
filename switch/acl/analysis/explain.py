"""A decision in sentences that an owner understands: who met which rule, what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from switch.acl.decision import Decision
from switch.acl.engine import AccessStack
from switch.acl.orders import UNUSED, Uses
from switch.acl.rules import Effect, Facets, Request, Rule
from switch.files.authored import local_time
from switch.terms import AgencyId, Instant, Verdict


def explain(
    stack: AccessStack,
    request: Request,
    at: Instant,
    decision: Decision,
    fields: Mapping[str, str] | None = None,
    uses: Uses = UNUSED,
) -> list[str]:
    """One sentence for the verdict, then one for each rule that matters, then what would help."""
    orders = _orders(stack, request, at, decision, fields or {}, uses)
    return [_verdict(stack, request, decision), *orders, *_grounds(stack, request, at, decision)]


def _orders(
    stack: AccessStack,
    request: Request,
    at: Instant,
    decision: Decision,
    fields: Mapping[str, str],
    uses: Uses,
) -> Iterator[str]:
    """What each court order for this agency does here, or why it does nothing."""
    for order in stack.orders(request, at):
        left = order.left(request.backend, uses)
        so_often = f"{left} of {order.count} answers are left"
        until = f"until {local_time(order.end, stack.world.timezone)}"
        if order.id == decision.order:
            lifts = _and(sorted(order.lifts))
            yield f"Court order {order.id} lifts {lifts} for this record {until}; {so_often}."
        elif not order.names(fields):
            yield f"Court order {order.id} holds for other records, those that it names, {until}."
        elif not left:
            yield f"Court order {order.id} is used up: {so_often}."
        else:
            yield f"Court order {order.id} changes nothing here; {so_often}."


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
        ids = decision.classes[0][2]
        met = [rule for rule in stack.network.rules if rule.id in ids]
        since = ", ".join(f"{rule.id}{_since(stack, rule)}, {rule.reason}" for rule in met)
        word = "suspends" if len(met) == 1 else "suspend"
        yield (
            f"The switch operator's {_and(ids)} {word} this line ({since})."
            f" It would change if the switch operator ended {_and(ids)};"
            f" the owner's own verdict is {decision.owner}."
        )
    problem = stack.identity(request)
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
        if rule_id not in rules:
            continue  # a court order, which has its own sentence
        rule = rules[rule_id]
        excused = rule_id in decision.exceptions and rule_id not in decision.rules
        excusing = sorted(rule.exceptions & set(decision.rules)) if excused else []
        excusing += [decision.order] if excused and not excusing else []
        yield _rule(stack, rule, facets, excusing)
    if not decision.rules:
        word = "allow" if policy.default.released else "deny"
        yield f'No rule of {policy.owner} speaks of it; the file\'s default is "{word}".'
    if not decision.order:
        yield from _changes(stack, request, at)


def _changes(stack: AccessStack, request: Request, at: Instant) -> Iterator[str]:
    """What would have to change for the owner to release more: judged, and not guessed."""
    alone = stack.decide_owner_only(request, at)
    _, verdict, ids = alone.classes[0]
    if verdict in (Verdict.DENY_RULE, Verdict.REFER):
        then = _without(stack, request, at, ids)
        what = "The owner's own verdict" if stack.decide(request, at).network else "It"
        ended = f"{_and(ids)}{' all' if len(ids) > 1 else ''} ended"
        yield f"{what} would change if {ended}: then it would be {then.verdict}."
    elif alone.released:
        by_rules: dict[tuple[str, ...], list[str]] = {}
        for name, rules in alone.withheld:
            by_rules.setdefault(rules, []).append(name)
        for rules, names in by_rules.items():
            if rules and _without(stack, request, at, rules).released_classes.issuperset(names):
                yield f"{', '.join(names)} would be released if {_and(rules)} ended."
    elif verdict is Verdict.DENY_DEFAULT:
        yield "It would change with an allow that both the terminal and the ORI meet."


def _without(stack: AccessStack, request: Request, at: Instant, ids: tuple[str, ...]) -> Decision:
    for name in ids:
        stack = stack.withdrawn(request.backend, name, at)
    return stack.decide_owner_only(request, at)


def _and(words: Sequence[str]) -> str:
    return " and ".join(words)


def _rule(stack: AccessStack, rule: Rule, facets: Facets, excusing: Sequence[str]) -> str:
    data = "any data" if rule.data is None else ", ".join(sorted(rule.data))
    narrowed = "".join(
        f", {word} {' or '.join(sorted(values))}"
        for word, values in (("key", rule.keys), ("purpose", rule.purposes))
        if values
    )
    if rule.image is not None:
        narrowed += ", with image" if rule.image else ", without image"
    verb = {Effect.DENY: "denies", Effect.REFER: "refers", Effect.ALLOW: "allows"}[rule.effect]
    through = f" It is met through {_through(stack, rule, facets)}{_clause(rule)}."
    masks = f" It masks {', '.join(rule.masks)}." if rule.masks else ""
    change = ""
    if excusing:
        change = f"It is excused here by {_and(excusing)}."
    elif rule.effect is Effect.ALLOW:
        change = f"It ends {local_time(rule.end, stack.world.timezone)}." if rule.end else ""
    reason = f" Reason: {rule.reason} [{rule.cite}]" if rule.reason else ""
    head = f"{rule.id} {verb} {data}{narrowed}{_since(stack, rule)}."
    return f"{head}{through}{masks}{reason} {change}".rstrip()


def _clause(rule: Rule) -> str:
    """The lists of its subject, as they stand in the file."""
    lists = (
        (name.replace("_", " "), sorted(getattr(rule.subject, name)))
        for name in ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")
    )
    words = [f"{name} {' or '.join(values)}" for name, values in lists if values]
    return f", by {_and(words)}" if words else ""


def _since(stack: AccessStack, rule: Rule) -> str:
    return f" since {local_time(rule.start, stack.world.timezone)}"


def _through(stack: AccessStack, rule: Rule, facets: Facets) -> str:
    if rule.subject.everyone:
        return "everyone"
    if rule.effect is Effect.ALLOW:
        return "the terminal and the ORI"
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
    return " and ".join(dict.fromkeys(words))
