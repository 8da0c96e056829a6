"""Which fields of a record leave: those of a released class that no rule masks.

A field that the catalog does not know for this answer is withheld and reported (acl specification,
section 2): fail closed on what nobody classified.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switch.acl.engine import Decision
from switch.config import CatalogEntry
from switch.terms import DataClass

Record = Mapping[str, str]
_SHAPES_MAX = 4096  # decisions whose field sets are kept


class Masking:
    """Field sets per kind of answer, worked out once each."""

    def __init__(self, class_fields: Mapping[DataClass, frozenset[str]]) -> None:
        self._class_fields = class_fields
        self._shapes: dict[Decision, tuple[frozenset[str], frozenset[str]]] = {}

    def filter(
        self, entry: CatalogEntry, image: bool, decision: Decision, records: Sequence[Record]
    ) -> tuple[list[Record], tuple[str, ...]]:
        """The records as they may leave, and the codes that no asked class knows."""
        may_leave, known = self._shape(entry, image, decision)
        kept: list[Record] = []
        unknown: set[str] = set()
        for record in records:
            if may_leave.issuperset(record):
                kept.append(record)
            else:
                unknown.update(record.keys() - known)
                kept.append({code: record[code] for code in record if code in may_leave})
        return kept, tuple(sorted(unknown)) if unknown else ()

    def _shape(
        self, entry: CatalogEntry, image: bool, decision: Decision
    ) -> tuple[frozenset[str], frozenset[str]]:
        found = self._shapes.get(decision)
        if found is None:
            if len(self._shapes) >= _SHAPES_MAX:
                self._shapes.clear()
            found = self._shapes[decision] = self._fields(entry.asked(image), decision)
        return found

    def _fields(
        self, asked: Sequence[DataClass], decision: Decision
    ) -> tuple[frozenset[str], frozenset[str]]:
        """A code that stands in several asked classes belongs to the first of them."""
        owner: dict[str, DataClass] = {}
        for data_class in asked:
            for code in self._class_fields.get(data_class, frozenset()):
                owner.setdefault(code, data_class)
        released, masks = decision.released_classes, set(decision.masks)
        may_leave = {code for code, c in owner.items() if c in released and code not in masks}
        return frozenset(may_leave), frozenset(owner)
