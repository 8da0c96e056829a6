"""One accepted inquiry and its legs, from arrival to the last outcome.

The rule that keeps it whole: a leg ends in exactly one outcome (answer, no record, refusal, no
answer in time); after "no answer in time" at most one answer follows, labelled late.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from switch.acl.engine import Decision, Request
from switch.backend import Query, Reply
from switch.config import CatalogEntry
from switch.core.inquiry.plans import Plan, PlannedLeg
from switch.core.inquiry.routing import Group
from switch.core.lines import LineState
from switch.message import InputMessage, Stamp
from switch.terms import Instant

LEGS_MAX = 1000  # of one inquiry


def correlation(query: int, leg: int) -> int:
    """The number under which a backend is asked for a leg: 12003 is leg 3 of inquiry 12.

    It is never used again in one journal, so an owner who has kept the numbers that its backend
    was asked under can look each of them up in its ledger.
    """
    return query * LEGS_MAX + leg


def leg_of(correlation_id: int) -> tuple[int, int]:
    """The inquiry and the leg of such a number."""
    return divmod(correlation_id, LEGS_MAX)


# A plain inquiry on the express lane: its number, its line, the session at it, the message, when it
# was received, its plan. Not a class: one is made for every message, and a tuple costs least.
Errand = tuple[int, LineState, int, InputMessage, Stamp, Plan]


class LegState(Enum):
    """Where a leg is; all but DONE can still change."""

    WAITING = "waiting in its backend's inbox"
    ASKED = "at its backend"
    HELD = "answered; held until the other sources of a merged answer are through"
    TIMED_OUT = "told that there was no answer in time; one late answer may follow"
    REFUSED = "refused while at its backend; whatever comes is withheld"
    DONE = "ended"


class Leg:
    """One destination of an inquiry, after rewriting."""

    __slots__ = (
        "decision",
        "due",
        "entry",
        "exchange",
        "id",
        "merge",
        "number",
        "request",
        "state",
    )

    def __init__(
        self, id: int, exchange: Exchange, planned: PlannedLeg, merge: Merge | None = None
    ) -> None:
        self.id = id  # see `correlation`
        self.exchange = exchange
        self.number = planned.number  # 1-based within its inquiry
        self.entry: CatalogEntry = planned.entry
        self.request: Request = planned.request
        self.decision: Decision = planned.decision  # the latest one
        self.merge = merge  # the merged answer that it is part of
        self.state = LegState.WAITING
        self.due: Instant = 0.0  # when its time is over: to be answered, or to be remembered

    @property
    def query(self) -> Query:
        """As its backend is asked."""
        exchange, entry, request = self.exchange, self.entry, self.request
        return Query(
            self.id,
            entry.key,
            entry.destination,
            exchange.message.fields or exchange.message.words,
            request.image,
            request.purpose,
            exchange.received.at,
            request.ori,
        )


@dataclass(slots=True)
class Merge:
    """One answer from several sources: an inquiry to all states, or to a region [N-RQG, N-DQG,
    N-IQ]."""

    group: Group
    exchange: Exchange
    open: int  # sources that are neither through nor held
    held: list[tuple[Leg, Reply]] = field(default_factory=list)
    refusals: list[Decision] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)  # destinations without an answer

    def hold(self, leg: Leg, reply: Reply) -> None:
        """One source has answered: kept until the others are through."""
        leg.state = LegState.HELD
        self.held.append((leg, reply))
        self.open -= 1


@dataclass(slots=True)
class Exchange:
    """One inquiry of one terminal."""

    query: int  # the switch's number of it, for the journal
    line: LineState
    session: int  # of its line: whoever signs on there later is somebody else
    message: InputMessage
    received: Stamp  # its instant is the one whose facets count at every later judgement
    plan: Plan
    open_legs: int = 0  # legs that have not had their outcome yet

    @property
    def asker(self) -> LineState | None:
        """Its line; None if the line is gone, or somebody else has signed on there since."""
        return self.line if self.line.session == self.session else None
