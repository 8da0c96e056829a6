"""Every class of every question at every instant as one bit of one integer.

Time falls into epochs in which no rule begins or ends. A *cell* is one class in the answer to one
question in one epoch; a set of cells is an integer, and a rule is the set of cells that it speaks
of. So one sender is judged for all questions and all instants by a handful of ANDs and ORs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from switch.acl.rules import Request
from switch.terms import DataClass, Instant

BEGINNING: Instant = -1e11  # before any rule that can be written; where the first epoch starts


class Cells:
    """The layout: class by class, in each question by question, in each epoch by epoch."""

    def __init__(
        self,
        questions: Sequence[Request],
        classes: Sequence[DataClass],
        starts: Sequence[Instant],
    ) -> None:
        self.questions, self.classes, self.starts = questions, classes, starts
        self._size = len(starts)  # bits of a question
        self._block = self._size * len(questions)  # bits of a class
        self.every_epoch = (1 << self._size) - 1
        self._each_question = sum(1 << (n * self._size) for n in range(len(questions)))
        self._each_class = sum(1 << (n * self._block) for n in range(len(classes)))
        self._everywhere = self._each_question * self._each_class
        self._one_class = (1 << self._block) - 1
        self._in_epochs: dict[int, int] = {}
        self._halves, self._doubles = self._foldings()

    def _foldings(self) -> tuple[list[tuple[int, int]], list[int]]:
        """How to lay all classes upon each other, and one upon all: few steps, however many."""
        halves: list[tuple[int, int]] = []
        doubles: list[int] = []
        count = len(self.classes)
        while count > 1:
            left = (count + 1) // 2
            shift = left * self._block
            halves.append((shift, (1 << shift) - 1))
            doubles.append((count - left) * self._block)
            count = left
        return halves, list(reversed(doubles))

    def span(self, start: Instant, end: Instant | None) -> int:
        """The epochs of a span of time; both ends must be bounds of epochs."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = self._size if end is None else bisect_right(self.starts, end) - 1
        return (1 << max(last, first)) - (1 << first)

    def epoch(self, at: Instant) -> int:
        """The number of the epoch that holds an instant."""
        return max(bisect_right(self.starts, at) - 1, 0)

    def in_epochs(self, epochs: int) -> int:
        """All cells of these epochs; few sets of epochs ever occur, so they are kept."""
        found = self._in_epochs.get(epochs)
        if found is None:
            found = self._in_epochs[epochs] = self._everywhere * epochs
        return found

    def of(self, questions: Iterable[int], classes: Iterable[int], epochs: int) -> int:
        """The cells of these questions (by number) for these classes in these epochs."""
        asked = sum(1 << (number * self._size) for number in questions)
        return sum((asked * epochs) << (number * self._block) for number in classes)

    def of_classes(self, classes: Iterable[int]) -> int:
        """All cells of these classes (by number)."""
        return sum(self._one_class << (number * self._block) for number in classes)

    def alike(self, cells: int) -> int:
        """Every cell of the same class in the same epoch, whatever the question."""
        found = 0
        for number in range(len(self.classes)):
            part = (cells >> (number * self._block)) & self._one_class
            if part:
                found |= (self.epochs(part) * self._each_question) << (number * self._block)
        return found

    def whole_answers(self, cells: int) -> int:
        """Every cell of an answer in which some class has its cell in the set."""
        if not cells:
            return 0
        for shift, lower in self._halves:  # the upper half of the classes upon the lower one
            cells = cells >> shift | cells & lower
        for shift in self._doubles:  # and what is left, for all of them
            cells |= cells << shift
        return cells

    def by_class(self, cells: int) -> Iterator[tuple[DataClass, int]]:
        """Each class that has cells in the set, with its own part of it (see `epochs`)."""
        for name in self.classes:
            if part := cells & self._one_class:
                yield name, part
            cells >>= self._block

    def epochs(self, part: int) -> int:
        """The epochs in which some question of a class's part is in the set."""
        count = len(self.questions)
        while count > 1:  # the upper half upon the lower one, until one question is left
            half = (count + 1) // 2
            part = part >> (half * self._size) | part & ((1 << half * self._size) - 1)
            count = half
        return part

    def first(self, part: int, epoch: int) -> Request:
        """The first question of a class's part that is in the set in this epoch."""
        at_once = part & (self._each_question << epoch)
        lowest = (at_once & -at_once).bit_length() - 1
        return self.questions[lowest // self._size]

    def spans(self, epochs: int) -> tuple[tuple[Instant | None, Instant | None], ...]:
        """The spans of time of these epochs, neighbours joined; None = no bound."""
        found = []
        number = 0
        while epochs >> number:
            if not epochs >> number & 1:
                number += 1
                continue
            last = number
            while epochs >> (last + 1) & 1:
                last += 1
            end = self.starts[last + 1] if last + 1 < self._size else None
            found.append((self.starts[number] if number else None, end))
            number = last + 1
        return tuple(found)


def lowest(epochs: int) -> int:
    """The number of the first epoch of a set that is not empty."""
    return (epochs & -epochs).bit_length() - 1


def without(cells: int, others: int) -> int:
    """The cells of the first set that are not in the second: `&` with a negative number is slow."""
    return cells ^ (cells & others)
