"""Plug-ins: found by name, named when they fail, and closed when another one fails."""

from __future__ import annotations

import dataclasses
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from switch.backend import ENTRY_POINT_GROUP
from switch.errors import BackendError, UsageError
from switch.files.authored import inspect_bytes
from switch.shell import plugins
from switch.world_file import load_world
from switch.world_rows import WorldFile

WORLD = load_world("golden-state")


class Closing:
    closed = 0

    def answer(self, batch):  # type: ignore[no-untyped-def]
        return []

    def close(self) -> None:
        Closing.closed += 1
        raise OSError("closing fails too, and that is not the news")


def opens(setup):  # type: ignore[no-untyped-def]
    return Closing()


def fails(setup):  # type: ignore[no-untyped-def]
    if setup.name == "CAWPS":
        raise RuntimeError("no database there")
    return Closing()


def of_kind(kind: str):
    backends = {n: dataclasses.replace(e, kind=kind) for n, e in WORLD.backends.items()}
    return dataclasses.replace(WORLD, backends=backends)


@pytest.fixture
def installed(monkeypatch):
    group = ENTRY_POINT_GROUP
    points = {
        name: EntryPoint(name, f"tests.switch.shell.test_plugins:{name}", group)
        for name in ("opens", "fails")
    }
    monkeypatch.setattr(plugins, "installed_kinds", lambda: points)


def test_the_built_in_backends_are_plug_ins_like_any_other():
    assert {"memory", "sqlite"} <= set(plugins.installed_kinds())


@pytest.mark.usefixtures("installed")
def test_every_backend_of_a_world_is_opened(tmp_path: Path):
    assert set(plugins.open_backends(of_kind("opens"), tmp_path)) == set(WORLD.backends)


@pytest.mark.usefixtures("installed")
def test_an_unknown_kind_names_the_nearest_one(tmp_path: Path):
    with pytest.raises(UsageError, match="did you mean `opens`"):
        plugins.open_backends(of_kind("open"), tmp_path)


@pytest.mark.usefixtures("installed")
def test_a_plug_in_that_fails_is_named_and_the_others_are_closed(tmp_path: Path):
    Closing.closed = 0
    with pytest.raises(BackendError, match=r"CAWPS \(kind `fails`\).*no database there"):
        plugins.open_backends(of_kind("fails"), tmp_path)
    assert Closing.closed == 1


def unfit(*kinds: str, folder: Path = Path("nowhere")) -> list[str]:
    """What is told of a world with backends of these kinds, and what to write."""
    rows = "".join(_BACKEND.format(name=f"B{n}", kind=kind) for n, kind in enumerate(kinds))
    file = inspect_bytes((_HEAD + rows).encode(), WorldFile, name="world.toml")
    return [f"{found.line} {found.what} -> {found.fix}" for found in plugins.unfit(file, folder)]


_HEAD = """\
format = 1
world = { id = "w", title = "W", timezone = "UTC", seed = 1 }
"""
_BACKEND = """[[backend]]
name = "{name}"
owner = "O"
ori = "CA0998100"
kind = {kind}
answers = [{{ keys = ["DQ"], classes = ["driver.record"] }}]
"""


def test_a_kind_that_is_not_installed_is_told_on_its_line_with_those_that_are():
    known = "known: directory, log, memory, sqlite"
    assert unfit('"sqlit"', '"log"', '"oracle7"') == [
        f"7 no kind of backend `sqlit` is installed -> did you mean `sqlite`? {known}",
        f"19 no kind of backend `oracle7` is installed -> {known}",
    ]


def test_options_are_told_where_they_stand_or_would_stand():
    long = '"sqlite"\noptions = { people = "x", peple = 1 }'
    digits = "write digits alone, without quotes"
    assert unfit(long, '"memory"', '"directory"\noptions = { a = 1 }', '"log"\noptions = 5') == [
        f"8 `backend[1].options.people` must be a whole number (got 'x') -> {digits}",
        "8 `backend[1].options.peple` is not a key here -> did you mean `people`?",
        "10 `backend[2].options.records` is missing -> add `records = ...`",
        "21 `backend[3].options.a` is not a key here -> take it out",
    ]


def test_a_file_of_records_that_is_not_there_is_told_on_its_line(tmp_path: Path):
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "cast.toml").touch()
    right = '"sqlite"\noptions = { records = ["records/cast.toml"] }'
    kinds = (
        '"sqlite"\noptions = { records = ["records/cats.toml"] }',
        '"memory"\noptions = { records = ["../x/y", "records"] }',
    )
    what, other = "is no file in the world's folder", "put it there, or name one that is"
    near = "did you mean `records/cast.toml`?"
    assert unfit(right, *kinds, folder=tmp_path) == [
        f"15 `backend[2].options.records[1]` {what} (got 'records/cats.toml') -> {near}",
        f"22 `backend[3].options.records[1]` {what} (got '../x/y') -> {other}",
        f"22 `backend[3].options.records[2]` {what} (got 'records') -> {other}",
    ]


def test_a_kind_that_cannot_be_loaded_is_told_and_the_others_are_looked_at(monkeypatch):
    broken = EntryPoint("broken", "tests.no_such_module:opens", ENTRY_POINT_GROUP)
    here = {**plugins.installed_kinds(), "broken": broken}
    monkeypatch.setattr(plugins, "installed_kinds", lambda: here)
    first, second = unfit('"broken"', '"lg"')
    assert first.startswith("7 kind `broken` cannot be loaded: ModuleNotFoundError: ")
    assert first.endswith(" -> install the package that has it anew")
    assert second.startswith("13 no kind")


def test_the_cache_lies_in_the_users_cache_folder(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert plugins.default_cache_folder() == Path("/somewhere/wireroom")


def test_a_strangers_package_is_found_like_the_built_in_ones(tmp_path: Path, monkeypatch):
    (tmp_path / "stranger.py").write_text(
        "class One:\n"
        "    def __init__(self, setup): self.keys, self.seed = setup.keys, setup.seed\n"
        "    def answer(self, batch): return []\n"
        "    def close(self): pass\n"
    )
    about = tmp_path / "stranger-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[wireroom.backends]\nstrange = stranger:One\n")
    monkeypatch.syspath_prepend(tmp_path)
    entry = of_kind("strange").backends["CAWPS"]
    backend: Any = plugins.open_one(WORLD, entry, tmp_path)
    assert backend.keys == tuple(e.key for e in WORLD.catalog if e.backend == "CAWPS")
    assert backend.seed == WORLD.seed
