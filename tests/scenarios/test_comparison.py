"""The table before and after, held against what the run showed."""

from __future__ import annotations

from scenarios.comparison import View, compare
from scenarios.runner import play
from scenarios.shelf import open_scenario
from tests.rehearsal_room import inline, october


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


def test_the_end_of_each_act_is_a_moment_of_its_own():
    assert [moment.act for moment in table().moments] == [0, 0, 1]
    suspended = View(False, False, ("NET-01",))
    for backend, at_last in (("CAWPS", ()), ("CADMV", ("DMV-01",)), ("ARJIS", ("ARJ-01",))):
        views = cell("ERO1A", backend).views
        assert views == (View(True, True, ()), suspended, View(not at_last, not at_last, at_last))
    (who,) = [who for who in table().cells if who.seat.operator == "ERO1A"]
    assert table().changing(who) == [1, 2]


def test_a_cell_says_which_of_its_moments_the_run_showed():
    assert cell("ERO1A", "CADMV").seen == (True, False, True)
    assert cell("ERO1A", "CAWPS").seen == (False, True, True)
    assert not any(cell("CBP1A", "ARJIS").seen)
    never_changed = cell("CBP1A", "CADMV")  # asked in the second act alone
    assert never_changed.seen == (False, False, True)
    assert never_changed.shown(0)
    assert not cell("ERO1A", "CADMV").shown(1)


def test_every_agency_with_a_line_is_there_and_every_backend_with_records():
    scenario, _ = october()
    world = scenario.world
    there = {world.terminals[who.seat.terminal].agency for who in table().cells}
    assert there == {terminal.agency for terminal in world.terminals.values()}
    assert table().backends == ("CADMV", "CAWPS", "CASVS", "CACHS", "ARJIS", "NVDMV")
    assert cell("HPD1", "CACHS").before.released  # a purpose is stated where one is demanded


def test_the_same_story_without_agencies_that_are_argued_about():
    opened = open_scenario("other-door-county")
    table = compare(opened, play(opened, inline(opened)).entries)
    assert len(table.cells) == 8
    (who,) = [who for who in table.cells if table.changing(who)]
    assert (who.seat.operator, table.disagreements) == ("CUS1A", ())
    assert table.cells[who]["PQDMV"].after == View(False, False, ("PDM-90",))


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
