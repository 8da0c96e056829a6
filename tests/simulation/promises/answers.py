"""House, promise 1: every accepted query ends in one outcome per leg, in time, and it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from switch.core.record.journal import Entry
from tests.simulation.line import Heard
from tests.simulation.promise import Broken, Promise

OUTCOMES = ("refused", "released", "no-answer", "withheld", "undelivered")
_SERVED = ("CA", "NV", "ZA")
SLACK_S = 0.001


@dataclass(slots=True)
class Leg:
    """One leg, and what became of it so far."""

    due: float
    merged: bool
    outcomes: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Inquiry:
    """One accepted query."""

    line: int
    session: int
    control: str
    legs: dict[int, Leg]
    told: int = 0  # messages that are to leave for it, by what is on record

    @property
    def open(self) -> bool:
        """Whether some leg has no outcome."""
        return any(not leg.outcomes for leg in self.legs.values())


class ADenialIsAnAnswer(Promise):
    """One outcome per leg, in time; after `no answer in time` at most one, late or withheld."""

    def started(self) -> None:
        """Nothing is open."""
        self.inquiries: dict[int, Inquiry] = {}
        self.sessions: Counter[int] = Counter()  # by line: grows with each sign-on and sign-off
        self.heard: Counter[str] = Counter()  # messages by the control field handed back

    def decided(self, entry: Entry) -> None:
        """Follow every query to its ends."""
        kind = entry["kind"]
        if kind in ("signed-on", "signed-off"):
            self._new_session(entry)
        elif kind == "query":
            self._accepted(entry)
        elif kind == "rejected" and entry["query"] in self.inquiries:
            self.inquiries[entry["query"]].told += 1
        elif kind in OUTCOMES:
            self._ended(entry)

    def _new_session(self, entry: Entry) -> None:
        number = entry["line"]
        line, session = self.room.by_id[number], self.sessions[number]
        for query, inquiry in self.inquiries.items():
            theirs = (inquiry.line, inquiry.session) == (number, session)
            if theirs and inquiry.open and not (line.gone or line.hung_up):
                raise Broken(f"query {query} is open at the sign-off behind it")
        self.sessions[number] += 1

    def _accepted(self, entry: Entry) -> None:
        backends, merged = self.room.world.backends, _merged(entry)
        times = [backends[leg["backend"]].reply_timeout_s for leg in entry["legs"]]
        due = entry["at"] + max(times, default=0.0)
        legs = {leg["leg"]: Leg(due, leg["leg"] in merged) for leg in entry["legs"]}
        line, one = entry["line"], int(bool(merged))  # one answer for all that are merged
        self.inquiries[entry["query"]] = Inquiry(
            line, self.sessions[line], entry["control"], legs, told=one
        )

    def _ended(self, entry: Entry) -> None:
        where = f"leg {entry['leg']} of query {entry['query']}"
        inquiry = self.inquiries.get(entry["query"])
        leg = inquiry.legs.get(entry["leg"]) if inquiry else None
        if inquiry is None or leg is None:
            raise Broken(f"{where}: {entry['kind']}, but nobody asked")
        leg.outcomes.append(entry)
        kinds = [outcome["kind"] for outcome in leg.outcomes]
        if not _may_be(leg.outcomes):
            raise Broken(f"{where} has the outcomes {kinds}")
        ingress = entry["kind"] == "refused" and entry["point"] == "ingress"
        there = self.sessions[inquiry.line] == inquiry.session
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
        open_on: Counter[tuple[int, int]] = Counter()
        for query, inquiry in self.inquiries.items():
            for number, leg in inquiry.legs.items():
                if not leg.outcomes and self.room.now > leg.due + SLACK_S:
                    raise Broken(f"leg {number} of query {query} has no outcome, and is overdue")
            if inquiry.open:
                open_on[inquiry.line, inquiry.session] += 1
        for line in self.room.switch._dispatcher._lines:
            known = open_on[line.id, self.sessions[line.id]]
            if line.in_flight != known:
                raise Broken(f"line {line.id} counts {line.in_flight} open inquiries, not {known}")

    def drained(self) -> None:
        """Whoever is still there has heard everything."""
        for query, inquiry in self.inquiries.items():
            line = self.room.by_id[inquiry.line]
            there = line in self.room.lines and self.sessions[inquiry.line] == inquiry.session
            if there and not line.hung_up and self.heard[inquiry.control] != inquiry.told:
                count = self.heard[inquiry.control]
                raise Broken(f"query {query}: {count} messages were heard, not {inquiry.told}")


def _merged(entry: Entry) -> set[int]:
    """The legs that NL stands for: they have one answer together."""
    destinations = entry["destinations"]
    if "NL" not in destinations:
        return set()
    before = destinations[: destinations.index("NL")]
    others = sum(each in _SERVED for each in destinations)
    first = 1 + sum(each in _SERVED for each in before)
    return set(range(first, first + len(entry["legs"]) - others))


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
