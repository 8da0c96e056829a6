"""Two stacks and one backend: who gets something from the one and not from the other.

Lines come first, all of them by name; then whoever else in a request can make a difference, at any
desk. What fewer people in the request explain is not found again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import or_
from typing import TypeVar

from switch.acl.analysis.cells import lowest, without
from switch.acl.analysis.company import Company
from switch.acl.analysis.finite import FiniteWorld, Line, Sender
from switch.acl.analysis.joint import Joint
from switch.acl.analysis.pair import Delta, Pair
from switch.acl.analysis.refusals import Refusals
from switch.acl.analysis.side import Standing
from switch.acl.analysis.spread import Part, Spread, gathered, less, numbers, on
from switch.acl.analysis.telling import Telling
from switch.acl.analysis.unmasking import Hidden, Unmasking
from switch.acl.engine import AccessStack
from switch.acl.rules import Subject
from switch.terms import BackendName, DataClass, OperatorId, Ori

_Name = TypeVar("_Name", bound=Hashable)
_Who = tuple[OperatorId | None, Ori | None]  # in a request besides the line
_Piece = tuple[Line, Delta]  # a desk, and what differs at it that fewer people do not explain


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
    both: int  # cells released by both
    standing: tuple[Standing, Standing]  # by side
    hidden: Hidden

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
        self._telling = Telling(*self.sides)
        # The most open first: there the company's own difference shows, if it does anywhere.
        self._lines = sorted(self._line_kinds(), key=lambda kind: -kind.both.bit_count())
        self._hidden = [n for n, kind in enumerate(self._lines) if kind.hidden.somewhere]
        self._twofold = [n for n in self._hidden if self._lines[n].hidden.twofold]
        self._open: dict[int, int] = {}
        firsts = [kind.first for kind in self._lines]
        before, after = (
            Refusals(side, firsts, [kind.standing[number].allows for kind in self._lines])
            for number, side in enumerate(self.sides)
        )
        self._refusals = before, after
        self._search()

    def _search(self) -> None:
        company, every_epoch = self._company, self.cells.every_epoch
        operators, behalves = self._operator_kinds(), self._behalf_kinds()
        for members in operators:
            name = members[0]
            if name in company.named:
                pieces = self._by_itself((name, None))
            else:
                pieces = self._alone((name, None), company.met_by_operator(name))
            self._tell_operators(members, pieces)
        for oris in behalves:
            pieces = self._alone((None, oris[0]), company.met_by_behalf(oris[0]))
            for words, ori in _first_by(self._telling.behalf, oris):
                self._tell(f"at another desk, {words}", every_epoch, pieces, behalf=ori)
        others = [members for members in operators if members[0] not in company.named]
        self._search_pairs(others, behalves)
        named = [members for members in operators if members[0] in company.named]
        for members, oris in product(named, behalves):
            self._tell_pairs(members, oris, self._by_itself(*_together(members[0], oris[0])))
        if self._twofold:
            self._search_unmasked_pairs(others, behalves)

    def _search_pairs(self, operators: list[list[OperatorId]], behalves: list[list[Ori]]) -> None:
        """Both together, where that may differ from either alone."""
        joint = Joint(self._refusals, self._company.changed)
        his, its = {m[0]: m for m in operators}, {m[0]: m for m in behalves}
        known = [ori for ori in its if all(side.known(None, ori) for side in self._refusals)]
        for operator, ori, gained, lost in joint.pairs(his, known, self._shown):
            self._tell_pairs(his[operator], its[ori], self._least(gained, lost))

    def _search_unmasked_pairs(
        self, operators: list[list[OperatorId]], behalves: list[list[Ori]]
    ) -> None:
        """Both together, where each takes one of the masks away that hide a field."""
        company = self._company
        his = [(each, company.met_by_operator(each[0])) for each in operators]
        its = [(each, company.met_by_behalf(each[0])) for each in behalves]
        his = [(each, met) for each, met in his if company.unmasks(met)]
        its = [(each, met) for each, met in its if company.unmasks(met)]
        for (members, one), (oris, other) in product(his, its):
            who = _together(members[0], oris[0])
            masked = self._unmasked(self._twofold, one | other, *who)
            self._tell_pairs(members, oris, self._least(masked=masked))

    # --- kinds of senders ------------------------------------------------------------------------

    def _line_kinds(self) -> list[_Lines]:
        known = [dict.fromkeys(finite.lines_by_name()) for finite in self.finite]
        found = []
        for members in self._alike({**known[1], **known[0]}, known, FiniteWorld.line_kind):
            old, new = (side.standing(members[0]) for side in self.sides)
            before, after = self.sides[0].left_to(old), self.sides[1].left_to(new)
            delta, hidden = self.between(before, after), self._unmasking.of(old, new)
            both = before.released & after.released
            found.append(_Lines(members, delta, both, (old, new), hidden))
            if any(delta):
                for who, line in _first_by(self._telling.line, members):
                    self._tell(who, self.cells.every_epoch, [(line, delta)])
        return found

    def _operator_kinds(self) -> list[list[OperatorId]]:
        known = [side.stack.world.operators for side in self.sides]
        names = self._company.operators({**known[1], **known[0]})
        return self._alike(names, known, FiniteWorld.operator_kind)

    def _behalf_kinds(self) -> list[list[Ori]]:
        known = [side.stack.directory.agency_of for side in self.sides]
        oris = self._company.behalves({**known[1], **known[0]})
        return self._alike(oris, known, FiniteWorld.behalf_kind)

    def _alike(
        self,
        names: Iterable[_Name],
        known: Iterable[Container[_Name]],
        kind: Callable[[FiniteWorld, _Name], object],
    ) -> list[list[_Name]]:
        """Those whom neither side tells apart; each side knows some."""
        sides = list(zip(self.finite, known, strict=True))
        groups: dict[object, list[_Name]] = {}
        for name in names:
            kinds = tuple(kind(finite, name) if name in mine else None for finite, mine in sides)
            groups.setdefault(kinds, []).append(name)
        return list(groups.values())

    # --- in company ------------------------------------------------------------------------------

    def _alone(self, who: _Who, met: frozenset[Subject]) -> list[_Piece]:
        """At which desks one more differs where the line alone does not.

        More company only refuses. So what he gains was open to the line on both sides, and is
        refused because of him by the old one only; and the other way round.
        """
        old, new = (side.of(*who) for side in self._refusals)
        pieces = self._least(self._shown(less(old, new)), self._shown(less(new, old)))
        return pieces + self._least(masked=self._unmasked(self._hidden, met, who))

    def _shown(self, spread: Iterable[Part]) -> Spread:
        """What of it is open to some of its lines on both sides."""
        shown = (Part(lines, cells & self._open_to_both(lines)) for lines, cells in spread)
        return tuple(part for part in shown if part.cells)

    def _open_to_both(self, lines: int) -> int:
        if lines not in self._open:
            self._open[lines] = reduce(or_, (self._lines[n].both for n in numbers(lines)))
        return self._open[lines]

    def _least(self, gained: Spread = (), lost: Spread = (), masked: Spread = ()) -> list[_Piece]:
        """The first desks at which every class and epoch of what differs is shown."""
        found: list[_Piece] = []
        left = [gained, lost, masked]
        for number, kind in enumerate(self._lines):
            if not any(left):
                break
            shown = [kind.both & on(spread, number) for spread in left]
            if any(shown):
                found.append((kind.first, Delta(*shown)))
                told = map(self.cells.alike, shown)
                left = [_untold(*each) for each in zip(left, told, strict=True)]
        return found

    def _by_itself(self, who: _Who, *fewer: _Who) -> list[_Piece]:
        """With somebody whom an allow names: every desk weighed by itself."""
        pieces = ((kind.first, self._weighed(kind, who, fewer)) for kind in self._lines)
        return [piece for piece in pieces if any(piece[1])]

    def _weighed(self, kind: _Lines, who: _Who, fewer: Iterable[_Who]) -> Delta:
        found = self.delta(Sender(kind.first, *who)).without(kind.delta)
        if any(found):
            found = found.without(*(self.delta(Sender(kind.first, *each)) for each in fewer))
        return found

    def _unmasked(self, among: Iterable[int], met: frozenset[Subject], *people: _Who) -> Spread:
        """Where company that meets these subjects uncovers a difference of masks, which fewer
        people do not: the first are looked at, the others explain."""
        if not self._company.unmasks(met):
            return ()
        changes = self._company.changes(met)
        refused = [tuple(side.of(*who) for side in self._refusals) for who in people]
        found = []
        for number in among:
            kind = self._lines[number]
            if changes or kind.hidden.shifts:
                here = [[on(spread, number) for spread in each] for each in refused]
                if kind.hidden.bared(self.cells, kind.both, *here[0]):
                    whole, *fewer = (self._where_refused(kind, *each) for each in here)
                    found.append(Part(1 << number, whole.without(kind.delta, *fewer).masked))
        return gathered(found)

    def _where_refused(self, kind: _Lines, *refused: int) -> Delta:
        """How the answers at a line differ where this much more is refused, by side."""
        before, after = (
            side.left_to(standing, more)
            for side, standing, more in zip(self.sides, kind.standing, refused, strict=True)
        )
        return self.between(before, after)

    # --- what is found ---------------------------------------------------------------------------

    def _tell_pairs(self, members: list[OperatorId], oris: list[Ori], pieces: list[_Piece]) -> None:
        if pieces:
            for words, ori in _first_by(self._telling.behalf, oris):
                self._tell_operators(members, pieces, f", {words}", ori)

    def _tell_operators(
        self,
        members: list[OperatorId],
        pieces: list[_Piece],
        more: str = "",
        behalf: Ori | None = None,
    ) -> None:
        if not pieces:
            return  # so it is with most of them
        first: dict[tuple[int, str], OperatorId] = {}
        for operator in members:
            for epochs, words in self._telling.operators(operator):
                first.setdefault((epochs, words), operator)
        for (epochs, words), operator in first.items():
            self._tell(f"at another desk, {words}{more}", epochs, pieces, operator, behalf)

    def _tell(
        self,
        who: str,
        epochs: int,
        pieces: Iterable[_Piece],
        operator: OperatorId | None = None,
        behalf: Ori | None = None,
    ) -> None:
        for line, delta in pieces:
            sender = Sender(line, operator, behalf)
            for number, cells in enumerate(delta[:3]):
                for name, part in self.cells.by_class(cells):
                    here = self.cells.epochs(part) & epochs
                    if here:
                        self._add(Difference(number, name, who, here, sender, part, lowest(here)))

    def _add(self, one: Difference) -> None:
        known = self.found.setdefault((one.kind, one.data_class, one.who), one)
        known.epochs |= one.epochs


def _together(operator: OperatorId, ori: Ori) -> tuple[_Who, _Who, _Who]:
    """Both, then each alone, who may explain what both bring."""
    return (operator, ori), (operator, None), (None, ori)


def _untold(spread: Spread, told: int) -> Spread:
    """What is left of a spread where these cells are told."""
    left = ((lines, without(cells, told)) for lines, cells in spread)
    return tuple(Part(lines, cells) for lines, cells in left if cells)


def _first_by(words: Callable[[_Name], str], names: Iterable[_Name]) -> Iterable[tuple[str, _Name]]:
    """The first of each that are told in the same words."""
    found: dict[str, _Name] = {}
    for name in names:
        found.setdefault(words(name), name)
    return found.items()
