"""Doors left open beside a rule: another key, flag, ORI, desk or agency, and other owners' data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from switch.acl.analysis.cells import without
from switch.acl.analysis.finite import Sender
from switch.acl.analysis.lints.ground import Ask, Found, Ground
from switch.acl.analysis.lints.writing import table_lines, unused_id
from switch.acl.analysis.promises import released
from switch.acl.lint import Lint
from switch.acl.rules import Effect, Request, Rule, Subject
from switch.errors import Edit
from switch.files.toml.layout import literal
from switch.terms import AgencyId, BackendName, DataClass, OperatorId, Verdict


def sibling_keys(ground: Ground) -> Iterator[Found]:
    """The same data under another key than those that a deny names."""
    for rule in ground.restricting:
        if not rule.keys:
            continue
        names = _classes_of(ground, rule)
        wider = replace(rule, keys=frozenset(), data=names)
        questions = [q for q in ground.questions if wider.speaks_of(q) and q.key not in rule.keys]
        gap = next(ground.open_to(rule.subject, wider, questions), None)
        if gap is None:
            continue
        ask, name = gap
        what = f"{rule.id} refuses {name} by {', '.join(sorted(rule.keys))} and leaves it open by"
        what += f" {ask.request.key}: {ground.shown(ask)}"
        keys = sorted({*rule.keys, *(q.key for q in questions if names & {*_asked(ground, q)})})
        fix = "name every key that answers this data, or none"
        edits = ground.layout.value(ground.place(rule, "key"), literal(keys))
        yield ground.found(Lint.SIBLING_KEY, rule, what, fix, key="key", edits=edits)


def other_flags(ground: Ground) -> Iterator[Found]:
    """The same data with the other image flag than the one that a deny names."""
    for rule in ground.restricting:
        if rule.image is None:
            continue
        wider = replace(rule, image=None, data=_classes_of(ground, rule))
        questions = [q for q in ground.questions if wider.speaks_of(q) and q.image != rule.image]
        gap = next(ground.open_to(rule.subject, wider, questions), None)
        if gap is not None:
            ask, name = gap
            flag = "with" if rule.image else "without"
            what = f"{rule.id} refuses {name} {flag} an image asked for and leaves it open"
            what += f" otherwise: {ground.shown(ask)}"
            fix = "let it speak of both"
            edits = ground.layout.take_out(ground.place(rule, "image"))
            yield ground.found(Lint.OTHER_FLAG, rule, what, fix, key="image", edits=edits)


def _classes_of(ground: Ground, rule: Rule) -> frozenset[DataClass]:
    """What the rule refuses, in the answers that it speaks of."""
    return frozenset(
        name for q in ground.questions if rule.speaks_of(q) for name in ground.spoken_of(rule, q)
    )


def _asked(ground: Ground, question: Request) -> tuple[DataClass, ...]:
    return ground.entries[question.key].asked(question.image)


def denies_by_ori(ground: Ground) -> Iterator[Found]:
    """A deny by ORI or by terminal whose agency has other ways to ask."""
    for rule in ground.restricting:
        agencies = ground.named[rule.id]
        if not agencies or any(strangers(ground, (p,)) for p in rule.subject.ori_prefix):
            continue
        questions = [q for q in ground.questions if ground.speaks_of(rule, q)]
        everybody = Subject(agency=frozenset(agencies), operator=rule.subject.operator)
        if everybody.operator:
            continue  # a person at a desk is meant, not his agency
        gap = next(ground.open_to(everybody, rule, questions), None)
        if gap is None:
            continue
        ask, name = gap
        what = f"{rule.id} names {_by(rule)}, and {', '.join(agencies)} still gets {name}:"
        what += f" {ground.shown(ask)}"
        fix = "name the agency"
        edits = _by_agency(ground, rule, agencies)
        yield ground.found(Lint.DENY_BY_ORI, rule, what, fix, key=_selectors(rule)[0], edits=edits)


def _selectors(rule: Rule) -> list[str]:
    names = ("ori", "ori_prefix", "terminal")
    return [name for name in names if getattr(rule.subject, name)]


def _by(rule: Rule) -> str:
    named = [
        f"{name} {', '.join(sorted(getattr(rule.subject, name)))}" for name in _selectors(rule)
    ]
    return " and ".join(named)


def _by_agency(ground: Ground, rule: Rule, agencies: list[AgencyId]) -> Iterator[Edit]:
    first, *rest = _selectors(rule)
    yield from ground.layout.reworded(ground.place(rule, first), "agency", literal(agencies))
    for name in rest:
        yield from ground.layout.take_out(ground.place(rule, name))


def strangers(ground: Ground, prefixes: tuple[str, ...]) -> list[AgencyId]:
    """The agencies caught by a prefix beside the one whose prefix it is; empty if they are kin."""
    directory = ground.directory
    caught = list(
        dict.fromkeys(directory.agency_of[o] for o in directory.agency_of if o.startswith(prefixes))
    )
    if not prefixes or any(all(a in directory.lineage[b] for b in caught) for a in caught):
        return []
    return caught


def stray_prefixes(ground: Ground) -> Iterator[Found]:
    """A prefix that catches ORIs of agencies that have nothing to do with each other."""
    for rule in ground.rules:
        for prefix in rule.subject.ori_prefix:
            caught = strangers(ground, (prefix,))
            if not caught:
                continue
            what = f"prefix `{prefix}` of {rule.id} catches the ORIs of {', '.join(caught)}"
            fix = "name those who are meant, such as all of them"
            edits = _by_agency(ground, rule, ground.named[rule.id])
            yield ground.found(Lint.STRAY_PREFIX, rule, what, fix, key="ori_prefix", edits=edits)


def sibling_agencies(ground: Ground) -> Iterator[Found]:
    """An agency of the same parent or function that still gets what a deny refuses."""
    for rule in ground.restricting:
        if rule.purposes:
            continue
        gaps = [gap for gap in (_sibling_gap(ground, rule, *s) for s in _kin(ground, rule)) if gap]
        if not gaps:
            continue
        told = [f"{name} ({why}) gets {c}, {ground.shown(ask)}" for name, why, c, ask in gaps]
        what = f"{rule.id} leaves a sibling open: {'; '.join(told)}"
        fix = "if it must not get this either, deny it too, for reasons of its own"
        agencies = [name for name, _, _, _ in gaps]
        place = ground.place(rule)
        keys = ("data", "key", "image", "from", "until", "tell", "reason", "cite")
        raw = [(key, ground.layout.raw((*place, key))) for key in keys]
        pairs = [("id", literal(unused_id(ground, rule, "S"))), ("agency", literal(agencies))]
        lines = table_lines(rule.effect.value, [*pairs, *(pair for pair in raw if pair[1])])
        edits = ground.layout.add_table(place, lines)
        yield ground.found(Lint.SIBLING_AGENCY, rule, what, fix, edits=edits)


def _kin(ground: Ground, rule: Rule) -> Iterator[tuple[AgencyId, str]]:
    """Agencies that the rule does not catch, each with what it shares with one that it does.

    A rule without agency lists catches all.
    """
    directory, agencies = ground.directory, ground.world.agencies
    caught = [a for a in agencies if rule.subject.holds_agency(a, directory)]
    above = {name for each in caught for name in directory.lineage[each]}
    for name, agency in agencies.items():
        if name in above:
            continue  # caught itself, or above one that is
        for each in caught:
            shared = directory.functions[name] & directory.functions[each]
            if shared:
                yield name, f"function {min(shared)}, as {each}"
                break
            if agency.parent is not None and agency.parent == agencies[each].parent:
                yield name, f"under {agency.parent}, as {each}"
                break


def _sibling_gap(
    ground: Ground, rule: Rule, name: AgencyId, why: str
) -> tuple[AgencyId, str, DataClass, Ask] | None:
    """What the sibling gets by asking plainly in the rule's time."""
    wanted = ground.spoken(rule, [q for q in ground.questions if ground.speaks_of(rule, q)])
    for line in ground.finite.own_lines(name):
        sender = Sender(line, None, None)
        for ask in ground.asks(sender, rule, ground.answers.released(sender) & wanted):
            data_class = ground.leaving(rule, ask.request, ask.at)
            if data_class is not None:
                return name, why, data_class, ask
    return None


