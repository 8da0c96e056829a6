"""Who, in a request besides the line, can make a difference between two versions of the rules.

More company only ever brings refusals (an exception holds for fewer the more there are), except an
operator whom an allow names. So somebody who meets no rule that differs changes nothing: whatever
differs with him differs without him. That is what keeps a comparison of large worlds short, and the
tests hold it against enumeration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TypeVar

from switch.acl.analysis.likeness import Likeness, Met
from switch.acl.analysis.side import Side
from switch.acl.rules import Effect, Rule, Subject
from switch.config import CatalogEntry, World
from switch.terms import DataClass, OperatorId, Ori

_T = TypeVar("_T")
_Lists = frozenset[tuple[tuple[int, str], object]]  # (subject's number, list), and when or how


class Company:
    """The rules of one backend that differ between two sides, and who meets them."""

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = (old, new)
        rules = [rule for side in self._sides for rule in side.rules.values()]
        self._all_subjects = list(dict.fromkeys(rule.subject for rule in rules))
        self._likes = [
            (side, Likeness(side.stack.directory, self._all_subjects)) for side in self._sides
        ]
        self._moved = self._moved_subjects()
        hiding = self._hiding_masks(rules)
        self.changed = self._changed(rules)
        differing = [rule for rule in rules if rule.id in self.changed | hiding]
        self.differing = {rule.id for rule in differing}
        subjects = {rule.subject for rule in differing}
        self._numbers = {n for n, each in enumerate(self._all_subjects) if each in subjects}
        self._changing = {rule.subject for rule in rules if rule.id in self.changed}
        self._unmasking = {rule.subject for rule in differing if rule.id in hiding}
        self._everybody = any(rule.subject.everyone and rule.exceptions for rule in differing)
        self.named = {
            OperatorId(name)
            for rule in rules
            if rule.effect is Effect.ALLOW
            for name in rule.subject.operator
        }

    # --- which rules differ ------------------------------------------------------------------

    def _changed(self, rules: Iterable[Rule]) -> set[str]:
        """Rules that are not the same, that are met by others, or that excuse others."""
        old, new = (side.rules for side in self._sides)
        found = {
            name
            for name in {**old, **new}
            if name not in old or name not in new or meaning(old[name]) != meaning(new[name])
        }
        found |= {rule.id for rule in rules if rule.subject in self._moved}
        excusing = found | (_by_line(rules) if self._agencies_moved() else set())
        found |= {rule.id for rule in rules if rule.exceptions & excusing}
        if self._primary_moved():
            found |= {rule.id for rule in rules if rule.effect is not Effect.ALLOW}
        return found

    def _moved_subjects(self) -> set[Subject]:
        """Subjects that somebody meets by the one directory and not by the other."""
        before, after = (side.stack.directory for side in self._sides)
        if before.version == after.version:
            return set()
        found: set[int] = set()
        old, new = (_values(side, like) for side, like in self._likes)
        for was, now in _in_both(old, new):
            found |= {number for (number, _), _ in was ^ now}
        return {self._all_subjects[number] for number in found}

    def _agencies_moved(self) -> bool:
        """Whether a terminal, an ORI or an operator belongs to another agency than before."""
        old, new = (_homes(side) for side in self._sides)
        return any(was != now for was, now in _in_both(old, new))

    def _primary_moved(self) -> bool:
        old, new = (
            {e.key: e.classes[0] for e in side.stack.world.catalog if e.backend == side.backend}
            for side in self._sides
        )
        return any(old[key] != new[key] for key in old.keys() & new.keys())

    def _hiding_masks(self, rules: Iterable[Rule]) -> set[str]:
        """Refusals of one class that can take away a mask on another class of the same answer.

        The masks of an answer are those of all its allowed classes. So where such a mask belongs to
        a class that the refusal leaves open, somebody who only meets the refusal can uncover what
        hides a difference.
        """
        found: set[str] = set()
        allows = [rule for rule in rules if rule.masks]
        refusing = [rule for rule in rules if rule.effect is not Effect.ALLOW]
        for side in self._sides:
            world = side.stack.world
            for entry in (e for e in world.catalog if e.backend == side.backend):
                for allow in allows:
                    pairs = list(_masked_elsewhere(world, entry, allow))
                    found |= {rule.id for rule in refusing if any(_parts(rule, *p) for p in pairs)}
        return found

    # --- who meets them ------------------------------------------------------------------------

    def operators(self, among: Iterable[OperatorId]) -> list[OperatorId]:
        """Those who may make a difference."""
        known = [side.stack.world.operators for side in self._sides]
        return [
            name
            for name in among
            if name in self.named
            or self._everybody
            or not all(name in world for world in known)
            or self.met_by_operator(name)
        ]

    def behalves(self, among: Iterable[Ori]) -> list[Ori]:
        """Those on whose behalf to ask may make a difference."""
        known = [side.stack.directory.agency_of for side in self._sides]
        return [
            ori
            for ori in among
            if self._everybody
            or not all(ori in agency_of for agency_of in known)
            or self.met_by_behalf(ori)
        ]

    def met_by_operator(self, operator: OperatorId) -> frozenset[Subject]:
        """The subjects of differing rules that he meets in part, by himself or by agency."""
        return self._differing_of(
            like.lists_of_operator(operator)
            for side, like in self._likes
            if operator in side.stack.world.operators
        )

    def met_by_behalf(self, ori: Ori) -> frozenset[Subject]:
        """The subjects of differing rules that this ORI meets in part."""
        return self._differing_of(
            like.lists_of_ori(ori)
            for side, like in self._likes
            if ori in side.stack.directory.agency_of
        )

    def _differing_of(self, met: Iterable[Met]) -> frozenset[Subject]:
        numbers = {number for lists in met for number, _ in lists}
        return frozenset(self._all_subjects[number] for number in numbers & self._numbers)

    def changes(self, met: frozenset[Subject]) -> bool:
        """Whether who meets these subjects may meet a refusal that is another than before."""
        return not met.isdisjoint(self._changing)

    def unmasks(self, met: frozenset[Subject]) -> bool:
        """Whether who meets these subjects can change which masks an answer has."""
        return not met.isdisjoint(self._unmasking)


def _masked_elsewhere(
    world: World, entry: CatalogEntry, allow: Rule
) -> Iterator[tuple[DataClass, DataClass]]:
    """A class that the allow lets out beside the primary one, and another that it does not let out
    and whose field it masks all the same."""
    classes = entry.asked(image=True)
    for name, other in product(classes[1:], classes):
        fields = world.class_fields.get(other, frozenset())
        if allow.covers(name) and not allow.covers(other) and fields & set(allow.masks):
            yield name, other


def _parts(rule: Rule, name: DataClass, other: DataClass) -> bool:
    """Whether it may refuse the one class and leave the other open."""
    return rule.covers(name) and (not rule.covers(other) or bool(rule.exceptions))


def _by_line(rules: Iterable[Rule]) -> set[str]:
    """Rules that, as exceptions, excuse the line's own agencies, whichever they are."""
    return {rule.id for rule in rules if not rule.subject.has_agency_lists}


