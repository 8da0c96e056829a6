"""Requests as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.process import run

ERO = ("--at", "2019-10-15T00:00:00", "--terminal", "ERO1", "--ori", "DCICE0900")
LINE = {
    "id": "a",
    "at": "2019-10-15T00:00:00",
    "terminal": "BAY1",
    "ori": "CA0990100",
    "operator": "TFO7",
    "on_behalf_of": None,
    "backend": "CADMV",
    "key": "DQ",
    "image": True,
    "purpose": None,
}


def decided(*rows: object, options: tuple[str, ...] = ()):
    typed = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    done = run("acl", "decide", "--jsonl", "-", *options, typed=typed)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        (LINE | {"at": "tomorrow"}, "is not a time"),
        (LINE | {"at": "2019-10-15"}, "bare date"),
        (LINE | {"at": "2019-11-03T01:30:00"}, "happens twice"),
        (LINE | {"image": "yes"}, "`image` must be true or false"),
        (LINE | {"terminal": 7}, "`terminal` must be a text"),
        (LINE | {"terminl": "x"}, "did you mean `terminal`"),
        ({"id": "a", "at": "2019-10-15T00:00:00"}, "`terminal` must be a text"),
        ('{"at": ' + "[" * 5000, "not JSON"),
        ("x" * 70_000, "longer than"),
        (json.dumps(LINE).replace('"a"', "NaN"), "not JSON"),
        (json.dumps(LINE).replace('"a"', "1e999"), "`id` must be a text or a whole number"),
        (LINE | {"id": [["a"]]}, "`id` must be a text or a whole number"),
        (LINE | {"id": True}, "`id` must be a text or a whole number"),
        (LINE | {"at": None}, "`at` must be a text"),
        (LINE | {"purpose": 1}, "`purpose` must be a text"),
        ("null", "not a JSON object"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_judged(bad, said):
    code, answers = decided(bad, LINE)
    assert code == 2
    assert said in answers[0]["error"]
    assert answers[1]["verdict"] == "DENY-RULE"


def test_requests_can_come_from_a_file(tmp_path: Path):
    path = tmp_path / "requests.jsonl"
    path.write_bytes(json.dumps(LINE).encode() + b"\n\xff\xfe\n")
    done = run("acl", "decide", "--jsonl", str(path))
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    assert run("acl", "decide", "--jsonl", str(tmp_path / "none")).returncode == 2


def test_a_line_that_is_not_utf_8_is_told_and_a_huge_one_does_not_hide_the_next(tmp_path: Path):
    path = tmp_path / "requests.jsonl"
    good = json.dumps(LINE).encode()
    spoiled = good.replace(b"BAY1", b"BAY\xff")
    path.write_bytes(b"\n".join([spoiled, b"x" * 300_000, good]))
    done = run("acl", "decide", "--jsonl", str(path))
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert "line 1: not UTF-8" in first["error"]
    assert "line 2: longer than" in second["error"]
    assert third["verdict"] == "DENY-RULE"


def test_null_and_absent_are_the_same():
    bare = {name: value for name, value in LINE.items() if value is not None}
    _, (one, other) = decided(LINE | {"image": None}, bare | {"image": False})
    assert one == other
