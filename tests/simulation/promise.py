"""What a promise is: it is told of everything that happens in the room, and says when it is broken.

A new promise is a small module in `promises/`, listed in `promises/__init__.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from switch.core.commands import AskBackend, Commands
from switch.core.record.journal import Entry

if TYPE_CHECKING:
    from tests.simulation.line import Heard
    from tests.simulation.room import Room


class Broken(Exception):
    """A promise does not hold: what was seen."""


class Promise:
    """Each method is one thing that happens; a promise takes those that concern it."""

    room: Room

    def started(self) -> None:
        """The switch starts, for the first time or again."""

    def crashed(self) -> None:
        """The switch is gone; what was decided and is not on disk has never happened."""

    def handled(self, commands: Commands, now: float) -> None:
        """The dispatcher has handled a batch at that instant."""

    def decided(self, entry: Entry) -> None:
        """An entry was handed to the journal: whole, and numbered as it will be."""

    def written(self) -> None:
        """More may be on disk."""

    def asked(self, ask: AskBackend) -> None:
        """A waiting backend was given a batch."""

    def began_to_leave(self, line: int, sequence: int) -> None:
        """The first bytes of a message have left the switch, up to its number."""

    def left(self, line: int, heard: Heard) -> None:
        """A whole message has left the switch on its line, by the switch's number of it."""

    def stepped(self) -> None:
        """A step is over, and what could be worked off was."""

    def drained(self) -> None:
        """All faults are healed and all time limits are over: nothing may be under way."""
