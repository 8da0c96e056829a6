"""Judges a run: the journal's entries, in their order, against the script.

The same judge follows a run as it happens, telling the runner what is due, and reads a journal
afterwards: the score depends on the script and the entries alone. Nothing here waits or measures
time; every instant comes from an entry or from the script.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from scenarios.invariants import Watch
from scenarios.pattern import Way, received_differences, sent_differences, way
from scenarios.result import Block, Line, Nearest, Result, Status
from scenarios.script import (
    Cause,
    Cue,
    Expect,
    Forbid,
    Inject,
    Receives,
    Script,
    Sends,
    Trigger,
    When,
)
from switch.config import World
from switch.core.journal import Entry
from switch.terms import Instant

# An expectation met at the last instant of its window is met; a millisecond later it is missed.
TICK_S = 0.001


class Step(Enum):
    """What is due."""

    FIRE = "an inject or an access row happens"
    OPEN = "an expectation's window opens"
    ACT = "a stand-in does what is expected"
    MISS = "an expectation's window has closed"


class Due(NamedTuple):
    """Something for the runner to do, at that instant."""

    at: Instant
    step: Step
    row: Cue


class Planned(NamedTuple):
    """A `Due` in the order in which it happens: by time, then by its row's place in the script."""

    at: Instant
    place: int
    number: int
    due: Due


@dataclass(slots=True)
class _Open:
    """An expectation whose window is open."""

    row: Expect
    start: Instant
    nearest: Nearest | None = None


@dataclass(slots=True)
class _Forbidden:
    """A forbid: when it holds, and what was seen of it."""

    row: Forbid
    start: Instant | None = None
    seen: int = 0
    broken_by: Entry | None = None


@dataclass(slots=True)
class _Messages:
    """Which inquiry or message a row's sending became, by its number in the journal."""

    of_row: dict[str, int] = field(default_factory=dict)
    row_of: dict[int, str] = field(default_factory=dict)
    caused: set[Trigger] = field(default_factory=set)  # first replies and hits that have come

    def link(self, row: str, entry: Entry) -> None:
        """The message of that row is this entry's."""
        number = entry.get("query")
        if number is not None:
            self.of_row[row], self.row_of[number] = number, row


