"""House, promise 2: after its instant nothing is released that a cut-off forbids."""

from __future__ import annotations

import re
from typing import NamedTuple

from switch.core.commands import Commands
from switch.core.inquiry.exchange import leg_of
from switch.core.record.journal import Entry
from tests.seats import SEATS, agencies_of, line_agencies_of
from tests.simulation.line import Heard
from tests.simulation.promise import Broken, Promise
from tests.simulation.promises.mail import held_on_disk

_TOKEN = re.compile(r"Q(\d+)E")


class Asker(NamedTuple):
    """Who asked, and from where."""

    line: int
    terminal: str
    operator: str
    ori: str


class ACutOffIsComplete(Promise):
    """Judged by the room's own list of cut-offs; every record says for which query it was found."""

    def started(self) -> None:
        """Nobody has asked."""
        self.askers: dict[int, Asker] = {}
        self.backends: dict[tuple[int, int], str] = {}  # of each leg
        self.at_line: dict[int, tuple[str, str]] = {}  # who is signed on, by what is on record
        self.sent: dict[tuple[int, int], int] = {}  # the query that a message belongs to
        self.withheld: set[tuple[int, int]] = set()  # legs whose answers are to go nowhere
        self.held: dict[tuple[int, int], str] = {}  # legs of inquiries, and for which backend
        self.taken_up: set[tuple[int, int]] = set()  # of them, at whichever line its asker is then
        for entry in held_on_disk(self.room):
            if entry["leg"]:
                name = entry["query"], entry["leg"]
                self.held[name] = self.backends[name] = entry["place"]
                who = entry["terminal"], entry["operator"]
                self.askers[entry["query"]] = Asker(0, *who, entry["sender"])
        for cut in self.room.cuts:
            cut.active = True  # what its owner has activated is in force when the switch starts

    def handled(self, commands: Commands, now: float) -> None:
        """What comes out of a batch: its entries in their order, then who is asked."""
        for raw in commands.records:
            common = raw.get("common")
            self._follow({**raw, **common.fields} if common is not None else raw)
        for ask in commands.asks:
            for query in ask.queries:
                asker = self.askers.get(leg_of(query.id)[0])
                if asker is not None and self._cut(asker, ask.backend, now):
                    raise Broken(f"{ask.backend} is asked for {asker}, who is cut off")

    def _follow(self, entry: Entry) -> None:
        kind = entry["kind"]
        if kind == "signed-on":
            self.at_line[entry["line"]] = entry["terminal"], entry["operator"]
        elif kind == "signed-off":
            self.at_line.pop(entry["line"], None)
        elif kind == "query":
            who = entry["terminal"], entry["operator"]
            self.askers[entry["query"]] = Asker(entry["line"], *who, entry["ori"])
            for leg in entry["legs"]:
                self.backends[entry["query"], leg["leg"]] = leg["backend"]
        elif kind == "held" and entry["leg"]:
            self.held[entry["query"], entry["leg"]] = entry["place"]
        elif kind in ("forwarded", "expired", "removed") and entry["leg"]:
            del self.held[entry["query"], entry["leg"]]
            self.taken_up.add((entry["query"], entry["leg"]))
        elif kind == "access":
            self._changed(entry)
        elif kind == "withheld":
            self.withheld.add((entry["query"], entry["leg"]))
        elif kind == "refused" and any(rule.startswith("STAGED") for rule in entry["rules"]):
            raise Broken(f"query {entry['query']} is refused by a version that is only staged")
        elif kind == "released":
            self._released(entry)
        elif kind == "delivered":
            self._delivered(entry)
        if kind in ("released", "refused", "no-answer") and entry["sequence"]:
            self.sent[entry["line"], entry["sequence"]] = entry["query"]
            asker = self.askers[entry["query"]]
            if self.at_line.get(entry["line"]) != (asker.terminal, asker.operator):
                raise Broken(f"{kind} for {asker} is told to {self.at_line.get(entry['line'])}")

    def _changed(self, entry: Entry) -> None:
        if entry["error"]:
            raise Broken(f"a change of {entry['backend']} is refused: {entry['error']}")
        did, *_, rule = entry["change"].split()
        for cut in self.room.cuts:
            cut.active |= (did, rule) == ("added", cut.rule)

    def _released(self, entry: Entry) -> None:
        asker, backend = self.askers[entry["query"]], entry["backend"]
        if self._cut(asker, backend, entry["at"]):
            raise Broken(f"{backend} is released to {asker}, who is cut off")

    def _delivered(self, entry: Entry) -> None:
        """Messages to people are derived data: a suspended agency gets none."""
        terminal, at = entry["terminal"], entry["at"]
        agencies = line_agencies_of(terminal, SEATS[terminal][0])
        for cut in self.room.cuts:
            of_all = cut.backend == "NETWORK" and cut.active and cut.agency in agencies
            if of_all and cut.start <= at < cut.end:
                raise Broken(f"message {entry['query']} is delivered to {terminal}, suspended")

    def _cut(self, asker: Asker, backend: str, at: float) -> bool:
        people = agencies_of(asker.terminal, asker.operator, asker.ori)
        lines = line_agencies_of(asker.terminal, asker.ori)
        return any(
            cut.active
            and cut.start <= at < cut.end
            and cut.agency in (lines if cut.backend == "NETWORK" else people)
            for cut in self.room.cuts
            if cut.backend in (backend, "NETWORK")
        )

    def stepped(self) -> None:
        """Nothing is held for who is cut off: it was refused when the rule took effect."""
        switch = self.room.switch
        if switch._events or switch.recorder.full:
            return
        for (query, leg), backend in self.held.items():
            if self._cut(self.askers[query], backend, switch._handled_at):
                raise Broken(f"leg {leg} of query {query} is held, though {backend} is cut off")

    def left(self, line: int, heard: Heard) -> None:
        """A record goes to who asked for it, in the message of that inquiry, and to nobody else."""
        for token in _TOKEN.findall(heard.body):
            query, leg = leg_of(int(token))
            if self.sent.get((line, heard.outbound)) != query:
                raise Broken(f"message {heard.outbound} of line {line} has a record of {query}")
            if (query, leg) in self.withheld:
                raise Broken(f"leg {leg} of query {query} is withheld on record, and has left")
            if self.askers[query].line != line and (query, leg) not in self.taken_up:
                raise Broken(f"line {line} hears what {self.askers[query]} asked")
