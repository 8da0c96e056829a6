"""Inquiries that a file has answered, for records that are entered later.

Remembered by what each was looked up by, the latest `INQUIRIES_MAX`. How long an inquiry counts is
the switch's to say, which knows who asked.
"""

from __future__ import annotations

from backends.search import Record, fits, term, terms
from switch.backend import Query

INQUIRIES_MAX = 10_000


class Asked:
    """What was asked last."""

    def __init__(self) -> None:
        self._terms: dict[int, str] = {}  # by the inquiry's number, in the order of asking
        self._by_term: dict[str, dict[int, Query]] = {}

    def keep(self, query: Query) -> None:
        """One more inquiry."""
        looked_up = term(query)
        if looked_up is None or query.id in self._terms:
            return
        self._terms[query.id] = looked_up[0]
        self._by_term.setdefault(looked_up[0], {})[query.id] = query
        if len(self._terms) > INQUIRIES_MAX:
            self._forget(next(iter(self._terms)))

    def that_find(self, kind: str, record: Record) -> frozenset[int]:
        """The numbers of those that find this record."""
        return frozenset(
            query.id
            for each in terms(kind, record)
            for query in self._by_term.get(each, {}).values()
            if fits(query, record)
        )

    def _forget(self, number: int) -> None:
        looked_up = self._terms.pop(number)
        same = self._by_term[looked_up]
        del same[number]
        if not same:
            del self._by_term[looked_up]
