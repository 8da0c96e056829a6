"""One terminal that acknowledges: what it was sent and does not say that it has.

All of it is on record as it changes (`kept` entries, once a batch), so that a switch that was
killed finds it in its journal: see `core.record.unbroken`. A text that stands in another entry of
the batch, under its line and number, is not written twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from switch.core.lines import LineState
from switch.message import OutputMessage
from switch.terms import SEQUENCE_MAX, TRAINING_LINE, Instant, LineId
from switch.wire.answer import STATUS_KEY, status_body

DUPLICATE_LINE = "POSSIBLE DUPLICATE"
WITHHELD = "MESSAGE WITHHELD: ACCESS RULES CHANGED WHILE THE LINE WAS DOWN. ASK AGAIN"
NO_DATA = frozenset(("SM", "ER"))  # the switch's own keys, which disclose nothing of anybody's

Texts = Mapping[tuple[LineId, int], str]  # by line and number, of the entries of a batch


class Rules(NamedTuple):
    """The access rules under which something was made."""

    version: str  # of all files together
    epoch: int  # in which of their spans


class Sent(NamedTuple):
    """One message that is not acknowledged."""

    message: OutputMessage
    line: LineId  # for which it was made
    rules: Rules
    tried: bool  # it went onto a line, so the terminal may have it

    def again(self, rules: Rules) -> OutputMessage:
        """As it is sent now."""
        message = self.message
        if message.mke not in NO_DATA and self.rules != rules:
            return message._replace(mke=STATUS_KEY, body=status_body(WITHHELD))
        if self.tried:
            marked = f"{TRAINING_LINE}\n{DUPLICATE_LINE}"
            return message._replace(body=message.body.replace(TRAINING_LINE, marked, 1))
        return message

    def on_record(self, version: str, texts: Texts) -> list[Any]:
        """As it stands in a `kept` entry, in the order that `record.unbroken` reads."""
        key, sender, received, sent, _, control, body = self.message
        said = texts.get((self.line, sent.sequence))
        text = None if said == body else body
        made_by = None if self.rules.version == version else self.rules.version
        return [
            self.line,
            sent.sequence,
            key,
            sender,
            *received,
            control,
            self.tried,
            text,
            made_by,
        ]


class Kept:
    """What is kept of a terminal; `changed` since that was put on record last."""

    __slots__ = (
        "acknowledged",
        "away",
        "changed",
        "ended",
        "heard",
        "line",
        "messages",
        "taken",
        "unwritten",
    )

    def __init__(self, line: LineState, now: Instant) -> None:
        self.line = line
        self.messages: deque[Sent] = deque()  # without a gap, the oldest first
        self.acknowledged = line.sequence - 1  # the number before the first of them, its sign-on
        self.taken = 0  # messages that the switch took from it
        self.heard = now
        self.away: Instant | None = None  # since when it has no line
        self.ended = False
        self.changed = False
        self.unwritten: list[Sent] = []  # messages that are not on record as kept

    def keep(self, message: OutputMessage, line: LineId, rules: Rules) -> None:
        """One more, which was just sent, or would have been if it were not away."""
        sent = Sent(message, line, rules, self.away is None)
        self.messages.append(sent)
        self.unwritten.append(sent)

    def drop_until(self, number: int) -> bool:
        """It has everything up to this number; False if that number is not one of those kept, nor
        the one before them."""
        count = (number - self.acknowledged) % SEQUENCE_MAX
        if count > len(self.messages):
            return False
        for _ in range(count):
            self.messages.popleft()
        self.acknowledged = number
        return True

    def is_old(self, number: int) -> bool:
        """Whether it has acknowledged this number, or a later one."""
        return (self.acknowledged - number) % SEQUENCE_MAX < SEQUENCE_MAX // 2

    def on_record(self, version: str, texts: Texts, *, all_called: bool) -> dict[str, Any]:
        """What a `kept` entry says of it now; what it says of is written."""
        unwritten, self.unwritten, self.changed = self.unwritten, [], False
        return {
            **self.line.who,
            "acknowledged": self.acknowledged,
            "last": self.line.sequence,
            "taken": self.taken,
            "away": self.away is not None,
            "rules": version,
            "all": all_called,
            "messages": [sent.on_record(version, texts) for sent in unwritten],
        }
