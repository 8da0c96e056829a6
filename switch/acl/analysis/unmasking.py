"""Lines on which a mask hides a difference of masks, until somebody more takes it away.

The masks of an answer are those of all its allowed classes. So an allow of a second class may mask
a field of another class that it does not speak of; whoever has the second class refused to him
takes that mask away, and uncovers what it hid. Few lines are like that, and only on those does
company that refuses more have to be tried for differences of masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from switch.acl.analysis.finite import Line, Sender, asked
from switch.acl.analysis.side import Side
from switch.acl.rules import Effect, Facets, Rule, index_keys_of

_Masks = dict[str, int]  # field -> the cells of the classes through which it is masked


class Hidden(NamedTuple):
    """What masks hide on one line."""

    somewhere: bool  # a mask covers a field of a class that its allow does not speak of
    shifts: bool  # and the masks of the line may differ between the sides as it is
    twofold: bool  # and two classes of one answer do so at once


NOTHING_HIDDEN = Hidden(False, False, False)


class Unmasking:
    """Both sides' masks, before anything is refused."""

    def __init__(self, sides: tuple[Side, Side], changed: Iterable[str]) -> None:
        self._sides = sides
        self._changed = frozenset(changed)
        self._elsewhere = [dict(_elsewhere(side)) for side in sides]
        fields = (side.stack.world.class_fields for side in sides)
        self._other_fields = next(fields) != next(fields)

    def of(self, line: Line) -> Hidden:
        """What is hidden on this line, whoever else is in the request."""
        if not any(self._elsewhere):
            return NOTHING_HIDDEN
        masks: list[_Masks] = []
        hidden: list[_Masks] = []
        shifts = self._other_fields
        for side, elsewhere in zip(self._sides, self._elsewhere, strict=True):
            near = list(_near(side, line))
            allows = [rule for rule, met in near if rule.effect is Effect.ALLOW and met]
            spoken = (dict.fromkeys(rule.masks, side.spoken[rule.id]) for rule in allows)
            masks.append(_sums(spoken))
            hidden.append(_sums(elsewhere.get(rule.id, {}) for rule in allows))
            shifts |= any(
                met and rule.effect is not Effect.ALLOW and rule.id in self._changed
                for rule, met in near
            )
        if not any(hidden):
            return NOTHING_HIDDEN
        twofold = any(_twofold(self._sides[0], cells) for each in hidden for cells in each.values())
        return Hidden(True, shifts or masks[0] != masks[1], twofold)


def _near(side: Side, line: Line) -> Iterator[tuple[Rule, bool]]:
    """The rules near a line alone, and whether it meets them."""
    sender = Sender(line, None, None)
    if side.policy is None or side.unknown(sender):
        return
    directory = side.stack.directory
    facets: Facets = side.stack.facets(asked(sender, side.cells.questions[0]), (0.0,))
    for rule in side.policy.about(dict.fromkeys(index_keys_of(facets, directory))):
        if rule.effect is Effect.ALLOW:
            yield rule, rule.subject.met_by_both(facets, directory)
        else:
            yield rule, rule.subject.met_by_any(facets, directory) is not None


def _elsewhere(side: Side) -> Iterator[tuple[str, _Masks]]:
    """For each allow, its masks on fields of classes that it does not speak of: by which class."""
    cells, world = side.cells, side.stack.world
    entries = {entry.key: entry for entry in world.catalog if entry.backend == side.backend}
    for rule in (rule for rule in side.rules.values() if rule.masks):
        found: _Masks = {}
        for number, question in enumerate(cells.questions):
            entry = entries.get(question.key)
            classes = entry.asked(question.image) if entry is not None else ()
            through = [n for n in classes[1:] if rule.covers(n)]
            others = [n for n in classes if not rule.covers(n)]
            for code in rule.masks if through else ():
                if any(code in world.class_fields.get(name, ()) for name in others):
                    places = [cells.classes.index(name) for name in through]
                    here = cells.of([number], places, cells.every_epoch) & side.spoken[rule.id]
                    found[code] = found.get(code, 0) | here
        if any(found.values()):
            yield rule.id, found


def _sums(parts: Iterable[_Masks]) -> _Masks:
    found: _Masks = {}
    for part in parts:
        for code, cells in part.items():
            found[code] = found.get(code, 0) | cells
    return found


def _twofold(side: Side, hidden: int) -> bool:
    """Whether two classes of one answer are in the set."""
    seen = 0
    for _, part in side.cells.by_class(hidden):
        if seen & part:
            return True
        seen |= part
    return False
