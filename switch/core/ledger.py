"""Each owner's ledger: the part of the journal that is its own, numbered and chained by itself.

A batch of entries has a *share* for every backend that it concerns; packed, it is one *page* of
that owner's ledger, chained by SHA-256 to the page before. Rows are numbered 1, 2, 3 ... through
all pages. An owner sees what was asked of its backend, by whom, and what became of it; of a query
with several legs its own legs only. It never sees another owner's leg, verdict or answer, nor the
text of an answer: a merged one holds what other owners said (docs/decisions).

What a row holds is a closed list, `COLUMNS`: a value that a later version adds to an entry stays
out of every ledger until it is put there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import msgpack

from switch.core.journal import CHAIN_START, Entry, link

NETWORK = "NETWORK"  # the switch operator's file: whoever it cuts off is cut off from every owner

# The values of a row, in this order behind its kind. `legs` are the owner's own ones.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "query": (
        *("at", "query", "terminal", "operator", "ori", "on_behalf_of", "key", "purpose", "image"),
        *("fields", "legs"),
    ),
    "refused": (
        *("at", "query", "leg", "point", "verdict", "network", "owner", "rules", "suspension"),
        "number",
    ),
    "released": (
        *("at", "query", "leg", "key", "verdict", "rules", "records", "late", "masks", "withheld"),
        "unknown_fields",
    ),
    "no-answer": ("at", "query", "leg", "reason"),
    "withheld": ("at", "query", "leg", "verdict", "rules"),
    "read-in-log": ("at", "query", "terminal", "operator", "ori", "of", "of_leg"),
    "undelivered": ("at", "query", "leg"),
    "unmatched": ("at", "reply"),
    "order-used": ("at", "query", "leg", "order", "used", "count"),
    "watch": (
        *("at", "watch", "what", "hour", "counts", "total", "refused", "baseline", "who", "said"),
        "told",
    ),
    "shadow": ("at", "query", "leg", "verdict", "would", "rules", "masks", "withheld"),
    "probe": ("at", "backend", "rule", "requests", "live", "ordered", "since_s"),
    "effective": ("at", "backend", "started", "ended"),
    "started": ("at", "world", "version", "network", "directory", "catalog"),
    "stopped": ("at", "reason"),
}
_NETWORK_ACCESS = ("kind", "at", "backend", "by", "change", "version")

_TAKE: Mapping[str, Callable[[Entry], tuple[Any, ...]]] = {
    kind: itemgetter(*columns) for kind, columns in COLUMNS.items() if len(columns) > 1
}
_OF_A_LEG = frozenset(
    (
        *("refused", "released", "no-answer", "withheld", "undelivered", "unmatched", "shadow"),
        *("order-used", "watch", "read-in-log"),
    )
)

Row = tuple[Any, ...] | Entry  # `access` entries are maps as they stand, all others columns


def shares(entries: Iterable[Entry], owners: Iterable[str]) -> dict[str, list[Row]]:
    """Of one batch, the rows of each backend that it concerns, in the order of the journal.

    `owners` are all backends: what the switch or its operator does concerns every one.
    """
    found: dict[str, list[Row]] = {}
    for entry in entries:
        kind = entry["kind"]
        if kind in _OF_A_LEG:
            backend, row = entry["backend"], _row(kind, entry)
        elif kind == "query" and len(entry.get("legs", ())) == 1:
            backend, row = entry["legs"][0]["backend"], _row(kind, entry)
        else:
            if kind in _OF_SEVERAL:
                for backend, row in _OF_SEVERAL[kind](entry, owners):
                    found.setdefault(backend, []).append(row)
            continue
        if backend in found:  # cheaper than setdefault with a new list for every entry
            found[backend].append(row)
        else:
            found[backend] = [row]
    return found


def _row(kind: str, entry: Entry) -> Row:
    try:
        return (kind, *_TAKE[kind](entry))
    except KeyError:  # an entry of another version: what it does not say stays empty
        return (kind, *map(entry.get, COLUMNS[kind]))


def _query(entry: Entry, owners: Iterable[str]) -> Iterable[tuple[str, Row]]:
    legs = entry.get("legs", ())
    for backend in dict.fromkeys(leg["backend"] for leg in legs):
        own = [leg for leg in legs if leg["backend"] == backend]
        yield backend, _row("query", {**entry, "legs": own})


def _started(entry: Entry, owners: Iterable[str]) -> Iterable[tuple[str, Row]]:
    versions = entry.get("versions", {})
    about = {**entry, **{name: versions.get(name) for name in ("directory", "catalog")}}
    for backend in owners:
        mine = {**about, "version": versions.get(backend), "network": versions.get(NETWORK)}
        yield backend, _row("started", mine)


def _stopped(entry: Entry, owners: Iterable[str]) -> Iterable[tuple[str, Row]]:
    return ((backend, _row("stopped", entry)) for backend in owners)


def _of_a_file(entry: Entry, owners: Iterable[str]) -> Iterable[tuple[str, Row]]:
    backend, kind = entry["backend"], entry["kind"]
    concerned = owners if backend == NETWORK else (backend,)
    return ((each, _row(kind, entry)) for each in concerned)


def _access(entry: Entry, owners: Iterable[str]) -> Iterable[tuple[str, Row]]:
    backend = entry["backend"]
    if backend == NETWORK:
        # That it changed, not what was wrong with a refused change of somebody else's file.
        known = {name: entry.get(name) for name in _NETWORK_ACCESS}
        return ((each, known) for each in owners)
    return ((backend, {name: value for name, value in entry.items() if name != "n"}),)


_OF_SEVERAL: Mapping[str, Callable[[Entry, Iterable[str]], Iterable[tuple[str, Row]]]] = {
    "query": _query,
    "started": _started,
    "stopped": _stopped,
    "effective": _of_a_file,
    "probe": _of_a_file,
    "access": _access,
}


def as_entry(row: object) -> Entry:
    """A row of a page as a mapping with `kind`; ValueError for what is no row.

    A page may come from anybody: what readers rely on is checked here.
    """
    if isinstance(row, Mapping):
        entry = dict(row)
        if entry.get("kind") != "access":
            raise ValueError("a row of no known kind")
    elif isinstance(row, list | tuple) and row and isinstance(row[0], str) and row[0] in COLUMNS:
        columns = COLUMNS[row[0]]
        if len(row) != len(columns) + 1:
            raise ValueError(f"a row `{row[0]}` of {len(row) - 1} values instead of {len(columns)}")
        entry = {"kind": row[0], **dict(zip(columns, row[1:], strict=True))}
    else:
        raise ValueError("a row of no known kind")
    for name, fits in _SHAPES.items():
        if name in entry and not fits(entry[name]):
            raise ValueError(f"a row `{entry['kind']}` with a `{name}` that is none")
    return entry


_INSTANT_MAX = 2.0**36  # the year 4147


def _is_instant(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value < _INSTANT_MAX


def _is_number(value: object) -> bool:
    return type(value) is int


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


def _is_fields(value: object) -> bool:
    return value is None or isinstance(value, Mapping)


def _are_legs(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(leg, Mapping)
        and _is_number(leg.get("leg"))
        and isinstance(leg.get("destination"), str)
        and isinstance(leg.get("verdict"), str)
        for leg in value
    )


_SHAPES: Mapping[str, Callable[[object], bool]] = {
    "at": _is_instant,
    "query": _is_number,
    "leg": _is_number,
    "legs": _are_legs,
    "fields": _is_fields,
    "rules": _is_texts,
    "started": _is_texts,
    "ended": _is_texts,
    **dict.fromkeys(("terminal", "operator", "ori", "on_behalf_of", "key", "purpose"), _is_text),
    **dict.fromkeys(("point", "verdict", "network", "owner", "suspension", "reason"), _is_text),
}


# --- pages ----------------------------------------------------------------------------------------


class Page(NamedTuple):
    """One link of an owner's chain."""

    backend: str
    number: int  # 1, 2, 3 ...
    first: int  # number of its first row
    rows: int  # how many it holds
    at: float  # instant of its last row
    body: bytes  # msgpack: the list of rows
    hash: bytes


