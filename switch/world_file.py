"""From `world.toml` to a `World`.

All mistakes are reported at once, each on its line: those of its shape (`switch.world_rows`), and
what no shape tells (names that nobody declared, names declared twice, circles among parents).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

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
from switch.errors import AuthoredError, Finding, UsageError, said
from switch.files.authored import Authored, did_you_mean, inspect, instant
from switch.files.salvage import FILLED_IN
from switch.terms import (
    AgencyId,
    BackendName,
    DataClass,
    MessageKey,
    Mnemonic,
    OperatorId,
    Ori,
)
from switch.world_rows import AgencyRow, BackendRow, TerminalRow, WorldFile

WORLDS_FOLDER = Path(__file__).parent / "worlds"


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


def inspect_world(name: str) -> Authored[WorldFile]:
    """The file of a world by id or folder, with what is wrong with its shape; AuthoredError if
    nothing of it can be used."""
    folder = world_folder(name)
    return inspect(folder / "world.toml", WorldFile, name=f"{folder.name}/world.toml")


def load_world(name: str) -> World:
    """A world by id or folder; AuthoredError with every mistake in `world.toml`."""
    return build_world(inspect_world(name), world_folder(name))


def build_world(file: Authored[WorldFile], folder: Path) -> World:
    """Resolve the names of a checked file; AuthoredError with all findings at once."""
    world, findings = part_of_world(file, folder)
    if findings:
        raise AuthoredError(findings)
    return world


def part_of_world(file: Authored[WorldFile], folder: Path) -> tuple[World, list[Finding]]:
    """What could be read of a file, and all that is wrong with it. With any finding it is nobody's
    world, has no parents, and only tells which names there are."""
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
    world = World(
        id=model.world.id,
        title=model.world.title,
        folder=folder,
        timezone=timezone,
        switch_ori=Ori(model.world.switch_ori),
        control_prefix=model.world.control_prefix,
        seed=model.world.seed,
        hold_mail=model.world.hold_mail,
        third_request_copies=tuple(Ori(ori) for ori in model.world.third_request_copies),
        agencies={AgencyId(row.id): _agency(row, alone=bool(findings)) for row in model.agency},
        terminals={Mnemonic(row.mnemonic): _terminal(row) for row in model.terminal},
        operators=operators,
        backends={BackendName(row.name): _backend(row) for row in model.backend},
        catalog=tuple(entry for row in model.backend for entry in _entries(row)),
        class_fields={DataClass(c): frozenset(codes) for c, codes in model.classes.items()},
        limits=Limits(**model.limits.model_dump()),
        sensitive=frozenset(DataClass(name) for name in model.sensitive),
        regions={code: tuple(dict.fromkeys(states)) for code, states in model.regions.items()},
    )
    return world, findings


def _agency(row: AgencyRow, *, alone: bool) -> Agency:
    return Agency(
        id=AgencyId(row.id),
        name=row.name,
        parent=AgencyId(row.parent) if row.parent and not alone else None,
        oris=tuple(Ori(ori) for ori in row.oris),
        groups=tuple(row.groups),
        functions=tuple(row.functions),
        services=tuple(AgencyId(agency) for agency in row.services),
        place=row.place,
        type=row.type,
        hold_mail=row.hold_mail,
    )


def _terminal(row: TerminalRow) -> Terminal:
    return Terminal(
        mnemonic=Mnemonic(row.mnemonic),
        agency=AgencyId(row.agency),
        via=tuple(AgencyId(hub) for hub in row.via),
        operators=tuple(OperatorId(operator) for operator in row.operators),
    )


def _backend(row: BackendRow) -> BackendEntry:
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


def _entries(row: BackendRow) -> Iterator[CatalogEntry]:
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


# --- what no shape tells -----------------------------------------------------------------------


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
            findings.append(file.finding(path, *said(error)))
            continue
        if end is not None and end <= start:
            findings.append(file.finding(path, "`until` is not after `from`", "swap them"))
        yield Affiliation(AgencyId(row.agency), start, end)


def _unknown_names(file: Authored[WorldFile]) -> Iterator[Finding]:
    """Names that nobody declared, each once for a list. Of agencies and operators, whom every
    terminal names, none is unknown where the id of one could not be read: it may be that one's."""
    model = file.model
    agencies = {row.id for row in model.agency}
    operators = {row.id for row in model.operator}
    open_ended = [ids for ids in (agencies, operators) if FILLED_IN in ids]
    told: set[tuple[tuple[str | int, ...], str]] = set()
    for path, name, known in _references(model, agencies, operators):
        if name in known or name in file.lost or any(known is ids for ids in open_ended):
            continue
        kind = next(part for part in reversed(path) if isinstance(part, str))
        within = path[:-1] if isinstance(path[-1], int) else path
        if (within, name) in told:
            continue
        told.add((within, name))
        if kind in ("classes", "image_classes", "sensitive"):
            kind = "data class"
        elif path[0] == "regions":
            kind = "destination"
        fix = did_you_mean(name, known - {FILLED_IN})
        yield file.finding(path, f"{kind} `{name}` is not declared", fix)


