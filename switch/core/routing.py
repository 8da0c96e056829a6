"""Which backend answers a key at a destination: the catalog, looked up."""

from __future__ import annotations

from collections.abc import Iterable

from switch.config import CatalogEntry
from switch.terms import MessageKey


class Routes:
    """The routes of a world. A key without destination (QW, QV) stands under destination ""."""

    def __init__(self, catalog: Iterable[CatalogEntry]) -> None:
        self._entries = {(entry.key, entry.destination): entry for entry in catalog}
        self._destinations = frozenset(entry.destination for entry in self._entries.values())

    def find(self, key: MessageKey, destination: str) -> CatalogEntry | None:
        """The one entry that serves this key there; None if nobody does."""
        return self._entries.get((key, destination))

    def sources(self, key: MessageKey) -> list[CatalogEntry]:
        """Everybody who serves this key at a destination of his own: whom a query to all asks."""
        return [entry for (mke, where), entry in self._entries.items() if mke == key and where]

    def serves(self, destination: str) -> bool:
        """Whether any key goes to that destination (else the destination itself is wrong)."""
        return destination in self._destinations
