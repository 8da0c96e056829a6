"""The trainer's desk: what she is shown, and what each of her buttons does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import trio

from scenarios.live.run import LiveRun
from scenarios.live.tape import verdict_of, way_word, what_of
from scenarios.pattern import Way, received_key, way
from scenarios.report.words import answer_text, message_text
from scenarios.script import Access, Expect, Fault, Inject, Sends
from switch.core.record.journal import Entry
from switch.errors import UsageError
from terminals.form import typed
from terminals.web.pages import environment
from terminals.web.rate import Rate

PAGES = Path(__file__).parent / "pages"
NEXT_MAX = 12  # rows of the timeline that are shown to come
PANELS = ("controls", "seats", "next", "open", "traffic", "score")


class Wire(NamedTuple):
    """One line of the traffic as it is shown."""

    at: str
    who: str
    way: str
    key: str
    what: str
    verdict: str
    tone: str


class Desk:
    """One page of the trainer; see `terminals.web.socket.Talk`."""

    def __init__(self, run: LiveRun) -> None:
        self._run = run
        self._rate = Rate(30, 8.0)
        self._sent: dict[str, str] = {}

    def news(self, seen: int) -> tuple[int, str]:
        """The panels that have changed since this page was told last."""
        drawn = {name: self._panel(name) for name in PANELS}
        changed = {name: text for name, text in drawn.items() if self._sent.get(name) != text}
        self._sent = drawn
        return seen, json.dumps({"panels": changed, "state": clock_state(self._run)})

    def _panel(self, name: str) -> str:
        run = self._run
        given: dict[str, object] = {"run": run, "script": run.script}
        match name:
            case "next":
                upcoming = run.judge.upcoming
                given["rows"] = [(due, told(due.row)) for due in upcoming[:NEXT_MAX]]
                planned = {due.row.id for due in upcoming}
                rows: tuple[Inject | Access, ...] = (*run.script.injects, *run.script.access)
                given["waiting"] = [(row, told(row)) for row in rows if row.id not in planned]
            case "open":
                given["rows"] = [(one, told(one.row)) for one in run.judge.open]
                given["unreached"] = [(row, told(row)) for row in run.judge.unreached]
            case "traffic":
                given["rows"] = [self._wire(entry) for entry in run.tape.latest()]
            case "score":
                given["result"] = run.judge.standing(run.clock.now())
            case _:
                pass
        return (
            environment(PAGES)
            .get_template(f"{name}.html.j2")
            .render(at=run.seats.clock_text, of_day=lambda at: round(of_day(run, at), 3), **given)
        )

    def _wire(self, entry: Entry) -> Wire:
        seat = self._run.script.seat_of(entry.get("terminal") or "")
        who = seat.id if seat is not None else str(entry.get("terminal") or "")
        went, key = way(entry), str(entry.get("key") or "")
        tone = "quiet" if went is None else "sent"
        if went is Way.RECEIVED:
            key = received_key(entry) or key
            tone = "bad" if key == "ER" or entry["kind"] == "no-answer" else "good"
        at = self._run.seats.clock_text(entry["at"])
        word = way_word(entry)
        return Wire(at, who, word, key, what_of(entry)[:300], verdict_of(entry), tone)

    async def hear(self, text: str) -> str:
        """Do what a button says; the answer, when it is on record, or what is wrong."""
        try:
            asked = json.loads(text)
            assert isinstance(asked, dict)
        except (ValueError, AssertionError):
            return json.dumps(
                {"ack": "", "wrong": "the page and this switch differ; load it again"}
            )
        receipt = str(asked.get("id", ""))[:64]
        if not self._rate.take(trio.current_time()):
            return json.dumps({"ack": receipt, "wrong": "too many at once; wait a moment"})
        try:
            await self._do(asked)
            await self._run.on_record()
        except UsageError as error:
            wrong = f"{error.what}; {error.fix}" if error.fix else error.what
            return json.dumps({"ack": receipt, "wrong": wrong})
        return json.dumps({"ack": receipt, "wrong": ""})

    async def _do(self, asked: Mapping[str, Any]) -> None:
        run, about = self._run, str(asked.get("about", ""))[:80]
        match asked.get("do"):
            case "go":
                run.go()
            case "pause":
                run.pause()
            case "skip":
                run.skip()
            case "end":
                run.end()
            case "fire":
                run.fire(about)
            case "cancel":
                run.cancel(about)
            case "stand-in":
                run.stand_in(about)
            case "take-seat":
                run.take_seat(about)
            case "override":
                run.override(about, _points(asked.get("points")), str(asked.get("reason", "")))
            case "play":
                await self._play(about, asked)
            case _:
                raise UsageError("the page and this switch differ", "load the page again")

    async def _play(self, actor: str, asked: Mapping[str, Any]) -> None:
        message = typed(str(asked.get("text", ""))[:20_000])
        if isinstance(message, list):
            raise UsageError(message[0].what, message[0].fix)
        await self._run.play_actor(actor, message, str(asked.get("row", ""))[:80])


def clock_state(run: LiveRun) -> dict[str, object]:
    """What every page is told of the clock."""
    over = run.over.is_set()
    phase = "over" if over else "running"
    if not over and run.clock.stands:
        phase = "paused" if run.began else "not begun"
    at = of_day(run, run.clock.now())
    return {"at": at, "stands": run.clock.stands, "phase": phase, "over": over}


def of_day(run: LiveRun, at: float) -> float:
    """An instant as seconds of the trainees' day, for a page that shows or counts down to it."""
    hours, minutes, seconds = map(int, run.seats.clock_text(at).split(":"))
    return hours * 3600 + minutes * 60 + seconds + at % 1


def told(row: Inject | Access | Expect | Fault) -> str:
    """A row in one line, for somebody who knows the lesson."""
    match row:
        case Inject():
            if row.radio:
                return f"radio to {row.to}: {row.radio}"
            return f"{row.actor} sends {message_text(row.sends)}" if row.sends else row.id
        case Access():
            return f"{row.backend}: {row.effect or 'withdraws'} {row.withdraw or ''}".strip()
        case Fault():
            return f"{row.kind.value} of {row.backend or row.seat}"
        case Expect():
            if isinstance(row.pattern, Sends):
                return f"{row.seat} sends {message_text(row.pattern)}"
            return f"{row.seat} receives {answer_text(row.pattern)}"


def _points(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise UsageError(f"`{str(value)[:20]}` is no number of points") from None
