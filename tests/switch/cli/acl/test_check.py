"""`wireroom acl check`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from switch.cli.acl.verbs import main
from switch.world_file import WORLDS_FOLDER
from tests.process import run
from tests.switch.acl.shipped import changed

ERO = ("--at", "2019-10-15T00:00:00", "--terminal", "ERO1", "--ori", "DCICE0900")
LINE = {
    "id": "a",
    "at": "2019-10-15T00:00:00",
    "terminal": "BAY1",
    "ori": "CA0990100",
    "operator": "TFO7",
    "on_behalf_of": None,
    "backend": "CADMV",
    "key": "DQ",
    "image": True,
    "purpose": None,
}


def decided(*rows: object, options: tuple[str, ...] = ()):
    typed = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    done = run("acl", "decide", "--jsonl", "-", *options, typed=typed)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_shipped_files_are_in_order():
    done = run("acl", "check")
    assert done.returncode == 0
    assert "acl/CADMV.toml" in done.stdout
    assert "DMV-02, DMV-03" in done.stdout
    assert "acl/NETWORK.toml" in done.stdout


def test_check_as_json_is_marked_training():
    answer = json.loads(run("acl", "check", "--json").stdout)
    assert answer["training"] is True
    assert answer["files"][0]["promises"] == 2


def test_a_broken_promise_is_a_finding_and_exit_1(tmp_path: Path):
    path = tmp_path / "CADMV.toml"
    path.write_text(changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    done = run("acl", "check", str(path))
    assert done.returncode == 1
    assert "DMV-N1 does not hold" in done.stdout


def test_a_bad_file_is_exit_2_with_every_mistake(tmp_path: Path):
    path = tmp_path / "CADMV.toml"
    path.write_text(changed(('["ero"]', '["eroo"]'), ('tell   = "A', 'tel    = "A')))
    done = run("acl", "check", str(path))
    assert done.returncode == 2
    assert "did you mean `ero`?" in done.stderr
    assert "2 mistakes" in done.stderr


@pytest.mark.parametrize("name", ["none.toml", "."])
def test_a_file_that_cannot_be_read_is_exit_2(tmp_path: Path, name: str):
    done = run("acl", "check", str(tmp_path / name))
    assert done.returncode == 2
    assert "cannot read" in done.stderr


def test_a_world_of_ones_own_is_a_folder(tmp_path: Path):
    world = tmp_path / "mine"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    (world / "acl" / "CADMV.toml").write_text(
        changed(("2019-10-15T00:00:00", "2019-10-17T00:00:00"))
    )
    _, (answer,) = decided(LINE, options=("--world", str(world)))
    assert answer["verdict"] == "ALLOW-DEFAULT"
    assert run("acl", "check", "--world", str(tmp_path / "none")).returncode == 2


def test_a_bad_file_as_json_is_json_with_its_findings_and_exit_2(tmp_path: Path):
    path = tmp_path / "CADMV.toml"
    path.write_text(changed(('["ero"]', '["eroo"]')))
    done = run("acl", "check", "--json", str(path))
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["training"], answer["files"]) == (2, True, [])
    (finding,) = answer["findings"]
    assert finding["line"] == changed().splitlines().index('group  = ["ero"]') + 1
    assert "did you mean `ero`" in finding["fix"]


def test_the_networks_file_is_checked_by_its_own_shape(tmp_path: Path):
    shipped = WORLDS_FOLDER / "golden-state" / "acl" / "NETWORK.toml"
    assert run("acl", "check", str(shipped)).returncode == 0
    path = tmp_path / "NETWORK.toml"
    path.write_text(shipped.read_text().replace("ICE-ERO", "ICE-ER0"))
    done = run("acl", "check", str(path))
    assert done.returncode == 2
    assert "did you mean `ICE-ERO`" in done.stderr


@pytest.mark.parametrize("name", ["[red]x[bold].toml", "a\udcffb.toml", "a\x1b[2J.toml"])
def test_a_file_may_have_a_strange_name(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_text(changed())
    assert run("acl", "check", str(path)).returncode == 0
    path.write_text(changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    done = run("acl", "check", str(path))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout


def test_the_networks_file_has_a_line_of_its_own():
    network = str(WORLDS_FOLDER / "golden-state" / "acl" / "NETWORK.toml")
    assert "NETWORK.toml" in run("acl", "check", network).stdout.replace("\n", "")
    (row,) = json.loads(run("acl", "check", network, "--json").stdout)["files"]
    assert (row["file"], row["rules"] > 0, row["findings"]) == (network, True, 0)


def test_however_narrow_the_screen_a_file_keeps_its_whole_name(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    draft = tmp_path / "a-draft-with-a-name-that-is-longer-than-sixty-columns" / "CADMV.toml"
    draft.parent.mkdir()
    shutil.copy(WORLDS_FOLDER / "golden-state" / "acl" / "CADMV.toml", draft)
    main(["check", str(draft)])
    out = capsys.readouterr().out
    first = [line.split("│")[1].strip() for line in out.splitlines() if line.startswith("│")]
    assert str(draft) in "".join(first)
