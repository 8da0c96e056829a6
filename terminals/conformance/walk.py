"""One walk through the exercises: what happens on the line goes in, what is to be done comes out.

`tape` holds all that went over the line, by exercise. The walk ends by itself: every wait has a
limit, and who fails three exercises in a row is not asked the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from switch.terms import Instant, Mnemonic
from terminals.conformance.desk import Desk
from terminals.conformance.exercises import EXERCISES, Exercise
from terminals.conformance.steps import (
    Connected,
    Drop,
    Dropped,
    Failed,
    Heard,
    Listen,
    Outcome,
    Overdue,
    Script,
    Send,
    Step,
    Verdict,
)
from terminals.conformance.tape import Tape

FAILURES_MAX = 3  # in a row; then the terminal has lost its way, and the rest would only be waiting


class Walk:
    """A terminal on its walk. `wait_s`: for each thing that it must do; `silence_s`: how long it is
    left alone (5.2); `secret`: that its operator must give (3.3); `certified`: it must show a
    certificate (3.4)."""

    def __init__(
        self,
        *,
        wait_s: float = 30.0,
        silence_s: float = 90.0,
        secret: str | None = None,
        certified: bool = False,
    ) -> None:
        self.desk = Desk(wait_s, silence_s)
        self.verdicts: list[Verdict] = []
        self.tape = Tape()
        self.over = False
        self._secret = secret
        self._certified = certified
        self._script = self._walk()
        self._heard: deque[Heard] = deque()
        self._listen: Listen | None = None

    @property
    def acknowledges(self) -> bool:
        """Whether the terminal signed on as one that acknowledges."""
        return self.desk.acknowledges

    @property
    def passed(self) -> bool:
        """Whether nothing failed, and everything was reached."""
        return self.over and not any(
            verdict.outcome in (Outcome.FAILED, Outcome.NOT_REACHED) for verdict in self.verdicts
        )

    # --- what happens -----------------------------------------------------------------------------

    def start(self, now: Instant) -> list[Step]:
        """Before anybody is there."""
        return list(self._go_on(now, None))

    def connected(self, now: Instant, proved: tuple[Mnemonic, ...] = ()) -> list[Step]:
        """A terminal is on the line; `proved`: the mnemonics that its certificate names."""
        self.tape.connected()
        self._heard.append(Connected(proved))
        return list(self._advance(now))

    def received(self, chunk: bytes, now: Instant) -> list[Step]:
        """Bytes of it, cut anywhere."""
        steps = list(self._advance(now))
        session = self.desk.session
        if session is not None and not self.over:
            self.tape.heard(chunk)
            self._heard.extend(session.receive(chunk, now))
        return [*steps, *self._advance(now)]

    def dropped(self, now: Instant) -> list[Step]:
        """It has hung up."""
        self.tape.hung_up()
        self._heard.append(Dropped())
        return list(self._advance(now))

    def next_deadline(self) -> Instant | None:
        """When `pass_time` must be called at the latest; None when the walk is over."""
        return None if self._listen is None else self._listen.until

    def pass_time(self, now: Instant) -> list[Step]:
        """Nothing happened."""
        return list(self._advance(now))

    # --- the script -------------------------------------------------------------------------------

    def _advance(self, now: Instant) -> Iterator[Step]:
        while self._listen is not None:
            if self._heard:
                yield from self._go_on(now, self._heard.popleft())
            elif now >= self._listen.until:
                yield from self._go_on(now, Overdue())
            else:
                return

    def _go_on(self, now: Instant, heard: Heard | None) -> Iterator[Step]:
        """The script's steps until it listens again, or is over."""
        self.desk.now = now
        self._listen = None
        try:
            step = self._script.send(heard)  # type: ignore[arg-type]
            while not isinstance(step, Listen):
                self._note(step)
                yield step
                step = next(self._script)
        except StopIteration:
            self.over = True
            return
        self._listen = step

    def _note(self, step: Step) -> None:
        match step:
            case Send():
                self.tape.said(step.pieces)
            case Drop():
                self.tape.dropped()
                self._heard.clear()
            case Verdict():
                self.verdicts.append(step)
            case _:
                pass

    def _walk(self) -> Script[None]:
        failures = 0
        for exercise in EXERCISES:
            if failures >= FAILURES_MAX:
                yield self._verdict(exercise, Outcome.NOT_REACHED, "it had lost its way")
                continue
            failures = (yield from self._exercise(exercise)) * (failures + 1)
            if exercise.clause == "3.1":
                yield self._secrecy()
                yield self._certificate()
        yield Drop()

    def _exercise(self, exercise: Exercise) -> Script[bool]:
        """Play one and judge it; whether it failed."""
        began = self.desk.now
        self.tape.begin(exercise.clause, exercise.name, exercise.title)
        try:
            if exercise.clause != "3.1":
                yield from self.desk.ready()
            if exercise.acknowledging and not self.desk.acknowledges:
                why = "it does not acknowledge: it signed on by SIGNON"
                yield self._verdict(exercise, Outcome.NOT_ASKED, why)
                return False
            yield from exercise.play(self.desk)
        except Failed as failed:
            yield self._verdict(exercise, Outcome.FAILED, str(failed), self.desk.now - began)
            return True
        yield self._verdict(exercise, Outcome.PASSED, "", self.desk.now - began)
        return False

    def _verdict(
        self, exercise: Exercise, outcome: Outcome, why: str, seconds: float = 0.0
    ) -> Verdict:
        return Verdict(exercise.clause, exercise.name, exercise.title, outcome, why, seconds)

    def _secrecy(self) -> Verdict:
        words, title = self.desk.signed_on, "gives its operator's secret as it is written"
        if self._secret is None:
            outcome, why = Outcome.NOT_ASKED, "no --secret was given to compare with"
        elif words is not None and words.secret == self._secret:
            outcome, why = Outcome.PASSED, ""
        else:
            outcome, why = Outcome.FAILED, "gave no secret, or another one"
        return Verdict("3.3", "secret", title, outcome, why, 0.0)

    def _certificate(self) -> Verdict:
        words, shown = self.desk.signed_on, self.desk.proved
        title = "shows the certificate of its mnemonic"
        if not self._certified:
            outcome, why = Outcome.NOT_ASKED, "no --client-ca was given to ask for one"
        elif words is not None and words.terminal in shown:
            outcome, why = Outcome.PASSED, ""
        else:
            outcome, why = Outcome.FAILED, f"showed one of {' '.join(shown) or 'nobody'}"
        return Verdict("3.4", "certificate", title, outcome, why, 0.0)