class Judge:
    """One run. `begin`, then `take` each entry and `pass_time`, then `end`."""

    def __init__(self, script: Script, world: World) -> None:
        self._script = script
        self._places = {row: place for place, row in enumerate(script.cues)}
        self._followers: dict[Trigger, list[Cue]] = {}
        self._due: list[Planned] = []
        self._planned = 0
        self._open: dict[str, _Open] = {}
        self._lines: dict[str, Line] = {}
        self._sending: list[Inject] = []  # fired; the actor's message is not on record yet
        self._messages = _Messages()
        self._forbids = [_Forbidden(row) for row in script.forbids]
        self._watches = [Watch(row, world) for row in script.invariants]

    def begin(self) -> None:
        """The scenario starts."""
        for row in self._script.cues.values():
            if row.when.after is not None:
                self._followers.setdefault(row.when.after, []).append(row)
            elif row.when.at is not None:
                step = Step.OPEN if isinstance(row, Expect) else Step.FIRE
                self._plan(self._script.starts + row.when.at, step, row)
        for forbid in self._forbids:
            forbid.start = self._start(forbid.row.when)
        for watch in self._watches:
            watch.start = self._start(watch.row.when)
            if watch.row.until is not None:
                watch.until = self._script.starts + watch.row.until

    def _start(self, when: When) -> Instant | None:
        return None if when.after is not None else self._script.starts + (when.at or 0.0)

    # --- time ---------------------------------------------------------------------------------

    def next_deadline(self) -> Instant | None:
        """When `pass_time` must be called even if nothing happens."""
        return self._due[0].at if self._due else None

    def pass_time(self, now: Instant) -> list[Due]:
        """Everything due up to now, in order; FIRE and ACT are for the runner to do."""
        done: list[Due] = []
        while self._due and self._due[0].at <= now:
            due = heapq.heappop(self._due).due
            if self._step(due):
                done.append(due)
        return done

    def _plan(self, at: Instant, step: Step, row: Cue) -> None:
        self._planned += 1
        place = self._places[row.id]
        heapq.heappush(self._due, Planned(at, place, self._planned, Due(at, step, row)))

    def _step(self, due: Due) -> bool:
        """Take one step; whether the runner has something to do for it."""
        row, at = due.row, due.at
        match due.step:
            case Step.FIRE:
                if isinstance(row, Inject) and row.sends is not None:
                    self._sending.append(row)
                self._caused(Trigger(Cause.ROW, row.id), at)
                return True
            case Step.OPEN:
                assert isinstance(row, Expect)
                self._open_window(row, at)
                return False
            case Step.MISS:
                self._missed(row, at)
                return False
            case Step.ACT:
                return row.id in self._open  # a person may have been quicker

    def _open_window(self, row: Expect, at: Instant) -> None:
        self._open[row.id] = _Open(row, at)
        self._plan(at + row.within + TICK_S, Step.MISS, row)
        if isinstance(row.pattern, Sends):
            self._plan(at + row.ideal, Step.ACT, row)

    def _missed(self, row: Cue, at: Instant) -> None:
        opened = self._open.pop(row.id, None)
        if opened is None:
            return
        self._lose(opened, "nothing fitting came in time")
        nag = opened.row.if_missed
        if nag is not None:
            self._plan(at, Step.FIRE, self._script.cues[nag])

    def _caused(self, trigger: Trigger, at: Instant) -> None:
        """Set going whatever waits for it; a window opens at once, so that it holds from there."""
        for row in self._followers.get(trigger, ()):
            if isinstance(row, Expect):
                if row.id not in self._lines and row.id not in self._open:
                    self._open_window(row, at)
            else:
                self._plan(at + row.when.wait, Step.FIRE, row)
        for forbid in self._forbids:
            if forbid.row.when.after == trigger and forbid.start is None:
                forbid.start = at
        for watch in self._watches:
            if watch.row.when.after == trigger and watch.start is None:
                watch.start = at

    # --- entries ------------------------------------------------------------------------------

    def take(self, entry: Entry) -> list[Due]:
        """One entry of the journal; returns what `pass_time` up to its instant would."""
        done = self.pass_time(entry["at"])
        went = way(entry)
        seat = self._script.seat_of(entry.get("terminal") or "")
        # What holds "after" an entry does not hold for that entry: these come first.
        for watch in self._watches:
            watch.take(entry)
        if went is not None and seat is not None:
            self._break(entry, went, seat.id)
        if went is Way.RECEIVED:
            self._replied(entry)
        if went is not None and seat is not None:
            if went is Way.SENT:
                self._actor_sent(entry, seat.id)
            self._meet(entry, went, seat.id)
        return done

    def take_all(self, entries: Iterable[Entry]) -> None:
        """A whole journal, for judging afterwards."""
        for entry in entries:
            self.take(entry)

    def _replied(self, entry: Entry) -> None:
        row = self._messages.row_of.get(entry.get("query", 0))
        if row is None:
            return
        causes = [Cause.REPLY]
        if entry["kind"] == "released" and entry["records"]:
            causes.append(Cause.HIT)
        for cause in causes:
            trigger = Trigger(cause, row)
            if trigger not in self._messages.caused:
                self._messages.caused.add(trigger)
                self._caused(trigger, entry["at"])

    def _actor_sent(self, entry: Entry, seat: str) -> None:
        for row in self._sending:
            assert row.sends is not None
            if row.actor == seat and not self._differences(row.sends, entry):
                self._messages.link(row.id, entry)
                self._sending.remove(row)
                return

    def _differences(self, pattern: Sends | Receives, entry: Entry) -> tuple[str, ...]:
        if isinstance(pattern, Sends):
            return sent_differences(pattern, self._script.seats, entry)
        reply_to = self._messages.of_row.get(pattern.reply_to) if pattern.reply_to else None
        return received_differences(pattern, entry, reply_to)

    def _meet(self, entry: Entry, went: Way, seat: str) -> None:
        """One entry meets one expectation at most: of those it fits, the one opened first."""
        met = ""
        for opened in list(self._open.values()):
            row = opened.row
            if row.seat != seat or isinstance(row.pattern, Sends) != (went is Way.SENT):
                continue
            differs = self._differences(row.pattern, entry)
            since = entry["at"] - opened.start
            if not differs and since < row.not_before:
                differs = (f"{row.not_before - since:g} s too early",)
            if not differs and since <= row.within and not met:
                met = row.id
                self._met(opened, entry)
                continue
            differs = differs or (f"it counts for `{met}` already",)
            if opened.nearest is None or len(differs) < len(opened.nearest.differs):
                opened.nearest = Nearest(entry["n"], entry["at"], differs)

    def _met(self, opened: _Open, entry: Entry) -> None:
        row = opened.row
        del self._open[row.id]
        self._lines[row.id] = Line(
            row.id,
            Block.EXPECT,
            row.seat,
            Status.MET,
            row.points,
            entry["n"],
            entry["at"],
            "",
        )
        if isinstance(row.pattern, Sends):
            self._messages.link(row.id, entry)
        self._caused(Trigger(Cause.ROW, row.id), entry["at"])

    def _lose(self, opened: _Open, why: str) -> None:
        row, near = opened.row, opened.nearest
        self._lines[row.id] = Line(
            row.id,
            Block.EXPECT,
            row.seat,
            Status.MISSED,
            row.points,
            near.entry if near else None,
            near.at if near else None,
            why,
            near,
        )

    def _break(self, entry: Entry, went: Way, seat: str) -> None:
        for forbid in self._forbids:
            row = forbid.row
            if row.seat != seat or isinstance(row.pattern, Sends) != (went is Way.SENT):
                continue
            until = float("inf") if row.until is None else self._script.starts + row.until
            if forbid.start is None or not forbid.start <= entry["at"] < until:
                continue
            if not self._differences(row.pattern, entry):
                forbid.seen += 1
                if forbid.seen == row.more_than + 1:
                    forbid.broken_by = entry

    # --- the end ------------------------------------------------------------------------------

    def end(self, now: Instant) -> Result:
        """The scenario is over: everything that is still open is lost."""
        self.pass_time(now)
        for opened in self._open.values():
            self._lose(opened, "the scenario ended first")
        self._open.clear()
        for watch in self._watches:
            watch.end()
        script = self._script
        lines = [self._lines.get(row.id) or _not_reached(row) for row in script.expects]
        lines += [_forbid_line(forbid) for forbid in self._forbids]
        lines += [_assert_line(watch) for watch in self._watches]
        return Result(
            script.id,
            script.title,
            script.starts,
            now,
            script.pass_percent,
            script.floor_percent,
            tuple(lines),
        )


def judge(script: Script, world: World, entries: Iterable[Entry]) -> Result:
    """The score of a journal."""
    one = Judge(script, world)
    one.begin()
    one.take_all(entries)
    return one.end(script.starts + script.length)


def _not_reached(row: Expect) -> Line:
    why = f"`{row.when.after}` never came"
    return Line(
        row.id, Block.EXPECT, row.seat, Status.NOT_REACHED, row.points, None, None, why
    )  # fmt: skip


def _forbid_line(forbid: _Forbidden) -> Line:
    row, entry = forbid.row, forbid.broken_by
    if entry is None:
        return Line(row.id, Block.FORBID, row.seat, Status.HELD, row.points, None, None, "")
    why = f"seen {forbid.seen} times, {row.more_than} allowed"
    return Line(
        row.id, Block.FORBID, row.seat, Status.BROKEN, row.points, entry["n"], entry["at"], why
    )  # fmt: skip


def _assert_line(watch: Watch) -> Line:
    row = watch.row
    if watch.broken is None:
        return Line(row.id, Block.ASSERT, "", Status.HELD, 0, None, None, "")
    why, entry = watch.broken
    return Line(row.id, Block.ASSERT, "", Status.BROKEN, 0, entry["n"], entry["at"], why)
