"""When each row happens if everybody does the ideal thing, and what can never happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scenarios.script import Cue, Expect, Inject, Row, Script, Sends, Trigger


class Plan(NamedTuple):
    """Seconds from the start for each row that can happen, and the circles among the others."""

    times: Mapping[str, float]  # of an expectation: when it is met
    triggers: Mapping[str, float]  # of an expectation: when its window opens
    circles: frozenset[str]  # rows that wait for themselves
    called: Mapping[str, str]  # injects fired for a missed expectation: inject -> expectation


def plan(script: Script) -> Plan:
    """The ideal run. Rows with a trigger that is not in the script are left out."""
    cues = script.cues
    called = {row.if_missed: row.id for row in script.expects if row.if_missed}
    times: dict[str, float] = {}
    triggers: dict[str, float] = {}
    for row in cues.values():
        _set_times(row, cues, called, times, triggers)
    circles = frozenset(row.id for row in cues.values() if _waits_for_itself(row, cues, called))
    return Plan(times, triggers, circles, called)


def _causes(row: Cue, called: Mapping[str, str]) -> str | None:
    """The id of the row that sets this one going."""
    if row.when.after is not None:
        return row.when.after.row
    return called.get(row.id) if row.when.at is None else None


def _set_times(
    row: Cue,
    cues: Mapping[str, Cue],
    called: Mapping[str, str],
    times: dict[str, float],
    triggers: dict[str, float],
) -> None:
    """The times of a row and of all that it waits for; none if it waits for what never happens."""
    waiting = {row.id: row}  # each for the one behind it
    while row.id not in times and row.when.at is None:
        cause = cues.get(_causes(row, called) or "")
        if cause is None or cause.id in waiting:
            return
        row = waiting[cause.id] = cause
    start = row.when.at or 0.0
    before: Cue | None = None
    for each in reversed(waiting.values()):
        if before is not None:
            start = times[before.id]
            if each.id in called and each.when.after is None and isinstance(before, Expect):
                start = triggers[before.id] + before.within  # fires when the window has closed
        if each.id not in times:
            if isinstance(each, Expect):
                triggers[each.id] = start
                times[each.id] = start + each.ideal
            else:
                times[each.id] = start + each.when.wait
        before = each


def _waits_for_itself(row: Cue, cues: Mapping[str, Cue], called: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    cause = _causes(row, called)
    while cause is not None and cause in cues and cause not in seen:
        if cause == row.id:
            return True
        seen.add(cause)
        cause = _causes(cues[cause], called)
    return False


def never_called(script: Script, planned: Plan) -> Iterator[Inject]:
    """Injects that nothing fires: no time, no trigger, and no missed expectation."""
    for row in script.injects:
        if row.when.at is None and row.when.after is None and row.id not in planned.called:
            yield row


def senders(script: Script) -> frozenset[str]:
    """Rows that stand for a message, so that a reply to them can come."""
    sending = {row.id for row in script.injects if row.sends is not None}
    sending |= {row.id for row in script.expects if isinstance(row.pattern, Sends)}
    return frozenset(sending)


def triggers_of(script: Script) -> Iterator[tuple[str, int, Trigger]]:
    """Every trigger that a row names: block of the file, number in it, trigger."""
    rows: dict[str, tuple[Row, ...]] = {
        "inject": script.injects,
        "expect": script.expects,
        "access": script.access,
        "forbid": script.forbids,
        "assert": script.invariants,
    }
    for block, listed in rows.items():
        for number, row in enumerate(listed):
            if row.when.after is not None:
                yield block, number, row.when.after