def _references(
    model: WorldFile, agencies: set[str], operators: set[str]
) -> Iterator[tuple[tuple[str | int, ...], str, set[str]]]:
    for i, row in enumerate(model.agency):
        for name in [row.parent] if row.parent else []:
            yield ("agency", i, "parent"), name, agencies
        for n, name in enumerate(row.services):
            yield ("agency", i, "services", n), name, agencies
    for i, terminal in enumerate(model.terminal):
        yield ("terminal", i, "agency"), terminal.agency, agencies
        for n, name in enumerate(terminal.via):
            yield ("terminal", i, "via", n), name, agencies
        for n, name in enumerate(terminal.operators):
            yield ("terminal", i, "operators", n), name, operators
    for i, operator in enumerate(model.operator):
        yield ("operator", i, "agency"), operator.agency, agencies
        for n, affiliation in enumerate(operator.affiliations):
            yield ("operator", i, "affiliations", n, "agency"), affiliation.agency, agencies
    classes = set(model.classes)
    for n, name in enumerate(model.sensitive):
        yield ("sensitive", n), name, classes
    served = {answer.destination for row in model.backend for answer in row.answers} - {""}
    for code, states in model.regions.items():
        for n, name in enumerate(states):
            yield ("regions", code, n), name, served
    terminals = {row.mnemonic for row in model.terminal}
    for i, backend in enumerate(model.backend):
        for name in [backend.watch_terminal] if backend.watch_terminal else []:
            yield ("backend", i, "watch_terminal"), name, terminals
        for j, answer in enumerate(backend.answers):
            for n, name in enumerate(answer.classes):
                yield ("backend", i, "answers", j, "classes", n), name, classes
            for n, name in enumerate(answer.image_classes):
                yield ("backend", i, "answers", j, "image_classes", n), name, classes


def _duplicates(file: Authored[WorldFile]) -> Iterator[Finding]:
    model = file.model
    named = [
        *((("agency", i, "id"), row.id) for i, row in enumerate(model.agency)),
        *((("terminal", i, "mnemonic"), row.mnemonic) for i, row in enumerate(model.terminal)),
        *((("operator", i, "id"), row.id) for i, row in enumerate(model.operator)),
        *((("backend", i, "name"), row.name) for i, row in enumerate(model.backend)),
    ]
    oris = [
        (("agency", i, "oris", n), ori)
        for i, row in enumerate(model.agency)
        for n, ori in enumerate(row.oris)
    ]
    routes = [
        (
            ("backend", i, "answers", j, "keys", n),
            f"{key} to {answer.destination or 'no destination'}",
        )
        for i, row in enumerate(model.backend)
        for j, answer in enumerate(row.answers)
        for n, key in enumerate(answer.keys)
        if key != FILLED_IN
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
    """Nobody there, circles among parents, a hub with ORIs, and reserved backend names."""
    for table in ("agency", "terminal", "backend", "classes"):
        meant = f"did you mean `{table}`?"
        told = any(f.what.startswith(f"`{table}") or f.fix == meant for f in file.findings)
        if not getattr(file.model, table) and not told:
            double = "[classes]" if table == "classes" else f"[[{table}]]"
            yield Finding(file.name, 1, f"no `{double}`", f"a world has one at least: add {double}")
    parents = {row.id: row.parent for row in file.model.agency}
    for i, row in enumerate(file.model.agency):
        seen, current = {row.id}, row.parent
        while current is not None and current not in seen:
            seen.add(current)
            current = parents.get(current)
        if current == row.id:
            what, fix = f"`{row.id}` is its own ancestor", "name another parent, or none"
            yield file.finding(("agency", i, "parent"), what, fix)
    with_oris = {row.id for row in file.model.agency if row.oris}
    for i, terminal in enumerate(file.model.terminal):
        for hub in terminal.via:
            if hub in with_oris:
                what = f"hub `{hub}` has ORIs; a hub is an agency without any"
                fix = "name another agency, or take its ORIs out"
                yield file.finding(("terminal", i, "via"), what, fix)
    for i, backend in enumerate(file.model.backend):
        if backend.name == "NETWORK":
            what = "`NETWORK` is the switch operator's file, not a backend"
            yield file.finding(("backend", i, "name"), what, "choose another name")
