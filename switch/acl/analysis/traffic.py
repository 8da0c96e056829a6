"""Recorded decisions made again by two stacks: what a change would have meant for what was asked.

Only who asked what and when is looked at; no record is needed. Requests that the rules cannot tell
apart are judged once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from switch.acl.analysis.company import meaning
from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.pair import Delta, Pair
from switch.acl.analysis.side import Side
from switch.acl.engine import AccessStack
from switch.acl.rules import Request, index_keys_of
from switch.terms import BackendName, DataClass, Instant, MessageKey, Verdict


class Outcome(StrEnum):
    """What becomes of one recorded decision."""

    REVOKED = "revoked"  # some class that was released is not any more
    GAINED = "gained"  # some class is released that was not
    MASKED = "masked differently"
    UNDECIDABLE = "undecidable"  # not in some catalog, or in neither directory
    SAME = "same"


TOLD = tuple(outcome for outcome in Outcome if outcome is not Outcome.SAME)


@dataclass(frozen=True, slots=True)
class Example:
    """The first decision of an outcome."""

    place: str  # where it stands in the file
    request: Request
    at: Instant
    old: Verdict
    new: Verdict
    classes: tuple[DataClass, ...]  # concerned


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions had each outcome; one that gains and loses counts as both."""

    decisions: int
    counts: dict[Outcome, int]
    examples: dict[Outcome, Example]
    widened: int  # gained, or masked with a field that is seen now

    @property
    def differs(self) -> bool:
        """Whether anything is not as it was."""
        return any(self.counts.get(outcome) for outcome in TOLD)


def tally(
    old: AccessStack, new: AccessStack, asked: Iterable[tuple[str, Request, Instant]]
) -> Tally:
    """Judge each (place, request, instant) by both stacks."""
    sources: dict[BackendName, _Source] = {}
    counts: dict[Outcome, int] = {}
    examples: dict[Outcome, Example] = {}
    decisions = widened = 0
    for place, request, at in asked:
        decisions += 1
        source = sources.get(request.backend)
        if source is None:
            source = sources[request.backend] = _Source(old, new, request.backend)
        outcomes, widens = source.outcomes(request, at)
        widened += widens
        for outcome in outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
            if outcome not in examples and outcome is not Outcome.SAME:
                examples[outcome] = _example(old, new, outcome, place, request, at)
    return Tally(decisions, counts, examples, widened)


_OUTCOMES = (Outcome.GAINED, Outcome.REVOKED, Outcome.MASKED)  # in the order of Delta
_NO_DELTA = Delta(0, 0, 0)
_SAME = ((Outcome.SAME,), False)
_UNDECIDABLE = ((Outcome.UNDECIDABLE,), False)


class _Source:
    """One backend: each kind of sender is judged once, for all questions and instants."""

    def __init__(self, old: AccessStack, new: AccessStack, backend: BackendName) -> None:
        self._stacks = (old, new)
        self._pair = pair = Pair(old, new, backend)
        self._numbers = {question[5:]: n for n, question in enumerate(pair.cells.questions)}
        catalogs = [
            {entry.key for entry in stack.world.catalog if entry.backend == backend}
            for stack in self._stacks
            if backend in stack.owners
        ]
        self._keys = catalogs[0] & catalogs[1] if len(catalogs) == 2 else set[MessageKey]()
        rules = [rule for side in pair.sides for rule in side.rules.values()]
        named = {purpose for rule in rules for purpose in rule.purposes}
        purposes = [question.purpose for question in pair.cells.questions]
        self._another = next((p for p in purposes if p is not None and p not in named), None)
        self._named = {None, *named}
        self._changed_keys = _changed_keys(pair)
        self._senders: dict[tuple[object, ...], Delta | None] = {}
        self._kinds: dict[object, Delta] = {}
        self._places: dict[tuple[int, int], int] = {}

    def outcomes(self, request: Request, at: Instant) -> tuple[tuple[Outcome, ...], bool]:
        """What becomes of one decision, and whether more is released."""
        if request.key not in self._keys:
            return _UNDECIDABLE
        who = (request.terminal, request.ori, request.operator, request.on_behalf_of)
        if who not in self._senders:
            self._senders[who] = self._delta(_sender(request), request)
        delta = self._senders[who]
        if delta is None:
            return _UNDECIDABLE
        if not any(delta):
            return _SAME
        here = self._place(request, at)
        parts = (delta.lost, Outcome.REVOKED), (delta.gained, Outcome.GAINED)
        found = tuple(
            name for part, name in (*parts, (delta.masked, Outcome.MASKED)) if part & here
        )
        return found or _SAME[0], bool((delta.gained | delta.uncovered) & here)

    def _delta(self, sender: Sender, request: Request) -> Delta | None:
        """None for a sender with a name that neither directory knows."""
        if not any(_known(stack, request) for stack in self._stacks):
            return None
        if self._changed_keys is not None and not self._near_a_change(request):
            return _NO_DELTA
        kind = tuple(self._kind(n, sender) for n in range(2))
        if kind not in self._kinds:
            self._kinds[kind] = self._pair.delta(sender)
        return self._kinds[kind]

    def _near_a_change(self, request: Request) -> bool:
        """Whether these names, which both sides know, can meet a rule that is not as it was."""
        pair, keys = self._pair, self._changed_keys or frozenset()
        facets = pair.finite[0].facets(_sender(request))
        return not keys.isdisjoint(index_keys_of(facets, self._stacks[0].directory))

    def _kind(self, number: int, sender: Sender) -> object:
        """Senders of one kind get one answer; who is refused for who he is, none."""
        if self._pair.sides[number].unknown(sender):
            return None
        finite = self._pair.finite[number]
        return (
            finite.line_kind(sender.line),
            sender.operator and finite.operator_kind(sender.operator),
            sender.behalf and finite.behalf_kind(sender.behalf),
        )

    def _place(self, request: Request, at: Instant) -> int:
        """The cells of this question in its epoch; an image flag that matters to nobody is none."""
        cells = self._pair.cells
        purpose = request.purpose if request.purpose in self._named else self._another
        number = self._numbers.get((request.key, request.image, purpose))
        if number is None:
            number = self._numbers[request.key, False, purpose]
        epoch = cells.epoch(at)
        found = self._places.get((number, epoch))
        if found is None:
            found = cells.of([number], range(len(cells.classes)), 1 << epoch)
            self._places[number, epoch] = found
        return found