def photos(ground: Ground) -> Iterator[Found]:
    """An image that leaves with an ordinary query which a rule seemed to settle."""
    for rule in ground.rules:
        gap = None
        if rule.effect is Effect.ALLOW and rule.data is None:
            gap = _allowed_photo(ground, rule)
            what = f'{rule.id} allows "any", and an image leaves with it:'
        elif rule.effect is not Effect.ALLOW and rule.data is not None and rule.image is None:
            gap = _forgotten_photo(ground, rule)
            what = f"{rule.id} refuses a part of the answer, and its image still leaves:"
        if gap is None:
            continue
        ask, name = gap
        place = ground.place(rule, "data")
        if rule.data is None:
            images = _images(ground)
            every = [c for e in ground.entries.values() for c in e.classes if c not in images]
            fix, classes = "name what is meant", list(dict.fromkeys(every))
        else:
            fix, classes = "name the image too", [*sorted(rule.data), name]
        edits = ground.layout.value(place, literal(classes))
        what = f"{what} {name}, {ground.shown(ask)}"
        yield ground.found(Lint.PHOTO_RIDES_ALONG, rule, what, fix, key="data", edits=edits)


def _allowed_photo(ground: Ground, rule: Rule) -> tuple[Ask, DataClass] | None:
    questions = [q for q in ground.questions if ground.speaks_of(rule, q)]
    wanted = ground.spoken(replace(rule, data=_images(ground)), questions)
    for sender in ground.finite.allowed(rule.subject):
        for ask in ground.asks(sender, rule, ground.answers.released(sender) & wanted):
            for name, verdict, ids in ground.decide(ask.request, ask.at).classes:
                image = name in ground.entries[ask.request.key].image_classes
                if image and verdict is Verdict.ALLOW and ids == (rule.id,):
                    return ask, name
    return None


