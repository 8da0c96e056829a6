"""One page for each seat, to print and to hand out: what was done, and what was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scenarios.background.entries import story
from scenarios.check import complete
from scenarios.pattern import Way, received_key, way
from scenarios.replay import Replay
from scenarios.report.page import clock, environment, long_date
from scenarios.report.words import answer_text, message_text
from scenarios.result import Block, Line, Result
from scenarios.script import Expect, Forbid, Inject, Seat, Sends, duration_text
from scenarios.shelf import Opened
from switch.core.record.journal import Entry
from switch.terms import Instant

TRAFFIC_MAX = 18  # lines, so that a page stays a page; fewer where more is to be said
TRAFFIC_MIN = 6


class Told(NamedTuple):
    """One judged row in words for the person concerned."""

    line: Line
    task: str  # what was to be done
    took: str  # "20s of 1m30s", "" if it was not done
    note: str  # what it shows
    written: str  # what could have been sent, "" if nothing was to be sent or all is well


class Heard(NamedTuple):
    """One line of a seat's traffic."""

    at: Instant
    way: str  # "radio", "sent", "received"
    text: str


class Page(NamedTuple):
    """All that a seat's page says."""

    seat: Seat
    person: str
    result: Result
    well: tuple[Told, ...]
    again: tuple[Told, ...]
    traffic: tuple[Heard, ...]
    left_out: int
    background: int  # messages that came to the seat and were none of the story


def debrief_pages(
    opened: Opened,
    entries: Sequence[Entry],
    replayed: Replay,
    people: Mapping[str, str] | None = None,
) -> str:
    """A document with a page for each seat; `people` are the names of those who sat there."""
    seats = [seat for seat in opened.script.seats.values() if not seat.actor]
    pages = [
        _page(opened, entries, replayed, seat, (people or {}).get(seat.id, "")) for seat in seats
    ]
    return (
        environment()
        .get_template("debrief.html.j2")
        .render(script=opened.script, pages=pages, clock=clock(opened), date=long_date(opened))
    )


def _page(
    opened: Opened, entries: Sequence[Entry], replayed: Replay, seat: Seat, person: str
) -> Page:
    result = replayed.result.of_seat(seat.id)
    told = [_told(opened, line) for line in result.lines]
    told_of = story(opened.script, entries)
    traffic = sorted(_traffic(seat, told_of, replayed), key=lambda heard: heard.at)
    wrong = sum(one.line.reached and not one.line.good for one in told)
    right = sum(one.line.good for one in told)
    room = max(TRAFFIC_MIN, TRAFFIC_MAX - 3 * wrong - max(0, right - 6))
    return Page(
        seat,
        person,
        result,
        tuple(one for one in told if one.line.good and one.line.block is Block.EXPECT),
        tuple(one for one in told if not one.line.good),
        tuple(traffic[:room]),
        max(0, len(traffic) - room),
        _received(seat, entries) - _received(seat, told_of),
    )


def _received(seat: Seat, entries: Sequence[Entry]) -> int:
    mine = (entry for entry in entries if entry.get("terminal") == seat.terminal)
    return sum(way(entry) is Way.RECEIVED for entry in mine)


def _told(opened: Opened, line: Line) -> Told:
    script = opened.script
    judged: tuple[Expect | Forbid, ...] = (*script.expects, *script.forbids)
    row = next(one for one in judged if one.id == line.id)
    sends = row.pattern if isinstance(row.pattern, Sends) else None
    if isinstance(row.pattern, Sends):
        task = f"send {message_text(row.pattern)}"
    else:
        task = f"receive {answer_text(row.pattern)}"
    if not isinstance(row, Expect):
        return Told(line, f"must not {task}", "", "", "")
    if not line.reached:
        return Told(line, task, "", "", "")  # what it waited for is what to look at
    took = ""
    if line.status.good and line.at is not None and line.since is not None:
        took = f"{duration_text(line.at - line.since)} of {duration_text(row.within)}"
    written = "" if line.good or sends is None else _written(opened, row.seat, sends)
    return Told(line, task, took, row.note, written)


def _written(opened: Opened, seat: str, sends: Sends) -> str:
    """The whole message, as a stand-in would have sent it."""
    script, spec = opened.script, opened.formats.key(sends.key)
    if spec is None:
        return ""
    ori = script.seats[seat].ori
    return complete(sends, script.seats, ori, opened.world, spec).decode("ascii", "replace")


def _traffic(seat: Seat, entries: Sequence[Entry], replayed: Replay) -> Iterator[Heard]:
    for due in replayed.happened:
        if isinstance(due.row, Inject) and due.row.to == seat.id and due.row.radio:
            yield Heard(due.at, "radio", due.row.radio)
    for entry in entries:
        went = way(entry)
        if went is None or entry.get("terminal") != seat.terminal:
            continue
        if went is Way.SENT:
            text = entry.get("raw") or f"{entry['key']} {entry.get('text') or ''}"
            yield Heard(entry["at"], "sent", text)
        else:
            lines = (entry.get("text") or "").splitlines()
            text = " ".join(lines[1:3]) if len(lines) > 1 else " ".join(lines)
            yield Heard(entry["at"], "received", f"{received_key(entry)} {text}")
