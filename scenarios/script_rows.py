"""The shape of a scenario file: one model for each block, a closed list of keys in each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from scenarios.script import parse_duration, parse_trigger
from switch.files.authored import Row
from switch.files.form import Form
from switch.files.salvage import FilledIn

LENGTH_MAX_S = 7 * 24 * 3600.0
RATE_MAX = 120  # messages a minute of one `[[traffic]]`


def _duration(value: object) -> float:
    """Of a row whose duration could not be read, the rest is still looked at."""
    return 0.0 if isinstance(value, FilledIn) else parse_duration(value)


def _length(value: object) -> float:
    return LENGTH_MAX_S if isinstance(value, FilledIn) else parse_duration(value)


def _rate(value: object) -> object:
    return 1.0 if isinstance(value, FilledIn) else value


_WRITTEN = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})  # "18m", or seconds
Duration = Annotated[float, BeforeValidator(_duration), _WRITTEN]
Length = Annotated[float, BeforeValidator(_length), Field(gt=0, le=LENGTH_MAX_S), _WRITTEN]
Rate = Annotated[float, BeforeValidator(_rate), Field(gt=0, le=RATE_MAX)]
Id = Annotated[
    str,
    Form(r"^[a-z0-9][a-z0-9-]{0,39}$", "1 to 40 small letters, digits and hyphens", "cut-off"),
]
Trigger_ = Annotated[Any, BeforeValidator(parse_trigger)]
Texts = str | list[str]


class ScenarioRow(Row):
    """`[scenario]`: the title page."""

    id: Id
    title: str
    world: str
    starts: Any
    length: Length
    seed: int = 1
    pass_: Annotated[int, Field(alias="pass", ge=0, le=100)] = 100
    floor: Annotated[int, Field(ge=0, le=100)] = 50
    teaches: Texts = []
    debrief: str = ""
    source: str = ""
    invented: str = ""
    invented_rules: list[str] = []


class SeatRow(Row):
    """One of `[seats]` or `[actors]`."""

    terminal: str
    ori: str
    operator: str


class ActRow(Row):
    """`[[act]]`: a part of the story, reported or invented."""

    id: Id
    title: str
    start: Annotated[Duration, Field(alias="from")]
    source: str = ""
    invented: str = ""


class ReceivesRow(Row):
    """`receives`: a pattern of what the switch hands a seat."""

    reply_to: Id | None = None
    key: str | None = None
    backend: str | None = None
    verdict: str | None = None
    network: str | None = None
    owner: str | None = None
    point: Literal["ingress", "route", "waiting", "dequeue", "release"] | None = None
    rule: Texts = []
    fields: dict[str, str] = {}
    text: Texts = []
    without: Texts = []
    withheld: Texts = []
    masked: Texts = []
    records: Annotated[int, Field(ge=0)] | None = None
    late: bool | None = None


class InjectRow(Row):
    """`[[inject]]`: something happens."""

    id: Id
    at: Duration | None = None
    after: Trigger_ = None
    wait: Duration = 0.0
    to: str | None = None
    radio: str | None = None
    actor: str | None = None
    sends: dict[str, Any] | None = None


class ExpectRow(Row):
    """`[[expect]]`: somebody must do something, or the switch must answer."""

    id: Id
    at: Duration | None = None
    after: Trigger_ = None
    not_before: Duration = 0.0
    within: Duration
    seat: str
    sends: dict[str, Any] | None = None
    receives: ReceivesRow | None = None
    points: Annotated[int, Field(ge=0)] = 1
    ideal: Duration | None = None
    if_missed: Id | None = None
    note: str = ""


class ForbidRow(Row):
    """`[[forbid]]`: what must not happen."""

    id: Id
    at: Annotated[Duration | None, Field(alias="from")] = None
    after: Trigger_ = None
    until: Duration | None = None
    during: Id | None = None
    seat: str
    sends: dict[str, Any] | None = None
    receives: ReceivesRow | None = None
    more_than: Annotated[int, Field(ge=0)] = 0
    points: Annotated[int, Field(le=0)] = 0


class FaultRow(Row):
    """`[[fault]]`: a backend, a line or a destination misbehaves."""

    id: Id | None = None
    backend: str | None = None
    seat: str | None = None
    destination: str | None = None
    keys: Texts = []
    kind: Literal[
        "outage", "slow", "late", "drop", "duplicate", "garble", "crash", "disconnect",
        "hold", "remove", "never",
    ]  # fmt: skip
    at: Duration = 0.0
    until: Duration | None = None
    takes: Duration | None = None
    announce: str = ""


class AccessRow(Row):
    """`[[access]]`: a rule is added or withdrawn."""

    id: Id
    at: Duration | None = None
    after: Trigger_ = None
    wait: Duration = 0.0
    backend: str | None = None
    network: bool = False
    effect: Literal["deny", "refer", "allow", "suspend"] | None = None
    rule: dict[str, Any] | None = None
    withdraw: str | None = None


class TrafficRow(Row):
    """`[[traffic]]`: messages in the background, `rate` a minute."""

    id: Id
    seats: Annotated[Texts, Field(min_length=1)]
    keys: Texts = []
    messages: Texts = []
    rate: Rate
    at: Duration = 0.0
    until: Duration | None = None


class InvariantRow(Row):
    """`[[assert]]`: what holds for the whole run."""

    id: Id
    at: Annotated[Duration | None, Field(alias="from")] = None
    after: Trigger_ = None
    until: Duration | None = None
    never: Texts = []
    always: Literal["one outcome"] | None = None
    group: str | None = None
    terminal: str | None = None
    backend: str | None = None
    key: str | None = None
    text: str | None = None


class ScenarioFile(Row):
    """The shape of a scenario."""

    format: Literal[1]
    scenario: ScenarioRow
    act: list[ActRow] = []
    # Names in small letters: `to = "CA"` is a destination, never a seat.
    seats: Annotated[dict[Id, SeatRow], Field(min_length=1)]
    actors: dict[Id, SeatRow] = {}
    inject: list[InjectRow] = []
    expect: list[ExpectRow] = []
    forbid: list[ForbidRow] = []
    fault: list[FaultRow] = []
    access: list[AccessRow] = []
    traffic: list[TrafficRow] = []
    invariant: Annotated[list[InvariantRow], Field(alias="assert")] = []
