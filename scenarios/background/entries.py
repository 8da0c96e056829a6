"""Which journal entries are of the background: what its actors say, and all that comes of it.

An entry about a message belongs to whoever sent it, wherever it arrives; any other entry belongs to
the terminal that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable

from scenarios.pattern import Way, way
from scenarios.script import Script
from switch.core.record.journal import Entry


class Background:
    """Tells the background from the story, entry by entry in the journal's order."""

    def __init__(self, script: Script) -> None:
        self._terminals = {script.seats[seat].terminal for seat in script.background}
        self._messages: set[int] = set()
        self.sent = 0  # messages so far

    def take(self, entry: Entry) -> bool:
        """Whether the next entry is of the background."""
        if not self._terminals:
            return False
        mine, number = entry.get("terminal") in self._terminals, entry.get("query")
        if mine and way(entry) is Way.SENT and number is not None:
            self._messages.add(number)
            self.sent += 1
        return mine if number is None else number in self._messages


def story(script: Script, entries: Iterable[Entry]) -> list[Entry]:
    """The entries that are not of the background."""
    background = Background(script)
    return [entry for entry in entries if not background.take(entry)]