class Head(NamedTuple):
    """Where an owner's ledger ends; the owner keeps it, and no page up to it can be changed."""

    backend: str
    page: int
    rows: int
    hash: bytes
    at: float

    @classmethod
    def start(cls, backend: str) -> Head:
        """Of a ledger without pages."""
        return cls(backend, 0, 0, CHAIN_START, 0.0)

    @classmethod
    def of(cls, page: Page) -> Head:
        """After this page."""
        rows = page.first + page.rows - 1
        return cls(page.backend, page.number, rows, page.hash, page.at)


def page_hash(previous: bytes, page: Page) -> bytes:
    """What the chain covers: whose page it is, its numbers and instant, and its exact bytes."""
    about = f"{page.backend} {page.number} {page.first} {page.rows} {page.at!r} "
    return link(previous, about.encode() + page.body)


class Ledgers:
    """All owners' ledgers of one journal, as far as they are written.

    `pages()` makes those of a batch; `advance()` is told when they are on disk.
    """

    def __init__(self, heads: Iterable[Head] = ()) -> None:
        self.heads = {head.backend: head for head in heads}
        self._packer = msgpack.Packer()

    def pages(self, entries: Sequence[Entry]) -> list[Page]:
        """One page for each backend that the batch concerns."""
        if entries[0]["kind"] == "started":  # always a batch of its own
            for backend in entries[0].get("backends", ()):
                self.heads.setdefault(backend, Head.start(backend))
        return [
            self._page(backend, rows, entries[-1]["at"])
            for backend, rows in shares(entries, self.heads).items()
        ]

    def _page(self, backend: str, rows: list[Row], at: float) -> Page:
        head = self.heads.get(backend) or Head.start(backend)
        body = self._packer.pack(rows)
        page = Page(backend, head.page + 1, head.rows + 1, len(rows), float(at), body, b"")
        return page._replace(hash=page_hash(head.hash, page))

    def advance(self, pages: Iterable[Page]) -> list[Head]:
        """These pages are committed; the heads to be delivered."""
        heads = [Head.of(page) for page in pages]
        self.heads.update((head.backend, head) for head in heads)
        return heads
