"""Where scenario files are found, and how one is opened with its world, rules and formats."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from scenarios.check import check
from scenarios.script import Script
from scenarios.script_file import blocks
from scenarios.script_rows import ScenarioFile
from scenarios.sheet import toml_of
from scenarios.sheet_file import SUFFIXES, read_rows
from switch.acl.engine import AccessStack
from switch.config import World
from switch.errors import AuthoredError, Finding, UsageError
from switch.files.authored import Authored, did_you_mean, inspect, inspect_bytes, nearest
from switch.files.salvage import FILLED_IN
from switch.shell.whole import whole
from switch.wire.spec import Formats
from switch.world_file import shipped_worlds, world_folder

LIBRARY = Path(__file__).parent / "library"
ROWS_MAX = 1_000  # of one scenario; the longest that is shipped has 54
COUNTY = "-county"  # the same lesson in plain-county, without agencies that people argue about
_TAUGHT = (
    *("first-query", "read-the-error", "plate-and-hit", "purpose-codes"),
    *("confirm-a-hit", "answer-a-hit", "officer-safety", "out-of-service", "state-down"),
    *("busy-evening", "borrowed-answer", "borrowed-desk", "october-15", "other-door"),
)


class Opened(NamedTuple):
    """A checked scenario and all that it needs to be played."""

    script: Script
    world: World
    stack: AccessStack
    formats: Formats


def shipped_scenarios() -> list[str]:
    """The ids of the scenarios in the package, in the order in which they are taught; the same
    lesson in plain-county comes next to it."""
    places = {name: place for place, name in enumerate(_TAUGHT)}
    found = sorted(path.stem for path in LIBRARY.glob("*.toml"))
    return sorted(found, key=lambda name: places.get(name.removesuffix(COUNTY), len(places)))


def scenario_path(name: str) -> Path:
    """The file of a shipped scenario by its id, or any file by its path."""
    shipped = LIBRARY / f"{name}.toml"
    if "/" not in name and shipped.is_file():
        return shipped
    if Path(name).is_file():
        return Path(name)
    raise UsageError(f"no scenario `{name}`", did_you_mean(name, shipped_scenarios()))


def open_scenario(name: str) -> Opened:
    """Read and check a scenario; AuthoredError with every mistake in it."""
    path = scenario_path(name)
    if path.suffix.lower() not in SUFFIXES:
        return open_file(inspect(path, ScenarioFile, name=shown_name(name)))
    sheet = toml_of(read_rows(path), str(path))
    try:
        opened = open_file(inspect_bytes(sheet.text.encode(), ScenarioFile, name=str(path)))
    except AuthoredError as error:
        raise AuthoredError(sheet.translated(error.findings)) from None
    if sheet.findings:
        raise AuthoredError(sheet.findings)
    return opened


def toml_text(name: str) -> str:
    """The TOML of a scenario, written out where its file is a spreadsheet."""
    path = scenario_path(name)
    if path.suffix.lower() not in SUFFIXES:
        return path.read_text(encoding="utf-8", errors="replace")
    sheet = toml_of(read_rows(path), str(path))
    if sheet.findings:
        raise AuthoredError(sheet.findings)
    return sheet.text


def texts(name: str) -> dict[str, str]:
    """The text of a scenario's file under the name by which mistakes call it."""
    path = scenario_path(name)
    if path.suffix.lower() in SUFFIXES:
        return {}
    return {shown_name(name): path.read_text(encoding="utf-8", errors="replace")}


def shown_name(name: str) -> str:
    """The name by which mistakes call a scenario's file."""
    path = scenario_path(name)
    return f"library/{path.name}" if path.parent == LIBRARY else str(path)


def open_file(file: Authored[ScenarioFile]) -> Opened:
    """Check a scenario against its world, or against the one that was most likely meant."""
    wanted = file.model.scenario.world
    _not_too_long(file)
    try:
        world_folder(wanted)
    except UsageError:
        fix = did_you_mean(wanted, shipped_worlds())
        findings = list(file.findings)
        if wanted != FILLED_IN:
            path = ("scenario", "world")
            findings.append(file.finding(path, f"no world `{wanted}`", fix))
        if meant := nearest(wanted, shipped_worlds()):
            findings += _mistakes(file, meant)
        raise AuthoredError(dict.fromkeys(findings)) from None
    world, stack, formats = whole(wanted)
    return Opened(check(file, world, stack, formats), world, stack, formats)


def _not_too_long(file: Authored[ScenarioFile]) -> None:
    beyond = next(islice(blocks(file), ROWS_MAX, None), None)
    if beyond is not None:
        what = f"more than {ROWS_MAX:,} rows (inject, expect ...), this is the next"
        raise AuthoredError([file.finding(beyond[0], what, "make two scenarios of it")])


def _mistakes(file: Authored[ScenarioFile], world: str) -> Iterable[Finding]:
    """What else is wrong, if that is the world."""
    try:
        check(file, *whole(world))
    except AuthoredError as error:
        return error.findings
    return ()
