"""A court order: one agency may have named records, so often, until then, past the denies it lifts.

An order is no rule of general access. It holds for a request that names one of its records, from a
line of its agency (terminal *and* ORI, as for an allow), and excuses a deny only if the agency
contains everybody through whom the deny matched: nobody else in the request is let in with it. How
often it was used is told from outside; the engine remembers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switch.acl.rules import Subject
from switch.terms import DataClass, Instant

Named = frozenset[tuple[str, str]]  # field codes with their values: what names one record
Uses = Mapping[tuple[str, str], int]  # by backend and the order's id
UNUSED: Uses = {}


@dataclass(frozen=True, slots=True)
class Order:
    """One `[[order]]`, resolved."""

    id: str
    subject: Subject  # its one agency, with all below it
    data: frozenset[DataClass] | None  # None = any
    records: tuple[Named, ...]
    count: int  # answers, at most
    lifts: frozenset[str]  # ids of denies and refers of the same file
    start: Instant
    end: Instant
    notice: str = ""
    reason: str = ""
    cite: str = ""
    ordered: Instant | None = None

    def in_force(self, at: Instant) -> bool:
        """`from` inclusive, `until` exclusive."""
        return self.start <= at < self.end

    def covers(self, data_class: DataClass) -> bool:
        """Whether it speaks of this class."""
        return self.data is None or data_class in self.data

    def names(self, fields: Mapping[str, str]) -> bool:
        """Whether these fields, of a question or of a record, name one of its records."""
        return any(all(fields.get(c) == value for c, value in named) for named in self.records)

    def left(self, backend: str, uses: Uses) -> int:
        """How many answers may still leave under it."""
        return max(0, self.count - uses.get((backend, self.id), 0))
