"""The life of records over those that were built: entered, modified, located, cleared, cancelled.

What is built is a cache that all runs share and nobody changes. What is entered lies over it, in
memory, and is gone with the run; a switch that goes on with a journal delivers again what stands
there as acknowledged (docs/decisions/0015). So a backend must know a delivery that it has had: by
its number, which is never used again in one journal.

Whoever entered a record, and nobody else, modifies, clears and cancels it; whoever found it locates
it. All of that is told by a record in the answer: ACK, or REJ with what was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Protocol, assert_never

from backends.asked import Asked
from backends.search import KINDS, RECORDS_MAX, fits, term, terms
from switch.backend import Acknowledged, InlineBackend, Query, Record, Reply
from switch.terms import MessageKey, Ori

Fields = Mapping[str, str]

ENTRIES_MAX = 10_000  # deliveries in one run; further ones are told TEMPORARILY UNAVAILABLE


class Act(Enum):
    """What an entry does."""

    ENTER = "ENTERED"
    MODIFY = "MODIFIED"
    LOCATE = "LOCATED"
    CLEAR = "CLEARED"
    CANCEL = "CANCELLED"


_ACTS = {"E": Act.ENTER, "M": Act.MODIFY, "L": Act.LOCATE, "C": Act.CLEAR, "X": Act.CANCEL}
_FILES = {"W": "wanted", "V": "stolen"}

ENTRY_KEYS: Mapping[MessageKey, tuple[Act, str]] = {
    MessageKey(act_letter + file_letter): (act, kind)
    for file_letter, kind in _FILES.items()
    for act_letter, act in _ACTS.items()
}
"""What each message key does, and to which kind of record."""

_HEADS = {
    "wanted": {"WNT": "WANTED PERSON - SIMULATED"},
    "stolen": {"STL": "STOLEN VEHICLE - SIMULATED"},
}
_LETTERS = {"wanted": "W", "stolen": "V"}
# What makes two entries of one agency the same case.
_SAME_CASE = {"wanted": ("NAM", "DOB"), "stolen": ("LIC", "LIS", "VIN")}
_NOT_OF_THE_RECORD = ("OBO",)


class Built(Protocol):
    """A backend whose records were built, and which finds one by its number."""

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`."""
        ...

    def held(self, kind: str, nic: str) -> Fields | None:
        """The record of a kind that has this number; None if there is none."""
        ...

    def count(self) -> dict[str, int]:
        """How many records of each kind it holds."""
        ...

    def close(self) -> None:
        """See `InlineBackend`."""
        ...


def with_entries(backend: Built, keys: Iterable[MessageKey]) -> InlineBackend:
    """The backend, with entries over its records if some of its keys enter any."""
    kinds = {ENTRY_KEYS[key][1] for key in keys if key in ENTRY_KEYS}
    return Entries(backend, kinds) if kinds else backend


