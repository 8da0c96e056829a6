"""Which backends answer a key at a destination: the catalog, looked up.

A place of its own has one source. `NL` stands for all of them, and a region for those of its
states: there the answers of several sources are merged into one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from switch.config import CatalogEntry, World
from switch.terms import MessageKey
from switch.wire.spec import Formats, KeySpec


class Group(NamedTuple):
    """A destination that stands for several."""

    destination: str
    spec: KeySpec  # of the one answer: a query to a region becomes the region's key [N-RQ, N-DQ]
    asked: int  # how many sources
    unserved: tuple[str, ...]  # states of the region that do not take the key
    low: bool  # a region's legs rank below the same query to a state [N-RQ, N-DQ]


class Reach(NamedTuple):
    """Whom a key asks at a destination; nobody, where it is not served there."""

    entries: tuple[CatalogEntry, ...]
    group: Group | None = None  # where their answers are merged


class Routes:
    """The routes of a world. A key without destination (QW, QV) stands under destination ""."""

    def __init__(self, world: World, formats: Formats) -> None:
        self._entries = {(entry.key, entry.destination): entry for entry in world.catalog}
        self._destinations = frozenset(entry.destination for entry in self._entries.values())
        self._regions: Mapping[str, tuple[str, ...]] = world.regions
        self._formats = formats

    def find(self, key: MessageKey, destination: str) -> CatalogEntry | None:
        """The one entry that serves this key there; None if nobody does."""
        return self._entries.get((key, destination))

    def reach(self, mke: MessageKey, destination: str) -> Reach:
        """Whom a message of this key asks there."""
        spec = self._formats.keys[mke]
        if destination == self._formats.switch_code and not spec.destination_codes:
            entries = self._everywhere(spec.asks)
            return Reach(entries, Group(destination, spec, len(entries), (), False))
        if destination in self._regions:
            return self._region(spec, destination)
        found = self.find(spec.asks, destination)
        return Reach((found,) if found else ())

    def _everywhere(self, key: MessageKey) -> tuple[CatalogEntry, ...]:
        """Everybody who serves this key at a destination of his own."""
        found = self._entries.items()
        return tuple(entry for (mke, where), entry in found if mke == key and where)

    def _region(self, spec: KeySpec, destination: str) -> Reach:
        states = self._regions[destination]
        found = {state: self.find(spec.asks, state) for state in states}
        entries = tuple(entry for entry in found.values() if entry is not None)
        missing = tuple(state for state, entry in found.items() if entry is None)
        of_region = self._formats.keys[spec.region_key]
        return Reach(entries, Group(destination, of_region, len(entries), missing, True))

    def serves(self, destination: str) -> bool:
        """Whether any key goes to that destination (else the destination itself is wrong)."""
        return (
            destination in self._destinations
            or destination in self._regions
            or destination == self._formats.switch_code
        )
