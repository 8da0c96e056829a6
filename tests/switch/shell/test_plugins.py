"""Plug-ins: found by name, named when they fail, and closed when another one fails."""

from __future__ import annotations

import dataclasses
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from switch.backend import ENTRY_POINT_GROUP
from switch.errors import BackendError, UsageError
from switch.shell import plugins
from switch.world_file import load_world

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
