"""SQLite: built once, found by index, built again when it cannot be trusted."""

from __future__ import annotations

import json
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from backends.search import KINDS, RECORDS_MAX
from backends.sqlite import (
    KEPT_MAX,
    Options,
    SqliteBackend,
    build,
    open_backend,
)
from backends.sqlite import cache_path as path_for
from switch.backend import BackendSetup, InlineBackend
from switch.errors import UsageError
from switch.shell.plugins import open_backends
from switch.world_file import load_world, shipped_worlds
from tests.backends.small import query, refused, setup


def options_of(mine: BackendSetup) -> Options:
    return Options.model_validate(dict(mine.options))


def cache_path(mine: BackendSetup) -> Path:
    return path_for(mine, options_of(mine))


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


def test_a_cache_that_is_cut_short_is_built_again(tmp_path: Path):
    path = cache_path(setup(tmp_path))
    open_backend(setup(tmp_path)).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    open_backend(setup(tmp_path)).close()
    assert path.read_bytes() == whole


@pytest.mark.parametrize("at", [20, 63, 5_000, -1])
def test_a_cache_in_which_one_byte_changed_is_built_again(tmp_path: Path, at: int):
    path = cache_path(setup(tmp_path))
    open_backend(setup(tmp_path)).close()
    whole = bytearray(path.read_bytes())
    changed = bytearray(whole)
    changed[at] ^= 1
    path.write_bytes(changed)
    with pytest.raises(sqlite3.DatabaseError, match="not as it was built"):
        SqliteBackend(path)
    open_backend(setup(tmp_path)).close()
    assert path.read_bytes() == whole


def test_a_record_that_somebody_adds_to_a_cache_is_not_served(tmp_path: Path):
    path = cache_path(setup(tmp_path))
    open_backend(setup(tmp_path)).close()
    database = sqlite3.connect(path)
    with database:
        database.execute("INSERT INTO record VALUES (999999, 'driver', '{\"OLN\":\"S1\"}')")
        database.execute("INSERT INTO term VALUES ('driver OLN S1', 999999)")
    database.close()
    backend = open_backend(setup(tmp_path))
    assert found(backend, "DQ", OLN="S1") == ()
    backend.close()


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path):
    def fail(what: str, done: int, total: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_backend(setup(tmp_path, progress=fail))
    assert list(tmp_path.iterdir()) == []


def test_the_files_of_old_versions_are_dropped_but_for_the_last_ones(tmp_path: Path):
    made = []
    for seed in range(KEPT_MAX + 2):
        mine = setup(tmp_path, seed=seed)
        open_backend(mine).close()
        made.append(cache_path(mine))
        os.utime(made[-1], (seed, seed))
    open_backend(setup(tmp_path, name="OTHER")).close()
    kept = {path for path in made if path.exists()}
    assert kept == set(made[-KEPT_MAX:])
    assert cache_path(setup(tmp_path, name="OTHER")).exists()


def test_what_a_killed_builder_left_is_dropped_and_what_one_builds_now_is_not(tmp_path: Path):
    left, new = (tmp_path / f"golden-state-ALL-{name}.building" for name in ("left", "new"))
    for path in (left, new):
        path.write_bytes(b"half")
    os.utime(left, (0, 0))
    open_backend(setup(tmp_path)).close()
    assert (left.exists(), new.exists()) == (False, True)


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
    with pytest.raises(UsageError, match="fix: give --cache a folder"):
        open_backend(setup(in_the_way))


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 8},
        {"state": "NV"},
        {"keys": ("DQ",)},
        {"options": {"people": 99}},
        {"options": {"year": 2026}},
    ],
)
def test_other_records_are_another_file(tmp_path: Path, change):
    assert cache_path(setup(tmp_path, **change)) != cache_path(setup(tmp_path))


