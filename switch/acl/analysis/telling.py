"""Who is meant, in words, where two stacks may know different directories."""

from __future__ import annotations

from collections.abc import Iterator

from switch.acl.analysis.finite import Line
from switch.acl.analysis.side import Side
from switch.config import Operator
from switch.terms import OperatorId, Ori


class Telling:
    """Names from the new side where it knows them, else from the old one."""

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = (old, new)
        self._worlds = (old.stack.world, new.stack.world)
        self._directories = (old.stack.directory, new.stack.directory)

    def line(self, line: Line) -> str:
        """An agency that asks plainly; with what of it only one side knows."""
        old, new = self._worlds
        asks = self._agency_of(line.ori)
        desk = (new.terminals.get(line.terminal) or old.terminals[line.terminal]).agency
        words = str(asks) if asks == desk else f"{asks} at a terminal of {desk}"
        known = [line.ori in directory.agency_of for directory in self._directories]
        words += _age(known, " with new ORI {}", " with ORI {}, which is gone", line.ori)
        known = [line.terminal in world.terminals for world in self._worlds]
        says = (" from new terminal {}", " from terminal {}, which is gone")
        return words + _age(known, *says, line.terminal)

    def operators(self, operator: OperatorId) -> Iterator[tuple[int, str]]:
        """The epochs in which an operator works for the same agencies, and what he is then."""
        old, new = (world.operators.get(operator) for world in self._worlds)
        side = self._sides[1 if new else 0]
        for epochs, at in side.phases(operator):
            agencies = side.stack.directory.operator_agencies(operator, at)
            yield epochs, _operator(operator, " and ".join(agencies), old, new)

    def behalf(self, ori: Ori) -> str:
        """On whose behalf."""
        known = [ori in directory.agency_of for directory in self._directories]
        words = _age(known, " with new ORI {}", " with ORI {}, which is gone", ori)
        return f"on behalf of {self._agency_of(ori)}{words}"

    def _agency_of(self, ori: Ori) -> str:
        old, new = self._directories
        return str(new.agency_of[ori] if ori in new.agency_of else old.agency_of[ori])


def _operator(name: OperatorId, agencies: str, old: Operator | None, new: Operator | None) -> str:
    if old is None:
        return f"new operator {name} of {agencies}"
    if new is None:
        return f"operator {name} of {agencies}, who is gone"
    if (old.agency, old.affiliations) != (new.agency, new.affiliations):
        return f"operator {name} of {agencies}"  # told by name: he is not what he was
    return f"an operator of {agencies}"


def _age(known: list[bool], new: str, gone: str, name: str) -> str:
    if all(known):
        return ""
    return (new if known[1] else gone).format(name)
