"""Lints about time: access that comes back by itself, and orders that wait to take effect."""

from __future__ import annotations

from collections.abc import Iterator

from switch.acl.analysis.finite import asked
from switch.acl.analysis.lints.effects import first_excused
from switch.acl.analysis.lints.ground import Ask, Found, Ground, Release
from switch.acl.analysis.side import Side
from switch.acl.lint import Lint
from switch.acl.rules import Effect, Rule
from switch.terms import Instant

_ORDERED_EARLIER_S = 86_400.0  # a day; in October 2019 an order waited twelve


def widening_expiries(ground: Ground) -> Iterator[Found]:
    """A rule after whose end somebody gets what he did not get before it."""
    for rule in ground.rules:
        widened = _first_widened(ground, rule) if rule.end is not None else None
        if widened is not None:
            ask, what_leaves = widened
            what = f"when {rule.id} ends, {what_leaves} is released to whom it was refused:"
            if rule.effect is Effect.ALLOW:
                what = f"when {rule.id} ends, {what_leaves} is released without its mask:"
            fix = "take `until` out, and end the rule by a new version when that is decided"
            edits = ground.layout.take_out(ground.place(rule, "until"))
            yield ground.found(
                Lint.EXPIRY_WIDENS,
                rule,
                f"{what} {ground.shown(ask)}",
                fix,
                key="until",
                edits=edits,
            )


def _first_widened(ground: Ground, rule: Rule) -> tuple[Ask, str] | None:
    end = rule.end
    assert end is not None
    lasting, before = ground.lasting(rule), ground.stack.before(end)
    questions = [q for q in ground.questions if ground.speaks_of(rule, q)]
    allow = rule.effect is Effect.ALLOW
    people = ground.finite.allowed if allow else ground.finite.company
    side = ground.answers.side
    longer = Side(lasting, side.backend, ground.cells)
    here = ground.cells.in_epochs(1 << ground.cells.epoch(end))
    for sender in people(rule.subject):
        if side.leaving(sender).within(here) == longer.leaving(sender).within(here):
            continue  # it keeps nothing back from him
        for question in questions:
            request = asked(sender, question)
            now = ground.release(ground.stack, request, end)
            # It must be new at that instant, and it must be this rule that kept it back.
            gained = now and _gained(ground.release(ground.stack, request, before), now)
            if gained and _gained(ground.release(lasting, request, end), now):
                return Ask(request, end, ground.finite.facets(sender, end)), gained
    return None


def _gained(old: Release, new: Release) -> str:
    """The first class or field that leaves and did not."""
    for name, masks in new.items():
        if name not in old:
            return name
        if old[name] - masks:
            return f"{min(old[name] - masks)} of {name}"
    return ""


def returning_access(ground: Ground) -> Iterator[Found]:
    """An exception that begins later than its deny: what was cut off comes back."""
    allows = {rule.id: rule for rule in ground.allows}
    for deny in ground.restricting:
        for name in sorted(deny.exceptions):
            allow = allows[name]
            if allow.start <= deny.start:
                continue
            ask = first_excused(ground, deny, allow)
            if ask is not None:
                when = ground.when(allow.start)
                what = f"what {deny.id} refuses comes back by {name} on {when}: {ground.shown(ask)}"
                fix = "tell whoever ordered the cut-off, and put a `[[test]]` on that day"
                yield ground.found(Lint.ACCESS_RETURNS, deny, what, fix, key="except")


def late_orders(ground: Ground) -> Iterator[Found]:
    """A rule that takes effect long after it was ordered, or is said to before."""
    for rule in ground.rules:
        if rule.ordered is None:
            continue
        waits = rule.start - rule.ordered
        if waits < 0:
            what = f"{rule.id} is in force from {ground.when(rule.start)}, before it was ordered"
            what += f" ({ground.when(rule.ordered)})"
            fix = "no rule works backwards: date it from the order on"
        elif waits > _ORDERED_EARLIER_S:
            what = f"{rule.id} was ordered {_days(waits)} before it takes effect; in between all"
            what += " is answered"
            fix = "date it from the order on, or say in `reason` why it waits"
        else:
            continue
        raw = ground.layout.raw(ground.place(rule, "ordered"))
        edits = ground.layout.value(ground.place(rule, "from"), raw)
        yield ground.found(Lint.ORDERED_EARLIER, rule, what, fix, key="from", edits=edits)


def _days(seconds: Instant) -> str:
    days = int(seconds / 86_400)
    return f"{days} day{'s' if days > 1 else ''}"


TIME_LINTS = (widening_expiries, returning_access, late_orders)
