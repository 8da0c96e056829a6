"""`wireroom acl leaks`."""

from __future__ import annotations

import json

import pytest

from tests.process import run

ASK = ("--who", "ero", "--data", "driver.record", "--at", "2019-11-01T00:00:00")


def test_it_tells_hard_and_soft_paths_apart_with_a_witness_and_who_can_close():
    done = run("acl", "leaks", *ASK, "--owner-only")
    assert done.returncode == 1
    for words in (
        "TRAINING - SIMULATED DATA",
        "HARD PATHS over a line of its own: 1",
        "its own line: ICE-ERO, DQ at NVDMV",
        "terminal ERO1 (ICE-ERO) > ORI DCICE0900 (ICE-ERO) > DQ to NV",
        "shown by DQ from ERO1 as DCICE0900, without image, no purpose",
        "can be closed by Nevada DMV (simulated), in NVDMV.toml",
        "SOFT PATHS",
        "a related agency: CBP",
        "a hub sees what passes: REGION-HUB",
    ):
        assert words in done.stdout


def test_a_suspension_closes_its_own_lines_and_not_those_of_others():
    done = run("acl", "leaks", *ASK)
    assert done.returncode == 1
    assert "HARD PATHS over a line of its own: none" in done.stdout
    assert "HARD PATHS over other people's lines: 3" in done.stdout
    in_short = " ".join(done.stdout.split("HARD PATHS")[0].split())
    assert "over lines of its own: none; over other people's lines: 3, which suspension" in in_short
    assert "NET-01 does not meet: it looks at the line alone" in in_short


def test_where_suspensions_are_left_out_none_is_named():
    done = run("acl", "leaks", *ASK, "--owner-only")
    assert "over lines of its own: 1; over other people's lines: 3\n" in done.stdout
    assert "does not meet" not in done.stdout
    said = [
        json.loads(run("acl", "leaks", *ASK, *o, "--json").stdout) for o in ((), ("--owner-only",))
    ]
    assert [each["suspensions"] for each in said] == [["NET-01"], []]


def test_without_a_hard_path_the_exit_code_is_0():
    done = run("acl", "leaks", "--who", "ero", "--data", "incident.report", *ASK[4:])
    assert done.returncode == 0
    assert "SOFT PATHS" in done.stdout


def test_the_fix_is_printed_with_its_proof():
    done = run("acl", "leaks", *ASK, "--owner-only", "--fix", "--cite", "Letter 7 (fictional)")
    assert done.returncode == 1
    for words in (
        "FIX, by Nevada DMV (simulated)",
        "IN THE FILE acl/NVDMV.toml",
        '+group   = ["ero"]',
        '+cite    = "Letter 7 (fictional)"',
        "proved: with it there is no hard path left here, and every promise holds",
    ):
        assert words in done.stdout


def test_as_json_it_is_one_object_with_every_path():
    said = json.loads(run("acl", "leaks", *ASK, "--owner-only", "--fix", "--json").stdout)
    assert (said["training"], said["agencies"]) == (True, ["ICE-ERO"])
    hard = [path for path in said["paths"] if path["strength"] == "hard"]
    assert {path["backend"] for path in hard} == {"NVDMV"}
    assert [path["witness"]["terminal"] for path in hard if path["own_line"]] == ["ERO1"]
    (fix,) = said["fix"]
    assert (fix["file"], fix["rule"], fix["left"]) == ("acl/NVDMV.toml", "NVDMV-01", 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--who", "eroo", *ASK[2:]), "did you mean `ero`"),
        (("--who", "group:CBP", *ASK[2:]), "is no agency, group or function"),
        (("--who", "ero", "--data", "driver.foto", *ASK[4:]), "did you mean `driver.photo`"),
        ((*ASK[:4], "--at", "2019-11-01"), "--at `2019-11-01` is not a time"),
    ],
)
def test_what_cannot_be_searched_is_said_in_words(options, said):
    done = run("acl", "leaks", *options)
    assert done.returncode == 2
    assert said in done.stderr
