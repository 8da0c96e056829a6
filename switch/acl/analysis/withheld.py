"""What company withholds at desks where no exception is at stake.

A line without an allow that excuses from a rule which the company touches gets what it gets alone,
less what those rules speak of. That is the same at all such desks that meet the same lists of rules
with several lists, so it is worked out once and not weighed desk by desk.
"""

from __future__ import annotations

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.likeness import Likeness, Met
from switch.acl.analysis.side import Side
from switch.acl.rules import Effect, Rule
from switch.terms import OperatorId, Ori

Parts = tuple[Met, Met]  # by side: lists of rules with several lists
_Who = tuple[OperatorId | None, Ori | None]
_KEPT = 2_000  # results kept, of two integers of one bit for each cell


class Withheld:
    """The refusals of both sides, by who touches them."""

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = (old, new)
        self._refusals = [
            [rule for rule in side.rules.values() if rule.effect is not Effect.ALLOW]
            for side in self._sides
        ]
        rules = [rule for refusals in self._refusals for rule in refusals]
        subjects = list(dict.fromkeys(rule.subject for rule in rules))
        self._number = {subject: number for number, subject in enumerate(subjects)}
        self._several = {n for subject, n in self._number.items() if subject.lists > 1}
        self._likes = [
            Likeness(side.stack.directory, subjects, by_name=False) for side in self._sides
        ]
        everybody = (rule.exceptions for rule in rules if rule.subject.everyone)
        self._always = frozenset[str]().union(*everybody)
        self._touched: dict[_Who, frozenset[int]] = {}
        self._found: dict[tuple[_Who, Parts], tuple[int, int]] = {}

    def parts(self, line: Line) -> Parts:
        """The lists that a line meets, of rules with several; none where it is not known."""
        old, new = (self._parts(number, line) for number in range(2))
        return old, new

    def _parts(self, number: int, line: Line) -> Met:
        like, stack = self._likes[number], self._sides[number].stack
        terminal = stack.world.terminals.get(line.terminal)
        if terminal is None or line.ori not in stack.directory.agency_of:
            return frozenset()
        met = like.lists_of_ori(line.ori) | like.name("terminal", line.terminal)
        met = met.union(*(like.lists(agency) for agency in (terminal.agency, *terminal.via)))
        return frozenset(pair for pair in met if pair[0] in self._several)

    def known(self, operator: OperatorId | None, behalf: Ori | None) -> bool:
        """Whether both sides know these two."""
        return all(
            (operator is None or operator in side.stack.world.operators)
            and (behalf is None or behalf in side.stack.directory.agency_of)
            for side in self._sides
        )

    def excuses(self, operator: OperatorId | None, behalf: Ori | None) -> frozenset[str]:
        """The allows that may excuse from a rule that these two touch."""
        touched = self._touched_by(operator, behalf)
        return self._always.union(
            *(
                rule.exceptions
                for refusals in self._refusals
                for rule in refusals
                if rule.exceptions and self._number[rule.subject] in touched
            )
        )

    def joins(self, parts: Parts, rule: Rule, operator: OperatorId, behalf: Ori) -> bool:
        """Whether a refusal of several lists may be met at such a line by both together, and is
        not met by the on-behalf-of alone already; if it has exceptions, whether it may be met."""
        number = self._number[rule.subject]
        for line, like, side in zip(parts, self._likes, self._sides, strict=True):
            if operator not in side.stack.world.operators:
                return True
            if behalf not in side.stack.directory.agency_of:
                return True
            its = {pair for pair in line | like.lists_of_ori(behalf) if pair[0] == number}
            his = {pair for pair in like.lists_of_operator(operator) if pair[0] == number}
            lists = rule.subject.lists
            if len(its | his) == lists and (rule.exceptions or len(its) < lists):
                return True
        return False

    def at(
        self, line: Line, parts: Parts, operator: OperatorId | None, behalf: Ori | None
    ) -> tuple[int, int]:
        """What each side withholds at this line because of these two, nobody being excused."""
        touched = self._touched_by(operator, behalf)
        old, new = (frozenset(pair for pair in met if pair[0] in touched) for met in parts)
        name = ((operator, behalf), (old, new))
        found = self._found.get(name)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            sender = Sender(line, operator, behalf)
            before, after = (
                side.withheld(sender, [r for r in rules if self._number[r.subject] in touched])
                for side, rules in zip(self._sides, self._refusals, strict=True)
            )
            found = self._found[name] = before, after
        return found

    def _touched_by(self, operator: OperatorId | None, behalf: Ori | None) -> frozenset[int]:
        """The subjects of which these two meet a list, by number."""
        found = self._touched.get((operator, behalf))
        if found is None:
            met: Met = frozenset()
            for like, side in zip(self._likes, self._sides, strict=True):
                if operator is not None and operator in side.stack.world.operators:
                    met |= like.lists_of_operator(operator)
                if behalf is not None and behalf in side.stack.directory.agency_of:
                    met |= like.lists_of_ori(behalf)
            found = self._touched[operator, behalf] = frozenset(number for number, _ in met)
        return found
