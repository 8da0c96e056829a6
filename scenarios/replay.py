"""A run judged again: from its journal and its script, without a clock.

What comes out is the score, and what the script did at which instant, so that every report can be
drawn from a journal alone, of a rehearsal as of a class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scenarios.course import Intervention, Move, intervention
from scenarios.result import Result
from scenarios.schedule import Due
from scenarios.score import Judge
from scenarios.script import Script
from switch.config import World
from switch.core.record.journal import Entry
from switch.errors import UsageError


class Replay(NamedTuple):
    """A journal judged again: its score, and what the script did at which instant."""

    result: Result
    happened: tuple[Due, ...]


def replay(
    script: Script,
    world: World,
    entries: Iterable[Entry],
    interventions: Iterable[Intervention] = (),
) -> Replay:
    """Judge a journal; `interventions` are those that it does not hold, with their `at`."""
    one, happened = Judge(script, world), list[Due]()
    one.begin()
    waiting = sorted(interventions, key=lambda moved: moved.at)
    for entry in entries:
        while waiting and waiting[0].at < entry["at"]:
            happened += one.intervene(waiting.pop(0))
        happened += one.observe(entry)
    for moved in waiting:
        happened += one.intervene(moved)
    end = script.starts + script.length if one.ended_at is None else one.ended_at
    happened += one.on_deadline(end)
    return Replay(one.end(end), tuple(happened))


def belongs(script: Script, entries: Sequence[Entry]) -> None:
    """UsageError if a journal cannot be that of a run of this scenario."""
    fix = "give the scenario that was played, or the journal of its run"
    worlds = {entry["world"] for entry in entries if entry["kind"] == "started"}
    if worlds - {script.world}:
        found = " ".join(sorted(worlds))
        raise UsageError(
            f"the journal is of the world {found}, `{script.id}` of {script.world}", fix
        )
    moves = [moved for entry in entries if (moved := intervention(entry)) is not None]
    played = {moved.about for moved in moves if moved.move is Move.BEGAN}
    if played - {script.id}:
        raise UsageError(
            f"the journal is of `{' '.join(sorted(played))}`, not of `{script.id}`", fix
        )
    if not entries or not -1 <= entries[0]["at"] - script.starts <= script.length:
        raise UsageError(f"no entry of the journal falls into the hours of `{script.id}`", fix)


def judge(
    script: Script,
    world: World,
    entries: Iterable[Entry],
    interventions: Iterable[Intervention] = (),
) -> Result:
    """The score of a journal; see `replay`."""
    return replay(script, world, entries, interventions).result
