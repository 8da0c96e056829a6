"""The seats of a class: what their pages show, and the lines behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import trio

from scenarios.clock import LessonClock
from scenarios.course import Move, intervention
from scenarios.pattern import Way, received_key, way
from scenarios.schedule import Due, Step
from scenarios.script import Fault, Inject, Seat
from scenarios.shelf import Opened
from scenarios.stage import Stage
from scenarios.standin import Frame
from switch.core.record.journal import Entry
from switch.terms import Instant, OperatorId
from terminals.traffic import Tone, tone_of
from terminals.web.seat import WebSeat

_SIGN_ON = b"SIGNON "


class Seats:
    """All seats at which people may sit; what they send while the clock stands waits, in order."""

    def __init__(
        self,
        opened: Opened,
        stage: Stage,
        clock: LessonClock,
        came_or_left: Callable[[], None] = lambda: None,
    ) -> None:
        self._opened, self._stage, self._clock = opened, stage, clock
        self._going = trio.Event()
        self._signed: dict[str, str] = {}  # by an earlier run of the same class
        self._told: set[tuple[str, int]] = set()  # messages shown, by seat and sequence
        self.web: dict[str, WebSeat] = {}
        for seat in opened.script.seats.values():
            if not seat.actor:
                say = partial(self._say, seat.id)
                self.web[seat.id] = WebSeat(
                    seat.id, seat.terminal, seat.ori, seat.operator, say, came_or_left
                )

    def clock_text(self, at: Instant) -> str:
        """An instant on the trainees' clock."""
        return f"{datetime.fromtimestamp(at, self._opened.world.timezone):%H:%M:%S}"

    # --- lines ------------------------------------------------------------------------------------

    async def _say(self, seat: str, message: bytes) -> None:
        if not message.startswith(_SIGN_ON):
            await self._going.wait()
        person = self._stage.people.get(seat)
        if person is None or person.cut:
            if not message.startswith(_SIGN_ON):
                self._show(seat, Tone.WORD, "not sent", "Nobody is signed on here: sign on first.")
                return
            person = self._stage.lay_line(seat)
        with trio.CancelScope(shield=True):  # shown and sent, or neither: the page may be going
            await person.say(message)

    def hold(self) -> None:
        """The clock stands: keep what comes."""
        self._going = trio.Event()
        self.touch_all()

    def let_go(self) -> None:
        """The clock goes on."""
        self._going.set()
        self.touch_all()

    async def ensure(self, seat: str) -> None:
        """A stand-in is to act there: sign it on if nobody is."""
        person = self._stage.people.get(seat)
        if person is None or person.cut or not self.web[seat].signed_on:
            if person is not None and not person.cut:
                await person.hang_up()
            await self._stage.connect(seat)

    async def sign_on_again(self) -> None:
        """After a restart whoever was signed on still is."""
        for seat, operator in self._signed.items():
            person = self._stage.lay_line(seat)
            secret = self._opened.world.operators[OperatorId(operator)].secret
            words = ["SIGNON", person.seat.terminal, operator, *([secret] if secret else [])]
            await person.say(" ".join(words).encode("ascii"))

    # --- what pages show --------------------------------------------------------------------------

    def touch_all(self) -> None:
        """Have every page look."""
        for seat in self.web.values():
            seat.touch()

    def _show(
        self,
        seat: str,
        tone: Tone,
        head: str,
        body: str,
        raw: str = "",
        at: Instant | None = None,
    ) -> None:
        if seat in self.web:
            shown = self.clock_text(self._clock.now() if at is None else at)
            self.web[seat].add(tone, shown, head, body, raw)

    def happened(self, due: Due) -> None:
        """Radio, and what is announced when a fault begins."""
        row = due.row
        if isinstance(row, Inject) and row.radio and row.to and due.step is Step.FIRE:
            self._show(row.to, Tone.RADIO, row.radio, "", at=due.at)
        elif isinstance(row, Fault) and row.announce and due.step is Step.FIRE:
            for seat in self.web:
                self._show(seat, Tone.MESSAGE, row.announce, "", at=due.at)

    def heard(self, seat: Seat, frame: Frame) -> None:
        """A message arrived at a seat."""
        output = frame.output
        tone = tone_of(output.mke, output.body, self._opened.formats)
        self._show(seat.id, tone, _head(output.mke, output.ori, output.control), output.body)

    def said(self, seat: Seat, message: bytes) -> None:
        """A seat sent something; secrets are not shown."""
        text = message.decode("latin-1")
        if not message.startswith(_SIGN_ON):
            self._show(seat.id, Tone.SENT, text.split("\r\n")[0][:160], "", text)

    def noticed(self, entry: Entry) -> None:
        """Who sits where."""
        seat = self._opened.script.seat_of(entry.get("terminal") or "")
        if seat is not None and seat.id in self.web:
            if entry["kind"] == "signed-on":
                self.web[seat.id].signed_on = entry["operator"]
            elif entry["kind"] == "signed-off":
                self.web[seat.id].signed_on = ""
            self.web[seat.id].touch()
        moved = intervention(entry)
        if moved is None:
            return
        if moved.about in self.web and moved.move in (Move.STOOD_IN, Move.TOOK_SEAT):
            self.web[moved.about].stand_in = moved.move is Move.STOOD_IN
        self.touch_all()

    def read_again(self, entry: Entry) -> None:
        """The traffic of an earlier run of the same class, from its journal."""
        seat = self._opened.script.seat_of(entry.get("terminal") or "")
        if seat is None or seat.id not in self.web:
            return
        if entry["kind"] in ("signed-on", "signed-off"):
            self._signed.pop(seat.id, None)
            self._told.clear()  # a new line counts from 1 again
            if entry["kind"] == "signed-on":
                self._signed[seat.id] = entry["operator"]
        self._read_message(seat, entry)

    def _read_message(self, seat: Seat, entry: Entry) -> None:
        went, at = way(entry), entry["at"]
        if went is Way.SENT:
            raw = entry.get("raw") or f"{entry['key']} {entry.get('text') or ''}"
            text = raw.decode("latin-1") if isinstance(raw, bytes) else str(raw)
            self._show(seat.id, Tone.SENT, text[:160], "", text, at)
        elif went is Way.RECEIVED and entry.get("sequence"):
            told = (seat.id, entry["sequence"])
            if told not in self._told:  # the legs of a merged answer share one message
                self._told.add(told)
                key, body = received_key(entry) or "", entry.get("text") or ""
                tone = tone_of(key, body, self._opened.formats)
                self._show(seat.id, tone, _head(key, "", entry.get("control")), body, at=at)


def _head(key: str, sender: str, control: str | None) -> str:
    reference = f" · your reference {control}" if control else ""
    return f"{key}{f' from {sender}' if sender else ''}{reference}"
