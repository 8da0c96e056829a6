"""Two stacks and one backend: who gets something from the one and not from the other.

Lines come first, all of them by name; then whoever else in a request can make a difference, at any
desk. What fewer people in the request explain is not found again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeVar

from switch.acl.analysis.cells import lowest
from switch.acl.analysis.company import Company
from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.joint import Joint
from switch.acl.analysis.pair import Delta, Pair
from switch.acl.analysis.refusals import Refusals
from switch.acl.analysis.side import Standing
from switch.acl.analysis.spread import Part, Spread, less, numbers, on
from switch.acl.analysis.telling import Telling
from switch.acl.analysis.unmasking import Hidden, Unmasking
from switch.acl.engine import AccessStack
from switch.acl.rules import Subject
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
        self._lines = sorted(self._line_kinds(), key=lambda kind: -kind.open.bit_count())
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
        operators, behalves = self._operator_kinds(), self._behalf_kinds()
        for members in operators:
            met = self._company.met_by_operator(members[0])
            pieces = self._pieces(members[0], None) + self._unmasked(members[0], None, met)
            self._tell_operators(members, "", pieces)
        for oris in behalves:
            met = self._company.met_by_behalf(oris[0])
            pieces = self._pieces(None, oris[0]) + self._unmasked(None, oris[0], met)
            for words, ori in _first_by(self._telling.behalf, oris):
                told = [(Sender(s.line, None, ori), delta) for s, delta in pieces]
                self._tell(f"at another desk, {words}", self.cells.every_epoch, told)
        self._search_pairs(operators, behalves)

    def _search_pairs(self, operators: list[list[OperatorId]], behalves: list[list[Ori]]) -> None:
        """Both together, where that may differ from either alone."""
        joint = Joint(self._refusals, self._company.changed)
        his, its = {m[0]: m for m in operators}, {m[0]: m for m in behalves}
        first = [n for n in his if n not in self._company.named and self._known(n, None)]
        second = [ori for ori in its if self._known(None, ori)]
        for operator, ori, gained, lost in joint.pairs(first, second, self._shown):
            pieces = self._least(operator, ori, gained, lost)
            self._tell_pairs(his[operator], its[ori], pieces)
        named = [name for name in his if name in self._company.named]
        for operator, ori in product(named, its):
            self._tell_pairs(his[operator], its[ori], self._by_itself(operator, ori))
        self._search_unmasked_pairs(operators, behalves)

    def _search_unmasked_pairs(
        self, operators: list[list[OperatorId]], behalves: list[list[Ori]]
    ) -> None:
        company = self._company
        met_by = [(oris, company.met_by_behalf(oris[0])) for oris in behalves if self._twofold]
        unmasking = [(oris, met) for oris, met in met_by if company.unmasks(met)]
        for members in operators if unmasking else ():
            his = company.met_by_operator(members[0])
            for oris, met in unmasking if company.unmasks(his) else ():
                pieces = self._unmasked(members[0], oris[0], his | met, twofold=True)
                self._tell_pairs(members, oris, pieces)

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
            old, new = (side.standing(members[0]) for side in self.sides)
            before, after = self.sides[0].left_to(old), self.sides[1].left_to(new)
            delta, hidden = self.between(before, after), self._unmasking.of(old, new)
            open_, both = before.released | after.released, before.released & after.released
            found.append(_Lines(members, delta, open_, both, (old, new), hidden))
            if any(delta):
                for who, line in _first_by(self._telling.line, members):
                    piece = (Sender(line, None, None), delta)
                    self._tell(who, self.cells.every_epoch, [piece])
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

    def _pieces(self, operator: OperatorId | None, behalf: Ori | None) -> list[_Piece]:
        """At which desks one more differs where the line alone does not; as few as tell it all.

        More company only refuses. So what he gains was open to the line on both sides, and is
        refused because of him by the old one only; and the other way round.
        """
        if operator in self._company.named:
            return self._by_itself(operator, behalf)
        old, new = (side.of(operator, behalf) for side in self._refusals)
        gained, lost = self._shown(less(old, new)), self._shown(less(new, old))
        return self._least(operator, behalf, gained, lost)

    def _shown(self, spread: Iterable[Part]) -> Spread:
        """What of it is open to some of its lines on both sides."""
        shown = (Part(lines, cells & self._open_to_both(lines)) for lines, cells in spread)
        return tuple(part for part in shown if part.cells)

    def _open_to_both(self, lines: int) -> int:
        found = self._open.get(lines)
        if found is None:
            found = 0
            for number in numbers(lines):
                found |= self._lines[number].both
            self._open[lines] = found
        return found

    def _least(
        self, operator: OperatorId | None, behalf: Ori | None, gained: Spread, lost: Spread
    ) -> list[_Piece]:
        """The first desks that show every class and epoch of what is gained and lost."""
        found: list[_Piece] = []
        lines, wants = 0, [0, 0]
        for number, spread in enumerate((gained, lost)):
            for part in spread:
                lines |= part.lines
                wants[number] |= part.cells
        for number in numbers(lines):
            if not any(wants):
                break
            kind = self._lines[number]
            gains, loses = kind.both & on(gained, number), kind.both & on(lost, number)
            if gains & wants[0] or loses & wants[1]:
                wants[0] &= ~self.cells.alike(gains)
                wants[1] &= ~self.cells.alike(loses)
                found.append((Sender(kind.first, operator, behalf), Delta(gains, loses, 0)))
        return found

    def _by_itself(self, operator: OperatorId | None, behalf: Ori | None) -> list[_Piece]:
        """With somebody whom an allow names: every desk weighed by itself."""
        pieces = (self._piece(kind, operator, behalf) for kind in self._lines)
        return [piece for piece in pieces if any(piece[1])]

    def _unmasked(
        self,
        operator: OperatorId | None,
        behalf: Ori | None,
        met: frozenset[Subject],
        *,
        twofold: bool = False,
    ) -> list[_Piece]:
        """Where this company uncovers a difference of masks."""
        lines = self._twofold if twofold else self._hidden
        if not lines or not self._company.unmasks(met):
            return []
        if operator in self._company.named or not self._known(operator, behalf):
            return []  # he is weighed by himself; where one side knows nobody, nobody sees a field
        changes = self._company.changes(met)
        people = [(operator, behalf)]
        people += [(operator, None), (None, behalf)] if operator and behalf else []
        refused = [tuple(side.of(*who) for side in self._refusals) for who in people]
        found, told = [], 0
        for number in lines:
            kind = self._lines[number]
            if not (changes or kind.hidden.shifts):
                continue
            old, new = (on(spread, number) for spread in refused[0])
            through = old & kind.hidden.through[0] | new & kind.hidden.through[1]
            may = kind.both & ~(old | new | kind.delta.masked | told) if through else 0
            if may & self.cells.whole_answers(through):
                whole, *fewer = (
                    self._where_refused(kind, *(on(spread, number) for spread in each))
                    for each in refused
                )
                delta = whole.without(kind.delta, *fewer)
                if delta.masked & ~told:
                    told |= self.cells.alike(delta.masked)
                    piece = Delta(0, 0, delta.masked, delta.uncovered)
                    found.append((Sender(kind.first, operator, behalf), piece))
        return found

    def _where_refused(self, kind: _Lines, *refused: int) -> Delta:
        """How the answers at a line differ where this much more is refused, by side."""
        before, after = (
            side.left_to(standing, more)
            for side, standing, more in zip(self.sides, kind.standing, refused, strict=True)
        )
        return self.between(before, after)

    def _known(self, operator: OperatorId | None, behalf: Ori | None) -> bool:
        return all(side.known(operator, behalf) for side in self._refusals)

    def _piece(self, kind: _Lines, operator: OperatorId | None, behalf: Ori | None) -> _Piece:
        sender = Sender(kind.first, operator, behalf)
        found = self.delta(sender).without(kind.delta)
        return sender, found.without(*self._fewer(sender)) if any(found) else found

    def _fewer(self, sender: Sender) -> list[Delta]:
        if sender.operator is None or sender.behalf is None:
            return []
        line, operator, behalf = sender.line, sender.operator, sender.behalf
        return [self.delta(Sender(line, operator, None)), self.delta(Sender(line, None, behalf))]

    # --- what is found ---------------------------------------------------------------------------

    def _tell_pairs(self, members: list[OperatorId], oris: list[Ori], pieces: list[_Piece]) -> None:
        for words, ori in _first_by(self._telling.behalf, oris) if pieces else ():
            told = [(replace(s, behalf=ori), delta) for s, delta in pieces]
            self._tell_operators(members, f", {words}", told)

    def _tell_operators(self, members: list[OperatorId], more: str, pieces: list[_Piece]) -> None:
        told: set[tuple[int, str]] = set()
        for operator in members if pieces else ():
            for epochs, words in self._telling.operators(operator):
                if (epochs, words) in told:
                    continue
                told.add((epochs, words))
                mine = [(replace(s, operator=operator), delta) for s, delta in pieces]
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
