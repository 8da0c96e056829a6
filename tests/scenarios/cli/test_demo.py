"""`wireroom demo`: told in 80 columns, true, quick, and the same at any pace."""

from __future__ import annotations

import json

import pytest

from scenarios.cli.demo import _pace
from tests.process import run


def test_the_demo_tells_the_story_and_asserts_it():
    done = run("demo")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    lines = done.stdout.splitlines()
    assert (
        lines[0].strip() == lines[-1].strip() == "TRAINING - SIMULATED DATA - CONNECTED TO NOTHING"
    )
    for words in ("ACT 1", "ACT 2", "DENY-SUSPENDED", "Who gets what", "Try next:"):
        assert words in done.stdout
    assert "30 of 30 expects met, 1 of 1 forbids held, 5 of 5 asserts held" in done.stdout


def test_a_pipe_gets_no_pauses_and_a_pace_changes_nothing_but_the_time():
    assert run("demo").stdout == run("demo", "--pace", "0.01").stdout


def test_json_ends_with_a_flawless_result():
    last = json.loads(run("demo", "--json").stdout.splitlines()[-1])
    assert (last["is"], last["flawless"]) == ("result", True)


@pytest.mark.parametrize("text", ["fast", "-1", "1001", "nan"])
def test_a_pace_that_is_none_is_misuse(text):
    done = run("demo", "--pace", text)
    assert done.returncode == 2
    assert "is not a factor" in done.stderr


def test_a_pace_is_a_factor_or_none():
    assert (_pace("none"), _pace("2.5")) == (0.0, 2.5)


def test_the_same_run_is_drawn_and_the_demo_says_where(tmp_path):
    drawn = tmp_path / "october.html"
    done = run("demo", "--pace", "none", "--timeline", str(drawn))
    assert done.returncode == 0, done.stderr
    assert f"The same run, drawn:\n  {drawn}\n" in done.stdout
    assert "165" in drawn.read_text()
    assert "INVENTED" in drawn.read_text()


def test_a_page_that_cannot_be_written_is_misuse(tmp_path):
    done = run("demo", "--pace", "none", "--timeline", str(tmp_path / "no" / "october.html"))
    assert done.returncode == 2
    assert "cannot write" in done.stderr
