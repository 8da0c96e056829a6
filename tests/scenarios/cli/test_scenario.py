"""`wireroom scenario` as its users meet it."""

from __future__ import annotations

import json

from tests.process import run
from tests.rehearsal_room import SMALL

MISSED = """
[[expect]]
id = "never-met"
after = "answer"
within = "10s"
seat = "desk"
receives = { verdict = "DENY-RULE" }
points = 100
"""


def test_the_shipped_story_passes(tmp_path):
    journal = tmp_path / "october.journal"
    done = run("scenario", "run", "october-15", "--journal", str(journal))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(" TRAINING - SIMULATED DATA")
    assert "PASSED  165 of 165 points, 100 %" in done.stdout
    assert run("journal", "verify", str(journal)).returncode == 0


def test_below_the_mark_is_exit_1(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL + MISSED)
    done = run("scenario", "run", str(path), "--junit", str(tmp_path / "out.xml"))
    assert done.returncode == 1
    assert "NOT PASSED" in done.stdout
    assert 'failures="1"' in (tmp_path / "out.xml").read_text()


def test_json_is_one_object_a_line_and_the_same_seed_gives_the_same_lines():
    one = run("scenario", "run", "october-15", "--json", "--seed", "3")
    two = run("scenario", "run", "october-15", "--json", "--seed", "3")
    assert one.stdout == two.stdout
    lines = [json.loads(line) for line in one.stdout.splitlines()]
    assert all(line["training"] for line in lines)
    assert lines[-1]["passed"] is True


def test_a_bad_file_is_exit_2_with_every_mistake_on_its_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL.replace("BAY2", "BAY9").replace('key = "DQ"', 'key = "DX"'))
    for verb in ("run", "check"):
        done = run("scenario", verb, str(path))
        assert done.returncode == 2
        assert "mine.toml:12: no terminal `BAY9`" in done.stderr
        assert "2 mistakes" in done.stderr


def test_a_file_that_is_not_there_is_exit_2():
    done = run("scenario", "run", "october-51")
    assert done.returncode == 2
    assert "did you mean `october-15`?" in done.stderr


def test_a_report_that_cannot_be_written_is_exit_2(tmp_path):
    done = run("scenario", "run", "october-15", "--junit", str(tmp_path / "no" / "out.xml"))
    assert done.returncode == 2
    assert "cannot write" in done.stderr


def test_check_draws_the_timeline():
    done = run("scenario", "check", "october-15")
    assert done.returncode == 0
    assert "access  suspension-lifted" in done.stdout
    assert "no mistakes; 30 expectations, 165 points" in done.stdout
    assert "proved: perfect stand-ins earn it all" in done.stdout


def test_check_finds_an_unfair_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL + MISSED)
    done = run("scenario", "check", str(path))
    assert done.returncode == 1
    assert "UNFAIR  with perfect stand-ins, `never-met` is missed" in done.stdout
    assert run("scenario", "check", str(path), "--no-proof").returncode == 0


def test_list_names_the_story():
    assert "october-15" in run("scenario", "list").stdout
