"""The self-test of a file: stand-ins derived from its expectations show that its score is fair.

Perfect ones earn everything, silent ones nothing; whoever leaves out one thing loses its own points
and makes only what depends on it not reached. A file that behaves otherwise would be unfair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scenarios.result import Block, Result, Status
from scenarios.script import Script, Sends

Rehearse = Callable[[frozenset[str]], Result]  # play, leaving these expectations out


def prove(script: Script, rehearse: Rehearse) -> Iterator[str]:
    """What is wrong with the file, one sentence each; nothing if it behaves."""
    perfect = rehearse(frozenset())
    yield from _perfect(perfect)
    if not perfect.flawless:
        return  # everything else would only repeat it
    doing = [row.id for row in script.expects if isinstance(row.pattern, Sends)]
    silent = rehearse(frozenset(doing))
    if doing and silent.earned:
        met = ", ".join(line.id for line in silent.of(Block.EXPECT) if line.status is Status.MET)
        yield f"who does nothing at all earns {silent.earned} points ({met})"
    for row in doing:
        yield from _without(script, row, rehearse(frozenset((row,))))


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
