"""`wireroom acl`: files and requests judged from the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_refused_request_is_exit_1_and_says_why():
    done = run("acl", "decide", *ERO, "--backend", "CADMV", "--key", "DQ", "--why")
    assert done.returncode == 1
    assert "DENY-SUSPENDED" in done.stdout
    assert "the owner's own verdict" in done.stdout
    alone = run("acl", "decide", *ERO, "--backend", "CADMV", "--key", "DQ", "--owner-only")
    assert "DENY-RULE" in alone.stdout


def test_an_allowed_request_is_exit_0():
    who = ("--at", "2019-10-14T23:59:59", "--terminal", "ERO1", "--ori", "DCICE0900")
    done = run("acl", "decide", *who, "--backend", "CADMV", "--key", "DQ", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["verdict"] == "ALLOW-DEFAULT"


def test_what_is_missing_is_named():
    done = run("acl", "decide", "--terminal", "BAY1")
    assert done.returncode == 2
    assert "--at, --ori, --backend, --key missing" in done.stderr


def test_many_requests_are_answered_line_by_line():
    hsi = LINE | {"id": 2, "terminal": "HSI1", "ori": "DCICE0500", "operator": "HSI1A"}
    code, (first, second) = decided(LINE, "", hsi | {"purpose": "C"})
    assert code == 0
    assert first == {
        "id": "a",
        "verdict": "DENY-RULE",
        "classes": dict.fromkeys(("driver.record", "driver.ssn", "driver.photo"), "DENY-RULE"),
        "network": None,
        "owner": "DENY-RULE",
        "rules": ["DMV-01"],
        "exceptions": [],
        "masks": [],
        "notices": [],
        "training": True,
    }
    assert second["id"] == 2
    assert second["classes"] == {
        "driver.record": "ALLOW",
        "driver.ssn": "DENY-RULE",
        "driver.photo": "DENY-RULE",
    }
    assert (second["masks"], second["exceptions"]) == (["RES"], ["DMV-03"])
    assert second["notices"] == ["NOT FOR CIVIL IMMIGRATION ENFORCEMENT."]


def test_a_time_with_offset_is_the_same_instant():
    late = LINE | {"at": "2019-10-15T07:00:00+00:00"}
    early = LINE | {"at": "2019-10-15T06:59:59+00:00"}
    _, (at_midnight, before) = decided(late, early)
    assert (at_midnight["verdict"], before["verdict"]) == ("DENY-RULE", "ALLOW-DEFAULT")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        (LINE | {"at": "tomorrow"}, "is not a time"),
        (LINE | {"at": "2019-10-15"}, "bare date"),
        (LINE | {"at": "2019-11-03T01:30:00"}, "happens twice"),
        (LINE | {"image": "yes"}, "`image` must be true or false"),
        (LINE | {"terminal": 7}, "`terminal` must be a text"),
        (LINE | {"terminl": "x"}, "did you mean `terminal`"),
        ({"id": "a", "at": "2019-10-15T00:00:00"}, "`terminal` must be a text"),
        ('{"at": ' + "[" * 5000, "not JSON"),
        ("x" * 70_000, "longer than"),
        (json.dumps(LINE).replace('"a"', "NaN"), "not JSON"),
        (json.dumps(LINE).replace('"a"', "1e999"), "`id` must be a text or a whole number"),
        (LINE | {"id": [["a"]]}, "`id` must be a text or a whole number"),
        (LINE | {"id": True}, "`id` must be a text or a whole number"),
        (LINE | {"at": None}, "`at` must be a text"),
        (LINE | {"purpose": 1}, "`purpose` must be a text"),
        ("null", "not a JSON object"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_judged(bad, said):
    code, answers = decided(bad, LINE)
    assert code == 2
    assert said in answers[0]["error"]
    assert answers[1]["verdict"] == "DENY-RULE"


def test_a_stranger_is_not_identified_and_an_unknown_key_cannot_be_judged():
    _, (stranger, unknown) = decided(LINE | {"operator": "X"}, LINE | {"key": "KQ"})
    assert (stranger["verdict"], unknown["verdict"]) == ("DENY-IDENTITY", "DENY-ERROR")


def test_a_world_of_ones_own_is_a_folder(tmp_path: Path):
    world = tmp_path / "mine"
    shutil.copytree(WORLDS_FOLDER / "golden-state", world)
    (world / "acl" / "CADMV.toml").write_text(
        changed(("2019-10-15T00:00:00", "2019-10-17T00:00:00"))
    )
    _, (answer,) = decided(LINE, options=("--world", str(world)))
    assert answer["verdict"] == "ALLOW-DEFAULT"
    assert run("acl", "check", "--world", str(tmp_path / "none")).returncode == 2


def test_requests_can_come_from_a_file(tmp_path: Path):
    path = tmp_path / "requests.jsonl"
    path.write_bytes(json.dumps(LINE).encode() + b"\n\xff\xfe\n")
    done = run("acl", "decide", "--jsonl", str(path))
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    assert run("acl", "decide", "--jsonl", str(tmp_path / "none")).returncode == 2


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


def test_the_backend_may_be_left_out_where_the_key_has_one_only():
    who = ("--at", "2019-10-15T00:00:00", "--terminal", "BAY2", "--ori", "CA0990100")
    done = run("acl", "decide", *who, "--key", "QW", "--json")
    assert json.loads(done.stdout)["verdict"] == "ALLOW-DEFAULT"
    several = run("acl", "decide", *who, "--key", "DQ")
    assert several.returncode == 2
    assert "--backend CADMV or NVDMV" in several.stderr
    assert "no backend answers key `QQ`" in run("acl", "decide", *who, "--key", "QQ").stderr


def test_a_line_that_is_not_utf_8_is_told_and_a_huge_one_does_not_hide_the_next(tmp_path: Path):
    path = tmp_path / "requests.jsonl"
    good = json.dumps(LINE).encode()
    spoiled = good.replace(b"BAY1", b"BAY\xff")
    path.write_bytes(b"\n".join([spoiled, b"x" * 300_000, good]))
    done = run("acl", "decide", "--jsonl", str(path))
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert "line 1: not UTF-8" in first["error"]
    assert "line 2: longer than" in second["error"]
    assert third["verdict"] == "DENY-RULE"


def test_null_and_absent_are_the_same():
    bare = {name: value for name, value in LINE.items() if value is not None}
    _, (one, other) = decided(LINE | {"image": None}, bare | {"image": False})
    assert one == other


def test_owner_only_leaves_suspensions_out_of_every_line():
    line = LINE | {"terminal": "ERO1", "ori": "DCICE0900", "operator": "ERO1A"}
    _, (stacked,) = decided(line)
    _, (alone,) = decided(line, options=("--owner-only",))
    assert (stacked["verdict"], stacked["network"]) == ("DENY-SUSPENDED", "DENY-SUSPENDED")
    assert (stacked["rules"], stacked["owner"]) == (["DMV-01", "NET-01"], "DENY-RULE")
    assert (alone["verdict"], alone["network"], alone["rules"]) == ("DENY-RULE", None, ["DMV-01"])


def test_nothing_typed_is_nothing_answered():
    assert decided() == (0, [])


@pytest.mark.parametrize(
    ("options", "named"),
    [(["--terminal", "BAY1"], "--terminal"), (["--image"], "--image"), (["--why"], "--why")],
)
def test_what_would_go_unheard_beside_many_requests_is_refused(options: list[str], named: str):
    done = run("acl", "decide", "--jsonl", "-", *options, typed=json.dumps(LINE))
    assert done.returncode == 2
    assert f"{named} beside --jsonl" in done.stderr


@pytest.mark.parametrize("name", ["[/red]", "", "x" * 10_000, "naïve", "Ω"])
def test_a_strange_name_is_a_stranger(name: str):
    who = ("--at", "2019-10-16T00:00:00", "--terminal", "BAY2", "--ori", name or "?")
    done = run("acl", "decide", *who, "--backend", "CADMV", "--key", "DQ", "--why")
    assert done.returncode == 1
    assert "DENY-IDENTITY" in done.stdout


@pytest.mark.parametrize("name", ["\x1b[2J", "A\nB", "\udcff"])
def test_a_name_that_cannot_be_printed_is_refused(name: str):
    who = ("--at", "2019-10-16T00:00:00", "--terminal", name, "--ori", "CA0990100")
    done = run("acl", "decide", *who, "--backend", "CADMV", "--key", "DQ", "--why")
    assert done.returncode == 2
    assert "--terminal: not printable text" in done.stderr


@pytest.mark.parametrize("name", ["[red]x[bold].toml", "a\udcffb.toml", "a\x1b[2J.toml"])
def test_a_file_may_have_a_strange_name(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_text(changed())
    assert run("acl", "check", str(path)).returncode == 0
    path.write_text(changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    done = run("acl", "check", str(path))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout


def test_why_names_rule_facet_and_what_would_help():
    desk = ("--at", "2019-10-15T00:00:00", "--terminal", "BAY1", "--ori", "CA0990100")
    who = (*desk, "--operator", "TFO7", "--backend", "CADMV", "--key", "DQ")
    said = " ".join(json.loads(run("acl", "decide", *who, "--why", "--json").stdout)["why"])
    assert "DMV-01 denies any data" in said
    assert "operator TFO7 (ICE-ERO)" in said
    assert "It would change if" in said


def test_a_standard_input_that_is_closed_is_said():
    command = f"exec {sys.executable} -m wireroom acl decide --jsonl - <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, "standard input is closed" in done.stderr) == (2, True)