def _values(side: Side, like: Likeness) -> Iterator[dict[str, _Lists]]:
    """Terminals, ORIs and operators with the lists that they meet, and when or how."""
    world, terminals, operators = side.stack.world, dict[str, _Lists](), dict[str, _Lists]()
    for terminal in world.terminals.values():
        own = like.lists(terminal.agency) | like.name("terminal", terminal.mnemonic)
        hubs = ((like.lists(hub), True) for hub in terminal.via)
        terminals[terminal.mnemonic] = _lists_met((own, False), *hubs)
    for operator in world.operators.values():
        own = like.lists(operator.agency) | like.name("operator", operator.id)
        spans = ((like.lists(a.agency), (a.start, a.end)) for a in operator.affiliations)
        operators[operator.id] = _lists_met((own, None), *spans)
    yield terminals
    yield {
        ori: _lists_met((like.lists_of_ori(ori), None)) for ori in side.stack.directory.agency_of
    }
    yield operators


def _homes(side: Side) -> Iterator[Mapping[str, object]]:
    """Terminals, ORIs and operators with the agencies that they belong to."""
    world = side.stack.world
    yield {
        terminal.mnemonic: (terminal.agency, terminal.via) for terminal in world.terminals.values()
    }
    yield {str(ori): agency for ori, agency in side.stack.directory.agency_of.items()}
    yield {
        operator.id: (operator.agency, operator.affiliations)
        for operator in world.operators.values()
    }


def _in_both(
    old: Iterable[Mapping[str, _T]], new: Iterable[Mapping[str, _T]]
) -> Iterator[tuple[_T, _T]]:
    """What whoever is on both sides had and has, table by table."""
    for before, after in zip(old, new, strict=True):
        for name in before.keys() & after.keys():
            yield before[name], after[name]


def _lists_met(*parts: tuple[Met, object]) -> _Lists:
    return frozenset((pair, how) for met, how in parts for pair in met)


def meaning(rule: Rule) -> tuple[object, ...]:
    """All of a rule that decides; texts for people are left out."""
    what = (rule.data, rule.keys, rule.purposes, rule.image, rule.exceptions, rule.masks)
    return (rule.effect, rule.subject, rule.start, rule.end, *what)
