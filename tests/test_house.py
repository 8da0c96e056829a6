"""The house rules that a linter cannot check, as tests: see CONTRIBUTING.md.

They look at every file that is committed or about to be (git's view, so that what lies in an
environment or a cache is left alone), and every failure lists all offenders at once.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("switch", "backends", "terminals", "scenarios")
PLACES = (*PACKAGES, "benchmarks")

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

# Modules whose test stands elsewhere, or that have nothing to test: module -> why.
WITHOUT_A_TEST_FILE_OF_THEIR_OWN: dict[str, str] = {
    "switch/backend.py": "types only; tests/backends/ hold every backend to them",
    "switch/config.py": "values only; tests/switch/test_world_file.py makes and reads them",
    "switch/message.py": "values only; tests/switch/wire/ make and read them",
    "switch/cli/told/report.py": "values only; the tests beside it make and print them",
    "terminals/conformance/steps.py": "values only; every test of the kit makes them",
    "switch/acl/analysis/leaks/path.py": "values only; tests/switch/acl/analysis/leaks/ make them",
    "terminals/web/app.py": "tests/scenarios/live/test_app.py asks its routes of a running class",
    "terminals/web/socket.py": "tests/scenarios/live/ hold it to what browsers do",
    "switch/core/commands.py": "values only; every test of the dispatcher reads them",
    "switch/core/events.py": "values only; every test of the dispatcher makes them",
    "switch/core/inquiry/exchange.py": "values only; inquiry/test_inquiries.py changes them",
}

# Rooms where the same input gives the same output: no clock, no chance, no I/O, no task.
PURE_ROOMS = (
    "switch.wire",
    "switch.acl",
    "switch.core",
    "switch.audit",
    "switch.message",
    "switch.terms",
    "switch.backend",
    "scenarios.script",
    "scenarios.score",
    "scenarios.course",
    "scenarios.replay",
    "terminals.form",
    "terminals.conformance",
    "terminals.load.mix",
    "terminals.load.tally",
    "terminals.screen",
)

# In pieces, so that this file does not find itself.
MACHINE_TRACES = ("file://" + "/opt", "pypi" + ".org/", "/ro" + "ot/", "/work" + "/main")

STATE_ORI = re.compile(r"\b(?:CA|NV)\d{7}\b")
INVENTED_COUNTY = "099"


# --- what is looked at ---------------------------------------------------------------------------


@cache
def committed() -> tuple[Path, ...]:
    """Every file git tracks or would add, relative to the root; all files where git is missing."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        found = [Path(name) for name in listing.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # an unpacked source archive
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        found = [path for path in found if not path.parts[0].startswith(".")]
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def text_of(path: Path) -> str | None:
    """The text of a file, or None for one that is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def modules() -> tuple[Path, ...]:
    """The product's Python modules and the benchmarks; the tests are not among them."""
    return tuple(
        path
        for path in committed()
        if path.suffix == ".py" and (path.parts[0] in PLACES or path == Path("wireroom.py"))
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def tell(offenders: list[str]) -> str:
    return "\n  ".join(["", *offenders])


# --- sizes and names -----------------------------------------------------------------------------


def test_no_module_is_longer_than_one_can_hold_in_mind() -> None:
    lines = {path: len((text_of(path) or "").splitlines()) for path in modules()}
    offenders = [f"{path}: {n} lines" for path, n in lines.items() if n > MODULE_LINES_MAX]
    assert not offenders, tell(offenders)


def test_no_function_is_longer_than_a_screen() -> None:
    offenders = []
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES_MAX:
                    offenders.append(f"{path}:{node.lineno}: {node.name} has {length} lines")
    assert not offenders, tell(offenders)


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    offenders = [
        str(path)
        for path in committed()
        if path.suffix == ".py"
        and NAMES_THAT_SAY_NOTHING & set("_".join(path.with_suffix("").parts).lower().split("_"))
    ]
    assert not offenders, tell(offenders)


def test_every_module_says_in_its_first_line_what_it_owns() -> None:
    offenders = [str(path) for path in modules() if not ast.get_docstring(tree_of(path))]
    assert not offenders, tell(offenders)


# --- tests mirror the tree -----------------------------------------------------------------------


def mirrored(path: Path) -> Path:
    return Path("tests") / path.parent / f"test_{path.name}"


def test_every_module_has_a_test_file_in_the_same_place() -> None:
    offenders = [
        f"{path}: no {mirrored(path)}"
        for path in modules()
        if path.parts[0] != "benchmarks"
        and path.name not in ("__init__.py", "__main__.py")
        and path.as_posix() not in WITHOUT_A_TEST_FILE_OF_THEIR_OWN
        and not (ROOT / mirrored(path)).is_file()
    ]
    assert not offenders, tell(offenders)


def test_every_module_excused_from_a_test_file_still_exists_and_has_none() -> None:
    for name, reason in WITHOUT_A_TEST_FILE_OF_THEIR_OWN.items():
        assert reason, f"{name}: say why"
        assert (ROOT / name).is_file(), f"{name} is gone: take it off the list"
        assert not (ROOT / mirrored(Path(name))).exists(), f"{name} has a test: take it off"


# --- layers that import-linter cannot say --------------------------------------------------------


def test_the_switch_package_itself_imports_nothing() -> None:
    imports = [
        node
        for node in ast.walk(tree_of(Path("switch/__init__.py")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not imports


def test_every_pure_room_that_exists_is_held_to_the_contract_of_pure_rooms() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    held = next(set(c["source_modules"]) for c in contracts if c["id"] == "pure")
    exist = {
        room
        for room in PURE_ROOMS
        if (ROOT / f"{room.replace('.', '/')}.py").is_file()
        or (ROOT / room.replace(".", "/") / "__init__.py").is_file()
    }
    assert held == exist, "change source_modules of the contract `pure` in pyproject.toml"


# --- what is committed ---------------------------------------------------------------------------


def test_no_committed_file_names_a_machine_or_a_package_index() -> None:
    offenders = [
        f"{path}: {trace}"
        for path in committed()
        for trace in MACHINE_TRACES
        if trace in (text_of(path) or "")
    ]
    assert not offenders, tell(offenders)


def names_in(requirements: list[str]) -> set[str]:
    lines = (line.partition("#")[0].strip() for line in requirements)
    return {re.split(r"[^A-Za-z0-9_.-]", line)[0] for line in lines if line and line[0] != "-"}


def test_the_declared_dependencies_are_the_pinned_ones() -> None:
    declared = names_in(project()["project"]["dependencies"])
    asked = names_in((ROOT / "requirements/run.in").read_text(encoding="utf-8").splitlines())
    pinned = names_in((ROOT / "requirements/run.txt").read_text(encoding="utf-8").splitlines())
    assert declared == asked
    assert asked <= pinned


def pins_of(name: str) -> dict[str, str]:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE))


def test_every_requirement_file_pins_a_package_to_the_same_version() -> None:
    run, build, dev = pins_of("run"), pins_of("build"), pins_of("dev")
    offenders = [
        f"{name}: {sorted(versions)}"
        for name in run.keys() | build.keys() | dev.keys()
        if len(versions := {pins[name] for pins in (run, build, dev) if name in pins}) > 1
    ]
    assert not offenders, tell(offenders)


# --- nothing real --------------------------------------------------------------------------------


def test_every_state_ori_has_the_invented_county() -> None:
    offenders = [
        f"{path}: {ori}"
        for path in committed()
        for ori in sorted(set(STATE_ORI.findall(text_of(path) or "")))
        if ori[2:5] != INVENTED_COUNTY
    ]
    assert not offenders, tell(offenders)


def oris_in(value: object, key: str = "") -> Iterator[str]:
    """Every ORI of an authored file: what stands under `ori`, `oris`, `switch_ori` and the like."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "invented_oris":
                yield from oris_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from oris_in(inner, key)
    elif isinstance(value, str) and re.search(r"(^|_)oris?$", key):
        yield value


@cache
def worlds() -> tuple[Path, ...]:
    found = [path for path in committed() if path.name == "world.toml"]
    return tuple(path for path in found if path.parts[0] in (*PACKAGES, "docs", "examples"))


def world_table(path: Path) -> dict[str, Any]:
    table = tomllib.loads((ROOT / path).read_text(encoding="utf-8"))["world"]
    assert isinstance(table, dict)
    return table


def test_at_least_one_world_is_shipped() -> None:
    assert any(path.parts[:2] == ("switch", "worlds") for path in worlds())


def test_every_ori_of_no_state_is_listed_as_invented() -> None:
    offenders = []
    for world in worlds():
        invented = set(world_table(world)["invented_oris"])
        for path in committed():
            if path.suffix == ".toml" and path.is_relative_to(world.parent):
                used = set(oris_in(tomllib.loads((ROOT / path).read_text(encoding="utf-8"))))
                unlisted = {ori for ori in used if not STATE_ORI.fullmatch(ori)} - invented
                offenders += [f"{path}: {ori} is not in {world}" for ori in sorted(unlisted)]
    assert not offenders, tell(offenders)


def test_every_ori_of_a_scenario_is_of_the_invented_county_or_listed_by_a_world() -> None:
    invented = {ori for world in worlds() for ori in world_table(world)["invented_oris"]}
    offenders = []
    for path in committed():
        if path.suffix == ".toml" and path.parts[0] in ("scenarios", "docs", "examples"):
            used = set(oris_in(tomllib.loads((ROOT / path).read_text(encoding="utf-8"))))
            unlisted = {ori for ori in used if not STATE_ORI.fullmatch(ori)} - invented
            offenders += [f"{path}: {ori}" for ori in sorted(unlisted)]
    assert not offenders, tell(offenders)


def test_the_list_of_invented_oris_names_none_that_the_county_rule_covers() -> None:
    offenders = [
        f"{world}: {ori}"
        for world in worlds()
        for ori in world_table(world)["invented_oris"]
        if STATE_ORI.fullmatch(ori)
    ]
    assert not offenders, tell(offenders)


def test_every_argument_of_a_verb_says_what_it_is_for() -> None:
    offenders = []
    for path in modules():
        if "cli" in path.parts and path.parts[0] != "tests":
            calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
            for call in calls:
                adds = ast.unparse(call.func) == "add" or ".add_argument" in ast.unparse(call.func)
                if adds and all(word.arg != "help" for word in call.keywords):
                    offenders.append(f"{path}:{call.lineno}")
    assert not offenders, tell(offenders)
