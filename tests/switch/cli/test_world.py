"""`wireroom world`: what there is, what is wrong, and what was built."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from switch.world_file import WORLDS_FOLDER
from tests.process import run


def test_the_shipped_worlds_are_listed():
    done = run("world", "list")
    assert done.returncode == 0
    assert "golden-state" in done.stdout
    assert "plain-county" in done.stdout


def test_a_right_world_is_counted():
    done = run("world", "check", "golden-state", "--json")
    counts = json.loads(done.stdout)
    assert (counts["training"], counts["terminals"], counts["backends"]) == (True, 8, 8)


def test_every_mistake_of_a_world_is_told(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    path = world / "world.toml"
    path.write_text(
        path.read_text().replace("REGION-HUB", "REGION").replace('"BAY-PD"', '"BAY"', 1)
    )
    done = run("world", "check", str(world))
    assert done.returncode == 2
    assert "`BAY-PD` is not declared" in done.stderr
    done = run("world", "check", str(world), "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["training"]) == (2, True)
    assert any("`BAY-PD` is not declared" in each["what"] for each in found["findings"])


def test_records_are_built_and_counted(tmp_path: Path):
    done = run("world", "build", "golden-state", "--cache", str(tmp_path))
    assert done.returncode == 0
    assert "10003 driver, 20001 vehicle" in done.stdout
    assert len(list(tmp_path.glob("golden-state-*.sqlite"))) == 6


def test_what_was_built_before_is_said_to_have_been(tmp_path: Path):
    command = ("world", "build", "plain-county", "--cache", str(tmp_path), "--json")
    first, second = (
        [json.loads(line) for line in run(*command).stdout.splitlines()] for _ in range(2)
    )
    assert {row["built"] for row in first if row["kind"] == "sqlite"} == {True}
    assert {row["built"] for row in second} == {False}
    assert [row["records"] for row in first] == [row["records"] for row in second]
    assert first[0]["records"] == {"driver": 10003, "vehicle": 20001}
    assert all(row["training"] is True for row in first)


def test_without_a_name_every_shipped_world_is_checked():
    rows = [json.loads(line) for line in run("world", "check", "--json").stdout.splitlines()]
    assert [row["world"] for row in rows] == ["coast-to-coast", "golden-state", "plain-county"]


def test_a_cache_that_cannot_be_written_is_a_clear_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = run("world", "build", "golden-state", "--cache", str(tmp_path / "file"))
    assert done.returncode == 2
    assert "fix: give --cache a folder" in done.stderr


def test_mistakes_of_rules_are_told_with_the_name_of_the_world(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "plain-county", world)
    (world / "acl" / "PXDMV.toml").unlink()
    done = run("world", "check", str(world))
    assert done.returncode == 2
    assert "w/acl/PXDMV.toml: is missing" in done.stderr


def test_kinds_that_are_not_installed_are_told_together_with_mistakes_of_rules(tmp_path: Path):
    world = tmp_path / "w"
    shutil.copytree(WORLDS_FOLDER / "plain-county", world)
    (world / "acl" / "PXDMV.toml").unlink()
    path = world / "world.toml"
    path.write_text(path.read_text().replace('"sqlite"', '"sqlit"', 1))
    done = run("world", "check", str(world))
    assert done.returncode == 2
    assert "w/world.toml:191: no kind of backend `sqlit` is installed" in done.stderr
    assert "did you mean `sqlite`? known: directory, log, memory, sqlite" in done.stderr
    assert "w/acl/PXDMV.toml: is missing" in done.stderr
