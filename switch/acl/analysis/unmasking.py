"""Lines on which a mask hides a difference of masks, until somebody more takes it away.

The masks of an answer are those of all its allowed classes. So an allow of a second class may mask
a field of another class that it does not speak of; whoever has the second class refused to him
takes that mask away, and uncovers what it hid. Few lines are like that, and only on those does
company that refuses more have to be tried for differences of masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from switch.acl.analysis.cells import Cells, without
from switch.acl.analysis.side import Side, Standing

_Masks = dict[str, int]  # field -> the cells of the classes through which it is masked


class Hidden(NamedTuple):
    """What masks hide on one line."""

    through: tuple[int, int]  # by side, the cells whose masks cover a field of another class
    shifts: bool  # whether the masks of the line may differ between the sides as it is
    twofold: bool  # whether two classes of one answer do so at once

    @property
    def somewhere(self) -> bool:
        """Whether anything is hidden so."""
        return any(self.through)

    def bared(self, cells: Cells, open_: int, old: int, new: int) -> int:
        """Of what is open, what stays so in answers of which a mask falls, for somebody who has
        these cells refused to him by the sides."""
        fallen = old & self.through[0] | new & self.through[1]
        if not fallen:
            return 0
        return cells.whole_answers(fallen) & without(open_, old | new)


NOTHING_HIDDEN = Hidden((0, 0), False, False)


class Unmasking:
    """Both sides' masks, before anything is refused."""

    def __init__(self, sides: tuple[Side, Side], changed: Iterable[str]) -> None:
        self._sides = sides
        self._changed = frozenset(changed)
        self._elsewhere = [dict(_elsewhere(side)) for side in sides]
        fields = (side.stack.world.class_fields for side in sides)
        self._other_fields = next(fields) != next(fields)

    def of(self, *standings: Standing) -> Hidden:
        """What is hidden on a line that stands like this by the one side and by the other."""
        if not any(self._elsewhere):
            return NOTHING_HIDDEN
        masks: list[_Masks] = []
        hidden: list[_Masks] = []
        shifts = self._other_fields
        for side, elsewhere, line in zip(self._sides, self._elsewhere, standings, strict=True):
            spoken = (dict.fromkeys(rule.masks, side.spoken[rule.id]) for rule in line.allows)
            masks.append(_sums(spoken))
            hidden.append(_sums(elsewhere.get(rule.id, {}) for rule in line.allows))
            shifts |= any(rule.id in self._changed for rule in line.met)
        old, new = (_sum(each.values()) for each in hidden)
        if not (old or new):
            return NOTHING_HIDDEN
        twofold = any(_twofold(self._sides[0], cells) for each in hidden for cells in each.values())
        return Hidden((old, new), shifts or masks[0] != masks[1], twofold)


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
            for code in rule.masks:
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


def _sum(parts: Iterable[int]) -> int:
    found = 0
    for cells in parts:
        found |= cells
    return found


def _twofold(side: Side, hidden: int) -> bool:
    """Whether two classes of one answer are in the set."""
    seen = 0
    for _, part in side.cells.by_class(hidden):
        if seen & part:
            return True
        seen |= part
    return False
