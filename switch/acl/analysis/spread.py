"""What holds on which lines, for many lines at once.

Lines have numbers, and a set of lines is an integer with one bit each, as a set of cells is
(`cells`). A *spread* says for every line which cells hold there: those of all parts that the line
is in. So lines that differ in nothing that matters are worked out as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from switch.acl.analysis.cells import without


class Part(NamedTuple):
    """On each of these lines, all of these cells; neither set is empty."""

    lines: int
    cells: int


Spread = tuple[Part, ...]


def gathered(parts: Iterable[tuple[int, int]]) -> Spread:
    """The same with as few parts as there are sets of lines."""
    found: dict[int, int] = {}
    for lines, cells in parts:
        if lines and cells:
            found[lines] = found[lines] | cells if lines in found else cells
    return tuple(Part(lines, cells) for lines, cells in found.items())


def less(spread: Iterable[Part], *others: Iterable[Part]) -> Spread:
    """What holds by the first and by none of the others."""
    left = list(spread)
    for lines, cells in (part for other in others for part in other):
        if not left:
            break
        left = [piece for part in left for piece in _outside(part, lines, cells)]
    return tuple(left)


def _outside(part: Part, lines: int, cells: int) -> Iterator[Part]:
    inside = part.lines & lines
    if not inside or not part.cells & cells:
        yield part
        return
    if rest := without(part.cells, cells):
        yield Part(inside, rest)
    if apart := without(part.lines, lines):
        yield Part(apart, part.cells)


def on(spread: Iterable[Part], line: int) -> int:
    """The cells that hold on one line, by its number."""
    found = 0
    for lines, cells in spread:
        if lines >> line & 1:
            found |= cells
    return found


def numbers(lines: int) -> Iterator[int]:
    """The numbers of a set of lines, the first ones first."""
    while lines:
        lowest = lines & -lines
        yield lowest.bit_length() - 1
        lines ^= lowest
