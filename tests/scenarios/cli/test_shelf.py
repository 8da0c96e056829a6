"""`scenario list`: what a trainer chooses from."""

from __future__ import annotations

import json

from scenarios.shelf import shipped_scenarios
from tests.process import run


def test_every_lesson_says_what_it_teaches_its_time_and_its_mark():
    done = run("scenario", "list")
    assert done.returncode == 0
    words = " ".join(done.stdout.replace("│", " ").split())
    for name in shipped_scenarios():
        assert name in words
    assert "A hit is a reason to ask, not yet a reason to act." in words
    assert "30 min" in words
    assert "75 %" in words


def test_json_is_one_lesson_a_line():
    lines = [json.loads(line) for line in run("scenario", "list", "--json").stdout.splitlines()]
    assert [line["id"] for line in lines] == shipped_scenarios()
    assert all(line["training"] and line["teaches"] and line["minutes"] for line in lines)
