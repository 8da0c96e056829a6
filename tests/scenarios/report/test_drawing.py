"""Where things stand: below each other, on sheets that fit a page, bands beside each other."""

from __future__ import annotations

from itertools import pairwise

from scenarios.replay import replay
from scenarios.report.drawing import ROW_HEIGHT, SHEET_HEIGHT_MAX, Drawing, draw
from scenarios.report.lanes import Lanes
from scenarios.report.sequence import rows
from tests.rehearsal_room import october, opened, played


def drawing(scenario, entries) -> Drawing:
    script = scenario.script
    lanes, replayed = (
        Lanes(script, scenario.world, entries),
        replay(script, scenario.world, entries),
    )
    found = rows(script, lanes, entries, replayed)
    lines = replayed.result.lines
    return draw(script, lanes, found, entries, lines, replayed.result.ended)


def test_rows_keep_their_distance_and_every_row_is_on_one_sheet():
    scenario, run = october()
    picture = drawing(scenario, run.entries)
    for one, next_ in pairwise(picture.rows):
        assert next_.y - one.y >= ROW_HEIGHT
    shown = [one for sheet in picture.sheets for one in picture.on(sheet)]
    assert shown == list(picture.rows)
    for sheet in picture.sheets:
        assert all(sheet.top < one.y < sheet.bottom for one in picture.on(sheet))


def test_sheets_follow_each_other_and_fit_a_page():
    scenario, run = october()
    sheets = drawing(scenario, run.entries).sheets
    assert all(one.bottom == next_.top for one, next_ in pairwise(sheets))
    assert all(sheet.bottom - sheet.top <= SHEET_HEIGHT_MAX + 12 for sheet in sheets)
    acts = [(sheet.act.id if sheet.act else "", sheet.continued) for sheet in sheets]
    assert acts[0] == ("reported", False)
    assert {act for act, _ in acts} == {"reported", "what-if"}


def test_the_time_stands_where_it_changes():
    picture = drawing(opened(), played().entries)
    assert [one.new_time for one in picture.rows][:4] == [True, True, False, True]


def test_bands_are_faults_rules_in_force_and_open_windows():
    scenario, run = october()
    picture = drawing(scenario, run.entries)
    lanes = [lane.title for lane in picture.lanes]
    found = {(lanes[band.place], band.what, band.text) for band in picture.bands}
    assert ("CADMV", "fault", "slow") in found
    assert ("switch operator", "rule", "NET-01") in found
    assert ("ero", "met", "ero-licence") in found
    (suspension,) = [band for band in picture.bands if band.text == "NET-01"]
    (cut_off,) = [band for band in picture.bands if band.text == "ARJ-01"]
    assert suspension.bottom < cut_off.bottom  # it was lifted, the other one holds to the end


def test_a_missed_window_reaches_to_its_end_and_is_named_missed():
    bands = drawing(opened(), played(omit=("ask",)).entries).bands
    (band,) = [band for band in bands if band.what != "rule"]
    assert (band.what, band.text, band.bottom > band.top) == ("missed", "ask", True)


def test_bands_that_overlap_in_one_lane_stand_beside_each_other():
    second = (
        '[[expect]]\nid = "second"\nafter = "call"\nwithin = "5m"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S1" }\nideal = "1m"'
    )
    bands = drawing(opened(second), played(second).entries).bands
    assert sorted(band.beside for band in bands if band.what == "met") == [0, 1]


def test_a_run_in_which_nothing_happens_is_a_picture_all_the_same():
    picture = drawing(opened(), [])
    assert len(picture.sheets) == 1
