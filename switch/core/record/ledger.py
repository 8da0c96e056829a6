"""Each owner's ledger: the part of the journal that is its own, numbered and chained by itself.

What a batch of entries says of a backend, chained by SHA-256 to the page before, is one *page* of
that owner's ledger. Rows are numbered 1, 2, 3 ... through all pages. A journal holds the batches,
and of each page the owner's *head* after it: the page itself is made again of its batch when it is
wanted (`reread`), and that it is the same its hash shows.

An owner sees what was asked of its backend, by whom, and what became of it; of a query with several
legs its own legs only. It never sees another owner's leg, verdict or answer, nor the
text of an answer: a merged one holds what other owners said (docs/decisions).

What a row holds is a closed list, `COLUMNS`: a value that a later version adds to an entry stays
out of every ledger until it is put there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from operator import itemgetter
from typing import Any, NamedTuple

import msgpack

from switch.core.record.journal import CHAIN_START, COMMON_CODE, Common, Entry, link

NETWORK = "NETWORK"  # the switch operator's file: whoever it cuts off is cut off from every owner

# The values of a row, in this order behind its kind. `legs` are the owner's own ones. Pages are
# made again by this: whoever changes it changes the journal's format.
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
    "delayed-hit": ("at", "query", "what", "of", "of_leg", "terminal", "operator", "ori"),
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

_OF_A_LEG = frozenset(
    (
        *("refused", "released", "no-answer", "withheld", "undelivered", "unmatched", "shadow"),
        *("order-used", "watch", "read-in-log", "delayed-hit"),
    )
)

# `access` entries are maps as they stand, all others their kind and columns. Columns that many rows
# have in common stand behind the others, packed once: see `journal.Common`.
Row = tuple[Any, ...] | Entry


class _Take(NamedTuple):
    """What an entry itself puts into a row."""

    names: tuple[str, ...]  # `kind`, then columns
    values: Callable[[Entry], tuple[Any, ...]]  # all of them; KeyError where one is missing

    @classmethod
    def of(cls, columns: Iterable[str]) -> _Take:
        names = ("kind", *columns)
        alone = len(names) == 1
        return cls(names, (lambda entry: (entry["kind"],)) if alone else itemgetter(*names))


# Whose rows they are, what an entry says by itself, and what all of them have in common.
_Base = tuple[str | None, _Take, Common]


def shares(entries: Iterable[Entry], owners: Iterable[str]) -> dict[str, list[Row]]:
    """Of one batch, the rows of each backend that it concerns, in the order of the journal.

    `owners` are all backends: what the switch or its operator does concerns every one.
    """
    found: dict[str, list[Row]] = {}
    for entry in entries:
        kind, common = entry["kind"], entry.get("common")
        if common is None:
            pairs = _rows(kind, entry, owners)
        else:
            backend, take, shared = common.rows.get(kind) or _in_common(kind, common)
            if backend is not None:
                try:
                    row = (*take.values(entry), shared)
                except KeyError:
                    row = (*map(entry.get, take.names), shared)
                if backend in found:  # cheaper than setdefault with a new list for every entry
                    found[backend].append(row)
                else:
                    found[backend] = [row]
                continue
            pairs = _rows(kind, {**entry, **common.fields}, owners)
        for owner, one in pairs:
            found.setdefault(owner, []).append(one)
    return found


def _rows(kind: str, entry: Entry, owners: Iterable[str]) -> Iterable[tuple[str, Row]]:
    if kind in _OF_A_LEG:
        return ((entry["backend"], _row(kind, entry)),)
    if kind in _OF_SEVERAL:
        return _OF_SEVERAL[kind](entry, owners)
    return ()


def _in_common(kind: str, common: Common) -> _Base:
    """How the rows of entries that share this are made, as far as they are of one owner."""
    fields, columns = common.fields, COLUMNS.get(kind, ())
    backend = fields.get("backend") if kind in _OF_A_LEG else None
    if kind == "query" and len(fields.get("legs", ())) == 1:
        backend = fields["legs"][0]["backend"]
    own = [name for name in columns if name not in fields]
    shared = Common({name: fields[name] for name in columns if name in fields})
    made = common.rows[kind] = (backend, _Take.of(own), shared)
    return made


def _row(kind: str, entry: Entry) -> Row:
    """What an entry of another version does not say stays empty."""
    return tuple(map(entry.get, ("kind", *COLUMNS[kind])))


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
        entry = _by_column(row)
    else:
        raise ValueError("a row of no known kind")
    for name, fits in _SHAPES.items():
        if name in entry and not fits(entry[name]):
            raise ValueError(f"a row `{entry['kind']}` with a `{name}` that is none")
    return entry


def _by_column(row: Sequence[Any]) -> Entry:
    kind, *own = row
    columns, shared = COLUMNS[kind], dict[str, Any]()
    if own and isinstance(own[-1], msgpack.ExtType):
        shared = _shared(kind, own.pop())
    alone = [name for name in columns if name not in shared]
    if len(own) != len(alone):
        found = len(own) + len(shared)
        raise ValueError(f"a row `{kind}` of {found} values instead of {len(columns)}")
    values = dict(zip(alone, own, strict=True)) | shared
    return {"kind": kind, **{name: values[name] for name in columns}}


def _shared(kind: str, packed: msgpack.ExtType) -> dict[str, Any]:
    try:
        shared = msgpack.unpackb(packed.data) if packed.code == COMMON_CODE else None
    except (ValueError, msgpack.UnpackException, RecursionError):
        shared = None
    if not isinstance(shared, dict) or not shared.keys() <= set(COLUMNS[kind]):
        raise ValueError(f"a row `{kind}` with a common part that is none")
    return shared


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

    `pages()` makes those of a batch; `advance()` is told where they end once they are on disk.
    """

    def __init__(self, heads: Iterable[Head] = ()) -> None:
        self.heads = {head.backend: head for head in heads}
        self._owners = dict.fromkeys(self.heads)
        self._packer = msgpack.Packer()

    def pages(self, entries: Sequence[Entry]) -> list[Page]:
        """One page for each backend that the batch concerns."""
        self._meet(entries)
        found, at = shares(entries, self._owners), float(entries[-1]["at"])
        return [self._page(backend, rows, at) for backend, rows in found.items()]

    def after(self, entries: Sequence[Entry]) -> list[Head]:
        """Where the ledgers that a batch concerns end after it."""
        return [Head.of(page) for page in self.pages(entries)]

    def _meet(self, entries: Sequence[Entry]) -> None:
        if entries and entries[0]["kind"] == "started":  # always the first of a batch
            self._owners |= dict.fromkeys(entries[0].get("backends", ()))

    def _page(self, backend: str, rows: Sequence[Row], at: float) -> Page:
        """What follows its owner's head."""
        head = self.heads.get(backend) or Head.start(backend)
        body = self._packer.pack(rows)
        page = Page(backend, head.page + 1, head.rows + 1, len(rows), at, body, b"")
        return page._replace(hash=page_hash(head.hash, page))

    def advance(self, heads: Iterable[Head]) -> None:
        """These are committed."""
        self.heads.update((head.backend, head) for head in heads)

    def reread(self, entries: Sequence[Entry], heads: Sequence[Head]) -> Reread:
        """The pages of a batch, made again of its entries and cut where the heads after them tell,
        which are the owners' from now on. An owner has several where batches were joined.
        """
        self._meet(entries)
        found = shares(entries, self._owners | dict.fromkeys(head.backend for head in heads))
        last = {head.backend: number for number, head in enumerate(heads)}
        pages, differ = [], found.keys() - last.keys()
        for number, head in enumerate(heads):
            backend = head.backend
            known = self.heads.get(backend) or Head.start(backend)
            rows, count = found.get(backend, []), head.rows - known.rows
            size = len(rows) if number == last[backend] else count
            page = self._page(backend, rows[:size], head.at)
            found[backend] = rows[size:]
            if Head.of(page) != head:
                differ |= {backend}
            pages.append(page._replace(number=head.page, rows=count, hash=head.hash))
            self.advance([head])
        return Reread(pages, differ)


class Reread(NamedTuple):
    """What a batch on record says of its owners."""

    pages: list[Page]  # with the numbers and hashes that their heads tell
    differ: Set[str]  # owners of whom it says something else than their heads
