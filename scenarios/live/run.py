"""A lesson as it runs, at the pace of people.

The judge says what is due, the hands do it, the trainer's moves go on record and take effect from
there (docs/decisions/0007). Nothing is kept here that the journal does not hold: after a restart
the same journal, read again, is the same run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

import structlog
import trio

from scenarios.background.messages import spoken
from scenarios.background.speaker import Speaker
from scenarios.clock import LessonClock
from scenarios.course import Intervention, Move, intervention, note
from scenarios.hands import Hands
from scenarios.live.seats import Seats
from scenarios.live.tape import Tape
from scenarios.schedule import Due, Step
from scenarios.score import Judge
from scenarios.script import Access, Expect, Inject, Seat, duration_text
from scenarios.shelf import Opened
from scenarios.stage import Stage
from scenarios.standin import Frame
from switch.backend import Backend
from switch.core.held import owed
from switch.core.record.journal import Entry
from switch.errors import UsageError
from switch.shell.past import Past
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.terms import BackendName

TRAINER = "the trainer"
log = structlog.get_logger("wireroom.class")


class LiveRun:
    """One class. `run` it in a nursery; the trainer's desk calls the other methods."""

    def __init__(
        self,
        opened: Opened,
        backends: Mapping[BackendName, Backend],
        journal: Journal | Scribe,
        earlier: Sequence[Entry],
        digest: str,
    ) -> None:
        script = opened.script
        self.opened, self.script, self._digest = opened, script, digest
        self.clock = LessonClock(earlier[-1]["at"] if earlier else script.starts)
        self.judge = Judge(script, opened.world)
        self.tape = Tape(script)
        said = spoken(script, opened.world, opened.formats, script.seed)
        self._speaker = Speaker(script.starts, said)
        if earlier:
            self._speaker.skip(earlier[-1]["at"])
        self.stage = Stage(opened, backends, journal, self.clock, self._recorded, self._said)
        self.stage.switch.recall(Past(owed=owed(earlier)))
        self.seats = Seats(opened, self.stage, self.clock, self._wake)
        self._hands = Hands(opened, self.stage)
        self._due: deque[Due] = deque()
        self._ticking = False  # a note that time has passed is on its way
        self._paused_at = 0.0
        self._woken = trio.Event()
        self.over = trio.Event()  # the lesson has ended; its pages are still shown
        self.gone = trio.Event()  # the switch has stopped, and everything is on disk
        self._directing = trio.CancelScope()
        self.began = False
        self.judge.begin()
        self._read_again(earlier)

    # --- from its journal -------------------------------------------------------------------------

    def _read_again(self, earlier: Sequence[Entry]) -> None:
        """Bring judge and seats to where they were; what was done is not done again."""
        for entry in earlier:
            happened = self.judge.observe(entry)
            for due in happened:
                self.seats.happened(due)
                if isinstance(due.row, Access) or self._is_unsaid(due, earlier):
                    self._due.append(due)
            self._noticed(entry)
            self.seats.read_again(entry)
        if self.judge.ended_at is not None:
            self.over.set()

    def _is_unsaid(self, due: Due, earlier: Sequence[Entry]) -> bool:
        """Whether the machine stopped between what was due and the message that was to follow,
        which is known by its control field where that is on record."""
        row, seat = due.row, None
        if due.step is Step.FIRE and isinstance(row, Inject):
            seat = row.actor
        elif due.step is Step.ACT and isinstance(row, Expect):
            seat = row.seat
        if seat is None:
            return False
        control = self.script.controls.get(row.id)
        return not any(
            entry["at"] >= due.at
            and entry.get("terminal") == self.script.seats[seat].terminal
            and entry.get("control", control) == control
            for entry in earlier
            if entry["kind"] in ("query", "message", "rejected", "malformed")
        )

    # --- the run ----------------------------------------------------------------------------------

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """From the first page that is opened until `close`."""
        async with trio.open_nursery() as nursery:
            actors = [seat.id for seat in self.script.seats.values() if seat.actor]
            await self.stage.set_up(nursery, self._heard, actors)
            if not self.over.is_set():
                await self.seats.sign_on_again()
            self._paused_at = trio.current_time()
            task_status.started()
            nursery.start_soon(self._direct_until_gone)

        self.gone.set()

    async def _direct_until_gone(self) -> None:
        with self._directing:
            await self._direct()

    async def _direct(self) -> None:
        while True:
            while self._due:
                await self._do(self._due.popleft())
            self._check_end()
            woken = self._woken
            deadline = self.judge.next_deadline()
            end = self.script.starts + self.script.length
            deadline = end if deadline is None else min(deadline, end)
            if self.clock.stands or self._ticking or self.over.is_set():
                await woken.wait()
                continue
            left = deadline - self.clock.now()
            if left <= 0:
                self._ticking = True
                self._post(Move.ENDED if deadline >= end else Move.TICKED)
                continue
            for said in self._speaker.due(self.clock.now()):
                await self.stage.people[said.seat].say(said.raw)
            left = min(deadline, self._speaker.next() or deadline) - self.clock.now()
            with trio.move_on_after(max(0.0, left)):
                await woken.wait()

    async def _do(self, due: Due) -> None:
        row = due.row
        self.seats.happened(due)
        try:
            if isinstance(row, Expect) and due.step is Step.ACT:
                await self.seats.ensure(row.seat)
            await self._hands.do(due)
        except UsageError as error:
            log.warning("could not be done", row=row.id, why=str(error))

    def _check_end(self) -> None:
        if self.judge.ended_at is not None and not self.over.is_set():
            self.clock.pause()
            self.over.set()
            self.seats.let_go()
            self.seats.touch_all()
            self._wake()  # the desk may have looked since the end was recorded

    def _recorded(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._due += self.judge.observe(entry)
            self._noticed(entry)
        self._wake()

    def _noticed(self, entry: Entry) -> None:
        """What pages show of an entry, beside its score."""
        moved = intervention(entry)
        if moved is not None:
            self._ticking = self._ticking and moved.move not in (Move.TICKED, Move.ENDED)
            self.began = self.began or moved.move is Move.BEGAN
        self.tape.take(entry)
        self.seats.noticed(entry)

    def _wake(self) -> None:
        self._woken.set()
        self._woken = trio.Event()

    def changed(self) -> trio.Event:
        """Set as soon as something changes that the trainer sees."""
        return self._woken

    def _heard(self, seat: Seat, frame: Frame) -> None:
        self.seats.heard(seat, frame)

    def _said(self, seat: Seat, message: bytes) -> None:
        self.seats.said(seat, message)

    def _post(
        self, move: Move, about: str = "", reason: str = "", points: int | None = None
    ) -> None:
        self.stage.switch.post(note(Intervention(move, TRAINER, about, reason, points)))

    async def on_record(self) -> None:
        """Until what the trainer did so far is on record."""
        await self.stage.switch.put_on_record()

    # --- what the trainer does --------------------------------------------------------------------

    def go(self) -> None:
        """Begin, or go on after a pause; what was kept meanwhile goes out now."""
        self._refuse_when_over()
        if not self.clock.stands:
            raise UsageError("the clock runs already")
        stood = trio.current_time() - self._paused_at if self.began else 0.0
        self.clock.go()
        if self.began:
            self._post(Move.RESUMED, reason=f"stood {duration_text(round(stood))}")
        else:
            self.began = True
            self._post(Move.BEGAN, self.script.id, self._digest)
        self.seats.let_go()

    def pause(self) -> None:
        """Let the clock stand; what people send is kept until it goes on."""
        self._refuse_when_over()
        if self.clock.stands:
            raise UsageError("the clock stands already", "press Go on")
        self.clock.pause()
        self._paused_at = trio.current_time()
        self.seats.hold()
        self._post(Move.PAUSED)

    def skip(self) -> None:
        """Put the clock forward to what comes next."""
        self._refuse_before_begin()
        if self.judge.open:
            waits = ", ".join(opened.row.id for opened in self.judge.open)
            raise UsageError(f"something is still expected: {waits}", "wait for it, or stand in")
        upcoming = self.judge.upcoming
        if not upcoming:
            raise UsageError("nothing is planned any more", "fire an inject, or end the lesson")
        self.clock.skip_to(upcoming[0].at)
        self._post(Move.SKIPPED, upcoming[0].row.id)

    def fire(self, row: str) -> None:
        """An inject or a change of access happens now."""
        self._refuse_before_begin()
        self._post(Move.FIRED, self._cue(row))

    def cancel(self, row: str) -> None:
        """It will not happen unless it is fired."""
        self._refuse_when_over()
        self._post(Move.CANCELLED, self._cue(row))

    async def play_actor(self, actor: str, message: bytes, row: str = "") -> None:
        """The trainer's own words in an actor's mouth; for an inject's row, instead of it."""
        self._refuse_before_begin()
        if actor not in self.script.seats or not self.script.seats[actor].actor:
            raise UsageError(f"no actor `{actor[:40]}`")
        if actor in self.script.background:
            raise UsageError(f"`{actor}` only talks in the background", "play another actor")
        if row:
            self._post(Move.PLAYED, self._cue(row))
        await self.stage.people[actor].say(message)

    def stand_in(self, seat: str) -> None:
        """The engine plays this seat from now on."""
        self._refuse_when_over()
        self._post(Move.STOOD_IN, self._seat(seat))

    def take_seat(self, seat: str) -> None:
        """A person plays it again."""
        self._refuse_when_over()
        self._post(Move.TOOK_SEAT, self._seat(seat))

    def override(self, row: str, points: int, reason: str) -> None:
        """Give a line other points, with a reason; the judge's verdict stays beside it."""
        line = next((one for one in self.judge.standing(0.0).lines if one.id == row), None)
        if line is None:
            raise UsageError(f"no line `{row[:40]}` in this score")
        low, high = min(0, line.points), max(0, line.points)
        if not low <= points <= high:
            raise UsageError(f"{points} is not possible here", f"give {low} to {high}")
        if not reason.strip():
            raise UsageError("an override needs a reason", "it stands in the debrief")
        self._post(Move.OVERRODE, row, reason.strip()[:300], points)

    def end(self) -> None:
        """The lesson is over before its time."""
        self._refuse_before_begin()
        self._post(Move.ENDED)

    def _cue(self, row: str) -> str:
        if not isinstance(self.script.cues.get(row), Inject | Access):
            raise UsageError(f"no inject `{row[:40]}` in this lesson")
        return row

    def _seat(self, seat: str) -> str:
        if seat not in self.seats.web:
            raise UsageError(f"no seat `{seat[:40]}` in this lesson")
        return seat

    def _refuse_when_over(self) -> None:
        if self.over.is_set():
            raise UsageError("the lesson is over", "its score and debrief are below")

    def _refuse_before_begin(self) -> None:
        self._refuse_when_over()
        if not self.began:
            raise UsageError("the lesson has not begun", "press Begin")

    def close(self) -> None:
        """The class goes home."""
        self._directing.cancel()
        self.stage.strike()