def _sender(request: Request) -> Sender:
    line = Line(request.terminal, request.ori)
    return Sender(line, request.operator, request.on_behalf_of)


def _changed_keys(pair: Pair) -> frozenset[tuple[str, str]] | None:
    """Under what the rules are filed that are not as they were; None if more than rules changed.

    Who meets the same rules on both sides, in the same world, gets the same.
    """
    old, new = pair.sides
    if _surroundings(old) != _surroundings(new):
        return None
    rules = [rule for side in pair.sides for rule in side.rules.values()]
    return frozenset(
        key
        for rule in rules
        if not (rule.id in old.rules and rule.id in new.rules)
        or meaning(old.rules[rule.id]) != meaning(new.rules[rule.id])
        for key in rule.subject.index_keys()
    )


def _surroundings(side: Side) -> object:
    """All that decides beside the owner's rules."""
    world, network = side.stack.world, side.stack.network
    known = (world.agencies, world.terminals, world.operators, world.class_fields)
    entries = [
        (entry.key, entry.classes, entry.image_classes, entry.purposes)
        for entry in world.catalog
        if entry.backend == side.backend
    ]
    return (
        known,
        entries,
        [meaning(rule) for rule in network.rules],
        side.policy and side.policy.default,
    )


def _example(
    old: AccessStack,
    new: AccessStack,
    outcome: Outcome,
    place: str,
    request: Request,
    at: Instant,
) -> Example:
    """The first of an outcome, as both stacks themselves judge it."""
    before, after = _seen(old, request, at), _seen(new, request, at)
    concerned = {
        Outcome.REVOKED: [name for name in before if name not in after],
        Outcome.GAINED: [name for name in after if name not in before],
        Outcome.MASKED: [name for name in before if before[name] != after.get(name, before[name])],
    }
    verdicts = (old.decide(request, at).verdict, new.decide(request, at).verdict)
    return Example(place, request, at, *verdicts, tuple(concerned.get(outcome, ())))


def _known(stack: AccessStack, request: Request) -> bool:
    """Whether every name of a request is in the directory."""
    world, agency_of = stack.world, stack.directory.agency_of
    return (
        request.terminal in world.terminals
        and request.ori in agency_of
        and (request.operator is None or request.operator in world.operators)
        and (request.on_behalf_of is None or request.on_behalf_of in agency_of)
    )


def _seen(stack: AccessStack, request: Request, at: Instant) -> dict[DataClass, frozenset[str]]:
    """Each released class with the fields of it that are seen."""
    decision = stack.decide(request, at)
    if not decision.released:
        return {}
    fields, masks = stack.world.class_fields, set(decision.masks)
    return {
        name: fields.get(name, frozenset()) - masks
        for name, verdict, _ in decision.classes
        if verdict.released
    }
