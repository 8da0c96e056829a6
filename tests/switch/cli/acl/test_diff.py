"""`wireroom acl diff`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from switch.world_file import WORLDS_FOLDER
from tests.process import run
from tests.switch.acl.shipped import TEXT, changed


def files(folder: Path, text: str) -> tuple[str, str]:
    old, new = folder / "old.toml", folder / "new.toml"
    old.write_text(TEXT)
    new.write_text(text)
    return str(old), str(new)


WIDER = changed(('group  = ["ero"]', 'ori = ["DCICE0900"]'))
NARROWER = changed(('group  = ["ero"]', 'agency = ["DHS"]'))


def test_the_same_file_is_no_difference(tmp_path: Path):
    done = run("acl", "diff", *files(tmp_path, TEXT))
    assert done.returncode == 0
    assert "no difference" in done.stdout


def test_a_rule_by_ori_gives_the_agencys_other_ori_access_with_a_witness(tmp_path: Path):
    done = run("acl", "diff", *files(tmp_path, WIDER))
    assert done.returncode == 1
    assert "GAINED   ICE-ERO: " in done.stdout
    assert "from ERO1 as DCICE0910" in done.stdout


@pytest.mark.parametrize("option", [(), ("--no-new-access",), ("--traffic", "-")])
def test_files_of_two_owners_are_no_two_versions_of_one_and_pass_no_gate(option):
    acl = WORLDS_FOLDER / "golden-state" / "acl"
    for other, owner in (("NVDMV", "NVDMV"), ("NETWORK", "NETWORK")):
        done = run("acl", "diff", *option, str(acl / "CADMV.toml"), str(acl / f"{other}.toml"))
        assert done.returncode == 2
        assert f"CADMV's file and {acl}/{other}.toml {owner}'s" in done.stderr


def test_no_new_access_fails_only_for_what_is_gained(tmp_path: Path):
    narrower = files(tmp_path, NARROWER)
    assert run("acl", "diff", *narrower).returncode == 1
    assert run("acl", "diff", "--no-new-access", *narrower).returncode == 0
    assert run("acl", "diff", "--no-new-access", *files(tmp_path, WIDER)).returncode == 1


def test_as_json_it_is_one_change_a_line(tmp_path: Path):
    done = run("acl", "diff", "--json", *files(tmp_path, NARROWER))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    (cbp,) = [row for row in rows if row["who"] == "CBP"]
    assert (cbp["training"], cbp["kind"], cbp["widens"]) == (True, "lost", False)
    assert cbp["spans"] == [["2019-10-15T00:00:00-07:00", None]]
    assert cbp["witness"]["terminal"] == "CBP1"


def test_two_worlds_are_compared_with_all_their_files(tmp_path: Path):
    other = tmp_path / "other"
    shutil.copytree(WORLDS_FOLDER / "golden-state", other)
    network = other / "acl" / "NETWORK.toml"
    network.write_text(network.read_text().replace("2019-10-15T00", "2019-10-27T00"))
    done = run("acl", "diff", "golden-state", str(other))
    assert done.returncode == 1
    assert "GAINED   ICE-ERO: person.wanted, wanted.entry of CAWPS" in done.stdout


def test_a_change_of_the_directory_is_told_with_what_follows_from_it(tmp_path: Path):
    other = tmp_path / "other"
    shutil.copytree(WORLDS_FOLDER / "golden-state", other)
    file = other / "world.toml"
    text = file.read_text().replace('oris   = ["CA0990100"]', 'oris   = ["CA0990100", "CA0990101"]')
    file.write_text(text.replace('groups    = ["ero"]', 'groups    = ["hsi"]'))
    done = run("acl", "diff", "golden-state", str(other), "--no-new-access")
    assert done.returncode == 2  # a rule names a group that nobody is in any more
    file.write_text(text)
    done = run("acl", "diff", "golden-state", str(other), "--no-new-access")
    assert done.returncode == 1
    assert "agency BAY-PD: oris +CA0990101" in done.stdout
    assert "GAINED   BAY-PD with new ORI CA0990101: " in done.stdout
    assert "DENY-IDENTITY -> ALLOW-DEFAULT" in done.stdout
    back = run("acl", "diff", str(other), "golden-state", "--no-new-access", "--json")
    assert back.returncode == 0
    rows = [json.loads(line) for line in back.stdout.splitlines()]
    assert rows[0]["kind"] == "world"
    assert {row["kind"] for row in rows[1:]} == {"lost"}


def test_a_court_order_is_told_in_words_and_counts_as_new_access():
    shipped, ordered = "switch/worlds/golden-state/acl/CADMV.toml", "examples/CADMV-order.toml"
    for old, new, code in ((shipped, ordered, 1), (ordered, shipped, 0)):
        done = run("acl", "diff", old, new, "--no-new-access", "--json")
        (row,) = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == code
        assert row["order"] == "DMV-O1"
        assert "lets ICE-ERO have driver.record of 1 named record" in row["words"]


def test_two_worlds_that_share_nothing_are_compared_whole():
    done = run("acl", "diff", "golden-state", "plain-county")
    assert done.returncode == 1
    assert "agency ICE-ERO is gone" in done.stdout


def test_what_cannot_be_compared_is_said_in_words(tmp_path: Path):
    old, _ = files(tmp_path, TEXT)
    assert (
        "`golden-state` is not a file, as the other one is"
        in run("acl", "diff", old, "golden-state").stderr
    )
    assert run("acl", "diff", old, str(tmp_path / "none")).returncode == 2
    bad = tmp_path / "bad.toml"
    bad.write_text(changed(('["ero"]', '["eroo"]')))
    assert "did you mean `ero`" in run("acl", "diff", old, str(bad)).stderr
