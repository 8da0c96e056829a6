"""Store and forward: what waits for a destination that cannot take it now.

Every item is on record as `held` before its sender hears so, and ends on record exactly once:
`forwarded`, `expired` or `removed`. One that is `barred` in between can only expire. So a switch
that was killed finds in its journal what it still owes (`carried_over`), and forwards nothing
twice: an item whose `forwarded` is on disk is gone.

Bounded for each place by number and bytes, and for each item by time: `held_max`,
`held_bytes_max`, `held_s` of the world's limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from switch.config import Limits
from switch.core.outbox import Outbox
from switch.core.record.journal import Entry
from switch.message import Stamp
from switch.terms import Instant, MessageKey, Mnemonic, OperatorId, Ori

# Kinds of entries that may still matter after a restart.
CARRIED = (
    "held",
    "barred",
    "forwarded",
    "expired",
    "removed",
    "service",
    "confirmation",
    "delayed-hit",
)

OWING = ("order-used", *CARRIED)

Name = tuple[int, int, str]


class Held(NamedTuple):
    """One message that waits at one place."""

    query: int  # the switch's number of it
    leg: int  # of an inquiry; 0 = a message to an agency
    place: str  # the agency, or the backend, that it is for
    destination: str  # as it was addressed
    key: MessageKey
    sender: Ori
    terminal: Mnemonic | None  # whose it is; None = the switch's own
    operator: OperatorId | None
    control: str | None
    received: Stamp
    text: str  # the body as it will be sent; of an inquiry, the message as it came
    expires: Instant
    barred: bool = False  # a message that nobody gets any more, though it waits until it expires

    @property
    def name(self) -> Name:
        """By which its end is matched to it."""
        return self.query, self.leg, self.place

    @property
    def fields(self) -> dict[str, Any]:
        """As it stands in its `held` entry."""
        fields = self._asdict()
        fields["received"], fields["inbound"] = self.received
        return fields

    @classmethod
    def of(cls, entry: Entry) -> Held:
        """From its entry."""
        stamp = Stamp(entry["received"], entry["inbound"])
        found = {name: entry[name] for name in cls._fields if name in entry}
        return cls(**{**found, "received": stamp})


class Owed(NamedTuple):
    """What a switch that goes on with a journal is bound by; nothing by one that is begun."""

    uses: Mapping[tuple[str, str], int] = {}  # of court orders, by backend and the order's id
    carried: Sequence[Entry] = ()  # see `carried_over`


def owed(entries: Iterable[Entry]) -> Owed:
    """By a journal's entries, all or at least those of the kinds `OWING`, in order."""
    uses = Counter[tuple[str, str]]()

    def carried() -> Iterator[Entry]:
        for entry in entries:
            if entry["kind"] == "order-used":
                uses[entry["backend"], entry["order"]] += 1
            elif entry["kind"] in CARRIED:
                yield entry

    return Owed(uses, carried_over(carried()))


def carried_over(entries: Iterable[Entry]) -> list[Entry]:
    """Of a journal's entries of those kinds the ones that still matter, in order: every change of a
    service, each `held` that has no end yet, the last word on each open confirmation, and each
    notice of a hit that waits."""
    changes: list[Entry] = []
    asked: dict[tuple[str, str, str], Entry] = {}
    hits: dict[tuple[int, int, int], Entry] = {}
    waiting: dict[Name, Entry] = {}
    for entry in entries:
        if entry["kind"] == "service":
            changes.append(entry)
            continue
        if entry["kind"] == "confirmation":
            about = (entry["oca"], entry["nic"], entry["asker"])
            asked.pop(about, None)
            if entry["what"] != "answered":
                asked[about] = entry
            continue
        if entry["kind"] == "delayed-hit":
            hit = (entry["query"], entry["of"], entry["of_leg"])
            if entry["what"] == "held":
                hits[hit] = entry
            elif entry["what"] != "told-who-entered":
                hits.pop(hit, None)
            continue
        name = (entry["query"], entry["leg"], entry["place"])
        if entry["kind"] == "held":
            waiting[name] = entry
        elif entry["kind"] != "barred":
            waiting.pop(name, None)
        elif name in waiting:
            waiting[name] = {**waiting[name], "barred": True}
    return [*changes, *waiting.values(), *asked.values(), *hits.values()]


class Store:
    """All that is held; what came first for a place stands first."""

    def __init__(self, limits: Limits, out: Outbox) -> None:
        self._limits = limits
        self._out = out
        self._places: dict[str, dict[Name, Held]] = {}
        self._bytes: dict[str, int] = {}
        self._first: Instant | None = None  # when the next item expires

    def __bool__(self) -> bool:
        return bool(self._places)

    def __iter__(self) -> Iterator[Held]:
        return (item for items in list(self._places.values()) for item in list(items.values()))

    def has_room(self, place: str, text: str) -> bool:
        """Whether one more item for that place is within the limits."""
        items, size = self._places.get(place, {}), self._bytes.get(place, 0)
        return (
            len(items) < self._limits.held_max
            and size + len(text) <= self._limits.held_bytes_max
            and self._limits.held_s > 0
        )

    def at(self, place: str) -> tuple[Held, ...]:
        """What waits there, the oldest first."""
        return tuple(self._places.get(place, {}).values())

    def hold(self, item: Held, **more: Any) -> None:
        """Keep one more, which goes on record; the caller has looked for room."""
        self.put(item)
        self._out.record("held", **item.fields, **more)

    def end(self, item: Held, how: str, **more: Any) -> None:
        """It waits no longer: `forwarded`, `expired` or `removed`, as it goes on record."""
        self.take(item)
        self._out.record(how, query=item.query, leg=item.leg, place=item.place, **more)

    def bar(self, item: Held) -> None:
        """It goes to nobody any more, whoever comes; it keeps its place until it expires."""
        self._places[item.place][item.name] = item._replace(barred=True)
        self._out.record("barred", query=item.query, leg=item.leg, place=item.place)

    def put(self, item: Held) -> None:
        """Keep one more that is on record already: it was held before a restart."""
        self._places.setdefault(item.place, {})[item.name] = item
        self._bytes[item.place] = self._bytes.get(item.place, 0) + len(item.text)
        if self._first is None or item.expires < self._first:
            self._first = item.expires

    def take(self, item: Held) -> None:
        """Let go of it."""
        items = self._places[item.place]
        del items[item.name]
        self._bytes[item.place] -= len(item.text)
        if not items:
            del self._places[item.place], self._bytes[item.place]
        if item.expires == self._first:
            self._first = min((left.expires for left in self), default=None)

    def next_deadline(self) -> Instant | None:
        """When the next item expires."""
        return self._first

    def expired(self, now: Instant) -> list[Held]:
        """Every item whose time is over, the earliest first."""
        if self._first is None or self._first > now:
            return []
        return sorted((item for item in self if item.expires <= now), key=lambda i: i.expires)
