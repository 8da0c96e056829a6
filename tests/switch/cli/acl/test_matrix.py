"""`wireroom acl matrix`."""

from __future__ import annotations

import json

import pytest

from tests.process import run

AT = ("--at", "2019-11-01T00:00:00")


def test_it_prints_who_gets_what_by_which_rule_since_when():
    done = run("acl", "matrix", *AT, "--backend", "CADMV")
    assert done.returncode == 0
    assert "TRAINING" in done.stdout
    assert "no NET-01" in done.stdout
    assert "without RES" in done.stdout
    assert "CAWPS" not in done.stdout


def test_as_json_it_is_one_cell_a_line():
    done = run("acl", "matrix", *AT, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(row["training"] for row in rows)
    (cell,) = [row for row in rows if (row["agency"], row["class"]) == ("ICE-ERO", "person.wanted")]
    assert (cell["access"], cell["rules"]) == ("no", ["NET-01"])
    assert cell["since"] == "2019-10-15T00:00:00-07:00"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "2019-11-01"), "is not a time"),
        (("--at", "soon"), "is not a time"),
        (("--at", "2019-11-03T01:30:00"), "happens twice"),
        ((*AT, "--backend", "CADM"), "did you mean `CADMV`"),
        ((*AT, "--world", "nowhere"), "no world `nowhere`"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(options, said):
    done = run("acl", "matrix", *options)
    assert done.returncode == 2
    assert said in done.stderr
