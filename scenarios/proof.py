"""The self-test of a file: stand-ins derived from its expectations show that its score is fair.

Perfect ones earn everything, silent ones nothing; whoever leaves out one thing loses its own points
and makes only what depends on it not reached; whoever does one thing too late is told so, and what
does not depend on it is as before. A file that behaves otherwise would be unfair.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from scenarios.plan import plan
from scenarios.result import Block, Result, Status
from scenarios.runner import LATE_BY_S
from scenarios.script import Script, Sends

_NOTHING: frozenset[str] = frozenset()


class Rehearse(Protocol):
    """Play with stand-ins that leave some expectations out and do some too late."""

    def __call__(self, omit: frozenset[str], late: frozenset[str]) -> Result:
        """The result."""
        ...


def prove(script: Script, rehearse: Rehearse) -> Iterator[str]:
    """What is wrong with the file, one sentence each; nothing if it behaves."""
    perfect = rehearse(_NOTHING, _NOTHING)
    yield from _perfect(perfect)
    if not perfect.flawless:
        return  # everything else would only repeat it
    doing = [row.id for row in script.expects if isinstance(row.pattern, Sends)]
    silent = rehearse(frozenset(doing), _NOTHING)
    if doing and silent.earned:
        met = ", ".join(line.id for line in silent.of(Block.EXPECT) if line.status is Status.MET)
        yield f"who does nothing at all earns {silent.earned} points ({met})"
    for row in doing:
        yield from _without(script, row, rehearse(frozenset((row,)), _NOTHING))
    for row in doing:
        yield from _late(script, row, rehearse(_NOTHING, frozenset((row,))))


def _perfect(result: Result) -> Iterator[str]:
    for line in result.lines:
        if not line.status.good:
            why = "; ".join((line.why, *(line.nearest.differs if line.nearest else ())))
            yield f"with perfect stand-ins, `{line.id}` is {line.status.value}: {why}"


def _without(script: Script, row: str, result: Result) -> Iterator[str]:
    depends = _dependents(script, row)
    for line in result.of(Block.EXPECT):
        if line.id == row:
            expected = Status.MISSED
        elif line.id in depends:
            expected = Status.NOT_REACHED
        else:
            expected = Status.MET
        if line.status is not expected:
            yield (
                f"without `{row}`, `{line.id}` is {line.status.value}"
                f" and should be {expected.value}{_hint(line.status, row)}"
            )


def _late(script: Script, row: str, result: Result) -> Iterator[str]:
    """Too late is seen as late, and harms nothing that does not come of it."""
    depends = _dependents(script, row)
    within = next(one.within for one in script.expects if one.id == row)
    closes = plan(script).triggers[row] + within
    for line in result.of(Block.EXPECT):
        if line.id == row and line.status is not Status.LATE:
            if closes + LATE_BY_S < script.length:
                yield (
                    f"`{row}`, done too late, is {line.status.value} and should be late"
                    " (it met another row: tell them apart)"
                )
        elif line.id != row and line.id not in depends and line.status is not Status.MET:
            yield f"with `{row}` done too late, `{line.id}` is {line.status.value}: {line.why}"


def _hint(status: Status, row: str) -> str:
    if status is Status.MISSED:
        return f" (if it cannot be done without `{row}`, say so: after = ...)"
    return ""


def _dependents(script: Script, row: str) -> set[str]:
    """Rows that wait for this one, directly or through others."""
    cues = script.cues
    found: set[str] = set()
    waiting = [row]
    while waiting:
        cause = waiting.pop()
        for cue in cues.values():
            after = cue.when.after
            if after is not None and after.row == cause and cue.id not in found:
                found.add(cue.id)
                waiting.append(cue.id)
    return found
