"""The timeline of a file as text: when everything happens if everybody does the ideal thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scenarios.plan import Plan, plan
from scenarios.report.words import answer_text, background_text, fault_text, message_text
from scenarios.script import (
    Access,
    Cue,
    Expect,
    Forbid,
    Inject,
    Invariant,
    Script,
    Sends,
    Traffic,
    When,
    duration_text,
)


class Mark(NamedTuple):
    """One line of the timeline."""

    at: float | None  # seconds from the start; None = only if an expectation is missed
    what: str
    id: str
    text: str


def timeline(script: Script, timezone: ZoneInfo) -> Iterator[str]:
    """Lines in the order of time; what may never happen stands last."""
    for mark in sorted(_marks(script), key=lambda m: (m.at is None, m.at or 0.0)):
        if mark.at is None:
            yield f"{'if missed':>9}{'':9}  {mark.what:<7} {mark.id:<24} {mark.text}".rstrip()
            continue
        clock = f"{datetime.fromtimestamp(script.starts + mark.at, timezone):%H:%M:%S}"
        elapsed = f"+{duration_text(mark.at)}"
        yield f"{clock:>9}{elapsed:>9}  {mark.what:<7} {mark.id:<24} {mark.text}".rstrip()


def _marks(script: Script) -> Iterator[Mark]:
    planned = plan(script)
    for act in script.acts:
        text = f"{act.title} ({'INVENTED' if act.is_invented else 'reported'})"
        yield Mark(act.start, "act", act.id, text)
    for fault in script.faults:
        until = f" until +{duration_text(fault.until)}" if fault.until < script.length else ""
        yield Mark(fault.at, "fault", fault.id, f"{fault_text(fault)}{until}")
    for talk in script.traffic:
        yield Mark(talk.at, "traffic", talk.id, f"{background_text(talk)}{_until(talk, script)}")
    for cue in script.cues.values():
        at = planned.times.get(cue.id)
        called = cue.id in planned.called and cue.when.at is None and cue.when.after is None
        yield Mark(None if called else at, _block(cue), cue.id, _text(cue))
    for held in script.forbids:
        began = _begins(held.when, planned)
        if held.during is not None:
            began = planned.triggers.get(held.during)
        yield Mark(began, "forbid", held.id, f"{_forbidden(held)}{_until(held, script)}")
    for row in script.invariants:
        text = f"never {' '.join(row.never)}" if row.never else "one outcome for every leg"
        yield Mark(_begins(row.when, planned), "assert", row.id, f"{text}{_until(row, script)}")
    yield Mark(script.length, "end", script.id, "")


def _begins(when: When, planned: Plan) -> float | None:
    """When something holds from; what waits for a reply is placed with the row that is answered."""
    return (when.at or 0.0) if when.after is None else planned.times.get(when.after.row)


def _until(row: Forbid | Invariant | Traffic, script: Script) -> str:
    during = row.during if isinstance(row, Forbid) else None
    if during is not None:
        return f" during {during}"
    ends = row.until is not None and row.until < script.length
    return f" until +{duration_text(row.until or 0.0)}" if ends else ""


def _forbidden(row: Forbid) -> str:
    sends = isinstance(row.pattern, Sends)
    what = message_text(row.pattern) if isinstance(row.pattern, Sends) else answer_text(row.pattern)
    often = f" more than {row.more_than} times" if row.more_than else ""
    cost = f", costs {-row.points}" if row.points else ""
    return f"{row.seat} must not {'send' if sends else 'receive'} {what}{often}{cost}"


def _block(row: Cue) -> str:
    return {Inject: "inject", Access: "access", Expect: "expect"}[type(row)]


def _text(row: Cue) -> str:
    match row:
        case Inject():
            if row.sends is not None:
                return f"{row.actor} sends {message_text(row.sends)}"
            return f"radio to {row.to}: {row.radio}"
        case Access():
            change = f"withdraws {row.withdraw}" if row.withdraw else f"adds a rule: {row.effect}"
            return f"{row.backend} {change}"
        case Expect():
            window = f"[{duration_text(row.not_before)}-{duration_text(row.within)}]"
            what = (
                message_text(row.pattern)
                if isinstance(row.pattern, Sends)
                else answer_text(row.pattern)
            )
            verb = "sends" if isinstance(row.pattern, Sends) else "receives"
            return f"{row.seat} {verb} {what} {window}, {row.points} points"
