"""A scenario as a value: who sits where, what happens when, what must and must not follow.

Read from a file by `scenarios.script_file`, which has checked its shape; names are checked against
a world by `scenarios.check`. All times in here are seconds from the scenario's start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from switch.errors import UnfitError
from switch.terms import Instant

NETWORK = "NETWORK"

_DURATION = re.compile(r"(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6}(?:\.\d{1,3})?)s)?\Z")
_TRIGGER = re.compile(r"(?:(reply to|hit for) +)?([a-z0-9][a-z0-9-]*)\Z")


def parse_duration(text: object) -> float:
    """Seconds of a duration such as "90s", "10m30s" or "1h"; UnfitError otherwise."""
    match = _DURATION.match(text) if isinstance(text, str) else None
    if match is None:
        form = 'write "90s", "10m30s" or "1h" in quotes'
        shown = repr(text) if isinstance(text, str) else str(text)
        raise UnfitError(f"{shown} is not a duration", form)
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600.0 + int(minutes or 0) * 60.0 + float(seconds or 0)


def duration_text(seconds: float) -> str:
    """Seconds as a scenario file writes them."""
    whole, rest = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(whole, 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else ""]
    parts.append(f"{rest / 1000:g}s" if rest or not whole else "")
    return "".join(parts)


class Cause(Enum):
    """What of another row sets a row going."""

    ROW = ""  # it happened: an inject fired, an expectation was met, access changed
    REPLY = "reply to"  # the first answer of any kind to the message of that row
    HIT = "hit for"  # the first answer with a record to the message of that row


class Trigger(NamedTuple):
    """`after = "ROW"`, `"reply to ROW"` or `"hit for ROW"`."""

    cause: Cause
    row: str

    def __str__(self) -> str:
        return f"{self.cause.value} {self.row}".strip()


def parse_trigger(text: object) -> Trigger:
    """The trigger that `after` names; UnfitError otherwise."""
    match = _TRIGGER.match(text) if isinstance(text, str) else None
    if match is None:
        form = 'write "ROW", "reply to ROW" or "hit for ROW"'
        raise UnfitError(f"`{text}` is not a trigger", form)
    return Trigger(Cause(match[1] or ""), match[2])


class When(NamedTuple):
    """A time from the start, or a wait after a trigger; neither = only when called."""

    at: float | None = None
    after: Trigger | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Seat:
    """A terminal of the scenario; an actor's is played by the engine."""

    id: str
    terminal: str
    ori: str
    operator: str
    actor: bool


@dataclass(frozen=True, slots=True)
class Act:
    """A part of the story; the lines of an invented one say so, each of them."""

    id: str
    title: str
    start: float
    source: str
    invented: str

    @property
    def is_invented(self) -> bool:
        """Whether the act goes beyond what was reported."""
        return bool(self.invented)


@dataclass(frozen=True, slots=True)
class Sends:
    """A pattern of a message that a seat sends; a stand-in completes it from the formats."""

    key: str
    to: tuple[str, ...]  # destinations, or names of seats and actors; empty = any
    fields: Mapping[str, str]
    text: str | None
    control: str | None


@dataclass(frozen=True, slots=True)
class Receives:
    """A pattern of what the switch hands a seat; what is not given may be anything."""

    reply_to: str | None = None  # only an answer to the message of that row
    key: str | None = None
    backend: str | None = None
    verdict: str | None = None
    network: str | None = None  # what the network said by itself
    owner: str | None = None  # what the owner's file said by itself
    point: str | None = None
    rule: tuple[str, ...] = ()
    fields: Mapping[str, str] | None = None  # as they stand in the answer
    text: tuple[str, ...] = ()  # each must stand in the message
    without: tuple[str, ...] = ()  # none may stand in it
    withheld: tuple[str, ...] = ()  # data classes
    masked: tuple[str, ...] = ()  # field codes
    records: int | None = None
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class Inject:
    """Something happens: a seat hears the radio, or an actor sends a message."""

    id: str
    when: When
    to: str | None
    radio: str | None
    actor: str | None
    sends: Sends | None


@dataclass(frozen=True, slots=True)
class Expect:
    """Somebody must do something, or the switch must answer, in a window after a trigger."""

    id: str
    when: When
    not_before: float
    within: float
    seat: str
    pattern: Sends | Receives
    points: int
    ideal: float  # when a stand-in does it, from the trigger
    if_missed: str | None
    note: str  # for the debrief: what it shows


@dataclass(frozen=True, slots=True)
class Forbid:
    """What must not happen in a window; `points` (0 or less) are lost once if it does."""

    id: str
    when: When
    until: float | None  # from the start of the scenario; None = to the end
    during: str | None  # an expectation: only while its window is open
    seat: str
    pattern: Sends | Receives
    more_than: int
    points: int


