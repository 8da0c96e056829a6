"""`world.toml`: its shape, and the way from the file to a `World`.

All mistakes are reported at once, each on its line: what pydantic sees (shapes), and what it cannot
(names that nobody declared, names declared twice, circles among parents).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from switch.config import (
    Affiliation,
    Agency,
    BackendEntry,
    CatalogEntry,
    Limits,
    Operator,
    Terminal,
    World,
)
from switch.errors import AuthoredError, Finding, UsageError
from switch.files.authored import Authored, Row, did_you_mean, inspect, instant
from switch.files.salvage import FILLED_IN
from switch.terms import (
    AgencyId,
    BackendName,
    DataClass,
    MessageKey,
    Mnemonic,
    OperatorId,
    Ori,
    parse_data_class,
    parse_message_key,
    parse_name,
    parse_ori,
)

WORLDS_FOLDER = Path(__file__).parent / "worlds"


def _text(parser: Any, value: str) -> str:
    return str(parser(value))


_Ori = Annotated[str, AfterValidator(lambda v: _text(parse_ori, v))]
_Key = Annotated[str, AfterValidator(lambda v: _text(parse_message_key, v))]
_Name = Annotated[str, AfterValidator(lambda v: _text(parse_name, v))]
_Class = Annotated[str, AfterValidator(lambda v: _text(parse_data_class, v))]
_Region = Annotated[str, Field(pattern=r"^([A-H]1|Z1)$")]  # the names but E1 and Z1 are [GK]
_Place = Annotated[str, Field(pattern=r"^([A-Z][A-Z '.-]{1,19})?$")]  # LOC of TQ [N-ORIONL]
_AgencyType = Literal["", "PD", "SO", "SA", "LE", "FE", "JA", "JC", "JG", "JJ", "JF", "CJ", "NJ"]
_State = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]$")]
_Destination = Annotated[str, Field(pattern=r"^([A-Z0-9]{2})?$")]


class _WorldRow(Row):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    title: str
    timezone: str
    switch_ori: _Ori = "NL0000000"
    control_prefix: Annotated[str, Field(min_length=1, max_length=1)] = "*"
    seed: int
    hold_mail: bool = True
    third_request_copies: list[_Ori] = []
    invented_oris: list[_Ori] = []  # federal ORIs cannot have county 099: they are listed


class _AgencyRow(Row):
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


class _TerminalRow(Row):
    mnemonic: _Name
    agency: _Name
    via: list[_Name] = []
    operators: list[_Name] = []


class _AffiliationRow(Row):
    agency: _Name
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="until")] = None


class _OperatorRow(Row):
    id: _Name
    agency: _Name
    secret: str | None = None
    affiliations: list[_AffiliationRow] = []


class _AnswerRow(Row):
    keys: list[_Key]
    destination: _Destination = ""
    classes: Annotated[list[_Class], Field(min_length=1)]
    image_classes: list[_Class] = []
    purposes: list[Annotated[str, Field(pattern=r"^[A-Z0-9]$")]] = []


class _BackendRow(Row):
    name: _Name
    owner: str
    kind: str
    ori: _Ori
    state: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    inbox_max: Annotated[int, Field(ge=1, le=100_000)] = 256
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    batch_max: Annotated[int, Field(ge=1, le=1024)] = 64
    reply_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 10.0
    watch_terminal: str | None = None
    options: dict[str, Any] = {}
    answers: Annotated[list[_AnswerRow], Field(min_length=1)]


_DEFAULT = Limits()


class _LimitsRow(Row):
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
    world: _WorldRow
    agency: Annotated[list[_AgencyRow], Field(min_length=1)]
    terminal: Annotated[list[_TerminalRow], Field(min_length=1)]
    operator: list[_OperatorRow] = []
    backend: Annotated[list[_BackendRow], Field(min_length=1)]
    classes: dict[_Class, list[str]]
    sensitive: list[_Class] = []
    regions: dict[_Region, Annotated[list[_State], Field(min_length=1)]] = {}
    limits: _LimitsRow = _LimitsRow()


def world_folder(name: str) -> Path:
    """The folder of a shipped world by its id, or of any world by its path."""
    shipped, folder = WORLDS_FOLDER / name, Path(name)
    if "/" not in name and (shipped / "world.toml").is_file():
        return shipped
    if (folder / "world.toml").is_file():
        return folder
    what = f"the folder `{name}` holds no world.toml" if folder.is_dir() else f"no world `{name}`"
    raise UsageError(what, did_you_mean(name, shipped_worlds()))


def shipped_worlds() -> list[str]:
    """The ids of the worlds in the package."""
    return sorted(path.parent.name for path in WORLDS_FOLDER.glob("*/world.toml"))


def load_world(name: str) -> World:
    """A world by id or folder; AuthoredError with every mistake in `world.toml`."""
    folder = world_folder(name)
    shown = f"{folder.name}/world.toml"
    return build_world(inspect(folder / "world.toml", WorldFile, name=shown), folder)


def build_world(file: Authored[WorldFile], folder: Path) -> World:
    """Resolve the names of a checked file; AuthoredError with all findings at once."""
    findings = [*file.findings, *_unknown_names(file), *_duplicates(file), *_impossible(file)]
    model = file.model
    try:
        timezone = ZoneInfo(model.world.timezone)
    except (KeyError, ValueError, OSError):
        timezone = ZoneInfo("UTC")  # the times in the file are looked at all the same
        if (named := model.world.timezone) not in file.lost:
            what, fix = f"`{named}` is not a timezone", "such as America/Los_Angeles"
            findings.append(file.finding(("world", "timezone"), what, fix))
    operators = {}
    for index, row in enumerate(model.operator):
        affiliations = tuple(_affiliations(file, index, timezone, findings))
        operators[OperatorId(row.id)] = Operator(
            OperatorId(row.id), AgencyId(row.agency), affiliations, row.secret
        )
    if findings:
        raise AuthoredError(findings)
    return World(
        id=model.world.id,
        title=model.world.title,
        folder=folder,
        timezone=timezone,
        switch_ori=Ori(model.world.switch_ori),
        control_prefix=model.world.control_prefix,
        seed=model.world.seed,
        hold_mail=model.world.hold_mail,
        third_request_copies=tuple(Ori(ori) for ori in model.world.third_request_copies),
        agencies={AgencyId(row.id): _agency(row) for row in model.agency},
        terminals={Mnemonic(row.mnemonic): _terminal(row) for row in model.terminal},
        operators=operators,
        backends={BackendName(row.name): _backend(row) for row in model.backend},
        catalog=tuple(entry for row in model.backend for entry in _entries(row)),
        class_fields={DataClass(c): frozenset(codes) for c, codes in model.classes.items()},
        limits=Limits(**model.limits.model_dump()),
        sensitive=frozenset(DataClass(name) for name in model.sensitive),
        regions={code: tuple(dict.fromkeys(states)) for code, states in model.regions.items()},
    )


def _agency(row: _AgencyRow) -> Agency:
    return Agency(
        id=AgencyId(row.id),
        name=row.name,
        parent=AgencyId(row.parent) if row.parent else None,
        oris=tuple(Ori(ori) for ori in row.oris),
        groups=tuple(row.groups),
        functions=tuple(row.functions),
        services=tuple(AgencyId(agency) for agency in row.services),
        place=row.place,
        type=row.type,
        hold_mail=row.hold_mail,
    )


def _terminal(row: _TerminalRow) -> Terminal:
    return Terminal(
        mnemonic=Mnemonic(row.mnemonic),
        agency=AgencyId(row.agency),
        via=tuple(AgencyId(hub) for hub in row.via),
        operators=tuple(OperatorId(operator) for operator in row.operators),
    )


def _backend(row: _BackendRow) -> BackendEntry:
    return BackendEntry(
        name=BackendName(row.name),
        owner=row.owner,
        kind=row.kind,
        ori=Ori(row.ori),
        state=row.state,
        options=row.options,
        inbox_max=row.inbox_max,
        workers=row.workers,
        batch_max=row.batch_max,
        reply_timeout_s=row.reply_timeout_s,
        watch_terminal=Mnemonic(row.watch_terminal) if row.watch_terminal else None,
    )


def _entries(row: _BackendRow) -> Iterator[CatalogEntry]:
    for answer in row.answers:
        for key in answer.keys:
            yield CatalogEntry(
                backend=BackendName(row.name),
                key=MessageKey(key),
                destination=answer.destination,
                classes=tuple(DataClass(c) for c in answer.classes),
                image_classes=tuple(DataClass(c) for c in answer.image_classes),
                purposes=tuple(answer.purposes),
            )


# --- what pydantic cannot see -----------------------------------------------------------------


def _affiliations(
    file: Authored[WorldFile], index: int, timezone: ZoneInfo, findings: list[Finding]
) -> Iterator[Affiliation]:
    for number, row in enumerate(file.model.operator[index].affiliations):
        path = ("operator", index, "affiliations", number)
        if FILLED_IN in (row.start, row.end):
            continue
        try:
            start = instant(row.start, timezone)
            end = None if row.end is None else instant(row.end, timezone)
        except ValueError as error:
            findings.append(file.finding(path, str(error)))
            continue
        if end is not None and end <= start:
            findings.append(file.finding(path, "`until` is not after `from`", "swap them"))
        yield Affiliation(AgencyId(row.agency), start, end)


def _unknown_names(file: Authored[WorldFile]) -> Iterator[Finding]:
    model = file.model
    agencies = {row.id for row in model.agency}
    operators = {row.id for row in model.operator}
    for path, name, known in _references(model, agencies, operators):
        if name not in known and name not in file.lost:
            kind = str(path[-1])
            if kind in ("classes", "image_classes", "sensitive"):
                kind = "data class"
            elif path[0] == "regions":
                kind = "destination"
            yield file.finding(path, f"{kind} `{name}` is not declared", did_you_mean(name, known))


def _references(
    model: WorldFile, agencies: set[str], operators: set[str]
) -> Iterator[tuple[tuple[str | int, ...], str, set[str]]]:
    for i, row in enumerate(model.agency):
        for name in [row.parent] if row.parent else []:
            yield ("agency", i, "parent"), name, agencies
        for name in row.services:
            yield ("agency", i, "services"), name, agencies
    for i, terminal in enumerate(model.terminal):
        yield ("terminal", i, "agency"), terminal.agency, agencies
        for name in terminal.via:
            yield ("terminal", i, "via"), name, agencies
        for name in terminal.operators:
            yield ("terminal", i, "operators"), name, operators
    for i, operator in enumerate(model.operator):
        yield ("operator", i, "agency"), operator.agency, agencies
        for affiliation in operator.affiliations:
            yield ("operator", i, "affiliations"), affiliation.agency, agencies
    classes = set(model.classes)
    for name in model.sensitive:
        yield ("sensitive",), name, classes
    served = {answer.destination for row in model.backend for answer in row.answers} - {""}
    for code, states in model.regions.items():
        for name in states:
            yield ("regions", code), name, served
    terminals = {row.mnemonic for row in model.terminal}
    for i, backend in enumerate(model.backend):
        for name in [backend.watch_terminal] if backend.watch_terminal else []:
            yield ("backend", i, "watch_terminal"), name, terminals
        for j, answer in enumerate(backend.answers):
            for name in answer.classes:
                yield ("backend", i, "answers", j, "classes"), name, classes
            for name in answer.image_classes:
                yield ("backend", i, "answers", j, "image_classes"), name, classes


def _duplicates(file: Authored[WorldFile]) -> Iterator[Finding]:
    model = file.model
    named = [
        *((("agency", i, "id"), row.id) for i, row in enumerate(model.agency)),
        *((("terminal", i, "mnemonic"), row.mnemonic) for i, row in enumerate(model.terminal)),
        *((("operator", i, "id"), row.id) for i, row in enumerate(model.operator)),
        *((("backend", i, "name"), row.name) for i, row in enumerate(model.backend)),
    ]
    oris = [(("agency", i, "oris"), ori) for i, row in enumerate(model.agency) for ori in row.oris]
    routes = [
        (("backend", i, "answers", j, "keys"), f"{key} to {answer.destination or 'no destination'}")
        for i, row in enumerate(model.backend)
        for j, answer in enumerate(row.answers)
        for key in answer.keys
    ]
    for rows in (named, oris, routes):
        seen: dict[tuple[object, str], int] = {}
        for path, name in rows:
            key = (path[0] if rows is named else "", name)
            if key in seen and name != FILLED_IN:
                what = f"`{name}` is declared twice (first in line {seen[key]})"
                yield file.finding(path, what, "keep one of them")
            seen.setdefault(key, file.line(*path))


def _impossible(file: Authored[WorldFile]) -> Iterator[Finding]:
    """Circles among parents, a hub with ORIs, and reserved backend names."""
    parents = {row.id: row.parent for row in file.model.agency}
    for i, row in enumerate(file.model.agency):
        seen, current = {row.id}, row.parent
        while current is not None and current not in seen:
            seen.add(current)
            current = parents.get(current)
        if current == row.id:
            yield file.finding(("agency", i, "parent"), f"`{row.id}` is its own ancestor")
    with_oris = {row.id for row in file.model.agency if row.oris}
    for i, terminal in enumerate(file.model.terminal):
        for hub in terminal.via:
            if hub in with_oris:
                what = f"hub `{hub}` has ORIs; a hub is an agency without any"
                yield file.finding(("terminal", i, "via"), what)
    for i, backend in enumerate(file.model.backend):
        if backend.name == "NETWORK":
            what = "`NETWORK` is the switch operator's file, not a backend"
            yield file.finding(("backend", i, "name"), what, "choose another name")
