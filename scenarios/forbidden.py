"""`[[forbid]]`: what must not happen, counted entry by entry."""

from __future__ import annotations

from collections.abc import Callable

from scenarios.pattern import Way
from scenarios.script import Expect, Forbid, Receives, Sends
from switch.core.record.journal import Entry
from switch.terms import Instant

Differences = Callable[[Sends | Receives, Entry], tuple[str, ...]]


def concerns(row: Expect | Forbid, went: Way, seat: str) -> bool:
    """Whether a message that went that way at that seat is what the row speaks of."""
    return row.seat == seat and isinstance(row.pattern, Sends) == (went is Way.SENT)


class Forbidden:
    """One forbid; `broken_by` is the entry that was one too many, once it came."""

    def __init__(self, row: Forbid, starts: Instant) -> None:
        self.row = row
        self.start: Instant | None = None  # None until its trigger came
        self.until = float("inf") if row.until is None else starts + row.until
        self.seen = 0
        self.broken_by: Entry | None = None

    def opened(self, expectation: str, at: Instant) -> None:
        """A window opened: perhaps the one during which it holds."""
        if self.row.during == expectation:
            self.start, self.until = at, float("inf")

    def closed(self, expectation: str, at: Instant) -> None:
        """A window is closed, because it was met or missed."""
        if self.row.during == expectation:
            self.until = at

    def take(self, entry: Entry, went: Way, seat: str, differences: Differences) -> None:
        """Look at one message of a seat."""
        if self.start is None or not self.start <= entry["at"] < self.until:
            return
        if concerns(self.row, went, seat) and not differences(self.row.pattern, entry):
            self.seen += 1
            if self.seen == self.row.more_than + 1:
                self.broken_by = entry
