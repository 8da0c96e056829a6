"""Inquiries of the last days, for records that are entered later: who asked, and what he could get.

Kept are inquiries that were answered by a file that takes entries (QW, QV), for `delayed_inquiry_s`
of the world's limits and `KEPT_MAX` at most, the latest. One that was answered under a court order
is not: an order lets out what it names, once. They are on record, and found there again by a switch
that goes on with its journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from switch.acl.engine import Request
from switch.backend import printed
from switch.config import CatalogEntry, World
from switch.core.inquiry.exchange import correlation
from switch.core.inquiry.masking import mask_of_classes
from switch.core.inquiry.outcomes import Told
from switch.core.record.derived import asked_in
from switch.core.record.journal import Entry
from switch.terms import BackendName, DataClass, Instant, MessageKey, Verdict

KEPT_MAX = 10_000


class Asked(NamedTuple):
    """One leg of an inquiry that was answered."""

    id: int  # under which its backend was asked
    request: Request
    entry: CatalogEntry
    mke: MessageKey  # as it was typed
    fields: Mapping[str, str]
    at: Instant  # when it was received
    may_leave: frozenset[str]  # field codes that he could get then

    @property
    def fields_on_record(self) -> dict[str, Any]:
        """As it stands in a `delayed-hit` entry that waits."""
        request = self.request
        return {
            "id": self.id,
            "terminal": request.terminal,
            "ori": request.ori,
            "operator": request.operator,
            "on_behalf_of": request.on_behalf_of,
            "backend": request.backend,
            "key": self.mke,
            "asked_key": request.key,
            "destination": self.entry.destination,
            "image": request.image,
            "purpose": request.purpose,
            "fields": dict(self.fields),
            "received": self.at,
            "may_leave": sorted(self.may_leave),
        }


class Earlier:
    """All inquiries that are remembered, in the order of their answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[int, Asked] = {}
        self._entries = {(e.backend, e.key, e.destination): e for e in world.catalog}

    def keep(self, told: Told, now: Instant) -> None:
        """One more was answered."""
        later = told.form.later
        assert later is not None
        fields = told.message.fields or told.message.words
        id = correlation(told.query, told.leg)
        self._keep(
            Asked(
                id,
                later.request,
                later.entry,
                told.message.mke,
                fields,
                told.received.at,
                told.form.mask.may_leave,
            )
        )
        self._forget(now)

    def get(self, id: int, now: Instant) -> Asked | None:
        """The inquiry that was asked under this number; None if it is too long ago."""
        asked = self._kept.get(id)
        return asked if asked is not None and self._remembered(asked.at, now) else None

    def line_of(self, asked: Asked) -> str:
        """When, who and what, for whoever enters the record."""
        local = datetime.fromtimestamp(asked.at, self._world.timezone)
        return f"{local:%Y%m%d@%H%M} {asked.request.ori} {asked.mke} {printed(asked.fields)}"

    def resume(self, entries: Iterable[Entry], now: Instant) -> None:
        """The inquiries of a journal that is continued: `query` and `released` entries in order."""
        queries: dict[int, Entry] = {}
        for entry in entries:
            if entry["kind"] == "query":
                queries[entry["query"]] = entry
            elif entry["kind"] == "released" and entry["query"] in queries:
                asked = self._of(queries[entry["query"]], entry)
                if asked is not None and self._remembered(asked.at, now):
                    self._keep(asked)

    def _of(self, query: Entry, released: Entry) -> Asked | None:
        leg = next(each for each in query["legs"] if each["leg"] == released["leg"])
        key = leg.get("key") or query["key"]
        return self.on_record(
            {
                **query,
                "id": correlation(query["query"], leg["leg"]),
                "backend": leg["backend"],
                "asked_key": key,
                "destination": leg["destination"],
                "received": query["at"],
                "may_leave": self._may_leave(query, leg, released, key),
            }
        )

    def _may_leave(self, query: Entry, leg: Entry, released: Entry, key: str) -> Iterable[str]:
        """By what the journal says of its decision, whatever the rules are now."""
        backend = BackendName(leg["backend"])
        entry = self._entries.get((backend, MessageKey(key), leg["destination"]))
        if entry is None:
            return ()
        withheld = released.get("withheld", {})
        got = {
            DataClass(name)
            for name, verdict in leg["classes"].items()
            if Verdict(verdict).released and name not in withheld
        }
        masks = {*leg["masks"], *released.get("masks", ())}
        fields = self._world.class_fields
        return mask_of_classes(entry, bool(query["image"]), got, masks, fields).may_leave

    def on_record(self, on: Mapping[str, Any]) -> Asked | None:
        """From such an entry; None if the world has no such source, terminal or key any more."""
        key = MessageKey(on["asked_key"])
        entry = self._entries.get((BackendName(on["backend"]), key, on["destination"]))
        if entry is None or on["terminal"] not in self._world.terminals:
            return None
        request = asked_in(dict(on), on["backend"], key)
        typed, may_leave = MessageKey(on["key"]), frozenset(on["may_leave"])
        return Asked(on["id"], request, entry, typed, on["fields"], on["received"], may_leave)

    def _keep(self, asked: Asked) -> None:
        self._kept[asked.id] = asked
        if len(self._kept) > KEPT_MAX:
            del self._kept[next(iter(self._kept))]

    def _forget(self, now: Instant) -> None:
        """Those whose time is over: they stand first."""
        while self._kept:
            first = next(iter(self._kept))
            if self._remembered(self._kept[first].at, now):
                return
            del self._kept[first]

    def _remembered(self, at: Instant, now: Instant) -> bool:
        return at > now - self._world.limits.delayed_inquiry_s
