"""`[[assert]]`: what holds for the whole run, watched entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.script import Invariant
from switch.config import World
from switch.core.record.journal import Entry
from switch.terms import AgencyId, Instant

_OUTCOMES = frozenset(("refused", "released", "no-answer", "undelivered"))


class Watch:
    """One invariant; `broken` is why and by which entry, once it is."""

    def __init__(self, row: Invariant, world: World) -> None:
        self.row = row
        self.start: Instant | None = None  # None until its trigger came
        self.until: Instant = float("inf")
        self.broken: tuple[str, Entry] | None = None
        self._directory = _Directory(world)
        self._inquiries: dict[int, Entry] = {}
        self._open: dict[tuple[int, int], Entry] = {}  # legs without an outcome
        self._held: dict[tuple[int, int], Entry] = {}  # those of them that wait for their source
        self._timed_out: set[tuple[int, int]] = set()  # one late answer may still follow

    def take(self, entry: Entry) -> None:
        """Look at one entry."""
        if entry["kind"] == "query":
            self._inquiries[entry["query"]] = entry
        if self.row.never:
            if self._in_window(entry["at"]) and self.broken is None and self._forbidden(entry):
                self.broken = f"a `{entry['kind']}` that must never be", entry
        else:
            self._count(entry)

    def end(self) -> None:
        """The run is over: what is still open will never get its outcome."""
        silent = [item for item in self._open.items() if item[0] not in self._held]
        if self.broken is None and silent:
            (query, leg), entry = silent[0]
            self.broken = f"leg {leg} of inquiry {query} had no outcome", entry

    def _in_window(self, at: Instant) -> bool:
        return self.start is not None and self.start <= at < self.until

    def _forbidden(self, entry: Entry) -> bool:
        row = self.row
        return (
            entry["kind"] in row.never
            and (row.backend is None or entry.get("backend") == row.backend)
            and (row.terminal is None or entry.get("terminal") == row.terminal)
            and (row.key is None or entry.get("key") == row.key)
            and (row.text is None or row.text in (entry.get("text") or ""))
            and (row.group is None or row.group in self._groups(entry))
        )

    def _groups(self, entry: Entry) -> set[str]:
        """The groups of every facet of who asked, as the access rules see them."""
        asked = self._inquiries.get(entry.get("query", 0), entry)
        return set(self._directory.groups(asked, entry["at"]))

    def _count(self, entry: Entry) -> None:
        if entry["kind"] == "query":
            self._open |= {(entry["query"], leg["leg"]): entry for leg in entry["legs"]}
        elif entry["kind"] == "held":  # its outcome may come after the end of the run
            self._held |= {
                k: v for k, v in self._open.items() if k == (entry["query"], entry["leg"])
            }
        elif entry["kind"] in _OUTCOMES:
            self._held.pop((entry["query"], entry["leg"]), None)
            leg = (entry["query"], entry["leg"])
            late = leg in self._timed_out and entry.get("late")
            if self._open.pop(leg, None) is None and not late and self.broken is None:
                self.broken = f"a second outcome for leg {leg[1]} of inquiry {leg[0]}", entry
            if entry["kind"] == "no-answer":
                self._timed_out.add(leg)
            else:
                self._timed_out.discard(leg)


class _Directory:
    """Which groups an inquiry belongs to, by any of its facets."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of_ori = {ori: a.id for a in world.agencies.values() for ori in a.oris}

    def groups(self, asked: Entry, at: Instant) -> Iterator[str]:
        for agency_id in self._agencies(asked, at):
            agency = self._world.agencies.get(agency_id)
            while agency is not None:  # a group holds the descendants of its agencies too
                yield from agency.groups
                agency = self._world.agencies.get(agency.parent) if agency.parent else None

    def _agencies(self, asked: Entry, at: Instant) -> Iterator[AgencyId]:
        terminal = self._world.terminals.get(asked.get("terminal", ""))
        if terminal is not None:
            yield terminal.agency
            yield from terminal.via
        operator = self._world.operators.get(asked.get("operator", ""))
        if operator is not None:
            yield operator.agency
            yield from (a.agency for a in operator.affiliations if a.valid_at(at))
        for ori in (asked.get("ori"), asked.get("on_behalf_of")):
            if ori in self._of_ori:
                yield self._of_ori[ori]
