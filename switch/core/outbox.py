"""The commands of one batch while it is being handled, and the numbers that go with them.

One per dispatcher; `start()` begins a batch, `finish()` hands its commands over. All that is sent
or put on record passes here, so that both always carry the same instant and the same number.
"""

from __future__ import annotations

from typing import Any

from switch.core.commands import AskBackend, Commands, LogState
from switch.core.lines import LineState
from switch.message import OutputMessage, Stamp
from switch.terms import SEQUENCE_MAX, Instant, LineId, MessageKey, Ori, quick

_stamp, _output = quick(Stamp), quick(OutputMessage)


class Outbox:
    """Collects commands; `now` is the instant of the batch."""

    __slots__ = ("_commands", "_inbound", "_inquiries", "now", "records", "sends")

    def __init__(self) -> None:
        self.now: Instant = 0.0
        self._commands = Commands()
        self.records = self._commands.records  # for what is put on record with every message
        self.sends = self._commands.sends
        self._inbound = 0
        self._inquiries = 0

    def start(self, now: Instant) -> None:
        """Begin a batch at this instant."""
        self.now = now
        self._commands = Commands()
        self.records = self._commands.records
        self.sends = self._commands.sends

    def finish(self) -> Commands:
        """The commands of the batch."""
        return self._commands

    def receive(self) -> Stamp:
        """The inbound clock line of one more message: when, and the switch's running number."""
        self._inbound = self._inbound % SEQUENCE_MAX + 1
        return _stamp((self.now, self._inbound))

    def next_query(self) -> int:
        """A number for one more message on record, never reused in one journal."""
        self._inquiries += 1
        return self._inquiries

    @property
    def last_query(self) -> int:
        """The number that was handed out last."""
        return self._inquiries

    def resume(self, query: int) -> None:
        """Go on numbering after a journal that already holds inquiries up to this number."""
        self._inquiries = query

    def record(self, kind: str, **fields: Any) -> None:
        """Put one entry on record."""
        fields["kind"] = kind
        fields["at"] = self.now
        self.records.append(fields)

    def send(
        self,
        line: LineState,
        mke: MessageKey,
        sender: Ori,
        received: Stamp,
        control: str | None,
        body: str,
    ) -> int:
        """Send one message; returns the number that the terminal sees on it."""
        line.sequence = sequence = line.sequence % SEQUENCE_MAX + 1
        sent = _stamp((self.now, sequence))
        message = _output((mke, sender, received, sent, line.receiver, control, body))
        self._commands.sends.append((line.id, message))
        return sequence

    def ask(self, command: AskBackend) -> None:
        """Hand a batch to a backend's worker, after the records are on disk."""
        self._commands.asks.append(command)

    def close(self, line: LineId, why: str) -> None:
        """Close a connection after what was sent to it has left; `why` is for the log."""
        self._commands.closes.setdefault(line, why)

    def left(self, line: LineState, reason: str) -> None:
        """Whoever is signed on at this line is so no longer: on record, and in the log."""
        self.record("signed-off", **line.who)
        self.log("signed off", **line.who, reason=reason)

    def log(self, event: str, **fields: object) -> None:
        """Log a change of state (never one line per message)."""
        self._commands.logs.append(LogState(event, fields))
