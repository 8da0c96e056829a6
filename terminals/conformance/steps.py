"""What a script of the kit does, and what it hears: values between the script and its walk."""

from __future__ import annotations

from collections.abc import Generator
from enum import Enum
from typing import NamedTuple, TypeVar

from switch.message import Received
from switch.terms import Instant, Mnemonic


class Send(NamedTuple):
    """Bytes for the terminal, each piece on its own, as far as the network leaves it so."""

    pieces: tuple[bytes, ...]


class Drop(NamedTuple):
    """Close the line without a word, as if it broke."""


class Listen(NamedTuple):
    """Wait for the next thing that is heard, until then at most."""

    until: Instant


class Tell(NamedTuple):
    """A sentence for the person who watches."""

    text: str


class Outcome(Enum):
    """How a terminal did at one exercise."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ASKED = "not asked"  # it does not apply to this terminal, or to this run
    NOT_REACHED = "not reached"


class Verdict(NamedTuple):
    """One exercise judged."""

    clause: str  # of docs/line-protocol.md
    name: str  # of the exercise, one word; with the clause the name of its tape
    title: str
    outcome: Outcome
    why: str  # of a failure, or why it was not asked
    seconds: float


Step = Send | Drop | Listen | Tell | Verdict


class Connected(NamedTuple):
    """A terminal is on the line; `proved`: the mnemonics that its certificate names."""

    proved: tuple[Mnemonic, ...] = ()


class Dropped(NamedTuple):
    """It has hung up."""


class Overdue(NamedTuple):
    """Nothing was heard in time."""


Heard = Connected | Dropped | Overdue | Received

T = TypeVar("T")
Script = Generator[Step, Heard, T]


class Failed(Exception):
    """A clause does not hold; the sentence says what happened instead."""
