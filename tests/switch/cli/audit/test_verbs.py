"""`wireroom audit` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from switch.cli.audit.verbs import main
from switch.errors import UsageError
from tests.process import run
from tests.switch.audit.around import around, signed_on, traffic, written
from tests.switch.shell.books import without_daybook

ERO = ("CADMV", "--agency", "ICE-ERO")


@pytest.fixture(scope="module")
def journal(tmp_path_factory) -> Path:
    return written(around(), tmp_path_factory.mktemp("audit") / "a.journal")


def told(capsys, *argv: str) -> dict:
    code = main([*argv, "--json"])
    return {"code": code, **json.loads(capsys.readouterr().out)}


def test_the_command_prints_the_report_and_ends_with_1_where_something_calls_for_action(journal):
    done = run("audit", *ERO, "--journal", str(journal), "--sample", "2")
    assert done.returncode == 1
    assert "TRAINING" in done.stdout
    assert "!! VOLUME ROSE AT CBP AFTER THE CUT-OFF" in done.stdout
    assert "DMV-01" in done.stdout


def test_nothing_that_calls_for_action_is_exit_0(capsys, journal):
    found = told(capsys, "CADMV", "--agency", "BAY-PD", "--journal", str(journal))
    assert (found["code"], found["clean"]) == (0, True)


def test_a_journal_of_a_killed_switch_without_its_daybook_is_not_told_to_be_whole(
    capsys, journal: Path, tmp_path: Path
):
    killed = without_daybook(journal, tmp_path / "killed.journal")
    found = told(capsys, "CADMV", "--agency", "BAY-PD", "--journal", str(killed))
    assert (found["code"], found["clean"]) == (1, False)
    assert [(each["breach"], each["where"]) for each in found["facts"]["faults"]] == [
        ("CUT OFF", "the journal")
    ]


def test_html_json_and_a_sample_together(capsys, journal, tmp_path: Path):
    page = tmp_path / "a.html"
    argv = (*ERO, "--journal", str(journal), "--html", str(page), "--sample", "3", "--seed", "7")
    found = told(capsys, *argv)
    sample = next(each for each in found["sections"] if "sample" in each["title"])
    assert len(sample["rows"]) == 3
    assert sample["rows"][0][0] in page.read_text()


def test_a_bundle_is_written_and_reports_the_same(capsys, journal, tmp_path: Path):
    bundle = tmp_path / "a.bundle"
    assert main(["CADMV", "--journal", str(journal), "--bundle", str(bundle)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("TRAINING")
    assert f"is in {bundle}" in said
    assert told(capsys, *ERO, "--journal", str(bundle)) == told(
        capsys, *ERO, "--journal", str(journal)
    )
    with pytest.raises(UsageError, match="there already"):
        main(["CADMV", "--journal", str(journal), "--bundle", str(bundle)])


def test_a_bundle_of_a_journal_without_its_daybook_says_so_wherever_it_is_taken(
    capsys, journal: Path, tmp_path: Path
):
    killed, bundle = without_daybook(journal, tmp_path / "killed.journal"), tmp_path / "a.bundle"
    made = told(capsys, "CADMV", "--journal", str(killed), "--bundle", str(bundle))
    assert (made["code"], [each["breach"] for each in made["faults"]]) == (1, ["CUT OFF"])
    killed.unlink()
    verified = told(capsys, "verify", str(bundle))
    assert (verified["whole"], verified["faults"]) == (False, made["faults"])
    report = told(capsys, "CADMV", "--agency", "BAY-PD", "--journal", str(bundle))
    assert (report["code"], report["facts"]["faults"]) == (1, made["faults"])
    again = tmp_path / "b.bundle"
    assert main(["CADMV", "--journal", str(bundle), "--bundle", str(again)]) == 1
    assert "BROKEN  CUT OFF: the journal: " in capsys.readouterr().out
    assert again.read_bytes() == bundle.read_bytes()


def test_counts_for_the_public_are_always_exit_0_and_small_cells_are_suppressed(
    capsys, tmp_path: Path
):
    quiet = signed_on("2019-09-20T08:00:00")
    traffic(quiet, 1, 8, (3, 1, 0, 0, 0))
    quiet.at("2019-11-02T00:00:00")
    quiet.asks(2, "DQ.CA0990100.CA.*ZZ.TXTOLN/S0990001")
    path = written(quiet, tmp_path / "quiet.journal")
    found = told(capsys, *ERO, "--journal", str(path), "--public")
    assert found["code"] == 0
    rows = next(each["rows"] for each in found["sections"] if "Counts" in each["title"])
    assert [row[0] for row in rows] == ["2019-09", "2019-10"]
    assert rows[1] == ["2019-10", "0", "0", "0"]
    assert rows[0][1] in ("suppressed", "5", "6", "7", "8")


@pytest.mark.parametrize(
    ("argv", "match"),
    [
        (["CADVM", "--agency", "ICE-ERO"], "no backend"),
        (["CADMV", "--agency", "ICE-ER0"], "no agency"),
        (["CADMV"], "on whom"),
        ([*ERO, "--sample", "-1"], "--sample"),
        ([*ERO, "--lookback", "0"], "--lookback"),
        ([*ERO, "--at", "yesterday"], "--at"),
        ([*ERO, "--since", "2019-11-03T01:30:00"], "--since"),
    ],
)
def test_a_misuse_says_what_to_write(journal, argv, match):
    with pytest.raises(UsageError, match=match):
        main([*argv, "--journal", str(journal)])


def test_help_teaches_by_examples():
    done = run("audit", "--help")
    assert done.returncode == 0
    assert "wireroom audit verify cadmv.bundle --heads CADMV.heads" in done.stdout
