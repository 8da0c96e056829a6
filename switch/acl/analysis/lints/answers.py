"""What anybody gets by one owner's file, for all questions and instants at once.

A search for the first request of some kind asks here whom it may pass over, and the engine of the
others only. More people in a request only refuse more (`refusals`), unless an allow names the
operator, who is judged by himself.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from switch.acl.analysis.cells import Cells, without
from switch.acl.analysis.finite import FiniteWorld, Line, Sender
from switch.acl.analysis.refusals import Refusals
from switch.acl.analysis.side import Side
from switch.acl.analysis.spread import on
from switch.acl.engine import AccessStack
from switch.terms import BackendName, OperatorId


class Answers:
    """The whole answers of one stack to the senders of a finite world."""

    def __init__(
        self, stack: AccessStack, backend: BackendName, cells: Cells, finite: FiniteWorld
    ) -> None:
        self.side = Side(stack, backend, cells)
        lines = finite.lines()
        standing = [self.side.standing(line) for line in lines]
        self._numbers = {line: number for number, line in enumerate(lines)}
        self._alone = [self.side.left_to(each).released for each in standing]
        self._refusals = Refusals(self.side, lines, [each.allows for each in standing])
        self._named = finite.allowed_by_name()
        self._finite = finite
        self._at_home: dict[OperatorId, int] = {}
        # What somebody gets on each line, whoever he is:
        self._most = {
            line: self._alone[number] | self._let_out(line)
            for line, number in self._numbers.items()
        }

    def _let_out(self, line: Line) -> int:
        found = 0
        for operator in self._named:
            found |= self.side.leaving(Sender(line, operator, None)).released
        return found

    def lines(self, cells: int) -> list[Line]:
        """Those on which somebody gets some of these cells."""
        return [line for line, most in self._most.items() if most & cells]

    def released(self, sender: Sender) -> int:
        """The cells that this sender gets."""
        line, operator, behalf = sender.line, sender.operator, sender.behalf
        number = self._numbers.get(line)
        if number is None or operator in self._named:
            return self.side.leaving(sender).released
        return without(self._alone[number], on(self._refusals.of(operator, behalf), number))

    def at_home(self, operator: OperatorId) -> int:
        """The cells that an operator gets at some line of his agency; all if it has no line."""
        if operator not in self._at_home:
            home = self.side.stack.world.operators[operator].agency
            own = [
                self.released(Sender(line, operator, None)) for line in self._finite.own_lines(home)
            ]
            self._at_home[operator] = reduce(or_, own) if own else -1
        return self._at_home[operator]
