"""Which fields of a record leave: those of a released class that no rule masks.

A field that the catalog does not know for this answer is withheld and reported (acl specification,
section 2): fail closed on what nobody classified. A record of which nothing may leave is none: a
photograph by itself must not be counted, printed as an empty line or called a hit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from switch.acl.engine import Decision
from switch.backend import Record as KnownRecord
from switch.config import CatalogEntry
from switch.terms import DataClass

Record = Mapping[str, str]

WHOLE_MAX = 1024  # shapes of records that one mask remembers


class Mask(NamedTuple):
    """One decision, as field codes."""

    may_leave: frozenset[str]
    known: frozenset[str]  # those of all asked classes
    whole: set[frozenset[str]]  # codes of records that were found to leave as they are

    def filter(self, records: Sequence[Record]) -> tuple[Sequence[Record], tuple[str, ...]]:
        """The records as they may leave, and the codes that no asked class knows."""
        for record in records:
            codes = record.codes if type(record) is KnownRecord else frozenset(record)
            if codes not in self.whole and not self._fit(codes):
                return self._filtered(records)
        return records, ()

    def _fit(self, codes: frozenset[str]) -> bool:
        fit = self.may_leave >= codes
        if fit and len(self.whole) < WHOLE_MAX:
            self.whole.add(codes)
        return fit

    def _filtered(self, records: Sequence[Record]) -> tuple[Sequence[Record], tuple[str, ...]]:
        unknown = set[str]().union(*records) - self.known
        kept = [{code: r[code] for code in r if code in self.may_leave} for r in records]
        return [one for one in kept if one], tuple(sorted(unknown))


def mask_of(
    entry: CatalogEntry,
    image: bool,
    decision: Decision,
    class_fields: Mapping[DataClass, frozenset[str]],
) -> Mask:
    """What may leave under a decision."""
    return mask_of_classes(
        entry, image, decision.released_classes, frozenset(decision.masks), class_fields
    )


def mask_of_classes(
    entry: CatalogEntry,
    image: bool,
    released: Set[DataClass],
    masks: Set[str],
    class_fields: Mapping[DataClass, frozenset[str]],
) -> Mask:
    """A code that stands in several asked classes belongs to the first of them."""
    owner: dict[str, DataClass] = {}
    for data_class in entry.asked(image):
        for code in class_fields.get(data_class, frozenset()):
            owner.setdefault(code, data_class)
    may_leave = {code for code, c in owner.items() if c in released and code not in masks}
    return Mask(frozenset(may_leave), frozenset(owner), set())
