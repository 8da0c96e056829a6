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


def checked(*words: str) -> tuple[int, dict]:
    done = run("scenario", "check", *words, "--json")
    return done.returncode, json.loads(done.stdout)


def test_check_as_json_tells_every_mistake_with_its_line_and_fix(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL.replace("BAY2", "BAY9").replace('key = "DQ"', 'key = "DX"'))
    code, found = checked(str(path))
    assert (code, found["training"], len(found["findings"])) == (2, True, 2)
    seat = found["findings"][0]
    assert (seat["file"], seat["line"]) == (str(path), 12)
    assert seat["what"] == "no terminal `BAY9`"
    assert seat["fix"].startswith("did you mean `BAY2`")


def test_run_and_judge_as_json_tell_mistakes_as_check_does(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL.replace("BAY2", "BAY9").replace('key = "DQ"', 'key = "DX"'))
    check = run("scenario", "check", str(path), "--json")
    for words in (("run", str(path)), ("judge", str(tmp_path / "any.journal"), str(path))):
        done = run("scenario", *words, "--json")
        assert (done.returncode, done.stdout, done.stderr) == (2, check.stdout, "")


def test_check_as_json_counts_a_lesson_and_says_that_it_is_fair():
    code, found = checked("october-15")
    assert (code, found["training"], found["findings"]) == (0, True, [])
    assert (found["scenario"], found["world"]) == ("october-15", "golden-state")
    assert (found["expectations"], found["points"], found["proved"]) == (30, 165, True)


def test_check_as_json_finds_an_unfair_file_as_a_whole(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SMALL + MISSED)
    code, found = checked(str(path))
    assert (code, found["proved"]) == (1, False)
    (unfair,) = found["findings"]
    assert (unfair["file"], unfair["line"]) == (str(path), 0)
    assert unfair["what"].startswith("unfair: with perfect stand-ins, `never-met` is missed")
    code, found = checked(str(path), "--no-proof")
    assert (code, found["proved"], found["findings"]) == (0, None, [])


def test_check_as_json_tells_the_row_of_a_sheet(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("x,y\n")
    code, found = checked(str(path))
    assert code == 2
    assert [(each["file"], each["line"]) for each in found["findings"]] == [(str(path), 1)]


def test_check_prints_one_form_only():
    done = run("scenario", "check", "october-15", "--json", "--toml")
    assert done.returncode == 2
    assert "not allowed with" in done.stderr


def test_list_names_the_story():
    assert "october-15" in run("scenario", "list").stdout
