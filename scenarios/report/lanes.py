"""The lanes of a drawn run, from the seats on the left to the owners on the right."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from scenarios.script import NETWORK, Script
from switch.config import World
from switch.core.record.journal import Entry

SWITCH = "switch"
_OWNER = "owner of "


class Kind(Enum):
    """What stands in a lane."""

    SEAT = "seat"
    ACTOR = "actor"
    SWITCH = "switch"
    BACKEND = "backend"
    OWNER = "owner"


class Lane(NamedTuple):
    """One vertical line of the drawing."""

    id: str
    kind: Kind
    title: str
    below: str  # a second word: the terminal of a seat, the owner's backends


class Lanes:
    """All lanes of a run, and where somebody's is. Who only talks in the background has none, and
    what only the background asks has none either: its entries are left out."""

    def __init__(self, script: Script, world: World, entries: Iterable[Entry]) -> None:
        self._seats = {seat.terminal: seat.id for seat in script.seats.values()}
        self._owners = {str(name): entry.owner for name, entry in world.backends.items()}
        named = _named(script, entries)
        backends = [name for name in self._owners if name in named]
        self.all: tuple[Lane, ...] = (
            *(
                Lane(seat.id, Kind.ACTOR if seat.actor else Kind.SEAT, seat.id, seat.terminal)
                for seat in sorted(script.seats.values(), key=lambda seat: seat.actor)
                if seat.id not in script.background
            ),
            Lane(SWITCH, Kind.SWITCH, "switch", world.switch_ori),
            *(Lane(name, Kind.BACKEND, name, "backend") for name in backends),
            *self._owner_lanes(backends),
            Lane(_OWNER + NETWORK, Kind.OWNER, "switch operator", "the network"),
        )
        self._places = {lane.id: place for place, lane in enumerate(self.all)}

    def _owner_lanes(self, backends: list[str]) -> Iterable[Lane]:
        for owner in dict.fromkeys(self._owners[name] for name in backends):
            theirs = " ".join(name for name in backends if self._owners[name] == owner)
            title = owner.removesuffix(" (simulated)")
            yield Lane(_OWNER + owner, Kind.OWNER, title, theirs)

    def place(self, lane: str) -> int | None:
        """The number of a lane, from the left; None if it is not drawn."""
        return self._places.get(lane)

    def seat(self, terminal: str | None) -> int | None:
        """The lane of whoever sits at a terminal."""
        return self.place(self._seats.get(terminal or "", ""))

    def owner(self, backend: str) -> int | None:
        """The lane of a backend's owner; of the switch operator for NETWORK."""
        return self.place(_OWNER + self._owners.get(backend, NETWORK))

    @property
    def switch(self) -> int:
        """The switch's."""
        return self._places[SWITCH]


def _named(script: Script, entries: Iterable[Entry]) -> set[str]:
    """The backends that had a part in it."""
    named = {fault.backend for fault in script.faults} | {row.backend for row in script.access}
    for entry in entries:
        named |= {leg["backend"] for leg in entry.get("legs", ())}
        if entry["kind"] not in ("started", "effective"):
            named.add(entry.get("backend") or "")
    return named
