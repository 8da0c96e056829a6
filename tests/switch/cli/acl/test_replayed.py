"""`wireroom acl diff --traffic`."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from switch.shell.store import Journal
from tests.process import run
from tests.switch.cli.acl.test_diff import NARROWER, WIDER, files
from tests.switch.cli.acl.test_recorded import LINE, lines
from tests.switch.shell.books import without_daybook

ERO = {**LINE, "terminal": "ERO1", "ori": "DCICE0910"}
CBP = {**LINE, "terminal": "CBP1", "ori": "DCCBP0100"}


def test_it_counts_each_outcome_with_a_first_example(tmp_path: Path):
    traffic = lines(tmp_path, LINE, CBP, CBP, {**LINE, "key": "ZZZ"})
    done = run("acl", "diff", "--traffic", traffic, *files(tmp_path, NARROWER))
    assert done.returncode == 1
    assert "4 recorded decisions judged by both" in done.stdout
    assert "REVOKED                    2" in done.stdout
    assert "first: line 2, DQ from CBP1 as DCCBP0100" in done.stdout
    assert "ALLOW-DEFAULT -> DENY-RULE" in done.stdout
    assert "UNDECIDABLE                1" in done.stdout


def test_no_new_access_counts_only_what_is_released_more(tmp_path: Path):
    options = ("acl", "diff", "--no-new-access", "--traffic")
    narrower = run(*options, lines(tmp_path, CBP), *files(tmp_path, NARROWER))
    assert narrower.returncode == 0
    wider = run(*options, lines(tmp_path, ERO), *files(tmp_path, WIDER), "--json")
    assert wider.returncode == 1
    said = json.loads(wider.stdout)
    assert (said["training"], said["decisions"], said["widened"]) == (True, 1, 1)
    assert said["outcomes"]["gained"]["first"]["request"]["terminal"] == "ERO1"
    assert said["outcomes"]["revoked"] == {"count": 0, "first": None}


def test_where_nothing_differs_the_exit_code_is_0(tmp_path: Path):
    done = run("acl", "diff", "--traffic", lines(tmp_path, LINE), *files(tmp_path, NARROWER))
    assert done.returncode == 0
    assert "nothing differs" in done.stdout


def test_recorded_traffic_that_has_lost_its_end_is_told_and_not_fine(tmp_path: Path):
    whole = tmp_path / "a.journal"
    with closing(Journal.open(whole)) as book:
        book.append([{"kind": "started", "at": 1571122800.0, "backends": ["CADMV"]}])
    killed = without_daybook(whole, tmp_path / "killed.journal")
    options = ("acl", "diff", "--no-new-access", "--traffic")
    of_whole, of_killed = (
        run(*options, str(j), *files(tmp_path, NARROWER)) for j in (whole, killed)
    )
    assert (of_whole.returncode, of_whole.stderr) == (0, "")
    assert (of_killed.returncode, of_killed.stdout) == (1, of_whole.stdout)
    assert f"`{killed}` is not whole" in of_killed.stderr


def test_records_are_refused(tmp_path: Path):
    traffic = lines(tmp_path, {**LINE, "NAM": "X"})
    done = run("acl", "diff", "--traffic", traffic, *files(tmp_path, NARROWER))
    assert done.returncode == 2
    assert "`NAM`: a field of a record or an answer" in done.stderr
