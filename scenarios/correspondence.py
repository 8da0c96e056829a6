"""Which message of a run belongs to which row of its script, and what its answers set going."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.forbidden import Differences
from scenarios.script import Cause, Inject, Trigger
from switch.core.record.journal import Entry


class Correspondence:
    """Rows and the inquiries or messages that they became, by their number in the journal."""

    def __init__(self) -> None:
        self.of_row: dict[str, int] = {}
        self._row_of: dict[int, str] = {}
        self._caused: set[Trigger] = set()  # first replies and hits that have come
        self._sending: list[tuple[Inject, bool]] = []  # fired, not on record; whether as written

    def link(self, row: str, entry: Entry) -> None:
        """The message of that row is this entry's."""
        number = entry.get("query")
        if number is not None:
            self.of_row[row], self._row_of[number] = number, row

    def will_send(self, row: Inject, *, as_written: bool) -> None:
        """An actor is about to send this row's message, or one of the trainer's own for it."""
        self._sending.append((row, as_written))

    def sent(self, entry: Entry, seat: str, differences: Differences) -> None:
        """A seat sent a message: perhaps the one that a row is about to send."""
        for row, as_written in self._sending:
            assert row.sends is not None
            if row.actor != seat or (as_written and differences(row.sends, entry)):
                continue
            self.link(row.id, entry)
            self._sending.remove((row, as_written))
            return

    def replied(self, entry: Entry) -> Iterator[Trigger]:
        """What an answer is the first of: a reply to a row, a hit for it."""
        row = self._row_of.get(entry.get("query", 0))
        if row is None:
            return
        causes = [Cause.REPLY]
        if entry["kind"] == "released" and entry["records"]:
            causes.append(Cause.HIT)
        for cause in causes:
            trigger = Trigger(cause, row)
            if trigger not in self._caused:
                self._caused.add(trigger)
                yield trigger
