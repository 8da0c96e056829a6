"""Two stacks and one backend: who gets something from the one and not from the other.

Lines come first, all of them by name; then whoever else in a request can make a difference, at any
desk. What fewer people in the request explain is not found again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from switch.acl.analysis.cells import lowest
from switch.acl.analysis.company import Company
from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.pair import Delta, Pair
from switch.acl.analysis.telling import Telling
from switch.acl.analysis.unmasking import Hidden, Unmasking
from switch.acl.analysis.withheld import Parts, Withheld
from switch.acl.engine import AccessStack
from switch.acl.rules import Rule, Subject
from switch.terms import BackendName, DataClass, OperatorId, Ori

_Name = TypeVar("_Name", bound=Hashable)


_Piece = tuple[Sender, Delta]  # a sender, and what differs for him that fewer do not explain


@dataclass(slots=True)
class Difference:
    """One class of data that somebody gains, loses or sees otherwise."""

    kind: int  # index into Delta
    data_class: DataClass
    who: str
    epochs: int
    sender: Sender  # of a witness
    part: int  # the cells of the class in which the witness differs
    epoch: int  # when it asks


@dataclass(slots=True)
class _Lines:
    """Lines that no rule of either side tells apart."""

    members: list[Line]
    delta: Delta
    open: int  # cells released by either side
    both: int  # cells released by both
    masked: int  # cells of allows with masks that they meet
    parts: Parts
    hidden: Hidden
    allows: frozenset[str]  # ids of the allows that they meet, of either side

    @property
    def first(self) -> Line:
        return self.members[0]


class Comparison(Pair):
    """The search; `found` is what it finds."""

    def __init__(self, old: AccessStack, new: AccessStack, backend: BackendName) -> None:
        super().__init__(old, new, backend)
        self.found: dict[tuple[int, DataClass, str], Difference] = {}
        self._company = Company(*self.sides)
        self._unmasking = Unmasking(self.sides, self._company.changed)
        self._withheld = Withheld(*self.sides)
        self._telling = Telling(*self.sides)
        self._open = [0, 0]  # what some line alone gets, by side
        self._lines: list[_Lines] = []
        self._hidden: list[_Lines] = []  # those on which masks hide something
        self._twofold: list[_Lines] = []
        self._search()

    def _search(self) -> None:
        self._lines = self._line_kinds()
        for kind in self._lines:
            if any(kind.delta):
                for who, line in _first_by(self._telling.line, kind.members):
                    piece = (Sender(line, None, None), kind.delta)
                    self._tell(who, self.cells.every_epoch, [piece])
        # The most open first: there the company's own difference shows, if it does anywhere.
        self._lines.sort(key=lambda kind: -kind.open.bit_count())
        self._hidden = [kind for kind in self._lines if kind.hidden.somewhere]
        self._twofold = [kind for kind in self._hidden if kind.hidden.twofold]
        operators, behalves = self._operator_kinds(), self._behalf_kinds()
        for members in operators:
            met = self._company.met_by_operator(members[0])
            pieces = self._pieces(members[0], None, self._operator_bound(members[0], met))
            pieces += self._unmasked(members[0], None, met)
            self._tell_operators(members, None, pieces)
        for oris in behalves:
            met = self._company.met_by_behalf(oris[0])
            pieces = self._pieces(None, oris[0], self._behalf_bound(oris[0], met))
            pieces += self._unmasked(None, oris[0], met)
            for words, ori in _first_by(self._telling.behalf, oris):
                told = [(Sender(s.line, None, ori), delta) for s, delta in pieces]
                self._tell(f"at another desk, {words}", self.cells.every_epoch, told)
        self._search_pairs(operators, behalves)

    def _search_pairs(self, operators: list[list[OperatorId]], behalves: list[list[Ori]]) -> None:
        """Both together, where that may differ from either alone."""
        company = self._company
        its = [(oris[0], company.met_by_behalf(oris[0])) for oris in behalves]
        for members in operators:
            operator, his = members[0], company.met_by_operator(members[0])
            for ori, met in its:
                pieces: list[_Piece] = []
                if operator in company.named:
                    pieces = self._pieces(operator, ori, None)
                elif rules := company.jointly(operator, ori):
                    bound = self._bound(his | met, operator, ori)
                    pieces = self._pieces(
                        operator, ori, bound, self._lines_for(rules, operator, ori)
                    )
                if self._twofold and company.unmasks(his) and company.unmasks(met):
                    pieces += self._unmasked(operator, ori, his | met, twofold=True)
                self._tell_operators(members, ori, pieces)

    def _lines_for(self, rules: Iterable[Rule], operator: OperatorId, behalf: Ori) -> list[_Lines]:
        """Where one of these rules may be met by two people otherwise than by either."""
        joined = list(rules)
        return [k for k in self._lines if any(self._joins(k, r, operator, behalf) for r in joined)]

    def _joins(self, kind: _Lines, rule: Rule, operator: OperatorId, behalf: Ori) -> bool:
        """Excused for each of them by another allow, or met in parts: by all together only, if one
        allow at most excuses from it."""
        if rule.subject.lists < 2:
            return len(kind.allows & rule.exceptions) > 1
        return len(rule.exceptions) > 1 or self._withheld.joins(kind.parts, rule, operator, behalf)

    # --- kinds of senders ------------------------------------------------------------------------

    def _line_kinds(self) -> list[_Lines]:
        known = [dict.fromkeys(finite.lines_by_name()) for finite in self.finite]
        groups: dict[object, list[Line]] = {}
        for line in {**known[1], **known[0]}:
            kind = tuple(
                finite.line_kind(line) if line in mine else None
                for finite, mine in zip(self.finite, known, strict=True)
            )
            groups.setdefault(kind, []).append(line)
        found = []
        for members in groups.values():
            sender = Sender(members[0], None, None)
            before, after = (side.leaving(sender) for side in self.sides)
            self._open[0] |= before.released
            self._open[1] |= after.released
            delta = self.between(before, after)
            hidden = self._unmasking.of(members[0])
            allows = frozenset().union(*(side.allows_on(members[0]) for side in self.sides))
            open_ = before.released | after.released
            both, masked = before.released & after.released, self._masked_by(allows)
            parts = self._withheld.parts(members[0])
            found.append(_Lines(members, delta, open_, both, masked, parts, hidden, allows))
        return found

    def _masked_by(self, allows: Iterable[str]) -> int:
        found = 0
        for name in allows:
            for side in self.sides:
                if name in side.rules and side.rules[name].masks:
                    found |= side.spoken[name]
        return found

    def _operator_kinds(self) -> list[list[OperatorId]]:
        worlds = [side.stack.world.operators for side in self.sides]
        names = self._company.operators({**worlds[1], **worlds[0]})
        return _grouped(
            names,
            lambda name: tuple(
                finite.operator_kind(name) if name in world else None
                for finite, world in zip(self.finite, worlds, strict=True)
            ),
        )

    def _behalf_kinds(self) -> list[list[Ori]]:
        known = [side.stack.directory.agency_of for side in self.sides]
        oris = self._company.behalves({**known[1], **known[0]})
        return _grouped(
            oris,
            lambda ori: tuple(
                finite.behalf_kind(ori) if ori in mine else None
                for finite, mine in zip(self.finite, known, strict=True)
            ),
        )

    # --- in company ------------------------------------------------------------------------------

    def _pieces(
        self,
        operator: OperatorId | None,
        behalf: Ori | None,
        bound: Delta | None,
        lines: list[_Lines] | None = None,
    ) -> list[_Piece]:
        """At which desks this company differs where nobody less does; as few as tell it all.

        `bound` is the most that can differ; None if that is not known.
        """
        found: list[_Piece] = []
        missing = [self.cells.folded(part) for part in bound] if bound is not None else [-1]
        excuses = self._excuses(operator, behalf) if bound is not None else None
        for kind in self._lines if lines is None else lines:
            if not any(missing):
                break
            if excuses is None or not excuses.isdisjoint(kind.allows):
                piece = self._piece(kind, operator, behalf)
            else:
                piece = self._plain_piece(kind, operator, behalf)
            if any(piece[1]):
                found.append(piece)
                if bound is not None:
                    parts = zip(missing, piece[1], strict=True)
                    missing = [left & ~self.cells.folded(part) for left, part in parts]
        return found

    def _unmasked(
        self,
        operator: OperatorId | None,
        behalf: Ori | None,
        met: frozenset[Subject],
        *,
        twofold: bool = False,
    ) -> list[_Piece]:
        """Where this company uncovers a difference of masks."""
        if not self._company.unmasks(met):
            return []
        changes = self._company.changes(met)
        excuses = self._excuses(operator, behalf)
        pieces = (
            self._piece(kind, operator, behalf)
            for kind in (self._twofold if twofold else self._hidden)
            if (changes or kind.hidden.shifts)
            and (
                excuses is None
                or not excuses.isdisjoint(kind.allows)
                or self._may_unmask(kind, operator, behalf)
            )
        )
        return [piece for piece in pieces if any(piece[1])]

    def _piece(self, kind: _Lines, operator: OperatorId | None, behalf: Ori | None) -> _Piece:
        sender = Sender(kind.first, operator, behalf)
        found = self.delta(sender).without(kind.delta)
        return sender, found.without(*self._fewer(sender)) if any(found) else found

    def _excuses(self, operator: OperatorId | None, behalf: Ori | None) -> frozenset[str] | None:
        """The allows that make a line worth weighing by itself; None if any line may be."""
        if operator in self._company.named or not self._withheld.known(operator, behalf):
            return None
        return self._withheld.excuses(operator, behalf)

    def _plain_piece(self, kind: _Lines, operator: OperatorId | None, behalf: Ori | None) -> _Piece:
        """The same, masks apart, where nobody is excused: what is withheld by one side only."""
        sender = Sender(kind.first, operator, behalf)
        if not kind.both:
            return sender, Delta(0, 0, 0)
        found = self._plain(kind, operator, behalf)
        if any(found) and operator is not None and behalf is not None:
            fewer = self._plain(kind, operator, None), self._plain(kind, None, behalf)
            found = found.without(*fewer)
        return sender, found

    def _plain(self, kind: _Lines, operator: OperatorId | None, behalf: Ori | None) -> Delta:
        old, new = self._withheld.at(kind.first, kind.parts, operator, behalf)
        return Delta(kind.both & old & ~new, kind.both & new & ~old, 0)

    def _may_unmask(self, kind: _Lines, operator: OperatorId | None, behalf: Ori | None) -> bool:
        """Where nobody is excused: whether an allow with masks loses something."""
        if not kind.both:
            return False
        old, new = self._withheld.at(kind.first, kind.parts, operator, behalf)
        return bool(kind.masked & (old | new))

    def _fewer(self, sender: Sender) -> list[Delta]:
        if sender.operator is None or sender.behalf is None:
            return []
        line, operator, behalf = sender.line, sender.operator, sender.behalf
        return [self.delta(Sender(line, operator, None)), self.delta(Sender(line, None, behalf))]

    def _operator_bound(self, operator: OperatorId, met: frozenset[Subject]) -> Delta | None:
        known = all(operator in side.stack.world.operators for side in self.sides)
        if not known or operator in self._company.named:
            return None
        return self._bound(met, operator, None)

    def _behalf_bound(self, ori: Ori, met: frozenset[Subject]) -> Delta | None:
        if not all(ori in side.stack.directory.agency_of for side in self.sides):
            return None
        return self._bound(met, None, ori)

    def _bound(
        self, met: frozenset[Subject], operator: OperatorId | None, behalf: Ori | None
    ) -> Delta:
        """Company refuses; so what it gains was refused by the old rules that it meets, is open to
        some line by the new ones, and not refused because of it; and the other way round."""
        who = (operator, behalf)
        before, after = (self._company.refused(number, met, *who) for number in range(2))
        old, new = (
            may & ~side.certainly_refused(operator, behalf)
            for may, side in zip(self._open, self.sides, strict=True)
        )
        return Delta(before & new, after & old, 0)

    # --- what is found ---------------------------------------------------------------------------

    def _tell_operators(
        self, members: list[OperatorId], behalf: Ori | None, pieces: list[_Piece]
    ) -> None:
        told: set[tuple[int, str]] = set()
        for operator in members if pieces else ():
            for epochs, words in self._telling.operators(operator):
                if (epochs, words) in told:
                    continue
                told.add((epochs, words))
                more = f", {self._telling.behalf(behalf)}" if behalf is not None else ""
                mine = [(Sender(s.line, operator, behalf), delta) for s, delta in pieces]
                self._tell(f"at another desk, {words}{more}", epochs, mine)

    def _tell(self, who: str, epochs: int, pieces: Iterable[_Piece]) -> None:
        for sender, delta in pieces:
            for number, cells in enumerate(delta[:3]):
                for name, part in self.cells.by_class(cells):
                    here = self.cells.epochs(part) & epochs
                    if here:
                        self._add(Difference(number, name, who, here, sender, part, lowest(here)))

    def _add(self, one: Difference) -> None:
        known = self.found.setdefault((one.kind, one.data_class, one.who), one)
        known.epochs |= one.epochs


def _grouped(names: Iterable[_Name], kind: Callable[[_Name], object]) -> list[list[_Name]]:
    groups: dict[object, list[_Name]] = {}
    for name in names:
        groups.setdefault(kind(name), []).append(name)
    return list(groups.values())


def _first_by(words: Callable[[_Name], str], names: Iterable[_Name]) -> Iterable[tuple[str, _Name]]:
    """The first of each that are told in the same words."""
    found: dict[str, _Name] = {}
    for name in names:
        found.setdefault(words(name), name)
    return found.items()