class FaultKind(Enum):
    """How a backend or a line misbehaves."""

    OUTAGE = "outage"  # a backend says that it cannot answer; a line carries nothing either way
    SLOW = "slow"  # an answer, or a message of the seat, takes `takes`
    LATE = "late"  # an answer comes after the switch has given it up
    DROP = "drop"  # answers, or the seat's messages, are lost
    DUPLICATE = "duplicate"  # they come twice
    GARBLE = "garble"  # they arrive damaged
    CRASH = "crash"  # the backend fails on every batch
    HOLD = "hold"  # the switch knows it to be out of service, and will forward (.02.)
    REMOVE = "remove"  # the same, and will not forward (.04.)
    NEVER = "never"  # it does not respond to the type (.01.)
    DISCONNECT = "disconnect"  # the line is cut; at the end of the fault the seat signs on again


@dataclass(frozen=True, slots=True)
class Fault:
    """A backend, the line of a seat or a destination misbehaves from `at` until `until`; the
    others are ""."""

    id: str
    kind: FaultKind
    backend: str
    seat: str
    at: float
    until: float
    takes: float | None  # seconds, of slow and late
    announce: str  # what every seat is told when it begins; "" = nothing
    destination: str = ""  # in place of a backend: a state or an ORI; of hold, remove and never
    keys: tuple[str, ...] = ()  # of these; none = all

    def lasts(self, elapsed: float) -> bool:
        """Whether it holds, so many seconds after the start."""
        return self.at <= elapsed < self.until


@dataclass(frozen=True, slots=True)
class Access:
    """An owner, or the switch operator for NETWORK, adds a rule or withdraws one."""

    id: str
    when: When
    backend: str
    effect: str | None  # of `rule`
    rule: Mapping[str, object] | None
    withdraw: str | None

    @property
    def by(self) -> str:
        """Who did it, as the journal has it."""
        return f"scenario row `{self.id}`"


@dataclass(frozen=True, slots=True)
class Invariant:
    """`[[assert]]`: no entry of these kinds about these, or one outcome for every leg."""

    id: str
    when: When
    until: float | None
    never: tuple[str, ...]  # kinds of journal entries; empty = one outcome for every leg
    group: str | None
    terminal: str | None
    backend: str | None
    key: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """`[[traffic]]`: actors that talk in the background, from `at` until `until`; no row of the
    script is about what they say, and nobody is judged by it."""

    id: str
    seats: tuple[str, ...]
    keys: tuple[str, ...]  # made up from the formats' example values
    messages: tuple[str, ...]  # as they are typed, with blanks (terminals.load.mix)
    rate: float  # messages a minute, all its seats together
    at: float
    until: float

    @property
    def count(self) -> int:
        """How many messages it makes: one in each part of its time."""
        return int((self.until - self.at) * self.rate / 60 + 1e-9)


Row = Inject | Expect | Forbid | Access | Invariant
Cue = Inject | Expect | Access  # rows that others may follow


@dataclass(frozen=True, slots=True)
class Script:
    """A whole scenario."""

    id: str
    title: str
    world: str
    starts: Instant
    length: float
    seed: int
    pass_percent: int
    floor_percent: int  # the share of all points that must have been reachable to pass
    teaches: tuple[str, ...]  # for whoever chooses a lesson, one sentence each
    debrief: str  # for whoever has played it
    source: str
    invented: str
    invented_rules: frozenset[str]  # access rules that no report mentions, whatever the act
    seats: Mapping[str, Seat]  # actors too
    acts: tuple[Act, ...]
    injects: tuple[Inject, ...]
    expects: tuple[Expect, ...]
    forbids: tuple[Forbid, ...]
    faults: tuple[Fault, ...]
    access: tuple[Access, ...]
    invariants: tuple[Invariant, ...]
    traffic: tuple[Traffic, ...] = ()

    @property
    def background(self) -> frozenset[str]:
        """The actors that only talk in the background."""
        return frozenset(seat for row in self.traffic for seat in row.seats)

    @property
    def cues(self) -> dict[str, Cue]:
        """All rows that others may follow, by id; of two at one instant, the earlier goes first."""
        rows: tuple[Cue, ...] = (*self.access, *self.injects, *self.expects)
        return {row.id: row for row in rows}

    @property
    def controls(self) -> dict[str, str]:
        """The control field that a stand-in writes for each row that sends: row -> field."""
        given = {}
        for place, row in enumerate(self.cues.values(), 1):
            sends = row.pattern if isinstance(row, Expect) else getattr(row, "sends", None)
            if isinstance(sends, Sends):
                given[row.id] = sends.control or f"R{place}"
        return given

    def act_at(self, at: Instant) -> Act | None:
        """The act that an instant falls into."""
        elapsed = at - self.starts
        return next((act for act in reversed(self.acts) if act.start <= elapsed), None)

    def seat_of(self, terminal: str) -> Seat | None:
        """The seat at a terminal."""
        return next((seat for seat in self.seats.values() if seat.terminal == terminal), None)
