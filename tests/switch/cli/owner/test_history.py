"""`wireroom owner history`: what is ordered and not yet effective is said so."""

from __future__ import annotations

import io
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from switch.acl.analysis.chronicle import Life
from switch.acl.lifecycle import Change, Step
from switch.cli.owner.history import _by, _in_two, _local, _status, _table, _tally

NOW = 1_000.0
ZONE = ZoneInfo("America/Los_Angeles")
FOUND = Change(1, 3.0, Step.ADOPTED, "CADMV", "a", 3.0)
ORDER = Change(3, 9.0, Step.ACTIVATED, "CADMV", "b", 9.0, cite="Letter 14", key="1f2e")


def life(live: float, until: float | None = None, ended: Change | None = None) -> Life:
    return Life("R", "deny", 1.0, 2.0, None, live, until, FOUND, ended)


@pytest.mark.parametrize(
    ("life", "said"),
    [
        (life(3.0), "in force"),
        (life(2_000.0), "ORDERED, NOT YET EFFECTIVE"),
        (life(3.0, 4.0), "ended 1969-12-31 16:00:04-08:00"),
        (
            life(3.0, 9.0, ORDER),
            "ended 1969-12-31 16:00:09-08:00 by no. 3, key 1f2e (Letter 14)",
        ),
    ],
)
def test_where_a_rule_stands_and_who_ended_it(life, said):
    assert _status(life, NOW, ZONE) == said


def test_what_nobody_signed_was_found_in_the_file():
    assert _by(FOUND) == "the file as found"


def test_what_a_staged_version_would_have_meant_in_words():
    counts = {"judged": 7, "refused": 2, "released": 0, "otherwise": 1}
    assert _tally(counts) == "judged 7: would refuse 2, release 0, answer 1 otherwise"
    assert _tally(None) == ""


@pytest.mark.parametrize("width", [80, 100])
def test_no_instant_is_cut_off_and_each_is_in_the_worlds_zone(width: int):
    at = _in_two(1_000.123, ZONE)
    table = _table("rule", "effect", "ordered", "live from", "by", "delay", "now")
    table.add_row(
        "DMV-04", "deny", at, at, "no. 3, key 1f2e (Letter 14)", "1 s", f"ended {_local(9.0, ZONE)}"
    )
    out = io.StringIO()
    Console(file=out, width=width).print(table)
    lines = out.getvalue().splitlines()
    assert any(line.count("16:16:40.123-08:00") == 2 for line in lines)
    assert {len(line) for line in lines} == {len(lines[0])}
    assert lines[0].endswith("┓")  # nothing runs out of the screen
