"""Rules and parts of rules that do nothing: dead, useless, unusable, masking what is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from switch.acl.analysis.finite import asked
from switch.acl.analysis.lints.ground import Ask, Found, Ground
from switch.acl.decision import Decision
from switch.acl.engine import AccessStack
from switch.acl.lint import Lint
from switch.acl.rules import Request, Rule
from switch.errors import Edit
from switch.files.authored import did_you_mean, nearest
from switch.terms import DataClass


def dead_rules(ground: Ground) -> Iterator[Found]:
    """A rule by which no request is ever decided."""
    for rule in ground.rules:
        if is_dead(ground, rule):
            what = f"no request is ever decided by {rule.id}: {_why_dead(ground, rule)}"
            fix = "take the rule out, or name whom and what it was meant for"
            edits = [*ground.layout.take_out(ground.place(rule)), *_mentions(ground, rule)]
            yield ground.found(Lint.DEAD_RULE, rule, what, fix, edits=edits)


def is_dead(ground: Ground, rule: Rule) -> bool:
    """Whether it decides nothing, of no class, at no instant."""
    return not any(decided_by(ground, rule, ask) for ask in ground.met(rule))


def _why_dead(ground: Ground, rule: Rule) -> str:
    ask = next(ground.met(rule), None)
    if ask is None:
        return "nobody can make a request that meets all of its lists"
    decision = ground.decide(ask.request, ask.at)
    spoken = ground.spoken_of(rule, ask.request)
    if rule.id in decision.exceptions:
        return "everybody it speaks of is excepted"
    return (
        f"{_deciding(decision, spoken)} is stricter wherever it applies, as for {ground.shown(ask)}"
    )


def _deciding(decision: Decision, names: Collection[DataClass]) -> str:
    """The rules that decide these classes."""
    return ", ".join(sorted({e for name, _, ids in decision.classes if name in names for e in ids}))


def _mentions(ground: Ground, rule: Rule) -> Iterator[Edit]:
    """The exceptions that name it go with it."""
    for index, row in enumerate(ground.document.file.model.deny):
        if rule.id in (row.exceptions or ()):
            yield from ground.layout.without_entry(("deny", index, "except"), rule.id)


def useless_allows(ground: Ground) -> Iterator[Found]:
    """An allow without which everything would be released just so.

    Of two that do the same, the first is useless and the other is not.
    """
    gone: list[Rule] = []
    for rule in ground.allows:
        with_it, without = ground.without(*gone), ground.without(*gone, rule)
        asks = [ask for ask in ground.met(rule) if decided_by(ground, rule, ask)]
        if not asks or any(_differs(ground, ask, with_it, without) for ask in asks):
            continue  # dead, or of use
        gone.append(rule)
        ask = asks[0]
        decided = decided_by(ground, rule, ask)
        instead = _deciding(without.decide(ask.request, ask.at), decided) or "the default"
        what = f"without {rule.id} everything is released just so"
        what += f" (by {instead}, as for {ground.shown(ask)})"
        fix = "take it out; to limit somebody to it, write a deny with it under `except`"
        edits = [*ground.layout.take_out(ground.place(rule)), *_mentions(ground, rule)]
        yield ground.found(Lint.USELESS_ALLOW, rule, what, fix, edits=edits)


def decided_by(ground: Ground, rule: Rule, ask: Ask) -> frozenset[DataClass]:
    """The classes of the request that this rule decides."""
    classes = ground.decide(ask.request, ask.at).classes
    return frozenset(name for name, _, ids in classes if rule.id in ids)


def _differs(ground: Ground, ask: Ask, one: AccessStack, other: AccessStack) -> bool:
    request, at = ask.request, ask.at
    if ground.release(one, request, at) != ground.release(other, request, at):
        return True
    return one.decide(request, at).notices != other.decide(request, at).notices


def unusable_exceptions(ground: Ground) -> Iterator[Found]:
    """An exception that never excuses anybody from its deny."""
    allows = {rule.id: rule for rule in ground.allows}
    for rule in ground.restricting:
        for name in sorted(rule.exceptions):
            if is_dead(ground, allows[name]) or first_excused(ground, rule, allows[name]) is None:
                what = f"exception {name} of {rule.id} never holds: no request meets both,"
                what += " for a class of both, with nobody else in it whom the deny speaks of"
                fix = f"take {name} out of `except`, or make its subject contain whom it excuses"
                edits = ground.layout.without_entry(ground.place(rule, "except"), name)
                yield ground.found(
                    Lint.UNUSABLE_EXCEPTION, rule, what, fix, key="except", edits=edits
                )


def first_excused(ground: Ground, deny: Rule, allow: Rule) -> Ask | None:
    """The first request in which an allow excuses from a deny."""
    directory, finite = ground.directory, ground.finite
    question = next((q for q in ground.questions if _both_speak_of(ground, deny, allow, q)), None)
    if question is None:
        return None
    for sender in finite.company(deny.subject, allow.subject):
        # Whom an allow lets in does not depend on whom the operator works for then.
        if not allow.subject.met_by_both(finite.facets(sender), directory):
            continue
        for at, facets in ground.spans(sender, deny):
            through = deny.subject.met_by_any(facets, directory)
            if (
                through is not None
                and allow.in_force(at)
                and all(allow.subject.contains(each, facets, directory) for each in through)
            ):
                return Ask(asked(sender, question), at, facets)
    return None


def _both_speak_of(ground: Ground, deny: Rule, allow: Rule, question: Request) -> bool:
    """Whether both have something to say to a class of its answer."""
    return (
        deny.speaks_of(question)
        and allow.speaks_of(question)
        and any(allow.covers(name) for name in ground.spoken_of(deny, question))
    )


def absent_masks(ground: Ground) -> Iterator[Found]:
    """A mask of a field that no answer of the allow has; a mask acts on the whole answer."""
    fields = ground.world.class_fields
    for rule in ground.allows:
        asked = [q for q in ground.questions if ground.speaks_of(rule, q)]
        names = {name for q in asked for name in ground.entries[q.key].asked(q.image)}
        known = {code for name in names for code in fields.get(name, ())}
        for code in sorted(set(rule.masks) - known):
            what = f"{rule.id} masks `{code}`, which is no field of {', '.join(sorted(names))}"
            near = nearest(code, known - set(rule.masks))
            place = ground.place(rule, "mask")
            if near is None:
                fix = f"{did_you_mean(code, known)}; take it out"
                edits = ground.layout.without_entry(place, code)
            else:
                fix, edits = did_you_mean(code, known), ground.layout.entry(place, code, near)
            yield ground.found(Lint.ABSENT_MASK, rule, what, fix, key="mask", edits=edits)


EFFECT_LINTS = (dead_rules, useless_allows, unusable_exceptions, absent_masks)
