"""Recorded decisions made again by two stacks: what a change would have meant for what was asked.

Only who asked what and when is looked at; no record is needed. Requests that the rules cannot tell
apart are judged once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from switch.acl.analysis.finite import FiniteWorld, Line
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.terms import DataClass, Instant, Verdict


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


class _Judged(NamedTuple):
    outcomes: tuple[Outcome, ...]
    example: dict[Outcome, Example]
    widens: bool


def tally(
    old: AccessStack, new: AccessStack, asked: Iterable[tuple[str, Request, Instant]]
) -> Tally:
    """Judge each (place, request, instant) by both stacks."""
    kinds = (_Kinds(old), _Kinds(new))
    known: dict[object, _Judged] = {}
    counts: dict[Outcome, int] = {}
    examples: dict[Outcome, Example] = {}
    decisions = widened = 0
    for place, request, at in asked:
        decisions += 1
        kind = tuple(each.of(request, at) for each in kinds)
        judged = known.get(kind)
        if judged is None:
            judged = known[kind] = _judged(old, new, request, at)
        widened += judged.widens
        for outcome in judged.outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
            if outcome not in examples and outcome in judged.example:
                shown = judged.example[outcome]
                examples[outcome] = replace(shown, place=place, request=request, at=at)
    return Tally(decisions, counts, examples, widened)


class _Kinds:
    """What a stack can tell apart, with every name looked up once."""

    def __init__(self, stack: AccessStack) -> None:
        self._stack = stack
        rules = [rule for policy in stack.owners.values() for rule in policy.rules]
        suspensions = [rule.subject for rule in stack.network.rules]
        self._finite = FiniteWorld(stack.directory, rules, suspensions)
        self._purposes = {purpose for rule in rules for purpose in rule.purposes}
        self._lines: dict[tuple[str, str], object] = {}
        self._operators: dict[tuple[object, int], object] = {}
        self._behalves: dict[object, object] = {None: None}

    def of(self, request: Request, at: Instant) -> object:
        """Requests of one kind get one answer."""
        epoch = self._stack.epoch(at)
        line = (request.terminal, request.ori)
        if line not in self._lines:
            self._lines[line] = self._line(request)
        person = (request.operator, epoch)
        if person not in self._operators:
            self._operators[person] = self._operator(request, at)
        if request.on_behalf_of not in self._behalves:
            self._behalves[request.on_behalf_of] = self._behalf(request)
        purpose = request.purpose
        if purpose is not None and purpose not in self._purposes:
            purpose = "another"
        who = (self._lines[line], self._operators[person], self._behalves[request.on_behalf_of])
        return (*who, request.backend, request.key, request.image, purpose, epoch)

    def _line(self, request: Request) -> object:
        """Lines that are refused for who they are stay by name."""
        alone = request._replace(operator=None, on_behalf_of=None)
        if self._stack.identity(alone, 0.0) is not None:
            return request.terminal, request.ori
        return self._finite.line_kind(Line(request.terminal, request.ori))

    def _operator(self, request: Request, at: Instant) -> object:
        if request.operator is None or request.operator not in self._stack.world.operators:
            return request.operator
        return self._finite.operator_kind(request.operator, at)

    def _behalf(self, request: Request) -> object:
        ori = request.on_behalf_of
        if ori is None or ori not in self._stack.directory.agency_of:
            return ori
        return self._finite.behalf_kind(ori)


def _judged(old: AccessStack, new: AccessStack, request: Request, at: Instant) -> _Judged:
    """Both decisions on one request, and what differs."""
    verdicts = (old.decide(request, at).verdict, new.decide(request, at).verdict)
    if Verdict.DENY_ERROR in verdicts or not (_known(old, request) or _known(new, request)):
        outcome = Outcome.UNDECIDABLE
        example = Example("", request, at, verdicts[0], verdicts[1], ())
        return _Judged((outcome,), {outcome: example}, False)
    before, after = (_seen(stack, request, at) for stack in (old, new))
    concerned = {
        Outcome.REVOKED: [name for name in before if name not in after],
        Outcome.GAINED: [name for name in after if name not in before],
        Outcome.MASKED: [name for name in before if before[name] != after.get(name, before[name])],
    }
    uncovered = any(after[name] - before[name] for name in concerned[Outcome.MASKED])
    examples = {
        outcome: Example("", request, at, verdicts[0], verdicts[1], tuple(names))
        for outcome, names in concerned.items()
        if names
    }
    outcomes = tuple(examples) or (Outcome.SAME,)
    return _Judged(outcomes, examples, bool(concerned[Outcome.GAINED]) or uncovered)


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
