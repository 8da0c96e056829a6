"""What the runs have met: a promise that nothing puts to the test is worth nothing."""

from __future__ import annotations

from collections import Counter

from switch.core.commands import Commands
from switch.core.record.journal import Entry
from tests.simulation.promise import Promise

WANTED = (
    *("query", "rejected", "malformed", "message", "delivered", "untaken", "sign-on-refused"),
    *("released", "withheld", "undelivered", "unmatched", "merged", "access", "effective"),
    "shadow",
    *("refused at ingress", "refused at route", "refused at waiting"),
    *("no-answer: time", "no-answer: busy", "no-answer: failed", "no-answer: purpose"),
    *("released late", "a line is closed", "the switch starts again", "a number wraps"),
    *("held", "barred", "forwarded", "expired", "removed", "service"),
    *("an inquiry is held", "it is forwarded", "it expires", "it is refused meanwhile"),
)

_OF_HELD = {
    "held": "an inquiry is held",
    "forwarded": "it is forwarded",
    "expired": "it expires",
    "removed": "it is refused meanwhile",
}


class Reached(Promise):
    """Counts what happens; never broken."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def decided(self, entry: Entry) -> None:
        """By kind, and what tells it from others of its kind."""
        kind = entry["kind"]
        self.counted[kind] += 1
        if kind in _OF_HELD and entry["leg"]:
            self.counted[_OF_HELD[kind]] += 1
        if kind == "refused":
            self.counted[f"refused at {entry['point']}"] += 1
        elif kind == "no-answer":
            self.counted[f"no-answer: {entry['reason']}"] += 1
        elif kind == "released" and entry["late"]:
            self.counted["released late"] += 1
        if entry.get("sequence") == 1 and self.room.runs:
            self.counted["a number wraps"] += self._before.get(entry["line"], 0) > 1
        if entry.get("sequence"):
            self._before[entry["line"]] = entry["sequence"]

    def handled(self, commands: Commands, now: float) -> None:
        """Lines that the switch ends."""
        self.counted["a line is closed"] += len(commands.closes)

    def started(self) -> None:
        """After a crash, if it is not the first time."""
        self._before: dict[int, int] = {}
        self.counted["the switch starts again"] += self.room.runs > 1
