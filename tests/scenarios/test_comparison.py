"""The table before and after, held against what the run showed."""

from __future__ import annotations

from scenarios.comparison import View, compare
from tests.rehearsal_room import october


def table():
    scenario, run = october()
    return compare(scenario, run.entries)


def cell(operator: str, backend: str, purpose: str | None = None):
    cells = table().cells
    (who,) = [w for w in cells if w.seat.operator == operator and w.purpose == purpose]
    return cells[who][backend]


def test_the_story_in_one_table():
    yes = View(True, True, ())
    assert cell("ERO1A", "CADMV").before == yes
    assert cell("ERO1A", "CADMV").after == View(False, False, ("DMV-01",))
    assert cell("ERO1A", "CAWPS").after == yes
    assert cell("ERO1A", "ARJIS").after == View(False, False, ("ARJ-01",))
    assert cell("TFO7", "CADMV").after == View(False, False, ("DMV-01",))
    assert cell("BPD2", "CADMV").after == yes
    assert cell("HSI1A", "CADMV", "C").after == View(True, False, ("DMV-02", "DMV-03"))
    assert cell("HSI1A", "CADMV", "J").after == View(False, False, ("DMV-03",))
    assert cell("CBP1A", "CADMV").after == yes


def test_a_cell_says_whether_the_run_showed_it():
    assert cell("ERO1A", "CADMV").seen
    assert not cell("CBP1A", "ARJIS").seen


def test_the_rules_and_the_run_agree():
    assert table().disagreements == ()


def test_a_disagreement_is_reported():
    scenario, run = october()
    entries = [
        {**e, "verdict": "ALLOW"} if e["kind"] == "refused" and e["terminal"] == "BAY1" else e
        for e in run.entries
    ]
    (wrong,) = compare(scenario, entries).disagreements
    assert "the switch said ALLOW, the rules of CADMV say DENY-RULE" in wrong


def test_only_sources_that_were_asked_have_a_column():
    assert table().backends == ("CADMV", "CAWPS", "ARJIS")
