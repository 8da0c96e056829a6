"""A report in sections: what calls for action is marked, and the public page tells counts alone."""

from __future__ import annotations

from dataclasses import replace

from switch.audit.proof import Breach, Fault
from switch.cli.audit.sections import told, told_in_public
from switch.cli.told.report import Section, Told
from tests.switch.acl.shipped import WORLD
from tests.switch.audit.around import around, made, signed_on

ZONE = WORLD.timezone


def section(found: Told, title: str) -> Section:
    return next(each for each in found.sections if title in each.title)


def test_the_summary_says_since_when_how_many_and_what_calls_for_action():
    found = told(made(around()), ZONE)
    words = {text: wrong for wrong, text in found.summary}
    assert words["Cut off since 2019-10-15 00:00:00 PDT."] is False
    assert words["VOLUME ROSE AT CBP AFTER THE CUT-OFF"] is True
    assert "0 answers left since, none contrary to the rules in force." in words


def test_a_record_that_is_not_whole_comes_first():
    report = replace(made(around()), faults=(Fault(Breach.CHANGED, "page 3", "x"),))
    assert told(report, ZONE).summary[0] == (True, "THE RECORD IS NOT WHOLE: 1 fault")
    assert section(told(report, ZONE), "record whole").wrong


def test_what_is_ordered_and_not_yet_effective_is_said_in_capitals():
    found = section(told(made(around(), at=1571122800.0 - 60), ZONE), "Cut off by whom")
    assert all("ORDERED, NOT YET EFFECTIVE" in row[4] for row in found.rows)


def test_every_row_has_a_cell_for_each_column():
    for report in (made(around(), sample=3), made(signed_on(), "BAY-PD"), made(around(), "ICE")):
        for found in (told(report, ZONE), told_in_public(report, ZONE)):
            for each in found.sections:
                assert {len(row) for row in each.rows} <= {len(each.columns)}


def test_an_agency_that_nobody_cut_off_is_told_so():
    found = told(made(signed_on(), "BAY-PD"), ZONE)
    assert found.summary[0] == (False, "Nobody has cut this agency off.")


def test_the_public_page_names_nobody_and_holds_no_number_but_the_cells():
    report = made(around(), sample=5)
    found = told_in_public(report, ZONE)
    assert found.summary == ()
    cells = " ".join(cell for each in found.sections for row in each.rows for cell in row)
    for each in report.sample:
        assert str(each.request.operator) not in cells
        assert each.request.terminal not in cells
    counts = section(found, "Counts")
    assert counts.columns == ("month", "answered", "refused", "other")
    assert "No whole calendar month is on record yet." in counts.lead


def test_relatives_stand_apart_with_what_they_still_get():
    found = section(told(made(around()), ZONE), "Its relatives")
    assert [row[0] for row in found.rows] == ["ICE-HSI", "CBP"]
    assert "driver.photo" in found.rows[1][2]
    assert "Nothing flows" in section(told(made(around()), ZONE), "still flows").lead[1]
