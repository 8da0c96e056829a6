"""Who gets what, before and after: the rules asked directly, and held against what the run showed.

A run shows some cells of the table; the rules can be asked about all of them. Both come from the
same rules by different ways (a switch with queues and clocks, and a plain question), so a
disagreement is a fault of one of them and is reported as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scenarios.script import Seat
from scenarios.shelf import Opened
from scenarios.trial import rule_table
from switch.acl.engine import AccessStack, Decision, Request
from switch.core.record.journal import Entry
from switch.terms import BackendName, Instant, Mnemonic, OperatorId, Ori


class Who(NamedTuple):
    """A line of the table: a seat, and the purpose it states."""

    seat: Seat
    purpose: str | None


class View(NamedTuple):
    """One decision in the few words that a table has room for."""

    released: bool
    whole: bool  # nothing withheld, nothing masked
    rules: tuple[str, ...]  # those that refuse, or that limit what is released


@dataclass(frozen=True, slots=True)
class Cell:
    """One agency at one backend."""

    before: View
    after: View
    seen: bool  # whether the run asked this after the change


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table, and every disagreement between the rules and the run."""

    before: Instant
    after: Instant
    backends: tuple[BackendName, ...]
    cells: Mapping[Who, Mapping[BackendName, Cell]]
    disagreements: tuple[str, ...]


def compare(opened: Opened, entries: Iterable[Entry]) -> Comparison:
    """The table of a run: a line for each seat and purpose that asked, a column for each source."""
    entries = list(entries)
    asked = [_Asked(entry, opened) for entry in entries if entry["kind"] == "query"]
    before = asked[0].at if asked else opened.script.starts
    after = opened.script.starts + opened.script.length
    stacks = list(_stacks(opened, entries))
    names = {leg["backend"] for one in asked for leg in one.entry["legs"]}
    backends = tuple(name for name in opened.world.backends if name in names)
    changed = stacks[-1][0]
    cells = {
        who: {
            backend: _cell(opened, stacks, asked, who, backend, (before, after, changed))
            for backend in backends
        }
        for who in dict.fromkeys(one.who for one in asked)
    }
    wrong = tuple(_disagreements(stacks, asked, entries))
    return Comparison(before, after, backends, cells, wrong)


class _Asked:
    """One inquiry of the run."""

    def __init__(self, entry: Entry, opened: Opened) -> None:
        seat = opened.script.seat_of(entry["terminal"])
        assert seat is not None  # nobody else is on the stage
        self.entry = entry
        self.at: Instant = entry["at"]
        self.who = Who(seat, entry["purpose"])

    def request(self, backend: str) -> Request:
        """As the switch judged it."""
        entry = self.entry
        return Request(
            entry["terminal"],
            entry["ori"],
            entry["operator"],
            entry["on_behalf_of"],
            BackendName(backend),
            entry["key"],
            entry["image"],
            entry["purpose"],
        )


_Stacks = list[tuple[Instant, AccessStack]]


def _stacks(opened: Opened, entries: Iterable[Entry]) -> Iterator[tuple[Instant, AccessStack]]:
    """The rules as they stood from each instant on, access rows applied as they happened."""
    stack = opened.stack
    yield opened.script.starts, stack
    rows = {row.by: row for row in opened.script.access}
    for entry in entries:
        row = rows.get(entry.get("by", ""))
        if entry["kind"] != "access" or row is None or entry["error"]:
            continue
        if row.withdraw is not None:
            stack = stack.withdrawn(row.backend, row.withdraw, entry["at"])
        else:
            stack = stack.with_rule(row.backend, row.effect or "", rule_table(row, entry["at"]))
        yield entry["at"], stack


def _at(stacks: _Stacks, at: Instant) -> AccessStack:
    return next(stack for since, stack in reversed(stacks) if since <= at)


def _cell(
    opened: Opened,
    stacks: _Stacks,
    asked: list[_Asked],
    who: Who,
    backend: BackendName,
    times: tuple[Instant, Instant, Instant],
) -> Cell:
    before, after, changed = times
    same = [one for one in asked if one.who == who and _goes_to(one.entry, backend)]
    request = same[-1].request(backend) if same else _usual_request(opened, who, backend)
    return Cell(
        _view(_at(stacks, before).decide(request, before)),
        _view(_at(stacks, after).decide(request, after)),
        any(one.at >= changed for one in same),
    )


def _goes_to(entry: Entry, backend: str) -> bool:
    return any(leg["backend"] == backend for leg in entry["legs"])


def _usual_request(opened: Opened, who: Who, backend: BackendName) -> Request:
    """What this seat would ask of a backend that it did not ask in the run."""
    key = next(entry.key for entry in opened.world.catalog if entry.backend == backend)
    seat = who.seat
    return Request(
        Mnemonic(seat.terminal),
        Ori(seat.ori),
        OperatorId(seat.operator),
        None,
        backend,
        key,
        False,
        who.purpose,
    )


def _view(decision: Decision) -> View:
    if not decision.released:
        rules = (decision.suspension,) if decision.suspension else decision.classes[0][2]
        return View(False, False, rules)
    whole = not decision.withheld and not decision.masks
    return View(True, whole, () if whole else decision.rules)


def _disagreements(stacks: _Stacks, asked: list[_Asked], entries: Iterable[Entry]) -> Iterator[str]:
    by_query = {one.entry["query"]: one for one in asked}
    for entry in entries:
        one = by_query.get(entry.get("query", 0))
        if one is None or entry["kind"] not in ("released", "refused"):
            continue
        told = _at(stacks, entry["at"]).decide(one.request(entry["backend"]), entry["at"]).verdict
        if told.value != entry["verdict"]:
            yield (
                f"entry {entry['n']}: the switch said {entry['verdict']},"
                f" the rules of {entry['backend']} say {told.value}"
            )
