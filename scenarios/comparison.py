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

_OF_THE_SWITCH = frozenset(("directory", "log"))  # kinds that answer without records of their own
_INSTANT_S = 0.001


class Who(NamedTuple):
    """A line of the table: a seat, and the purpose it states."""

    seat: Seat
    purpose: str | None


class View(NamedTuple):
    """One decision in the few words that a table has room for."""

    released: bool
    whole: bool  # nothing withheld, nothing masked
    rules: tuple[str, ...]  # those that refuse, or that limit what is released


class Moment(NamedTuple):
    """When one looks at the table: before anything changed, and at the end of each act."""

    at: Instant
    act: int  # which of them, counted from 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One agency at one backend: a view for each moment, and whether the run itself showed it."""

    views: tuple[View, ...]
    seen: tuple[bool, ...]

    @property
    def before(self) -> View:
        """At the first moment."""
        return self.views[0]

    @property
    def after(self) -> View:
        """At the last moment."""
        return self.views[-1]

    def shown(self, number: int) -> bool:
        """Whether the run showed what holds from this moment on, for as long as it does."""
        for view, seen in zip(self.views[number:], self.seen[number:], strict=True):
            if view != self.views[number]:
                return False
            if seen:
                return True
        return False

    def changes(self, number: int) -> bool:
        """Whether it is another one at this moment than at the one before."""
        return number > 0 and self.views[number] != self.views[number - 1]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table, and every disagreement between the rules and the run."""

    moments: tuple[Moment, ...]
    backends: tuple[BackendName, ...]
    cells: Mapping[Who, Mapping[BackendName, Cell]]
    reasons: Mapping[str, str]  # of each rule that there was, in its owner's words
    disagreements: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is different for anybody."""
        return any(map(self.changing, self.cells))

    def changing(self, who: Who) -> list[int]:
        """The numbers of the moments at which something is different for them."""
        cells = self.cells[who].values()
        return [n for n in range(len(self.moments)) if any(cell.changes(n) for cell in cells)]


def compare(opened: Opened, entries: Iterable[Entry]) -> Comparison:
    """The table of a run: every seat and purpose that asked, and of each other agency that has a
    line its first terminal, by every backend with records."""
    entries = list(entries)
    seats = opened.script.seat_of
    queries = (e for e in entries if e["kind"] == "query")
    asked = [_Asked(entry, seat) for entry in queries if (seat := seats(entry["terminal"]))]
    moments = tuple(_moments(opened, asked[0].at if asked else opened.script.starts))
    stacks = list(_stacks(opened, entries))
    owners = opened.world.backends.items()
    backends = tuple(name for name, entry in owners if entry.kind not in _OF_THE_SWITCH)
    cells = {
        who: {backend: _cell(opened, stacks, moments, asked, who, backend) for backend in backends}
        for who in _everybody(opened, asked)
    }
    wrong = tuple(_disagreements(stacks, asked, entries))
    return Comparison(moments, backends, cells, dict(_reasons(stacks)), wrong)


def _reasons(stacks: _Stacks) -> Iterator[tuple[str, str]]:
    for _, stack in stacks:
        for policy in (stack.network, *stack.owners.values()):
            yield from ((rule.id, rule.reason) for rule in policy.rules)


def _moments(opened: Opened, first: Instant) -> Iterator[Moment]:
    """The last instants of acts are those before the next one begins."""
    script = opened.script
    ends = [script.starts + act.start - _INSTANT_S for act in script.acts[1:]]
    yield Moment(first, 0)
    for number, end in enumerate([*ends, script.starts + script.length]):
        yield Moment(end, number)


def _everybody(opened: Opened, asked: Iterable[_Asked]) -> list[Who]:
    """In the order of the world's terminals, and of what was asked at each."""
    world, found = opened.world, dict.fromkeys(one.who for one in asked)
    there = {world.terminals[Mnemonic(who.seat.terminal)].agency for who in found}
    for terminal in world.terminals.values():
        oris = world.agencies[terminal.agency].oris
        if terminal.agency not in there and oris and terminal.operators:
            there.add(terminal.agency)
            name, operator = terminal.mnemonic, terminal.operators[0]
            found[Who(Seat(name, name, oris[0], operator, actor=True), None)] = None
    order = list(world.terminals)
    return sorted(found, key=lambda who: order.index(Mnemonic(who.seat.terminal)))


class _Asked:
    """One inquiry of the run."""

    def __init__(self, entry: Entry, seat: Seat) -> None:
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
    moments: tuple[Moment, ...],
    asked: list[_Asked],
    who: Who,
    backend: BackendName,
) -> Cell:
    same = [one for one in asked if one.who == who and _goes_to(one.entry, backend)]
    request = same[-1].request(backend) if same else _usual_request(opened, who, backend)
    views = tuple(_view_at(stacks, request, moment.at) for moment in moments)
    shown = {(_act(moments, one.at), _view_at(stacks, request, one.at)) for one in same}
    seen = ((moment.act, view) in shown for moment, view in zip(moments, views, strict=True))
    return Cell(views, tuple(seen))


def _act(moments: tuple[Moment, ...], at: Instant) -> int:
    """The act in which something happened."""
    return next((moment.act for moment in moments[1:] if at <= moment.at), moments[-1].act)


def _view_at(stacks: _Stacks, request: Request, at: Instant) -> View:
    return _view(_at(stacks, at).decide(request, at))


def _goes_to(entry: Entry, backend: str) -> bool:
    return any(leg["backend"] == backend for leg in entry["legs"])


def _usual_request(opened: Opened, who: Who, backend: BackendName) -> Request:
    """What this seat would ask of a backend that it did not ask in the run."""
    entry = next(entry for entry in opened.world.catalog if entry.backend == backend)
    seat, purpose = who.seat, who.purpose
    if entry.purposes and purpose not in entry.purposes:
        purpose = entry.purposes[0]  # this one wants to know one
    return Request(
        Mnemonic(seat.terminal),
        Ori(seat.ori),
        OperatorId(seat.operator),
        None,
        backend,
        entry.key,
        False,
        purpose,
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
