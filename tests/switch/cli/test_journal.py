"""`wireroom journal`: reading what is on record, and finding what was changed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from switch.shell.store import Journal
from tests.process import run


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "a.journal"
    book = Journal.open(path)
    about = {"at": 1571122800.0, "line": 1, "query": 1, "terminal": "ERO1", "key": "DQ"}
    legs = [{"leg": 1, "backend": "CADMV", "verdict": "DENY-RULE"}]
    book.append([{"kind": "query", **about, "raw": "DQ.X", "legs": legs}])
    refused = {**about, "backend": "CADMV", "verdict": "DENY-RULE", "rules": ["DMV-01"]}
    book.append([{"kind": "refused", **refused, "leg": 1, "point": "route"}])
    book.close()
    return path


def test_show_prints_who_what_where_and_why_in_local_time(journal: Path):
    done = run("journal", "show", str(journal))
    assert done.returncode == 0
    assert "TRAINING" in done.stdout
    assert "2019-10-15T00:00:00-07:00" in done.stdout
    assert "ERO1 · DQ · CADMV · DENY-RULE" in done.stdout


def test_show_json_prints_everything_marked_training(journal: Path):
    done = run("journal", "show", str(journal), "--json", "--kind", "refused")
    (entry,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (entry["training"], entry["n"], entry["rules"]) == (True, 2, ["DMV-01"])


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--backend", "CADMV"], 2),
        (["--backend", "CAWPS"], 0),
        (["--terminal", "ERO1", "--last", "1"], 1),
        (["--query", "2"], 0),
    ],
)
def test_show_filters(journal: Path, options: list[str], count: int):
    done = run("journal", "show", str(journal), "--json", *options)
    assert len(done.stdout.splitlines()) == count


def test_verify_says_that_it_is_whole_and_what_that_does_not_prove(journal: Path):
    done = run("journal", "verify", str(journal))
    assert done.returncode == 0
    assert "2 entries" in done.stdout
    assert "a cut tail shows only against a head kept elsewhere" in done.stdout


def test_verify_finds_an_edit_and_exits_1(journal: Path):
    database = sqlite3.connect(journal)
    with database:
        database.execute("DELETE FROM batch WHERE number = 1")
    database.close()
    done = run("journal", "verify", str(journal), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["whole"] is False


def test_verify_compares_with_a_head_that_was_kept(journal: Path):
    head = json.loads(run("journal", "verify", str(journal), "--json").stdout)
    good = run("journal", "verify", str(journal), "--head", head["head"], "--entries", "2")
    assert good.returncode == 0
    assert run("journal", "verify", str(journal), "--head", "00").returncode == 1
    assert run("journal", "verify", str(journal), "--entries", "3").returncode == 1


def test_a_file_that_is_no_journal_is_a_clear_error(tmp_path: Path):
    path = tmp_path / "x"
    path.write_text("hello")
    done = run("journal", "show", str(path))
    assert done.returncode == 3
    assert "cannot be read as a journal" in done.stderr


def test_a_rejected_message_is_shown_with_its_reason_and_a_destination_with_its_state(
    tmp_path: Path,
):
    path = tmp_path / "a.journal"
    book = Journal.open(path)
    text = "TRAINING - SIMULATED DATA\n.01. NO SUCH DESTINATION\nSEND TO ONE OF CA NV"
    about = {"at": 1571122800.0, "line": 1, "query": 1, "terminal": "ERO1", "key": "DQ"}
    book.append([{"kind": "rejected", **about, "number": ".01.", "text": text, "sequence": 3}])
    moved = {"by": "operator of the switch", "destination": "NV", "status": "hold", "until": None}
    book.append([{"kind": "service", "at": 1571122900.0, **moved, "keys": ["DQ"]}])
    book.append([{"kind": "service", "at": 1571122900.0, **moved, "keys": []}])
    book.close()
    shown = run("journal", "show", str(path)).stdout
    assert "inquiry 1 · .01. NO SUCH DESTINATION SEND TO ONE OF CA NV" in shown
    assert "by operator of the switch · destination NV · status hold · keys ['DQ']" in shown
    assert "destination NV · status hold · all keys" in shown


def test_a_change_of_the_rules_is_shown_with_its_reason_and_paper_and_without_its_signed_bytes(
    tmp_path: Path,
):
    path = tmp_path / "a.journal"
    book = Journal.open(path)
    signed = {"reason": "New agreement", "cite": "Letter 14", "order": "99b077"}
    about = {"at": 1571122800.0, "backend": "CADMV", "by": "owner of CADMV", "version": "1f"}
    book.append([{"kind": "access", **about, "change": "activated 1f", "error": "", **signed}])
    used = {"line": 1, "query": 1, "leg": 1, "backend": "CADMV", "order": "DMV-O1", "used": 1}
    book.append([{"kind": "order-used", "at": 1571122800.0, **used, "count": 2}])
    book.close()
    shown = run("journal", "show", str(path)).stdout
    assert "reason New agreement · cite Letter 14 · change activated 1f · by owner" in shown
    assert "99b077" not in shown
    assert "order DMV-O1 · used 1" in shown
