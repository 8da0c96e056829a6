"""Lints about what stands behind a rule: the paper it cites, the promise that pins it, purposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from switch.acl.analysis.finite import Sender, asked
from switch.acl.analysis.lints.effects import decided_by
from switch.acl.analysis.lints.ground import Ask, Found, Ground
from switch.acl.analysis.lints.writing import subject_lines, table_lines, unused_id
from switch.acl.analysis.promises import described, released
from switch.acl.lint import Lint
from switch.acl.rules import Effect, Promise, Request, Rule
from switch.errors import Edit
from switch.terms import DataClass, Instant, Verdict

_BLANK = re.compile(r"[\W_]*|(?i:todo|tbd|none|n/a|unknown)[\W_]*")
_LAW = re.compile(
    r"\bcode\b|\bu\.?s\.?c\b|\bc\.?f\.?r\b|§|\bact\b|\bstat(ute)?s?\b|\bcourt\b|\binjunction\b"
    r"|\bconst(itution)?\b|\blaw\b",
    re.IGNORECASE,
)


def missing_citations(ground: Ground) -> Iterator[Found]:
    """A rule that names no paper, or gives no reason."""
    for rule in ground.rules:
        for key, text in (("cite", rule.cite), ("reason", rule.reason)):
            if _BLANK.fullmatch(text):
                wanted = "the paper that orders it" if key == "cite" else "why it is there"
                what = f"`{key}` of {rule.id} says nothing"
                yield ground.found(Lint.NO_CITATION, rule, what, f"write {wanted}", key=key)


def missing_nevers(ground: Ground) -> Iterator[Found]:
    """A deny that rests on a law, without a `never` that keeps later changes from undoing it."""
    for rule in ground.restricting:
        if rule.effect is not Effect.DENY or rule.end is not None or not _LAW.search(rule.cite):
            continue
        if any(_pins(ground, never, rule) for never in ground.document.nevers):
            continue
        what = f"{rule.id} cites a law ({rule.cite}), and no `[[never]]` keeps a later rule from"
        what += " undoing it"
        fix = "add a `never` with the classes that must stay closed"
        edits: tuple[Edit, ...] = ()
        if not rule.exceptions:
            place = ground.place(rule)
            lines = [("id", f'"{unused_id(ground, rule, "N")}"'), *subject_lines(ground, rule)]
            lines += [(key, ground.layout.raw((*place, key))) for key in ("data", "from")]
            edits = ground.layout.add_table(place, table_lines("never", lines))
        yield ground.found(Lint.NO_NEVER, rule, what, fix, key="cite", edits=edits)


def _pins(ground: Ground, never: Promise, rule: Rule) -> bool:
    """Whether a promise speaks of everybody that the rule speaks of, and of a class of its."""
    if rule.data is not None and never.data is not None and not rule.data & never.data:
        return False
    if never.subject == rule.subject or never.subject.everyone:
        return True
    directory = ground.directory
    caught = [a for a in ground.world.agencies if rule.subject.holds_agency(a, directory)]
    plain = rule.subject.has_agency_lists and never.subject.has_agency_lists
    return plain and all(never.subject.holds_agency(agency, directory) for agency in caught)


def declared_purposes(ground: Ground) -> Iterator[Found]:
    """Access that depends on a purpose, which is what the sender types."""
    for rule in ground.rules:
        ask = _by_purpose_alone(ground, rule) if rule.purposes else None
        if ask is None:
            continue
        if rule.effect is Effect.ALLOW:
            what = f"{rule.id} rests on the purpose that the sender types himself:"
            what += f" {described(ask.request)} is answered, and refused with another purpose"
            fix = "look at samples of what was asked for that purpose, or let named operators ask"
            yield ground.found(Lint.DECLARED_PURPOSE, rule, what, fix, key="purpose")
        else:
            what = f"whoever types another purpose gets round {rule.id}: {ground.shown(ask)}"
            fix = "let it speak of every purpose"
            edits = ground.layout.take_out(ground.place(rule, "purpose"))
            yield ground.found(Lint.DECLARED_PURPOSE, rule, what, fix, key="purpose", edits=edits)


def _by_purpose_alone(ground: Ground, rule: Rule) -> Ask | None:
    """A request that a purpose opens: by this allow, or past this deny."""
    allow = rule.effect is Effect.ALLOW
    others = dict.fromkeys(q.purpose for q in ground.questions if q.purpose not in rule.purposes)
    for ask in ground.met(rule):
        if (
            not decided_by(ground, rule, ask)
            or _leaves(ground, rule, ask.request, ask.at) is not allow
        ):
            continue
        for purpose in others:
            other = ask.request._replace(purpose=purpose)
            if _leaves(ground, rule, other, ask.at) is not allow:
                return ask if allow else Ask(other, ask.at, ask.facets)
    return None


def _leaves(ground: Ground, rule: Rule, request: Request, at: Instant) -> bool:
    decision = ground.decide(request, at)
    return any(released(decision, name) for name in ground.spoken_of(rule, request))


def sensitive_defaults(ground: Ground) -> Iterator[Found]:
    """`default = "allow"` by which a class that the world calls sensitive is released."""
    if ground.policy.default is not Verdict.ALLOW_DEFAULT:
        return
    found: dict[DataClass, Request] = {}
    instants = {0.0, *ground.policy.instants()}
    names = {
        c for e in ground.entries.values() for c in e.asked(True) if c in ground.world.sensitive
    }
    for line, question, at in product(ground.finite.lines(), ground.questions, instants):
        if len(found) == len(names):
            break
        request = asked(Sender(line, None, None), question)
        decision = ground.decide(request, at)
        for name, verdict, _ in decision.classes if decision.released else ():
            if verdict is Verdict.ALLOW_DEFAULT and name in names:
                found.setdefault(name, request)
    if found:
        classes = ", ".join(sorted(found))
        what = f"whoever is named by no rule gets {classes}: {described(found[min(found)])}"
        fix = 'write default = "deny" and an allow for those who need it'
        yield ground.found(Lint.SENSITIVE_DEFAULT, None, what, fix, key="default")


PAPER_LINTS = (missing_citations, missing_nevers, declared_purposes, sensitive_defaults)
