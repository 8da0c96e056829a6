"""What two people in a request have refused together that neither has alone.

Only rules of several lists, which each may meet in part, and rules with several exceptions, of
which each may be excused by another, see more in both than in either. People whom all those rules
see alike are tried as one, so that most pairs are never looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from switch.acl.analysis.refusals import Refusals, View, Views
from switch.acl.analysis.spread import Part, Spread, gathered, less
from switch.terms import OperatorId, Ori

_Seen = frozenset[tuple[tuple[tuple[str, View], ...], int]]  # what by which rule, in which epochs


class Joint:
    """Both sides' refusals by operators together with those on whose behalf they ask.

    Both sides know all of them; no allow names one of the operators.
    """

    def __init__(self, sides: tuple[Refusals, Refusals], changed: Collection[str]) -> None:
        self._sides = sides
        self._rules = [
            {r.id for r in side.rules.values() if r.subject.lists > 1 or len(r.exceptions) > 1}
            for side in sides
        ]
        self._differing = [rules & set(changed) for rules in self._rules]
        self._beyond: dict[tuple[int, str, View, View], Spread] = {}

    def pairs(
        self,
        operators: Iterable[OperatorId],
        behalves: Sequence[Ori],
        open_: Callable[[Spread], Spread],
    ) -> Iterator[tuple[OperatorId, Ori, Spread, Spread]]:
        """Those who differ together where neither does: what they gain, and what they lose.

        `open_` leaves of a spread what may show on its lines; an operator's pairs come in order.
        """
        if not any(self._differing):
            return
        kinds: dict[tuple[_Seen, ...], list[tuple[int, Ori]]] = {}
        for number, ori in enumerate(behalves):
            seen = tuple(self._seen(side, None, ori) for side in range(2))
            kinds.setdefault(seen, []).append((number, ori))
        tried: dict[tuple[_Seen, ...], list[tuple[int, Ori, Spread, Spread]]] = {}
        for operator in operators:
            seen = tuple(self._seen(side, operator, None) for side in range(2))
            if seen not in tried:
                tried[seen] = list(self._trials(operator, kinds.values(), open_))
            for _, ori, old, new in tried[seen]:
                gained, lost = self._left(operator, ori, old, new)
                if gained or lost:
                    yield operator, ori, gained, lost

    def _trials(
        self,
        operator: OperatorId,
        kinds: Iterable[list[tuple[int, Ori]]],
        open_: Callable[[Spread], Spread],
    ) -> list[tuple[int, Ori, Spread, Spread]]:
        """Whom to try with him, and what either side has refused to both only."""
        found = []
        for members in kinds:
            old, new = (
                open_(self._together(side, operator, members[0][1], self._differing[side]))
                for side in range(2)
            )
            if old or new:
                found += [(number, ori, old, new) for number, ori in members]
        return sorted(found)

    def _left(
        self, operator: OperatorId, ori: Ori, old: Spread, new: Spread
    ) -> tuple[Spread, Spread]:
        """Of what one side refuses to both only, what the other does not refuse at all."""
        alone = [side.of(*who) for side in self._sides for who in ((operator, None), (None, ori))]
        gained, lost = less(old, *alone), less(new, *alone)
        if gained:
            gained = less(gained, self._together(1, operator, ori, self._rules[1]))
        if lost:
            lost = less(lost, self._together(0, operator, ori, self._rules[0]))
        return gained, lost

    def _seen(self, side: int, operator: OperatorId | None, ori: Ori | None) -> _Seen:
        """Everything that the differing rules of several lists or exceptions see of somebody."""
        found: defaultdict[tuple[tuple[str, View], ...], int] = defaultdict(int)
        for epochs, views in self._sides[side].phases(operator, ori):
            seen = tuple(
                (name, views[name]) for name in sorted(self._differing[side] & views.keys())
            )
            found[seen] |= epochs
        return frozenset(found.items())

    def _together(self, side: int, operator: OperatorId, ori: Ori, rules: set[str]) -> Spread:
        refusals = self._sides[side]
        [(_, its)] = refusals.phases(None, ori)
        return gathered(
            part
            for epochs, his in refusals.phases(operator, None)
            for part in self._in_phase(side, epochs, his, its, rules)
        )

    def _in_phase(
        self, side: int, epochs: int, his: Views, its: Views, rules: set[str]
    ) -> Iterator[Part]:
        here = self._sides[side].in_epochs(epochs)
        for name in his.keys() & its.keys() & rules:
            for lines, cells in self._only_both(side, name, his[name], its[name]):
                yield Part(lines, cells & here)

    def _only_both(self, side: int, name: str, his: View, its: View) -> Spread:
        key = (side, name, his, its)
        if key not in self._beyond:
            refusals = self._sides[side]
            both = refusals.spread(name, his.beside(its))
            alone = refusals.spread(name, his), refusals.spread(name, its)
            self._beyond[key] = less(both, *alone)
        return self._beyond[key]
