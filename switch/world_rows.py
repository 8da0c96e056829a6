"""The shape of `world.toml`: one model for each table, a closed list of keys in each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from switch.config import Limits
from switch.files.authored import Row
from switch.files.form import Form, form_of
from switch.terms import parse_data_class, parse_message_key, parse_name, parse_ori

_Ori = Annotated[str, form_of(parse_ori)]
_Key = Annotated[str, form_of(parse_message_key)]
_Name = Annotated[str, form_of(parse_name)]
_Class = Annotated[str, form_of(parse_data_class)]
# The names but E1 and Z1 are [GK].
_Region = Annotated[str, Form(r"^([A-H]1|Z1)$", "a region's code, A1 to H1 or Z1", "E1")]
_Place = Annotated[  # LOC of TQ [N-ORIONL]
    str, Form(r"^([A-Z][A-Z '.-]{1,19})?$", "a place of 2 to 20 capital letters", "PINE COUNTY")
]
_AgencyType = Literal["", "PD", "SO", "SA", "LE", "FE", "JA", "JC", "JG", "JJ", "JF", "CJ", "NJ"]
_State = Annotated[str, Form(r"^[A-Z][A-Z0-9]$", "a destination of two characters", "CA")]
_Destination = Annotated[
    str, Form(r"^([A-Z0-9]{2})?$", "a destination of two capital letters or digits", "CA")
]
_WorldId = Annotated[
    str, Form(r"^[a-z0-9-]{1,40}$", "1 to 40 small letters, digits and hyphens", "golden-state")
]
_HomeState = Annotated[str, Form(r"^([A-Z]{2})?$", "two capital letters", "CA")]
_Purpose = Annotated[str, Form(r"^[A-Z0-9]$", "one capital letter or digit", "C")]


class WorldRow(Row):
    id: _WorldId
    title: str
    timezone: str
    switch_ori: _Ori = "NL0000000"
    control_prefix: Annotated[str, Field(min_length=1, max_length=1)] = "*"
    seed: int
    hold_mail: bool = True
    third_request_copies: list[_Ori] = []
    invented_oris: list[_Ori] = []  # federal ORIs cannot have county 099: they are listed


class AgencyRow(Row):
    id: _Name
    name: str
    parent: _Name | None = None
    oris: list[_Ori] = []
    groups: list[str] = []
    functions: list[str] = []
    services: list[_Name] = []
    place: _Place = ""
    type: _AgencyType = ""
    hold_mail: bool | None = None


class TerminalRow(Row):
    mnemonic: _Name
    agency: _Name
    via: list[_Name] = []
    operators: list[_Name] = []


class AffiliationRow(Row):
    agency: _Name
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="until")] = None


class OperatorRow(Row):
    id: _Name
    agency: _Name
    secret: str | None = None
    affiliations: list[AffiliationRow] = []


class AnswerRow(Row):
    keys: list[_Key]
    destination: _Destination = ""
    classes: Annotated[list[_Class], Field(min_length=1)]
    image_classes: list[_Class] = []
    purposes: list[_Purpose] = []


class BackendRow(Row):
    name: _Name
    owner: str
    kind: str
    ori: _Ori
    state: _HomeState = ""
    inbox_max: Annotated[int, Field(ge=1, le=100_000)] = 256
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    batch_max: Annotated[int, Field(ge=1, le=1024)] = 64
    reply_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 10.0
    watch_terminal: str | None = None
    options: dict[str, Any] = {}
    answers: Annotated[list[AnswerRow], Field(min_length=1)]


_DEFAULT = Limits()


class LimitsRow(Row):
    lines_max: Annotated[int, Field(ge=1, le=100_000)] = _DEFAULT.lines_max
    frame_bytes_max: Annotated[int, Field(ge=256, le=1_048_576)] = _DEFAULT.frame_bytes_max
    half_frame_s: Annotated[float, Field(gt=0)] = _DEFAULT.half_frame_s
    sign_on_s: Annotated[float, Field(gt=0)] = _DEFAULT.sign_on_s
    outbox_bytes_max: Annotated[int, Field(ge=65_536)] = _DEFAULT.outbox_bytes_max
    in_flight_max: Annotated[int, Field(ge=1)] = _DEFAULT.in_flight_max
    destinations_max: Annotated[int, Field(ge=1, le=5)] = _DEFAULT.destinations_max
    late_s: Annotated[float, Field(ge=0)] = _DEFAULT.late_s
    unacknowledged_max: Annotated[int, Field(ge=1, le=10_000)] = _DEFAULT.unacknowledged_max
    silence_s: Annotated[float, Field(gt=0)] = _DEFAULT.silence_s
    resume_s: Annotated[float, Field(gt=0)] = _DEFAULT.resume_s
    held_max: Annotated[int, Field(ge=0, le=10_000)] = _DEFAULT.held_max
    held_bytes_max: Annotated[int, Field(ge=0)] = _DEFAULT.held_bytes_max
    held_s: Annotated[float, Field(ge=0)] = _DEFAULT.held_s
    confirm_urgent_s: Annotated[float, Field(gt=0)] = _DEFAULT.confirm_urgent_s
    confirm_routine_s: Annotated[float, Field(gt=0)] = _DEFAULT.confirm_routine_s
    delayed_inquiry_s: Annotated[float, Field(ge=0)] = _DEFAULT.delayed_inquiry_s
    grace_s: Annotated[float, Field(ge=0)] = _DEFAULT.grace_s


class WorldFile(Row):
    """The shape of `world.toml`."""

    format: Literal[1]
    world: WorldRow
    agency: list[AgencyRow] = []  # of these three at least one: said with all other mistakes
    terminal: list[TerminalRow] = []
    operator: list[OperatorRow] = []
    backend: list[BackendRow] = []
    classes: dict[_Class, list[str]] = {}
    sensitive: list[_Class] = []
    regions: dict[_Region, Annotated[list[_State], Field(min_length=1)]] = {}
    limits: LimitsRow = LimitsRow()
