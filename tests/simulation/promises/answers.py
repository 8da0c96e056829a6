"""House, promise 1: every accepted query ends in one outcome per leg, in time, and it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from switch.core.record.journal import Entry
from switch.terms import BackendName
from tests.simulation.line import Heard
from tests.simulation.promise import Broken, Promise
from tests.simulation.promises.mail import held_on_disk
from tests.simulation.room import REGIONS

OUTCOMES = ("refused", "released", "no-answer", "withheld", "undelivered")
STATES = ("CA", "NV", "ZA")
SLACK_S = 0.001


Place = tuple[int, int]  # a line, and how many sessions it had before this one


@dataclass(slots=True)
class Leg:
    """One leg, and what became of it so far."""

    due: float
    merged: bool = False
    outcomes: list[Entry] = field(default_factory=list)
    held: bool = False  # for a source that is out of service
    moved: Place | None = None  # where its asker was when it was taken up again

    @property
    def open(self) -> bool:
        """Whether its outcome is to come, and soon."""
        return not self.outcomes and not self.held


@dataclass(slots=True)
class Inquiry:
    """One accepted query."""

    place: Place
    control: str | None
    legs: dict[int, Leg]
    told: int = 0  # messages that are to leave for it, by what is on record
    places: set[Place] = field(default_factory=set)  # where they were told

    def open_at(self) -> list[Place]:
        """What counts as an open inquiry, and where: each leg that was held does for itself."""
        moved = [leg.moved for leg in self.legs.values() if leg.open and leg.moved is not None]
        stayed = any(leg.open and leg.moved is None for leg in self.legs.values())
        return [*moved, self.place] if stayed else moved


class ADenialIsAnAnswer(Promise):
    """One outcome per leg, in time; after `no answer in time` at most one, late or withheld."""

    def started(self) -> None:
        """Nothing is open but what an earlier run holds."""
        self.inquiries: dict[int, Inquiry] = {}
        self.sessions: Counter[int] = Counter()  # by line: grows with each sign-on and sign-off
        self.at_line: dict[int, tuple[str, str]] = {}  # who is signed on, by what is on record
        self.heard: Counter[str] = Counter()  # messages by the control field handed back
        self.held = {(e["query"], e["leg"]): e for e in held_on_disk(self.room) if e["leg"]}

    def decided(self, entry: Entry) -> None:
        """Follow every query to its ends."""
        kind = entry["kind"]
        if kind in ("signed-on", "signed-off"):
            self._new_session(entry)
        elif kind == "query":
            self._accepted(entry)
        elif kind == "held" and entry["leg"]:
            self.held[entry["query"], entry["leg"]] = entry
            self.inquiries[entry["query"]].legs[entry["leg"]].held = True
        elif kind in ("forwarded", "expired", "removed") and entry["leg"]:
            self._taken_up(entry)
        elif kind in ("rejected", "told") and entry["query"] in self.inquiries:
            self.inquiries[entry["query"]].told += 1
        elif kind in OUTCOMES:
            self._ended(entry)

    def _new_session(self, entry: Entry) -> None:
        number = entry["line"]
        line, place = self.room.by_id[number], (number, self.sessions[number])
        for query, inquiry in self.inquiries.items():
            if place in inquiry.open_at() and not (line.gone or line.hung_up):
                raise Broken(f"query {query} is open at the sign-off behind it")
        self.sessions[number] += 1
        self.at_line.pop(number, None)
        if entry["kind"] == "signed-on":
            self.at_line[number] = entry["terminal"], entry["operator"]

    def _accepted(self, entry: Entry) -> None:
        groups, number = merged_legs(entry), entry["line"]
        merged = set().union(*groups)
        times = [self._reply_timeout_s(leg["backend"]) for leg in entry["legs"]]
        due = entry["at"] + max(times, default=0.0)
        legs = {leg["leg"]: Leg(due, leg["leg"] in merged) for leg in entry["legs"]}
        place = number, self.sessions[number]
        told = Inquiry(place, entry["control"], legs, len(groups), {place})
        self.inquiries[entry["query"]] = told

    def _reply_timeout_s(self, backend: str) -> float:
        return self.room.world.backends[BackendName(backend)].reply_timeout_s

    def _taken_up(self, entry: Entry) -> None:
        """What was held has its outcome now, or is asked: at the line at which its asker is."""
        query, number, at = entry["query"], entry["leg"], entry["at"]
        held = self.held.pop((query, number))
        who = held["terminal"], held["operator"]
        line = next((line for line, there in self.at_line.items() if there == who), 0)
        place = line, self.sessions[line]
        inquiry = self.inquiries.setdefault(query, Inquiry(place, held["control"], {}))
        leg = inquiry.legs.setdefault(number, Leg(at, held=True))
        leg.held, leg.moved, leg.due = False, place, at
        inquiry.places.add(place)
        if entry["kind"] == "forwarded":
            leg.due = at + self._reply_timeout_s(held["place"])
            if not line:
                raise Broken(f"query {query} is forwarded, and {who} is not there")

    def _ended(self, entry: Entry) -> None:
        where = f"leg {entry['leg']} of query {entry['query']}"
        inquiry = self.inquiries.get(entry["query"])
        leg = inquiry.legs.get(entry["leg"]) if inquiry else None
        if inquiry is None or leg is None:
            raise Broken(f"{where}: {entry['kind']}, but nobody asked")
        if leg.held:
            raise Broken(f"{where}: {entry['kind']}, but it is held")
        leg.outcomes.append(entry)
        kinds = [outcome["kind"] for outcome in leg.outcomes]
        if not _may_be(leg.outcomes):
            raise Broken(f"{where} has the outcomes {kinds}")
        ingress = entry["kind"] == "refused" and entry["point"] == "ingress"
        line, session = leg.moved or inquiry.place
        there = bool(line) and self.sessions[line] == session
        sequence = entry.get("sequence")
        if sequence and not there:
            raise Broken(f"{where}: {entry['kind']} was told to somebody else on that line")
        if sequence == 0 and there and not leg.merged:
            raise Broken(f"{where}: {entry['kind']} was told to nobody")
        if kinds[-1] == "undelivered" and there:
            raise Broken(f"{where} is undelivered, but its asker is there")
        if ingress:
            inquiry.told = 1  # one ER for the whole message
        elif sequence and (not leg.merged or entry.get("late")):
            inquiry.told += 1

    def left(self, line: int, heard: Heard) -> None:
        """Count what is handed back."""
        if heard.control:
            self.heard[heard.control] += 1

    def stepped(self) -> None:
        """Nothing is overdue, and every line's count of open inquiries is right."""
        if self.room.switch.recorder.full:
            return  # nothing is handled before the disk has caught up
        open_at: Counter[Place] = Counter()
        for query, inquiry in self.inquiries.items():
            for number, leg in inquiry.legs.items():
                if leg.open and self.room.now > leg.due + SLACK_S:
                    raise Broken(f"leg {number} of query {query} has no outcome, and is overdue")
            open_at.update(inquiry.open_at())
        for line in self.room.switch._dispatcher._lines:
            known = open_at[line.id, self.sessions[line.id]]
            if line.in_flight != known:
                raise Broken(f"line {line.id} counts {line.in_flight} open inquiries, not {known}")

    def drained(self) -> None:
        """Whoever is still there has heard everything."""
        for query, inquiry in self.inquiries.items():
            there = all(map(self._is_there, inquiry.places))
            if there and self.heard[inquiry.control or ""] != inquiry.told:
                count = self.heard[inquiry.control or ""]
                raise Broken(f"query {query}: {count} messages were heard, not {inquiry.told}")

    def _is_there(self, place: Place) -> bool:
        number, session = place
        line = self.room.by_id.get(number)
        there = line in self.room.lines and self.sessions[number] == session
        return there and line is not None and not line.hung_up


def merged_legs(entry: Entry) -> list[set[int]]:
    """The legs that NL or a region stands for, of each: they have one answer together."""
    legs, groups = list(entry["legs"]), []
    for destination in entry["destinations"]:
        states = REGIONS.get(destination, STATES if destination == "NL" else ())
        group: dict[str, int] = {}
        while states and legs and legs[0]["destination"] in {*states} - group.keys():
            leg = legs.pop(0)
            group[leg["destination"]] = leg["leg"]
        if group:
            groups.append(set(group.values()))
        elif legs and legs[0]["destination"] == destination:
            legs.pop(0)
    return groups


def _may_be(outcomes: list[Entry]) -> bool:
    first, *later = outcomes
    if first["kind"] == "withheld" or first.get("late") or len(later) > 1:
        return False
    if not later:
        return True
    kind, late = later[0]["kind"], later[0].get("late")
    if first["kind"] == "no-answer" and first["reason"] == "time":
        return kind in ("withheld", "undelivered") or (kind == "released" and late is True)
    return first["kind"] == "refused" and first["point"] == "waiting" and kind == "withheld"
