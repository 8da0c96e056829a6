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

ROOT = Path(__file__).parents[4]
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
    assert "--ori, --backend, --key missing" in done.stderr


@pytest.mark.parametrize(
    ("terminal", "backend", "key", "said"),
    [
        ("BAY2", "cadmv", "DQ", "no backend `cadmv`\n    fix: did you mean `CADMV`?"),
        ("bay2", "CADMV", "DQ", "no terminal `bay2`\n    fix: did you mean `BAY2`?"),
        ("BAY2", "CADMV", "DX", "CADMV does not answer key `DX`\n    fix: did you mean `DQ`?"),
        ("BAY2", "CADMV", "QW", "CADMV does not answer key `QW`\n    fix: known: DNQ, DQ, RNQ, RQ"),
    ],
)
def test_a_place_that_the_world_does_not_have_is_misuse_and_no_verdict(
    terminal: str, backend: str, key: str, said: str
):
    who = ("--terminal", terminal, "--ori", "CA0990100", "--backend", backend, "--key", key)
    done = run("acl", "decide", *who)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_without_an_instant_it_is_judged_now():
    who = ("--terminal", "BAY2", "--ori", "CA0990100", "--key", "QW", "--json")
    assert json.loads(run("acl", "decide", *who).stdout)["verdict"] == "ALLOW-DEFAULT"


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


def test_a_stranger_is_not_identified_and_an_unknown_key_cannot_be_judged():
    _, (stranger, unknown) = decided(LINE | {"operator": "X"}, LINE | {"key": "KQ"})
    assert (stranger["verdict"], unknown["verdict"]) == ("DENY-IDENTITY", "DENY-ERROR")


def test_the_backend_may_be_left_out_where_the_key_has_one_only():
    who = ("--at", "2019-10-15T00:00:00", "--terminal", "BAY2", "--ori", "CA0990100")
    done = run("acl", "decide", *who, "--key", "QW", "--json")
    assert json.loads(done.stdout)["verdict"] == "ALLOW-DEFAULT"
    several = run("acl", "decide", *who, "--key", "DQ")
    assert several.returncode == 2
    assert "--backend CADMV or NVDMV" in several.stderr
    assert "no backend answers key `QQ`" in run("acl", "decide", *who, "--key", "QQ").stderr


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


def test_who_is_not_identified_is_told_why_without_being_asked():
    who = ("--at", "2019-10-16T00:00:00", "--terminal", "BAY2", "--ori", "CA099010")
    done = run("acl", "decide", *who, "--backend", "CADMV", "--key", "DQ")
    assert "The sender is not identified: ORI CA099010 is not known." in done.stdout
    known = run("acl", "decide", *who[:-1], "CA0990100", "--backend", "CADMV", "--key", "DQ")
    assert "identified" not in known.stdout


@pytest.mark.parametrize("name", ["\x1b[2J", "A\nB", "\udcff"])
def test_a_name_that_cannot_be_printed_is_refused(name: str):
    who = ("--at", "2019-10-16T00:00:00", "--terminal", name, "--ori", "CA0990100")
    done = run("acl", "decide", *who, "--backend", "CADMV", "--key", "DQ", "--why")
    assert done.returncode == 2
    assert "--terminal: not printable text" in done.stderr


def test_why_names_rule_facet_and_what_would_help():
    desk = ("--at", "2019-10-15T00:00:00", "--terminal", "BAY1", "--ori", "CA0990100")
    who = (*desk, "--operator", "TFO7", "--backend", "CADMV", "--key", "DQ")
    said = " ".join(json.loads(run("acl", "decide", *who, "--why", "--json").stdout)["why"])
    assert "DMV-01 denies any data" in said
    assert "operator TFO7 (ICE-ERO)" in said
    assert "It would change if" in said


def test_without_a_file_the_lines_are_read_from_standard_input():
    typed = json.dumps(LINE) + "\n"
    named, bare = (run("acl", "decide", "--jsonl", *more, typed=typed) for more in (["-"], []))
    assert (bare.returncode, bare.stdout) == (named.returncode, named.stdout)
    assert json.loads(bare.stdout)["verdict"] == "DENY-RULE"


def test_a_standard_input_that_is_closed_is_said():
    command = f"exec {sys.executable} -m wireroom acl decide --jsonl - <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, "standard input is closed" in done.stderr) == (2, True)


ORDERED = (
    *("--at", "2019-11-02T00:00:00", "--terminal", "ERO1", "--ori", "DCICE0900"),
    *("--backend", "CADMV", "--key", "DQ", "--owner-only", "--json"),
)


@pytest.fixture
def world_with_an_order(tmp_path: Path) -> str:
    shutil.copytree(WORLDS_FOLDER / "golden-state", tmp_path / "world")
    file = (ROOT / "examples" / "CADMV-order.toml").read_text()
    (tmp_path / "world" / "acl" / "CADMV.toml").write_text(file)
    return str(tmp_path / "world")


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        (("--field", "OLN=S0990001"), "ALLOW"),
        (("--field", "OLN=S0990001", "--used", "DMV-O1=1"), "ALLOW"),
        (("--field", "OLN=S0990001", "--used", "DMV-O1=2"), "DENY-RULE"),
        (("--field", "OLN=S0990002"), "DENY-RULE"),
        ((), "DENY-RULE"),
    ],
)
def test_a_court_order_is_judged_by_record_and_uses(world_with_an_order, options, verdict):
    done = run("acl", "decide", *ORDERED, "--world", world_with_an_order, *options)
    found = json.loads(done.stdout)
    assert found["verdict"] == verdict
    assert found.get("order") == ("DMV-O1" if verdict == "ALLOW" else None)


@pytest.mark.parametrize("options", [("--field", "OLN"), ("--used", "DMV-O1=x")])
def test_a_field_or_a_use_that_is_none_is_a_misuse(options):
    assert run("acl", "decide", *ORDERED, *options).returncode == 2
