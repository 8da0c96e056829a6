"""Entries that a journal has as acknowledged: what a backend of this process has to hear again.

A backend that keeps what was entered in memory has lost it when the switch ends. The journal has
not: every entry that was answered, whatever the answer was, is delivered again in the order of the
answers, under its own number, before anything else is asked. A backend that had it already knows
the number (docs/decisions/0015). So are the inquiries of the last days, which it remembers for
records that are entered later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from switch.backend import Query
from switch.config import World
from switch.core.inquiry.exchange import correlation
from switch.core.inquiry.forms import taking
from switch.core.record.journal import Entry
from switch.terms import BackendName, MessageKey, Ori
from switch.wire.spec import Formats


def entering(formats: Formats) -> frozenset[str]:
    """The keys that change what a database holds."""
    return frozenset(mke for mke, spec in formats.keys.items() if spec.enters)


def remembered(world: World, formats: Formats) -> frozenset[str]:
    """The keys of inquiries that a record may meet that is entered later (`core.mail.delayed`)."""
    if not world.limits.delayed_inquiry_s:
        return frozenset()
    files = taking(world, formats)
    return frozenset(e.key for e in world.catalog if e.backend in files) - entering(formats)


def redeliveries(
    entries: Iterable[Entry], keys: Collection[str]
) -> dict[BackendName, tuple[Query, ...]]:
    """What each backend had answered under these keys, out of the entries of a journal in their
    order."""
    asked: dict[int, Entry] = {}
    found: dict[BackendName, list[Query]] = {}
    for entry in entries:
        if entry["kind"] == "query" and entry["key"] in keys:
            asked[entry["query"]] = entry
        elif entry["kind"] == "released" and (query := asked.get(entry["query"])) is not None:
            leg = next(each for each in query["legs"] if each["leg"] == entry["leg"])
            found.setdefault(BackendName(leg["backend"]), []).append(_again(query, leg))
    return {name: tuple(queries) for name, queries in found.items()}


def _again(query: Entry, leg: Entry) -> Query:
    return Query(
        correlation(query["query"], leg["leg"]),
        MessageKey(leg.get("key") or query["key"]),
        leg["destination"],
        query["fields"],
        bool(query["image"]),
        query["purpose"],
        query["at"],
        Ori(query["ori"]),
    )
