"""Inquiries as one owner's ledger tells them: who asked what, in which way, and what became of it.

Everything here is read from the rows of one ledger and nothing else, so a report that is made of it
cannot hold anything of other owners' legs: it does not know them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from switch.acl.directory import Directory
from switch.acl.rules import Request
from switch.audit.proof import Numbered
from switch.core.record.journal import Entry
from switch.terms import (
    AgencyId,
    BackendName,
    DataClass,
    Instant,
    MessageKey,
    Mnemonic,
    OperatorId,
    Ori,
    Verdict,
)


class Way(StrEnum):
    """In which way an agency stands in an inquiry; of several, the first counts."""

    LINE = "its own line"
    SERVICED = "its ORI, sent from another's terminal"
    DESK = "its terminal, with another's ORI"
    OPERATOR = "an operator who works for it, at another desk"
    BEHALF = "asked on its behalf"
    HUB = "past its hub"


class Fate(StrEnum):
    """What became of a leg."""

    ANSWERED = "answered"
    REFUSED = "refused"
    WITHHELD = "answer withheld"
    UNANSWERED = "no answer in time"
    UNDELIVERED = "line gone before the answer"
    OPEN = "no outcome on record"


_FATES = {
    "released": Fate.ANSWERED,
    "refused": Fate.REFUSED,
    "withheld": Fate.WITHHELD,
    "no-answer": Fate.UNANSWERED,
    "undelivered": Fate.UNDELIVERED,
}


@dataclass(slots=True)
class Inquiry:
    """One leg at this owner's backend, with its outcome; after "no answer" a late one counts."""

    query: int
    leg: int
    at: Instant
    request: Request
    fields: Mapping[str, str]
    classes: Mapping[DataClass, str]  # verdict of each at its route
    fate: Fate = Fate.OPEN
    ended: Instant | None = None
    point: str = ""  # where it was refused
    verdict: str = ""  # the last one
    rules: tuple[str, ...] = ()
    suspension: str = ""
    records: int = 0
    late: bool = False
    withheld: frozenset[DataClass] = frozenset()
    order: str = ""  # the court order under which it was answered
    use: int = 0  # which use of that order it was, counted here

    @property
    def name(self) -> str:
        """As the journal and the receipts number it."""
        return f"{self.query}.{self.leg}"

    @property
    def released(self) -> tuple[DataClass, ...]:
        """The classes of data that left with the answer."""
        if self.fate is not Fate.ANSWERED:
            return ()
        return tuple(name for name in self.classes if name not in self.withheld)


def inquiries(rows: Iterable[Numbered], backend: str) -> list[Inquiry]:
    """Every leg on record, in the order in which they were asked."""
    found: dict[tuple[int, int], Inquiry] = {}
    uses: Counter[str] = Counter()
    for row in rows:
        entry = row.entry
        if entry["kind"] == "query":
            for leg in entry["legs"] or ():
                found[entry["query"], leg["leg"]] = _asked(entry, leg, backend)
        elif entry["kind"] in _FATES:
            inquiry = found.get((entry["query"], entry["leg"]))
            if inquiry is not None:
                _end(inquiry, entry)
        elif entry["kind"] == "order-used":
            order = str(entry["order"])
            uses[order] += 1
            inquiry = found.get((entry["query"], entry["leg"]))
            if inquiry is not None:
                inquiry.order, inquiry.use = order, uses[order]
    return list(found.values())


def _asked(entry: Entry, leg: Mapping[str, object], backend: str) -> Inquiry:
    operator, behalf = entry["operator"], entry["on_behalf_of"]
    request = Request(
        Mnemonic(entry["terminal"] or ""),
        Ori(entry["ori"] or ""),
        OperatorId(operator) if operator else None,
        Ori(behalf) if behalf else None,
        BackendName(backend),
        MessageKey(str(leg.get("key") or entry["key"])),
        bool(entry["image"]),
        entry["purpose"],
    )
    classes = leg.get("classes")
    known = dict(classes) if isinstance(classes, Mapping) else {}
    number = leg["leg"]
    assert isinstance(number, int)  # a row that is none is no row (switch.core.record.ledger)
    fields = entry["fields"] or {}
    return Inquiry(
        query=entry["query"],
        leg=number,
        at=entry["at"],
        request=request,
        fields=fields,
        classes=known,
        verdict=str(leg["verdict"]),
    )


def _end(inquiry: Inquiry, entry: Entry) -> None:
    if entry["kind"] == "withheld" and inquiry.fate is Fate.REFUSED:
        return  # it was refused while its backend was asked; what came then went nowhere
    inquiry.fate, inquiry.ended = _FATES[entry["kind"]], entry["at"]
    inquiry.point = entry.get("point") or ""
    inquiry.verdict = entry.get("verdict") or inquiry.verdict
    inquiry.rules = tuple(entry.get("rules") or ())
    inquiry.suspension = entry.get("suspension") or ""
    inquiry.records = entry.get("records") or 0
    inquiry.late = bool(entry.get("late"))
    inquiry.withheld = frozenset(entry.get("withheld") or ())


def way_of(directory: Directory, inquiry: Inquiry, agency: AgencyId) -> Way | None:
    """How this agency, or one below it, stands in the inquiry; None if it does not."""
    world, request = directory.world, inquiry.request
    terminal = world.terminals.get(request.terminal)

    def holds(other: AgencyId | None) -> bool:
        return other is not None and agency in directory.lineage[other]

    desk = holds(terminal.agency if terminal else None)
    sent = holds(directory.agency_of.get(request.ori))
    if desk or sent:
        return Way.LINE if desk and sent else Way.DESK if desk else Way.SERVICED
    instants = (inquiry.at,) if inquiry.ended is None else (inquiry.at, inquiry.ended)
    if any(holds(each) for each in directory.operator_agencies(request.operator, *instants)):
        return Way.OPERATOR
    if request.on_behalf_of and holds(directory.agency_of.get(request.on_behalf_of)):
        return Way.BEHALF
    if any(holds(hub) for hub in directory.hubs(request.terminal)):
        return Way.HUB
    return None


def refused_by(inquiry: Inquiry) -> str:
    """Which rules refused it, for people: the suspension, the owner's rules, or the verdict."""
    if inquiry.verdict == Verdict.DENY_SUSPENDED.value:
        return f"suspension {inquiry.suspension}".strip()
    return ", ".join(inquiry.rules) or inquiry.verdict
