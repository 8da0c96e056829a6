"""One accepted inquiry and its legs, from arrival to the last outcome.

The rule that keeps it whole: a leg ends in exactly one outcome (answer, no record, refusal, no
answer in time); after "no answer in time" at most one answer follows, labelled late.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from switch.acl.engine import Decision, Request
from switch.config import CatalogEntry
from switch.core.plans import Plan
from switch.message import InputMessage, Stamp
from switch.terms import Instant, LineId


class LegState(Enum):
    """Where a leg is; only WAITING, ASKED and TIMED_OUT can still change."""

    WAITING = "waiting in its backend's inbox"
    ASKED = "at its backend"
    TIMED_OUT = "told that there was no answer in time; one late answer may follow"
    REFUSED = "refused while at its backend; whatever comes is withheld"
    DONE = "ended"


@dataclass(slots=True)
class Leg:
    """One destination of an inquiry, after rewriting."""

    id: int  # correlation id, unique in one run
    number: int  # 1-based within its inquiry
    exchange: Exchange
    entry: CatalogEntry
    request: Request
    decision: Decision  # the latest one
    state: LegState = LegState.WAITING
    due: Instant = 0.0  # when its time is over: to be answered, or to be remembered


@dataclass(slots=True)
class Exchange:
    """One inquiry of one terminal."""

    query: int  # the switch's number of it, for the journal
    line: LineId
    message: InputMessage
    received: Stamp  # its instant is the one whose facets count at every later judgement
    plan: Plan
    open_legs: int = 0  # legs that have not had their outcome yet
