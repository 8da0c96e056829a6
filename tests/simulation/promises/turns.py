"""Order at a source: within a line and a priority as they came, and regions behind all others."""

from __future__ import annotations

from collections import Counter

from switch.core.commands import AskBackend, Commands
from switch.core.inquiry.exchange import leg_of
from switch.core.inquiry.queue import LOW_TURN
from switch.core.record.journal import Entry
from tests.simulation.promise import Broken, Promise
from tests.simulation.promises.answers import merged_legs
from tests.simulation.room import REGIONS


class EachInItsTurn(Promise):
    """Looked at where a batch is handed out; what was held goes before all, as it came first."""

    def started(self) -> None:
        """Nothing waits."""
        self.lines: dict[int, int] = {}  # of each query
        self.low: set[tuple[int, int]] = set()  # legs of queries to a region
        self.taken_up: set[tuple[int, int]] = set()
        self.last: dict[tuple[str, int, bool], int] = {}  # query, by source, line and priority
        self.passed: Counter[str] = Counter()  # batches of a source without any of low priority

    def handled(self, commands: Commands, now: float) -> None:
        """First what came, then what is handed out."""
        for raw in commands.records:
            if raw["kind"] == "query":
                self._came({**raw, **raw["common"].fields})
            elif raw["kind"] == "forwarded" and raw["leg"]:
                self.taken_up.add((raw["query"], raw["leg"]))
        for ask in commands.asks:
            self._handed_out(ask)

    def _came(self, entry: Entry) -> None:
        self.lines[entry["query"]] = entry["line"]
        regions = [one for one in entry["destinations"] if one in REGIONS]
        if regions and len(entry["destinations"]) == len(regions):
            for group in merged_legs(entry):
                self.low |= {(entry["query"], leg) for leg in group}

    def _handed_out(self, ask: AskBackend) -> None:
        legs = [leg_of(query.id) for query in ask.queries]
        for query, number in legs:
            if (query, number) in self.taken_up:
                continue
            name = ask.backend, self.lines[query], (query, number) in self.low
            if self.last.get(name, 0) > query:
                raise Broken(f"{ask.backend} is asked query {query} after {self.last[name]}")
            self.last[name] = query
        lows = [leg in self.low for leg in legs]
        bulkhead = self.room.switch._dispatcher._inquiries._bulkheads[ask.backend]
        before_others = lows[0] and (not all(lows) or bool(bulkhead._waiting))
        if before_others and self.passed[ask.backend] < LOW_TURN - 1:
            raise Broken(f"{ask.backend} is asked for a region before others: {legs}")
        if not lows[0] and lows != sorted(lows):
            raise Broken(f"{ask.backend} is asked for a region between others: {legs}")
        self.passed[ask.backend] = 0 if any(lows) else self.passed[ask.backend] + 1
