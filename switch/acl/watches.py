"""A watch: somebody and some data to keep an eye on, without denying anything."""

from __future__ import annotations

from dataclasses import dataclass

from switch.acl.rules import Subject
from switch.terms import DataClass, Instant


@dataclass(frozen=True, slots=True)
class Watch:
    """One `[[watch]]`, resolved."""

    id: str
    subject: Subject
    data: frozenset[DataClass] | None  # None = any
    start: Instant
    end: Instant | None
    times: float  # an hour's count of so many times the baseline is told
    denials: int  # so many refusals of one terminal within an hour are told
    reason: str = ""

    def in_force(self, at: Instant) -> bool:
        """`from` inclusive, `until` exclusive."""
        return self.start <= at and (self.end is None or at < self.end)
