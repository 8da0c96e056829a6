"""Frames that were begun and not ended: which lines owe the rest of one, and until when."""

from __future__ import annotations

from switch.core.events import MessageArrived
from switch.shell.connection import Connection
from switch.terms import NEVER, Instant, LineId


class Unfinished:
    """The lines of a switch that are in the middle of a frame; tell it after whatever they read."""

    def __init__(self) -> None:
        self._lines: dict[LineId, Connection] = {}

    def note(self, connection: Connection) -> None:
        """It has read something in pieces."""
        if connection.session.unfinished:
            self._lines[connection.id] = connection
        else:
            self.forget(connection.id)

    def forget(self, line: LineId) -> None:
        """It reads no more, or owes nothing."""
        self._lines.pop(line, None)

    def next_deadline(self) -> Instant:
        """When `overdue` is to be asked, if nothing is read before."""
        deadlines = [each.session.next_deadline() for each in self._lines.values()]
        return min((each for each in deadlines if each is not None), default=NEVER)

    def overdue(self, now: Instant) -> list[MessageArrived]:
        """Frames whose rest did not come in time, as the malformed messages that they are."""
        found = list[MessageArrived]()
        for line, connection in list(self._lines.items()):
            received = connection.session.on_deadline(now)
            found += [MessageArrived(line, message) for message in received]
            if connection.session.next_deadline() is None:
                del self._lines[line]
        return found
