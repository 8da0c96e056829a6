"""What one owner can prove from its own ledger, heads and receipts, without trusting the switch.

Every fault says which promise is broken and where. What no ledger of this kind can show is said as
plainly, in `NOT_PROVED`: whoever reads a clean result must know what it does not mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import msgpack

from switch.backend import Query
from switch.core.inquiry.exchange import correlation, leg_of
from switch.core.record.delivery import Keeping, Opening, Receipt, receipt
from switch.core.record.journal import CHAIN_START, Entry
from switch.core.record.ledger import Head, Page, as_entry, page_hash
from switch.terms import Ori

# A backend has an hour at most to answer (the world file's bound): whatever was asked has an
# outcome on record by then, or its run has ended.
OUTCOME_S = 3_700.0

NOT_PROVED = (
    "that attempts refused before the backend was asked are all on record: the backend saw none",
    "to whom an answer was delivered, and who sat at that terminal: both are the switch's word",
    "that the instants are right: they are the switch's clock; only the order of pages is proved",
    "that the answer on the line was the one that the backend gave",
    "anything after the last head that was kept, or while no heads and receipts were kept",
    "anything, if whoever can change the journal can change the heads: use the owner's own copy",
)


class Breach(StrEnum):
    """In which way a ledger is not the one that it should be."""

    UNREADABLE = "UNREADABLE"  # a page that cannot be unpacked
    CHANGED = "CHANGED"  # content is not what was chained, or not what was asked
    MISSING = "MISSING"  # a page or a row is not there
    ORDER = "OUT OF ORDER"
    CUT = "CUT OFF"  # it ends before a head that was delivered
    FORK = "FORKED"  # two histories
    OMITTED = "OMITTED"  # it happened and was never put on record
    INVENTED = "INVENTED"  # it is on record and never happened


class Fault(NamedTuple):
    """One proof that something is wrong."""

    breach: Breach
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.breach.value}: {self.where}: {self.what}"


@dataclass(slots=True)
class Proof:
    """Everything that was found, and how far the proof reaches."""

    backend: str
    head: Head
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what is odd, and no proof of anything
    heads: int = 0  # how many were compared
    receipts: int = 0
    asked: int = 0  # questions under them

    @property
    def whole(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.faults


def prove(backend: str, pages: Sequence[Page], keeping: Keeping | None) -> Proof:
    """The chain by itself; then against what its owner kept, if that is given."""
    faults = list(chain_faults(backend, pages))
    proof = Proof(backend, Head.of(pages[-1]) if pages else Head.start(backend), faults)
    rows = list(read_rows(pages))
    faults.extend(_outcome_faults(rows))
    if keeping is not None:
        _against_heads(proof, pages, keeping)
        _against_receipts(proof, pages, rows, keeping)
    return proof


# --- the chain ------------------------------------------------------------------------------------


def chain_faults(backend: str, pages: Iterable[Page]) -> Iterator[Fault]:
    """Numbering, linking and content of one ledger, with nothing else in hand."""
    previous, number, row = CHAIN_START, 1, 1
    for page in pages:
        where = f"page {page.number} (rows {page.first}-{page.first + page.rows - 1})"
        if page.backend != backend:
            yield Fault(Breach.CHANGED, where, f"it is a page of {page.backend}")
        if page.number > number:
            gap = f"page {number}" if page.number == number + 1 else f"pages {number}-"
            gap += "" if page.number == number + 1 else str(page.number - 1)
            yield Fault(Breach.MISSING, where, f"{gap} before it, rows {row}-{page.first - 1}")
        elif page.number < number:
            yield Fault(Breach.ORDER, where, f"it stands where page {number} should")
        elif page.first != row:
            yield Fault(Breach.CHANGED, where, f"its first row should be {row}")
        if page_hash(previous, page) != page.hash:
            yield Fault(Breach.CHANGED, where, "its content, its number or what is before it")
        yield from _content_faults(page, where)
        previous, number, row = page.hash, page.number + 1, page.first + page.rows


def _content_faults(page: Page, where: str) -> Iterator[Fault]:
    try:
        rows = _unpacked(page.body)
    except ValueError as error:
        yield Fault(Breach.UNREADABLE, where, str(error))
        return
    if len(rows) != page.rows:
        yield Fault(Breach.CHANGED, where, f"it holds {len(rows)} rows, not {page.rows}")


def _unpacked(body: bytes) -> list[Entry]:
    """The rows of a page; ValueError for whatever is wrong with them."""
    try:
        rows = msgpack.unpackb(body)
    except (ValueError, msgpack.UnpackException, RecursionError) as error:
        raise ValueError(f"it cannot be unpacked ({type(error).__name__})") from None
    if not isinstance(rows, list):
        raise ValueError("it is no list of rows")
    return [as_entry(row) for row in rows]


class Numbered(NamedTuple):
    """A row with its number in the ledger and the page that it stands on."""

    number: int
    page: int
    entry: Entry


def read_rows(pages: Iterable[Page]) -> Iterator[Numbered]:
    for page in pages:
        try:
            entries = _unpacked(page.body)
        except ValueError:
            continue  # said already
        for offset, entry in enumerate(entries):
            yield Numbered(page.first + offset, page.number, entry)


# --- what the ledger says of itself ---------------------------------------------------------------

_ENDS = ("refused", "released", "no-answer", "withheld", "undelivered")
_NEVER_ASKED = ("ingress", "route", "dequeue")  # points at which a leg was refused unasked


def _outcome_faults(rows: Iterable[Numbered]) -> Iterator[Fault]:
    """Every outcome belongs to an inquiry, every inquiry has an outcome for each leg."""
    open_legs: dict[tuple[int, int], Numbered] = {}
    known: set[tuple[int, int]] = set()
    for row in rows:
        entry = row.entry
        kind = entry["kind"]
        while open_legs and _overdue(open_legs[oldest := next(iter(open_legs))], entry):
            asked = open_legs.pop(oldest)
            what = f"no outcome of inquiry {_name(*oldest)} within an hour of it"
            yield Fault(Breach.OMITTED, f"row {asked.number}", what)
        if kind == "query":
            for leg in entry["legs"] or ():
                if (entry["query"], leg["leg"]) in known:
                    what = f"inquiry {_name(entry['query'], leg['leg'])} stands on record twice"
                    yield Fault(Breach.INVENTED, f"row {row.number}", what)
                known.add((entry["query"], leg["leg"]))
                open_legs[entry["query"], leg["leg"]] = row
        elif kind in _ENDS:
            ended = (entry["query"], entry["leg"])
            if ended not in known:
                what = f"it is the outcome of inquiry {_name(*ended)}, which is not on record"
                yield Fault(Breach.MISSING, f"row {row.number}", what)
            open_legs.pop(ended, None)
        elif kind in ("started", "stopped"):
            open_legs.clear()  # what was under way when a run ended has no outcome


def _overdue(asked: Numbered, entry: Entry) -> bool:
    return bool(entry["at"] > asked.entry["at"] + OUTCOME_S)


def _name(query: int, leg: int) -> str:
    return f"{query}.{leg}"


# --- against the heads ----------------------------------------------------------------------------


def _against_heads(proof: Proof, pages: Sequence[Page], keeping: Keeping) -> None:
    """Each head that was delivered must be a place in this very history."""
    if keeping.backend != proof.backend:
        what = f"they are those of {keeping.backend or 'nobody'}, not of {proof.backend}"
        proof.faults.append(Fault(Breach.FORK, "the heads", what))
        return
    if keeping.unreadable:
        lines = ", ".join(map(str, keeping.unreadable[:5]))
        proof.notes.append(f"{len(keeping.unreadable)} lines of the heads are torn (line {lines})")
    by_number = {page.number: page for page in pages}
    last = pages[-1].number if pages else 0
    delivered: dict[int, Head] = {}
    before = 0
    forked = False
    for head in keeping.heads:
        proof.heads += 1
        known = delivered.setdefault(head.page, head)
        where = f"page {head.page}"
        if known.hash != head.hash:
            what = "two different histories were delivered under this number"
            proof.faults.append(Fault(Breach.FORK, where, what))
        elif head.page < before and not forked:
            what = f"this head was delivered after that of page {before}: a history began anew"
            proof.faults.append(Fault(Breach.FORK, where, what))
        before = max(before, head.page)
        fault = _head_fault(head, by_number.get(head.page), last)
        if fault is not None and not (forked and fault.breach is Breach.FORK):
            proof.faults.append(fault)
            forked = forked or fault.breach is Breach.FORK
    _reach(proof, pages, before)


def _head_fault(head: Head, page: Page | None, last: int) -> Fault | None:
    where = f"page {head.page}"
    if head.page == 0:
        return None
    if page is None:
        if head.page > last:
            what = f"its head was delivered (rows to {head.rows}), and the ledger ends at {last}"
            return Fault(Breach.CUT, where, what)
        return Fault(Breach.MISSING, where, "its head was delivered, the page is not there")
    if Head.of(page) != head:
        what = "from here on at the latest it is not the history whose heads were delivered"
        return Fault(Breach.FORK, where, what)
    return None


def _reach(proof: Proof, pages: Sequence[Page], before: int) -> None:
    after = [page for page in pages if page.number > before]
    if after:
        rows = sum(page.rows for page in after)
        what = f"the last {len(after)} pages ({rows} rows) are newer than the heads: not proved"
        proof.notes.append(what)


# --- against the receipts -------------------------------------------------------------------------


def _against_receipts(
    proof: Proof, pages: Sequence[Page], rows: Sequence[Numbered], keeping: Keeping
) -> None:
    """What the backend was asked must be on record, and what is on record must have been asked."""
    legs, unasked = _legs(rows), _refused_unasked(rows)
    asked: set[tuple[int, int]] = set()
    for one in keeping.receipts:
        proof.receipts += 1
        proof.asked += len(one.asked)
        asked.update(map(leg_of, one.asked))
        proof.faults.extend(_receipt_faults(one, legs, unasked))
    covered = list(_covered(proof, pages, keeping))
    released = (row for row in rows if row.entry["kind"] in ("released", "withheld"))
    for row in released:
        leg = (row.entry["query"], row.entry["leg"])
        found = legs.get(leg)
        if leg not in asked and found is not None and any(found[0] in span for span in covered):
            what = f"an answer to inquiry {_name(*leg)}, which the backend was never asked"
            proof.faults.append(Fault(Breach.INVENTED, f"row {row.number}", what))
            asked.add(leg)


Legs = Mapping[tuple[int, int], tuple[int, Query]]


def _legs(rows: Iterable[Numbered]) -> Legs:
    """Each leg on record: its page, and the question as the backend must have seen it."""
    found: dict[tuple[int, int], tuple[int, Query]] = {}
    for row in rows:
        entry = row.entry
        if entry["kind"] == "query":
            for leg in entry["legs"] or ():
                name = (entry["query"], leg["leg"])
                found[name] = (row.page, _question(entry, leg))
    return found


def _question(entry: Entry, leg: Mapping[str, Any]) -> Query:
    return Query(
        correlation(entry["query"], leg["leg"]),
        leg.get("key") or entry["key"],
        leg["destination"],
        entry["fields"] or {},
        entry["image"],
        entry["purpose"],
        entry["at"],
        Ori(entry["ori"]),
    )


def _refused_unasked(rows: Iterable[Numbered]) -> Mapping[tuple[int, int], Numbered]:
    return {
        (row.entry["query"], row.entry["leg"]): row
        for row in rows
        if row.entry["kind"] == "refused" and row.entry["point"] in _NEVER_ASKED
    }


def _receipt_faults(
    one: Receipt, legs: Legs, unasked: Mapping[tuple[int, int], Numbered]
) -> Iterator[Fault]:
    batch = []
    for number in one.asked:
        name = leg_of(number)
        where = f"inquiry {_name(*name)}"
        if name not in legs:
            yield Fault(Breach.OMITTED, where, "the backend was asked, the ledger does not know it")
            continue
        batch.append(legs[name][1])
        if name in unasked:
            row = unasked[name]
            what = f"row {row.number} says it was refused at {row.entry['point']}; it was asked"
            yield Fault(Breach.CHANGED, where, what)
    if len(batch) == len(one.asked) and receipt(batch).digest != one.digest:
        where = f"inquiry {_name(*leg_of(one.asked[0]))}" if one.asked else "an empty receipt"
        more = f" or one of the {len(batch) - 1} asked with it" if len(batch) > 1 else ""
        yield Fault(Breach.CHANGED, where, f"it{more} was not asked as it stands on record")


def _covered(proof: Proof, pages: Sequence[Page], keeping: Keeping) -> Iterator[range]:
    """The pages of each run in which receipts were kept; a note for those between."""
    start, last = None, 0
    for one in keeping.kept:
        if isinstance(one, Receipt):
            continue
        if isinstance(one, Opening):
            if start is not None:
                yield range(start, last + 1)
            if one.head.page > last + 1:
                between = f"pages {last + 1}-{one.head.page}"
                proof.notes.append(f"{between} were written while no heads or receipts were kept")
            start, last = one.head.page + 1, one.head.page
        else:
            last = max(last, one.page)
    if start is not None:
        yield range(start, last + 1)
