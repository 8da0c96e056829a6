"""SQLite: built once, found by index, built again when it cannot be trusted."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backends.sqlite import RECORDS_MAX, SqliteBackend, build, cache_path, open_backend
from switch.backend import InlineBackend
from switch.errors import BackendError
from switch.plugins import open_backends
from switch.world_file import load_world
from tests.backends.small import query, setup


def found(backend: InlineBackend, key: str, **fields: str):
    (reply,) = backend.answer([query(key, **fields)])
    assert reply.error is None
    return reply.records


def test_it_answers_as_its_records_say(tmp_path: Path):
    backend = open_backend(setup(tmp_path))
    assert found(backend, "DQ", OLN="S0990001")[0]["NAM"] == "ALBITE, MARA QUILL"
    assert found(backend, "RQ", LIC="SIM2019")[0]["OWN"] == "ALBITE, MARA QUILL"
    assert found(backend, "RNQ", NAM="ALBITE, MARA")[0]["LIC"] == "SIM2019"
    assert found(backend, "QV", LIC="SIM1234", LIS="NV")[0]["STL"].startswith("STOLEN")
    assert found(backend, "ZIQ", LIC="SIM2019")[0]["INC"] == "SIM-19-99001"
    assert found(backend, "IQ", SOC="000990002")[0]["NAM"] == "BASALT, ORRIN"
    assert found(backend, "DQ", OLN="NOBODY") == ()
    backend.close()


def test_an_answer_is_bounded(tmp_path: Path):
    (tmp_path / "many.toml").write_text(
        "".join(f'[[record]]\nkind = "driver"\nOLN = "S{n}"\nNAM = "A, B"\n' for n in range(50))
    )
    options = {"records": ["many.toml"], "people": 0, "vehicles": 0}
    backend = open_backend(setup(tmp_path, world_folder=tmp_path, options=options))
    assert len(found(backend, "DNQ", NAM="A, B")) == RECORDS_MAX
    backend.close()


def test_a_second_opening_builds_nothing(tmp_path: Path):
    open_backend(setup(tmp_path)).close()
    steps: list[str] = []
    opened = open_backend(setup(tmp_path, progress=lambda what, done, total: steps.append(what)))
    opened.close()
    assert steps == []


def test_progress_comes_to_its_end(tmp_path: Path):
    steps: list[tuple[int, int]] = []
    told = setup(tmp_path, progress=lambda what, done, total: steps.append((done, total)))
    open_backend(told).close()
    assert steps[-1][0] == steps[-1][1] > 300


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\x00" + b"x" * 4096])
def test_a_damaged_cache_is_built_again(tmp_path: Path, damage: bytes):
    path = cache_path(setup(tmp_path))
    open_backend(setup(tmp_path)).close()
    path.write_bytes(damage)
    backend = open_backend(setup(tmp_path))
    assert found(backend, "DQ", OLN="S0990001")
    backend.close()


def test_a_cache_that_was_not_built_to_its_end_is_built_again(tmp_path: Path):
    path = cache_path(setup(tmp_path))
    open_backend(setup(tmp_path)).close()
    database = sqlite3.connect(path)
    with database:
        database.execute("DELETE FROM about")
    database.close()
    open_backend(setup(tmp_path)).close()
    SqliteBackend(path).close()


def test_a_half_built_file_of_somebody_else_is_in_nobodys_way(tmp_path: Path):
    path = cache_path(setup(tmp_path))
    path.with_suffix(".99999.building").write_bytes(b"half")
    open_backend(setup(tmp_path)).close()


def test_two_who_build_at_once_both_have_a_whole_one(tmp_path: Path):
    def once(_: int) -> int:
        backend = open_backend(setup(tmp_path))
        count = len(found(backend, "DQ", OLN="S0990001"))
        backend.close()
        return count

    # Each opens and uses its own connection in its own thread, as two processes would.
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(once, range(4))) == [1, 1, 1, 1]


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(BackendError, match="fix: give --cache a folder"):
        open_backend(setup(in_the_way))


@pytest.mark.parametrize(
    "change", [{"seed": 8}, {"state": "NV"}, {"keys": ("DQ",)}, {"options": {"people": 99}}]
)
def test_other_records_are_another_file(tmp_path: Path, change):
    assert cache_path(setup(tmp_path, **change)) != cache_path(setup(tmp_path))


def test_another_cast_is_another_file(tmp_path: Path):
    (tmp_path / "c.toml").write_text('[[record]]\nkind = "driver"\nOLN = "S1"\n')
    mine = setup(tmp_path, world_folder=tmp_path, options={"records": ["c.toml"]})
    before = cache_path(mine)
    (tmp_path / "c.toml").write_text('[[record]]\nkind = "driver"\nOLN = "S2"\n')
    assert cache_path(mine) != before


@pytest.mark.parametrize("options", [{"people": -1}, {"people": "x"}, {"records": "x"}])
def test_wrong_options_are_named(tmp_path: Path, options):
    with pytest.raises(BackendError, match="option"):
        open_backend(setup(tmp_path, options=options))


def test_the_same_seed_builds_the_same_rows(tmp_path: Path):
    rows = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.sqlite"
        build(setup(tmp_path), path)
        database = sqlite3.connect(path)
        rows.append(database.execute("SELECT * FROM record ORDER BY n").fetchall())
        database.close()
    assert rows[0] == rows[1]


def test_the_shipped_world_holds_as_many_as_it_promises(tmp_path: Path):
    backends = open_backends(load_world("golden-state"), tmp_path)
    counts = {name: backend.count() for name, backend in backends.items()}  # type: ignore[union-attr]
    for backend in backends.values():
        backend.close()
    assert counts["CADMV"]["vehicle"] >= 20_000
    assert counts["CADMV"]["driver"] >= 10_000
    assert counts["CAWPS"]["wanted"] > 100
    assert counts["CASVS"]["stolen"] > 100