def test_another_cast_is_another_file(tmp_path: Path):
    (tmp_path / "c.toml").write_text('[[record]]\nkind = "driver"\nOLN = "S1"\n')
    mine = setup(tmp_path, world_folder=tmp_path, options={"records": ["c.toml"]})
    before = cache_path(mine)
    (tmp_path / "c.toml").write_text('[[record]]\nkind = "driver"\nOLN = "S2"\n')
    assert cache_path(mine) != before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"people": -1}, "`people` is too small (got -1)\n    fix: write a number: 0 to 100_000"),
        ({"people": "x"}, "`people` must be a whole number (got 'x')"),
        ({"people": True}, "`people` must be a whole number (got true)"),
        ({"year": 19}, "`year` is too small (got 19)\n    fix: write a number: 1950 to 2999"),
        ({"records": "x"}, "`records` must be a list in brackets (got 'x')"),
    ],
)
def test_wrong_options_are_named(tmp_path: Path, options, said):
    assert refused(setup(tmp_path, options=options), open_backend).startswith(
        f"options of ALL: {said}"
    )


def test_a_misspelt_option_is_not_taken_for_the_default(tmp_path: Path):
    told = refused(setup(tmp_path, options={"peple": 5, "year": 1}), open_backend)
    assert "`peple` is not a key here\n    fix: did you mean `people`?" in told
    assert "`year` is too small" in told
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_builds_the_same_rows(tmp_path: Path):
    rows = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.sqlite"
        build(setup(tmp_path), options_of(setup(tmp_path)), path)
        database = sqlite3.connect(path)
        rows.append(database.execute("SELECT * FROM record ORDER BY n").fetchall())
        rows[-1] += database.execute("SELECT * FROM term ORDER BY value, n").fetchall()
        database.close()
    assert rows[0] == rows[1]


def build_in_a_process(folder: str) -> int:
    backend = open_backend(setup(Path(folder)))
    count = len(found(backend, "DQ", OLN="S0990001"))
    backend.close()
    return count


def test_two_processes_that_build_at_once_leave_one_whole_file(tmp_path: Path):
    with get_context("spawn").Pool(2) as pool:
        assert pool.map(build_in_a_process, [str(tmp_path)] * 4, chunksize=1) == [1] * 4
    assert [path.suffix for path in tmp_path.iterdir()] == [".sqlite"]
    SqliteBackend(cache_path(setup(tmp_path))).close()


@pytest.mark.parametrize("name", shipped_worlds())
def test_every_answer_holds_only_fields_of_its_classes_and_shows_that_it_is_invented(
    tmp_path: Path, name: str
):
    world = load_world(name)
    backends = open_backends(world, tmp_path)
    for entry in (each for each in world.catalog if each.key in KINDS):
        allowed = {code for c in entry.asked(image=True) for code in world.class_fields[c]}
        path = next(tmp_path.glob(f"{name}-{entry.backend}-*.sqlite"))
        records = rows_of(path, KINDS[entry.key])
        assert records, (entry.backend, entry.key)
        for record in records:
            assert set(record) <= allowed, (entry.backend, entry.key)
            assert record.get("LIC", "SIM").startswith("SIM")
            assert record.get("VIN", "SIM").startswith("SIM")
            assert record.get("SOC", "000").startswith("000")
            assert record.get("OLN", "S").startswith("S")
            assert record.get("ORI", "XX099")[2:5] == "099"
            assert record.get("ORI", "XX")[:2] in {e.state for e in world.backends.values()} | {
                "XX"
            }
            assert all(0 < len(value) <= 60 and value.isascii() for value in record.values())
    for backend in backends.values():
        backend.close()


def rows_of(path: Path, kind: str) -> list[dict[str, str]]:
    database = sqlite3.connect(path)
    rows = database.execute("SELECT fields FROM record WHERE kind = ?", (kind,)).fetchall()
    database.close()
    return [json.loads(fields) for (fields,) in rows]


def test_the_shipped_world_holds_as_many_as_it_promises(tmp_path: Path):
    backends = open_backends(load_world("golden-state"), tmp_path)
    counts = {name: backend.count() for name, backend in backends.items() if name != "RAND"}  # type: ignore[union-attr]
    for backend in backends.values():
        backend.close()
    assert counts["CADMV"]["vehicle"] >= 20_000
    assert counts["CADMV"]["driver"] >= 10_000
    assert counts["CAWPS"]["wanted"] > 100
    assert counts["CASVS"]["stolen"] > 100