class Entries:
    """A backend with what was entered over its records; the kinds are those that it takes."""

    def __init__(self, backend: Built, kinds: Iterable[str]) -> None:
        self._kinds = frozenset(kinds)
        self._backend = backend
        self._replies: dict[int, Reply] = {}  # to what was delivered, by its number
        self._now: dict[str, Record | None] = {}  # by NIC: as it is now; None = no more on file
        self._found_by: dict[str, list[str]] = {}  # term -> NIC of what was entered or modified
        self._count = 0  # of numbers given
        self._asked = Asked()

    def answer(self, batch: Sequence[Query]) -> list[Reply]:
        """See `InlineBackend`; entries and inquiries in the order in which they were delivered."""
        return [self._reply(query) for query in batch]

    def _reply(self, query: Query) -> Reply:
        if query.key in ENTRY_KEYS and ENTRY_KEYS[query.key][1] in self._kinds:
            return self.take(query)
        if KINDS.get(query.key) in self._kinds:
            self._asked.keep(query)
        (reply,) = self._backend.answer((query,))
        return reply._replace(records=self._over(query, reply.records)) if self._now else reply

    def count(self) -> dict[str, int]:
        """How many records of each kind were built."""
        return self._backend.count()

    def close(self) -> None:
        """See `InlineBackend`."""
        self._backend.close()

    # --- reading ------------------------------------------------------------------------------

    def _over(self, query: Query, found: Sequence[Fields]) -> tuple[Fields, ...]:
        """What an inquiry finds: the built records that are still as they were, then the others."""
        kept = [each for each in found if each.get("NIC") not in self._now]
        looked_up = term(query)
        numbers = self._found_by.get(looked_up[0], ()) if looked_up is not None else ()
        entered = (record for nic in numbers if (record := self._now[nic]) is not None)
        return (*kept, *(record for record in entered if fits(query, record)))[:RECORDS_MAX]

    # --- writing ------------------------------------------------------------------------------

    def take(self, query: Query) -> Reply:
        """One delivery: done once, however often it is delivered."""
        reply = self._replies.get(query.id)
        if reply is None:
            if len(self._replies) >= ENTRIES_MAX:
                return Reply(query.id, error=f"{ENTRIES_MAX} entries is all that it takes")
            reply = self._replies[query.id] = Reply(query.id, (self._done(query),))
        return reply

    def _done(self, query: Query) -> Record:
        act, kind = ENTRY_KEYS[query.key]
        given = {c: v for c, v in query.fields.items() if c not in _NOT_OF_THE_RECORD}
        match act:
            case Act.ENTER:
                return self._enter(kind, given, query.ori)
            case Act.MODIFY | Act.LOCATE | Act.CLEAR | Act.CANCEL:
                return self._change(act, kind, given, query.ori)
            case _:
                assert_never(act)

    def _enter(self, kind: str, given: Fields, ori: Ori) -> Record:
        same = [given.get(code) for code in (*_SAME_CASE[kind], "OCA")]
        for held in self._entered(kind, given):
            if held["ORI"] == ori and [held.get(c) for c in (*_SAME_CASE[kind], "OCA")] == same:
                return _rejected(f"ALREADY ON FILE AS {held['NIC']}", given)
        self._count += 1
        nic = f"{_LETTERS[kind]}5{self._count:08}"
        record = Record({**_HEADS[kind], **given, "NIC": nic, "ORI": ori})
        self._put(kind, record)
        return self._acknowledged(Act.ENTER, kind, record, None)

    def _entered(self, kind: str, given: Fields) -> Iterator[Record]:
        """What was entered in this run and could be the same case."""
        for each in terms(kind, given):
            for nic in self._found_by.get(each, ()):
                if (record := self._now[nic]) is not None:
                    yield record

    def _change(self, act: Act, kind: str, given: Fields, ori: Ori) -> Record:
        nic, oca = given["NIC"], given["OCA"]
        held = self._now[nic] if nic in self._now else self._backend.held(kind, nic)
        if held is None or nic[0] != _LETTERS[kind] or held.get("OCA") != oca:
            return _rejected("NOT ON FILE UNDER THAT NIC AND OCA", given)
        if act is Act.LOCATE:
            self._put(kind, Record({**held, "LCT": ori}))
        elif held.get("ORI") != ori:
            return _rejected(f"ENTERED BY {held.get('ORI', 'ANOTHER AGENCY')}", given)
        elif act is Act.MODIFY:
            changed = {code: value for code, value in given.items() if code not in ("NIC", "OCA")}
            record = Record({**held, **changed})
            self._put(kind, record)
            return self._acknowledged(act, kind, record, held)
        else:
            self._now[nic] = None
        return _acknowledged(act, nic, oca)

    def _acknowledged(
        self, act: Act, kind: str, record: Record, before: Fields | None
    ) -> Acknowledged:
        """Besides, for the switch: which inquiries would find it now that did not before."""
        found = self._asked.that_find(kind, record)
        if before is not None:
            found -= self._asked.that_find(kind, before)
        told = _acknowledged(act, record["NIC"], record["OCA"])
        return Acknowledged(told, record, tuple(sorted(found)))

    def _put(self, kind: str, record: Record) -> None:
        nic = record["NIC"]
        self._now[nic] = record
        for each in terms(kind, record):
            numbers = self._found_by.setdefault(each, [])
            if nic not in numbers:
                numbers.append(nic)


def _acknowledged(act: Act, nic: str, oca: str) -> Record:
    return Record({"ACK": act.value, "NIC": nic, "OCA": oca})


def _rejected(why: str, given: Fields) -> Record:
    names = {code: given[code] for code in ("NIC", "OCA") if code in given}
    return Record({"REJ": f"NOT DONE. {why}", **names})