def _forgotten_photo(ground: Ground, rule: Rule) -> tuple[Ask, DataClass] | None:
    """Of an answer of which the rule refuses a part that does not refuse the whole."""
    left = replace(rule, data=frozenset(c for c in _images(ground) if not rule.covers(c)))
    questions = [q for q in ground.questions if q.image and ground.speaks_of(rule, q)]
    return next(ground.open_to(rule.subject, left, questions), None)


def _images(ground: Ground) -> frozenset[DataClass]:
    """The classes that leave only where an image is asked for."""
    return frozenset(name for e in ground.entries.values() for name in e.image_classes)


def borrowed_desks(ground: Ground) -> Iterator[Found]:
    """An allow for a desk, and an operator there whose own agency is refused the same."""
    for rule in ground.allows:
        gap = _borrowed(ground, rule)
        if gap is not None:
            ask, name, home = gap
            what = f"{rule.id} lets in whoever sits at the desk: {home} is refused {name} at home"
            what += f" and gets it here, {ground.shown(ask)}"
            fix = f"deny {home}, if its people may not have this anywhere"
            yield ground.found(Lint.BORROWED_DESK, rule, what, fix)


def _borrowed(ground: Ground, rule: Rule) -> tuple[Ask, DataClass, AgencyId] | None:
    wanted = ground.spoken(rule, [q for q in ground.questions if ground.speaks_of(rule, q)])
    for desk in ground.finite.allowed(rule.subject):
        guests = _guests(ground, desk, wanted) if desk.operator is None else {}
        for ask in ground.asks(desk, rule, reduce(or_, guests.values(), 0)):
            for operator in guests:
                home = ground.world.operators[operator].agency
                request = ask.request._replace(operator=operator)
                decision = ground.decide(request, ask.at)
                names = [
                    n for n, _, ids in decision.classes if rule.id in ids and released(decision, n)
                ]
                for name in names:
                    if _refused_at_home(ground, request, home, name, ask):
                        return Ask(request, ask.at, ask.facets), name, home
    return None


def _guests(ground: Ground, desk: Sender, wanted: int) -> dict[OperatorId, int]:
    """Who gets some of these cells at a desk of another agency and not at home, and which.

    Whoever's agency has no line of its own is none of them.
    """
    found: dict[OperatorId, int] = {}
    at_desk = ground.finite.facets(desk).line_agencies
    for operator in ground.finite.operators():
        if operator is None or ground.world.operators[operator].agency in at_desk:
            continue
        here = ground.answers.released(replace(desk, operator=operator)) & wanted
        if here and (gap := without(here, ground.answers.at_home(operator))):
            found[operator] = gap
    return found


def _refused_at_home(
    ground: Ground, request: Request, home: AgencyId, name: DataClass, ask: Ask
) -> bool:
    """Whether the operator gets this at none of his agency's own lines."""
    own = [
        request._replace(terminal=line.terminal, ori=line.ori)
        for line in ground.finite.own_lines(home)
    ]
    return not any(released(ground.decide(each, ask.at), name) for each in own)


def answered_elsewhere(ground: Ground) -> Iterator[Found]:
    """Data that other owners answer too, which no rule of this file can close."""
    others: dict[DataClass, list[BackendName]] = {}
    for entry in ground.world.catalog:
        if entry.backend != ground.policy.name:
            for name in entry.asked(True):
                others.setdefault(name, []).append(entry.backend)
    touched = {
        rule.id: [name for name in sorted(_classes_of(ground, rule)) if name in others]
        for rule in ground.restricting
    }
    names = sorted({name for shared in touched.values() for name in shared})
    if names:
        owners = sorted({backend for name in names for backend in others[name]})
        whose = ", ".join(f"{b} ({ground.world.backends[b].owner})" for b in owners)
        rules = ", ".join(sorted(rule for rule, shared in touched.items() if shared))
        what = f"{whose} answers {', '.join(names)} too: whether those whom {rules} refuse get it"
        what += " there cannot be judged from this file"
        fix = "ask that owner, or judge all files together: `wireroom acl matrix`"
        yield ground.found(Lint.ANSWERED_ELSEWHERE, None, what, fix, key="backend")


GAP_LINTS = (
    sibling_keys,
    other_flags,
    denies_by_ori,
    stray_prefixes,
    sibling_agencies,
    photos,
    borrowed_desks,
    answered_elsewhere,
)
