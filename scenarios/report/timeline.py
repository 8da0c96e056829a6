"""The timeline of a file as text: when everything happens if everybody does the ideal thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scenarios.plan import plan
from scenarios.report.words import answer_text, fault_text, message_text
from scenarios.script import (
    Access,
    Cue,
    Expect,
    Inject,
    Script,
    Sends,
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
    for row in script.cues.values():
        at = planned.times.get(row.id)
        called = row.id in planned.called and row.when.at is None and row.when.after is None
        yield Mark(None if called else at, _block(row), row.id, _text(row))
    yield Mark(script.length, "end", script.id, "")


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
