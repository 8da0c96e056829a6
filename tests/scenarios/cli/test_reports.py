"""Reports as files, from a rehearsal and again from its journal, and the same both times."""

from __future__ import annotations

import json

from tests.process import run
from tests.rehearsal_room import SMALL
from tests.switch.shell.books import without_daybook


def test_a_run_and_its_journal_judged_again_give_the_same_score(tmp_path):
    kept = tmp_path / "kept.journal"
    one = run("scenario", "run", "october-15", "--journal", str(kept), "--json")
    two = run("scenario", "judge", str(kept), "october-15", "--json")
    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    rows = [line for line in one.stdout.splitlines() if json.loads(line)["is"] != "entry"]
    assert rows == [line for line in two.stdout.splitlines() if json.loads(line)["is"] != "entry"]


def test_pages_are_written_where_they_are_wanted(tmp_path):
    drawn, printed = tmp_path / "run.html", tmp_path / "debrief.html"
    path = tmp_path / "mine.toml"
    path.write_text(SMALL)
    done = run(*("scenario", "run", str(path), "--timeline", str(drawn), "--debrief", str(printed)))
    assert done.returncode == 0, done.stderr
    assert f"written: {drawn}\nwritten: {printed}\n" in done.stdout
    assert "<svg" in drawn.read_text()
    assert "One licence" in printed.read_text()


def test_a_page_that_cannot_be_written_is_exit_2(tmp_path):
    done = run("scenario", "run", "october-15", "--timeline", str(tmp_path / "no" / "run.html"))
    assert done.returncode == 2
    assert "cannot write" in done.stderr


def test_a_journal_of_something_else_is_exit_2(tmp_path):
    kept = tmp_path / "kept.journal"
    run("scenario", "run", "october-15", "--journal", str(kept))
    done = run("scenario", "judge", str(kept), "plate-and-hit")
    assert done.returncode == 2
    assert "falls into the hours of `plate-and-hit`" in done.stderr


def test_a_run_is_not_passed_by_a_record_that_has_lost_its_end(tmp_path):
    kept = tmp_path / "kept.journal"
    assert run("scenario", "run", "october-15", "--journal", str(kept)).returncode == 0
    killed = without_daybook(kept, tmp_path / "killed.journal")
    whole, cut = (run("scenario", "judge", str(j), "october-15", "--json") for j in (kept, killed))
    assert (whole.returncode, whole.stderr) == (0, "")
    assert (cut.returncode, cut.stdout) == (1, whole.stdout)
    assert f"`{killed}` is not whole" in cut.stderr
