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


# --- in a world with mistakes ---------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """One with two mistakes: a parent that nobody is, and a seed that is none."""
    folder = shutil.copytree(WORLDS_FOLDER / "golden-state", tmp_path / "mine")
    file = folder / "world.toml"
    text = file.read_text()
    for old, new in (('parent    = "DHS"', 'parent    = "DSH"'), ("seed         = 2", "seed = 2.")):
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)
    return folder


def found(*words: str) -> list[tuple[str, str]]:
    done = run("acl", "check", *words, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["files"], done.stderr) == (2, [], "")
    return [(finding["file"], finding["what"]) for finding in answer["findings"]]


OF_THE_WORLD = [
    ("mine/world.toml", "`world.seed` must be a whole number (got 2.0191015)"),
    ("mine/world.toml", "parent `DSH` is not declared"),
]


def test_a_file_is_held_against_what_can_be_read_of_a_world_with_mistakes(
    world: Path, tmp_path: Path
):
    path, network = tmp_path / "CADMV.toml", tmp_path / "NETWORK.toml"
    path.write_text(changed(('["ero"]', '["eroo"]'), ('tell   = "A', 'tel    = "A')))
    shipped = (world / "acl" / "NETWORK.toml").read_text()
    network.write_text(shipped.replace("ICE-ERO", "ICE-ER0"))
    told = found(str(path), str(network), "--world", str(world))
    assert sorted(told) == sorted(
        [
            *OF_THE_WORLD,
            (str(path), "group `eroo` is not in the directory"),
            (str(path), "`deny[1].tel` is not a key here"),
            (str(network), "agency `ICE-ER0` is not in the directory"),
        ]
    )
    path.write_text(changed())
    assert found(str(path), "--world", str(world), "--fix") == OF_THE_WORLD


def test_all_files_are_held_against_what_can_be_read_of_a_world_with_mistakes(world: Path):
    path = world / "acl" / "CADMV.toml"
    path.write_text(changed(('["ero"]', '["eroo"]')))
    told = found("--world", str(world))
    assert told == [("acl/CADMV.toml", "group `eroo` is not in the directory"), *OF_THE_WORLD]


def test_a_name_that_may_stand_in_what_cannot_be_read_of_a_world_is_not_unknown(
    world: Path, tmp_path: Path
):
    path, file = tmp_path / "CADMV.toml", world / "world.toml"
    path.write_text(changed(('["ero"]', '["eroo"]')))
    file.write_text(file.read_text().replace('["ero"]', '["ero", "eroo"', 1))
    told = found(str(path), "--world", str(world))
    assert [what for name, what in told if name == str(path)] == []
    assert len(told) > len(OF_THE_WORLD)


CLASHES = "".join(f"a{n}.c = 1\na{n} = 2\n" for n in range(20))


@pytest.mark.parametrize("text", ["", "no TOML at all", CLASHES])
@pytest.mark.parametrize("named", [True, False])
def test_beside_a_world_of_which_nothing_can_be_used_a_file_is_looked_at_by_itself(
    world: Path, named: bool, text: str
):
    path = world / "acl" / "CADMV.toml"
    path.write_text(changed(('["ero"]', '["eroo"]'), ('tell   = "A', 'tel    = "A')))
    (world / "world.toml").write_text(text)
    told = found(*([str(path)] if named else []), "--world", str(world))
    shown = str(path) if named else "acl/CADMV.toml"
    assert {name for name, _ in told} == {shown, "mine/world.toml"}
    assert [what for name, what in told if name == shown] == ["`deny[1].tel` is not a key here"]
