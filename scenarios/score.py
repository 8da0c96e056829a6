"""Judges a run: the journal's entries, in their order, against the script.

The same judge follows a run as it happens, telling whoever runs it what is due, and reads a journal
afterwards: the score depends on the script and the entries alone. Nothing here waits or measures
time; every instant comes from an entry or from the script.

A run in virtual time calls `on_deadline` when the judge's next deadline has come. Where entries can
still be under way (a live run, whose journal is written by another process), posting
`note(Intervention(Move.TICKED, ...))` and observing the entry that comes of it does the same, and
keeps the promise: nothing is judged missed while what would meet it is on its way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from scenarios.background.entries import Background
from scenarios.correspondence import Correspondence
from scenarios.course import Intervention, Move, intervention
from scenarios.forbidden import Forbidden, concerns
from scenarios.invariants import Watch
from scenarios.lines import asserted, forbidden, met, missed, not_reached, still_open
from scenarios.pattern import Way, received_differences, sent_differences, way
from scenarios.result import Line, Nearest, Override, Result, Status
from scenarios.schedule import Due, Schedule, Step
from scenarios.script import (
    Access,
    Cause,
    Cue,
    Expect,
    Fault,
    Inject,
    Receives,
    Script,
    Sends,
    Trigger,
    When,
    duration_text,
)
from switch.config import World
from switch.core.record.journal import Entry
from switch.terms import Instant

# An expectation met at the last instant of its window is met; a millisecond later it is missed.
TICK_S = 0.001


@dataclass(slots=True)
class Open:
    """An expectation whose window is open, or was: `deadline` is its last instant."""

    row: Expect
    start: Instant
    nearest: Nearest | None = None

    @property
    def deadline(self) -> Instant:
        """The last instant at which it can be met."""
        return self.start + self.row.within


class Judge:
    """One run. `begin`, then `observe` each entry and keep to the deadlines, then `end`.

    `stand_ins` are the seats that the engine plays; a note of the journal can add to them.
    """

    def __init__(self, script: Script, world: World, stand_ins: Collection[str] = ()) -> None:
        self._script = script
        self._schedule = Schedule([*(fault.id for fault in script.faults), *script.cues])
        self._followers: dict[Trigger, list[Cue]] = {}
        self._open: dict[str, Open] = {}
        self._missed: dict[str, Open] = {}
        self._lines: dict[str, Line] = {}
        self._messages = Correspondence()
        self._background = Background(script)
        self._forbids = [Forbidden(row, script.starts) for row in script.forbids]
        self._watches = [Watch(row, world) for row in script.invariants]
        self._engine_plays = set(stand_ins)
        self._replaced: set[str] = set()
        self._fired: set[str] = set()
        self._cancelled: set[str] = set()
        self._overrides: dict[str, Override] = {}
        self.ended_at: Instant | None = None  # when a note has ended it before its length

    def begin(self) -> None:
        """The scenario starts."""
        starts = self._script.starts
        for fault in self._script.faults:
            self._schedule.plan(starts + fault.at, Step.FIRE, fault)
            if fault.until < self._script.length:
                self._schedule.plan(starts + fault.until, Step.LIFT, fault)
        for row in self._script.cues.values():
            if row.when.after is not None:
                self._followers.setdefault(row.when.after, []).append(row)
            elif row.when.at is not None:
                step = Step.OPEN if isinstance(row, Expect) else Step.FIRE
                self._schedule.plan(starts + row.when.at, step, row)
        for forbid in self._forbids:
            if forbid.row.during is None:
                forbid.start = self._start(forbid.row.when)
        for watch in self._watches:
            watch.start = self._start(watch.row.when)
            if watch.row.until is not None:
                watch.until = starts + watch.row.until

    def _start(self, when: When) -> Instant | None:
        return None if when.after is not None else self._script.starts + (when.at or 0.0)

    # --- how it stands --------------------------------------------------------------------------

    @property
    def open(self) -> tuple[Open, ...]:
        """The expectations whose windows are open, the one opened first leading."""
        return tuple(self._open.values())

    @property
    def upcoming(self) -> list[Due]:
        """What is planned to happen, in order: injects, access rows, faults."""
        return self._schedule.upcoming(Step.FIRE)

    @property
    def fired(self) -> frozenset[str]:
        """The rows that have happened: injects and access rows."""
        return frozenset(self._fired)

    @property
    def stand_ins(self) -> frozenset[str]:
        """The seats that the engine plays now."""
        return frozenset(self._engine_plays)

    @property
    def unreached(self) -> list[Expect]:
        """The expectations whose trigger has not come yet."""
        known = self._open.keys() | self._lines.keys()
        return [row for row in self._script.expects if row.id not in known]

    # --- time ---------------------------------------------------------------------------------

    def next_deadline(self) -> Instant | None:
        """When `on_deadline` must be called even if nothing happens."""
        return self._schedule.next()

    def on_deadline(self, now: Instant) -> list[Due]:
        """Everything due up to now, in order; FIRE, LIFT and ACT are for the runner to do."""
        done: list[Due] = []
        while (due := self._schedule.pop(now)) is not None:
            if self._step(due):
                done.append(due)
        return done

    def _step(self, due: Due) -> bool:
        """Take one step; whether the runner has something to do for it."""
        row, at = due.row, due.at
        match due.step:
            case Step.FIRE:
                return self._fire(row, at)
            case Step.LIFT:
                return True
            case Step.OPEN:
                assert isinstance(row, Expect)
                self._open_window(row, at)
                return False
            case Step.MISS:
                self._miss(row.id, at)
                return False
            case Step.ACT:  # a person may have been quicker
                assert isinstance(row, Expect)
                return row.id in self._open and row.seat in self._engine_plays

    def _fire(self, row: Cue | Fault, at: Instant) -> bool:
        if row.id in self._cancelled:
            return False
        if isinstance(row, Inject) and row.sends is not None:
            self._messages.will_send(row, as_written=True)
        self._happened(row, at)
        return True

    def _happened(self, row: Cue | Fault, at: Instant) -> None:
        if row.id not in self._fired:
            self._fired.add(row.id)
            self._caused(Trigger(Cause.ROW, row.id), at)

    def _open_window(self, row: Expect, at: Instant) -> None:
        self._open[row.id] = Open(row, at)
        for forbid in self._forbids:
            forbid.opened(row.id, at)
        self._schedule.plan(at + row.within + TICK_S, Step.MISS, row)
        if isinstance(row.pattern, Sends):
            self._schedule.plan(at + row.ideal, Step.ACT, row)

    def _miss(self, row: str, at: Instant) -> None:
        opened = self._open.pop(row, None)
        if opened is None:
            return
        self._missed[row] = opened
        for forbid in self._forbids:
            forbid.closed(row, at)
        self._lose(opened, "nothing fitting came in time")
        nag = opened.row.if_missed
        if nag is not None:
            self._schedule.plan(at, Step.FIRE, self._script.cues[nag])

    def _caused(self, trigger: Trigger, at: Instant) -> None:
        """Set going whatever waits for it; a window opens at once, so that it holds from there."""
        for row in self._followers.get(trigger, ()):
            if isinstance(row, Expect):
                if row.id not in self._lines and row.id not in self._open:
                    self._open_window(row, at)
            else:
                self._schedule.plan(at + row.when.wait, Step.FIRE, row)
        for forbid in self._forbids:
            if forbid.row.when.after == trigger and forbid.start is None:
                forbid.start = at
        for watch in self._watches:
            if watch.row.when.after == trigger and watch.start is None:
                watch.start = at

    # --- entries ------------------------------------------------------------------------------

    def observe(self, entry: Entry) -> list[Due]:
        """One entry of the journal; returns all that is due at its instant, before and after."""
        done = self.on_deadline(entry["at"])
        moved = intervention(entry)
        if moved is not None:
            return [*done, *self.intervene(moved)]
        went = way(entry)
        seat = self._script.seat_of(entry.get("terminal") or "")
        # What holds "after" an entry does not hold for that entry: these come first.
        for watch in self._watches:
            watch.take(entry)
        if self._background.take(entry):
            return [*done, *self.on_deadline(entry["at"])]  # it is nobody's
        if went is not None and seat is not None:
            for forbid in self._forbids:
                forbid.take(entry, went, seat.id, self._differences)
        if went is Way.RECEIVED:
            for trigger in self._messages.replied(entry):
                self._caused(trigger, entry["at"])
        if went is not None and seat is not None:
            if went is Way.SENT:
                self._messages.sent(entry, seat.id, self._differences)
            self._meet(entry, went, seat.id)
        return [*done, *self.on_deadline(entry["at"])]

    def intervene(self, moved: Intervention) -> list[Due]:
        """What whoever leads the run did; the same as observing the entry that holds it."""
        row = self._script.cues.get(moved.about)
        match moved.move:
            case Move.FIRED | Move.PLAYED if isinstance(row, Inject | Access):
                self._cancelled.discard(row.id)
                self._schedule.drop(Step.FIRE, row.id)
                if moved.move is Move.FIRED:
                    self._fire(row, moved.at)
                    return [Due(moved.at, Step.FIRE, row), *self.on_deadline(moved.at)]
                if isinstance(row, Inject) and row.sends is not None:
                    self._messages.will_send(row, as_written=False)
                self._happened(row, moved.at)
            case Move.CANCELLED:
                self._cancelled.add(moved.about)
                self._schedule.drop(Step.FIRE, moved.about)
            case Move.STOOD_IN:
                self._stand_in(moved)
            case Move.TOOK_SEAT:
                self._engine_plays.discard(moved.about)
                self._replaced.discard(moved.about)
            case Move.OVERRODE if moved.points is not None:
                override = Override(moved.points, moved.by, moved.reason, moved.at)
                self._overrides[moved.about] = override
            case Move.ENDED:
                self.ended_at = moved.at
            case _:
                pass  # about the clock alone, or about nothing in this script
        return self.on_deadline(moved.at)

    def _stand_in(self, moved: Intervention) -> None:
        """From now on the engine plays this seat, beginning with what is open there."""
        self._engine_plays.add(moved.about)
        self._replaced.add(moved.about)
        for opened in self._open.values():
            row = opened.row
            if row.seat == moved.about and isinstance(row.pattern, Sends):
                self._schedule.drop(Step.ACT, row.id)
                self._schedule.plan(max(moved.at, opened.start + row.ideal), Step.ACT, row)

    def _differences(self, pattern: Sends | Receives, entry: Entry) -> tuple[str, ...]:
        if isinstance(pattern, Sends):
            return sent_differences(pattern, self._script.seats, entry)
        reply_to = self._messages.of_row.get(pattern.reply_to) if pattern.reply_to else None
        return received_differences(pattern, entry, reply_to)

    def _meet(self, entry: Entry, went: Way, seat: str) -> None:
        """One entry meets one expectation at most: of those it fits, the one opened first."""
        fits = ""
        for opened in list(self._open.values()):
            row = opened.row
            if not concerns(row, went, seat):
                continue
            differs = self._differences(row.pattern, entry)
            since = entry["at"] - opened.start
            if not differs and since < row.not_before:
                differs = (f"{row.not_before - since:g} s too early",)
            if not differs and since <= row.within and not fits:
                fits = row.id
                self._met(opened, entry, Status.MET)
                continue
            differs = differs or (f"it counts for `{fits}` already",)
            if opened.nearest is None or len(differs) < len(opened.nearest.differs):
                opened.nearest = Nearest(entry["n"], entry["at"], differs)
        if not fits:
            self._meet_late(entry, went, seat)

    def _meet_late(self, entry: Entry, went: Way, seat: str) -> None:
        """What comes after its window earns nothing, but whatever waits for it goes on."""
        for opened in self._missed.values():
            row = opened.row
            if concerns(row, went, seat) and not self._differences(row.pattern, entry):
                del self._missed[row.id]
                self._met(opened, entry, Status.LATE)
                return

    def _met(self, opened: Open, entry: Entry, status: Status) -> None:
        row = opened.row
        self._open.pop(row.id, None)
        for forbid in self._forbids:
            forbid.closed(row.id, entry["at"])
        why = ""
        if status is Status.LATE:
            why = f"it came {duration_text(entry['at'] - opened.deadline)} too late"
        self._lines[row.id] = met(row, opened.start, status, entry, why)
        self._mark_stand_in(row)
        if isinstance(row.pattern, Sends):
            self._messages.link(row.id, entry)
        self._caused(Trigger(Cause.ROW, row.id), entry["at"])

    def _lose(self, opened: Open, why: str) -> None:
        row = opened.row
        self._lines[row.id] = missed(row, opened.start, opened.nearest, why)
        self._mark_stand_in(row)

    def _mark_stand_in(self, row: Expect) -> None:
        if row.seat in self._replaced:
            self._lines[row.id] = replace(self._lines[row.id], stand_in=True)

    # --- the end ------------------------------------------------------------------------------

    def end(self, now: Instant) -> Result:
        """The scenario is over: everything that is still open is lost."""
        self.on_deadline(now)
        for opened in self._open.values():
            self._lose(opened, "the scenario ended first")
        self._open.clear()
        for watch in self._watches:
            watch.end()
        return self.standing(now)

    def standing(self, now: Instant) -> Result:
        """The score as it stands; what is open is shown as open, what is to come as not reached."""
        script = self._script
        lines = [self._expected(row) for row in script.expects]
        lines += map(forbidden, self._forbids)
        lines += map(asserted, self._watches)
        return Result(
            script.id,
            script.title,
            script.starts,
            now,
            script.pass_percent,
            script.floor_percent,
            tuple(replace(line, override=self._overrides.get(line.id)) for line in lines),
        )

    def _expected(self, row: Expect) -> Line:
        if row.id in self._lines:
            return self._lines[row.id]
        if row.id in self._open:
            return still_open(row, self._open[row.id].start)
        return not_reached(row)
