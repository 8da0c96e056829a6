"""Every message that was sent and every reply that came, held against each other.

A reply is told by its control field, which no other message of the run has: so one that is lost,
comes twice, comes on another line or under a key that does not answer its inquiry is noticed.
Latency is measured from the instant at which a message was *due*, not from when it left: a switch
that makes its terminals wait is charged with the waiting (no coordinated omission).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from switch.wire.answer import LATE_LINE
from switch.wire.codec import Output
from switch.wire.spec import Formats
from terminals.inquiry import Inquiry, ends_the_inquiry, is_from_a_terminal

WRONG_SHOWN_MAX = 10  # wrong replies that are described; all are counted
_REFUSED = re.compile(r"^\.9[123]\. ", re.MULTILINE)  # suspended, not identified, by the owner
_STATUS = re.compile(r"^\.\d\d\. ", re.MULTILINE)


class Outcome(StrEnum):
    """What became of a message; with several answers, the worst of them."""

    ANSWERED = "answered"  # a record, or none on file
    REFUSED = "refused"  # by a rule
    ERROR = "error"  # any other ER, or a status that stands for one
    NONE = "none"  # not all answers came


_BY_WORTH = (Outcome.ANSWERED, Outcome.REFUSED, Outcome.ERROR)


class Row(NamedTuple):
    """One line of the table; latencies in ms, None where nothing came."""

    key: str
    outcome: str
    messages: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None


@dataclass(slots=True)
class _Open:
    key: str
    line: str
    due: float
    left: int
    outcome: Outcome = Outcome.ANSWERED


class Tally:
    """All that was asked and came; instants are seconds of any one clock."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats
        self._open: dict[str, _Open] = {}
        self._took: dict[tuple[str, Outcome], list[float]] = {}
        self._done: set[str] = set()
        self.sent = 0
        self.behind_s = 0.0  # the latest that a message left after it was due
        self.wrong = 0
        self.wrong_shown: list[str] = []
        self.late = 0  # labelled answers after `no answer in time`, which was the reply
        self.unasked = 0  # messages that answer nothing: AM, notices
        self.closed: list[str] = []  # terminals whose line the switch closed

    @property
    def open(self) -> int:
        """Messages that wait for a reply."""
        return len(self._open)

    @property
    def replied(self) -> int:
        """Messages with all their replies."""
        return len(self._done)

    @property
    def missing(self) -> int:
        """Messages without all their replies, after `finish`."""
        return sum(len(took) for (_, how), took in self._took.items() if how is Outcome.NONE)

    def asked(self, inquiry: Inquiry, line: str, due: float, now: float) -> None:
        """A message goes to the line of that terminal."""
        assert inquiry.control is not None  # templates were checked
        self._open[inquiry.control] = _Open(inquiry.key, line, due, inquiry.answers)
        self.sent += 1
        self.behind_s = max(self.behind_s, now - due)

    def came(self, message: Output, line: str, now: float) -> None:
        """A message came on the line of that terminal."""
        control = message.control
        theirs = is_from_a_terminal(message, self._formats)
        if theirs or (control is None and message.mke != "ER"):
            self.unasked += 1
        elif control in self._open:
            self._reply(control, self._open[control], message, line, now)
        elif LATE_LINE in message.body and control in self._done:
            self.late += 1
        elif control in self._done:
            self._complain(message, line, "one reply too many")
        else:
            self._complain(message, line, "it answers nothing that was sent")

    def lost(self, line: str) -> None:
        """The switch closed the line of that terminal, or said what cannot be read."""
        self.closed.append(line)

    def finish(self) -> None:
        """The wait is over: what is open has no reply."""
        for asked in self._open.values():
            self._took.setdefault((asked.key, Outcome.NONE), []).append(0.0)
        self._open.clear()

    def rows(self) -> list[Row]:
        """The table: by key and outcome, then by outcome; a missing reply has no latency."""
        rows = [_row(key, how, took) for (key, how), took in sorted(self._took.items())]
        return [*rows, *self._totals()]

    def _totals(self) -> Iterator[Row]:
        for outcome in Outcome:
            took = [t for (_, how), each in self._took.items() if how is outcome for t in each]
            if took:
                yield _row("all", outcome, took)

    def _reply(self, control: str, asked: _Open, message: Output, line: str, now: float) -> None:
        spec = self._formats.key(asked.key)
        if line != asked.line:
            self._complain(message, line, f"it was asked at {asked.line}")
        elif message.mke not in ("ER", "SM") and (spec is None or message.mke != spec.answer):
            self._complain(message, line, f"it does not answer {asked.key}")
        else:
            answerable = spec is not None and bool(spec.answer)
            outcome = _outcome(message, answerable)
            asked.outcome = max(asked.outcome, outcome, key=_BY_WORTH.index)
            asked.left = 0 if ends_the_inquiry(message) else asked.left - 1
            if asked.left == 0:
                del self._open[control]
                self._done.add(control)
                self._took.setdefault((asked.key, asked.outcome), []).append(now - asked.due)

    def _complain(self, message: Output, line: str, why: str) -> None:
        self.wrong += 1
        if len(self.wrong_shown) < WRONG_SHOWN_MAX:
            control = f" *{message.control}" if message.control else ""
            self.wrong_shown.append(f"{message.mke}{control} at {line}: {why}")


def _outcome(message: Output, answerable: bool) -> Outcome:
    """`answerable`: whether its inquiry has answers at all; AM has a status in their place."""
    if message.mke == "ER":
        return Outcome.REFUSED if _REFUSED.search(message.body) else Outcome.ERROR
    if message.mke == "SM" and (answerable or _STATUS.search(message.body)):
        return Outcome.ERROR
    return Outcome.ANSWERED


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that so many (0 to 1) of the ordered ones do not exceed."""
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _row(key: str, outcome: Outcome, took: Sequence[float]) -> Row:
    if outcome is Outcome.NONE:
        return Row(key, outcome, len(took), None, None, None, None)
    ordered = sorted(took)
    shown = (percentile(ordered, share) for share in (0.5, 0.95, 0.99, 1.0))
    return Row(key, outcome, len(took), *(round(value * 1e3, 2) for value in shown))
