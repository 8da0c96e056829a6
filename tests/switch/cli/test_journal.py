"""`wireroom journal`: reading what is on record, and finding what was changed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import msgpack
import pytest

from switch.cli.journal import main
from switch.core.record.packed import press
from switch.shell.store import Journal
from tests.process import run
from tests.switch.shell.books import noise, without_daybook


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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--kind", "refusd"], "no kind `refusd` of entries\n    fix: did you mean `refused`?"),
        (["--terminal", "ERO9"], "no terminal `ERO9` on record\n    fix: did you mean `ERO"),
        (["--backend", "CADM"], "no backend `CADM` on record\n    fix: did you mean `CADMV`?"),
        (["--last", "0"], "`0` is not 1 to"),
        (["--last", "-3"], "`-3` is not a number"),
    ],
)
def test_a_filter_that_can_find_nothing_is_misuse(journal: Path, options: list[str], said: str):
    done = run("journal", "show", str(journal), *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_what_was_typed_is_shown_as_typed_and_no_kind_runs_into_what_follows(tmp_path: Path):
    with closing(Journal.open(tmp_path / "a")) as book:
        raw = "DQ MÜLLER".encode().decode("latin-1")
        book.append([{"kind": "malformed", "at": 0.0, "line": 1, "raw": raw}])
        book.append([{"kind": "sign-on-refused", "at": 0.0, "line": 2}])
    out = run("journal", "show", str(tmp_path / "a")).stdout
    assert "'DQ MÜLLER'" in out
    assert "sign-on-refused line 2" in out


@pytest.mark.parametrize("options", [[], ["--json"], ["--last", "2"]])
def test_show_of_a_journal_without_its_daybook_prints_what_is_there_and_is_not_fine(
    journal: Path, tmp_path: Path, options: list[str]
):
    killed = without_daybook(journal, tmp_path / "killed.journal")
    done, whole = (run("journal", "show", str(path), *options) for path in (killed, journal))
    assert (whole.returncode, whole.stderr) == (0, "")
    assert (done.returncode, done.stdout) == (1, whole.stdout)
    assert f"`{killed}` is not whole" in done.stderr
    assert run("journal", "verify", str(killed)).returncode == done.returncode


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


@pytest.mark.parametrize(
    "damaged",
    [
        {"at": 1.0, "legs": [{}]},
        {"kind": "query", "at": 1.0},
        {"kind": "noted"},
        {"kind": "noted", "at": 1e300},
        {"kind": "noted", "at": "soon"},
    ],
)
def test_an_entry_that_cannot_be_shown_is_told_as_damage(journal: Path, damaged: object):
    with closing(sqlite3.connect(journal)) as database, database:
        body = press()(msgpack.packb([damaged]))
        database.execute("UPDATE batch SET body = ? WHERE number = 2", (body,))
    done = run("journal", "show", str(journal))
    assert done.returncode == 2
    assert "the journal is damaged: batch 2" in done.stderr
    assert "fix: `wireroom journal verify`" in done.stderr


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (msgpack.packb([{"kind": "noted", "at": 1.0}]), "no Zstandard frame: "),
        (press()(b"\x90")[:-1], "no Zstandard frame: "),
        (press()(b"\x90") + b"\0", "no Zstandard frame: "),
        (b"\x28\xb5\x2f\xfd\xe0" + (1 << 40).to_bytes(8, "little"), "it does not say that"),
        (None, "a bytes-like object is required"),
    ],
)
def test_a_batch_that_is_no_frame_is_told_as_damage(journal: Path, body: bytes | None, why: str):
    with closing(sqlite3.connect(journal)) as database, database:
        if body is None:
            database.execute("UPDATE batch SET body = 'text' WHERE number = 2")
        else:
            database.execute("UPDATE batch SET body = ? WHERE number = 2", (body,))
    shown = run("journal", "show", str(journal))
    assert shown.returncode == 2
    assert f"batch 2 cannot be unpacked: {why}" in shown.stderr
    assert "fix: `wireroom journal verify`" in shown.stderr
    found = run("journal", "verify", str(journal))
    assert found.returncode == 1
    assert (why if body else "batch 2: its row is damaged") in found.stdout
    assert "Traceback" not in shown.stderr + found.stderr


def test_an_entry_of_a_whole_journal_that_cannot_be_shown_is_our_fault(tmp_path: Path):
    path = tmp_path / "a.journal"
    book = Journal.open(path)
    book.append([{"kind": "query", "at": 1.0}])
    book.close()
    with pytest.raises(KeyError, match="raw"):
        main(["show", str(path)])


def test_verify_compares_with_a_head_that_was_kept(journal: Path):
    head = json.loads(run("journal", "verify", str(journal), "--json").stdout)
    good = run("journal", "verify", str(journal), "--head", head["head"], "--entries", "2")
    assert good.returncode == 0
    assert run("journal", "verify", str(journal), "--head", "00").returncode == 1
    assert run("journal", "verify", str(journal), "--entries", "3").returncode == 1


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


@pytest.mark.parametrize("verb", ["show", "verify"])
def test_a_file_that_is_no_whole_journal_is_misuse_and_says_what_it_is(tmp_path: Path, verb: str):
    junk, short = tmp_path / "junk", tmp_path / "short"
    junk.write_text("hello")
    with closing(Journal.open(tmp_path / "long")) as long:
        long.append([{"at": 0.0, "kind": "noted", "what": noise(50_000)}])
    short.write_bytes((tmp_path / "long").read_bytes()[:30_000])
    for path, said in (
        (tmp_path / "none", "no journal"),
        (junk, "it is no journal [file is not a database]"),
        (short, "it is cut off or damaged"),
    ):
        done = run("journal", verb, str(path))
        assert done.returncode == 2
        assert said in done.stderr
        assert "fix: " in done.stderr
        assert "stop" not in done.stderr  # no switch has it


def test_a_journal_that_a_switch_is_writing_is_not_read_beside_it(tmp_path: Path):
    path = tmp_path / "a"
    with closing(Journal.open(path)) as journal:
        journal.append([{"at": 0.0, "kind": "noted"}])
        done = run("journal", "show", str(path))
        assert done.returncode == 2
        assert "a switch is writing it, and nobody reads beside it" in done.stderr
        assert "fix: stop the switch that writes it" in done.stderr
