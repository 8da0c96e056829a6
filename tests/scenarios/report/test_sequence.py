"""Rows of a drawn run: who says what to whom, in order, with what it earned or lost."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scenarios.course import Intervention, Move, note
from scenarios.replay import replay
from scenarios.report.lanes import Lanes
from scenarios.report.sequence import Row, Tone, rows
from tests.rehearsal_room import TALK, october, opened, played


def drawn(scenario, entries) -> tuple[Lanes, list[Row]]:
    lanes = Lanes(scenario.script, scenario.world, entries)
    replayed = replay(scenario.script, scenario.world, entries)
    return lanes, list(rows(scenario.script, lanes, entries, replayed))


def names(lanes: Lanes, row: Row) -> tuple[str | None, list[str]]:
    start = None if row.start is None else lanes.all[row.start].title
    return start, [lanes.all[end].title for end in row.ends]


def test_a_word_a_query_and_its_answer_are_three_rows():
    lanes, found = drawn(opened(), played().entries)
    found = [row for row in found if row.tone is not Tone.CHANGE]  # it goes past midnight
    told = [(row.tone, row.text, names(lanes, row)) for row in found]
    assert told == [
        (Tone.RADIO, "Licence S0990001?", (None, ["desk"])),
        (Tone.SENT, "DQ CA OLN/S0990001", ("desk", ["switch", "CADMV"])),
        (Tone.GOOD, "DR 1 record, ALLOW-DEFAULT", ("CADMV", ["desk"])),
    ]
    assert [[line.id for line in row.lines] for row in found] == [[], ["ask"], ["answer"]]


def test_a_miss_stands_where_its_window_closed():
    _, found = drawn(opened(), played(omit=("ask",)).entries)
    found = [row for row in found if row.tone is not Tone.CHANGE]
    told = [(row.at - opened().script.starts, row.tone, row.text) for row in found]
    assert told == [
        (60.0, Tone.RADIO, "Licence S0990001?"),
        (120.0, Tone.BAD, "ask did not come within 1m"),
        (pytest.approx(120.001, abs=1e-4), Tone.RADIO, "Anything on that licence?"),
    ]


def test_a_refusal_comes_from_whoever_refused_and_never_touches_the_backend():
    scenario, run = october()
    lanes, found = drawn(scenario, run.entries)
    told = {(row.text, *map(str, names(lanes, row))) for row in found}
    assert ("ER DENY-SUSPENDED NET-01", "switch operator", "['ero']") in told
    assert ("ER DENY-RULE DMV-01", "Department of Motor Vehicles", "['bay1']") in told
    assert ("QW NAM/BASALT, ORRIN.DOB/19790820", "ero", "['switch']") in told
    assert ("withheld: DENY-SUSPENDED DMV-01", "CADMV", "['switch']") in told
    assert ("withdrew NET-01", "switch operator", "['switch']") in told


def test_rows_are_in_the_order_of_time_and_every_act_heads_its_own():
    scenario, run = october()
    _, found = drawn(scenario, run.entries)
    assert [row.at for row in found] == sorted(row.at for row in found)
    acts = [place for place, row in enumerate(found) if row.act is not None]
    assert acts[0] == 0
    assert found[acts[1]].at == scenario.script.starts + 780.0


def test_faults_begin_and_end_and_are_announced():
    fault = (
        '[[fault]]\nkind = "outage"\nbackend = "CADMV"\nat = "2m"\nuntil = "3m"\n'
        'announce = "DMV is down."'
    )
    scenario, run = opened(fault), played(fault)
    _, found = drawn(scenario, run.entries)
    assert [row.text for row in found if row.tone in (Tone.FAULT, Tone.RADIO, Tone.QUIET)] == [
        "Licence S0990001?",
        "CADMV is out of service",
        "DMV is down.",
        "CADMV is well again",
    ]


def test_what_the_trainer_did_is_a_row_and_mere_time_is_none():
    scenario, entries = opened(), played().entries
    for move, reason in ((Move.PAUSED, "a question"), (Move.TICKED, "")):
        noted = note(Intervention(move, "the trainer", reason=reason))
        at = scenario.script.starts + 300.0
        entries.append({**noted.fields, "kind": "noted", "by": noted.by, "at": at, "n": 99})
    entries.sort(key=lambda entry: entry["at"])
    _, found = drawn(scenario, entries)
    led = [row.text for row in found if row.tone is Tone.LEAD]
    assert led == ["the trainer paused a question"]


def test_an_answer_in_part_and_one_that_never_came_can_be_told_apart():
    scenario, run = october()
    _, found = drawn(scenario, run.entries)
    assert [row.text for row in found if row.tone is Tone.PART] == [
        "DR 1 record, ALLOW DMV-02 DMV-03"
    ]
    fault = '[[fault]]\nkind = "drop"\nbackend = "CADMV"'
    _, found = drawn(opened(fault), played(fault).entries)
    assert [row.text for row in found if row.tone is Tone.WARN] == ["SM no answer time"]


def test_what_is_said_in_the_background_is_folded_between_the_rows_of_the_story():
    _, found = drawn(opened(TALK), played(TALK).entries)
    folded = [row for row in found if row.background]
    assert sum(row.background for row in folded) == 102
    assert folded[0].text == f"in the background: {folded[0].background} messages"
    rest = [row.text for row in found if not row.background]
    assert rest == [row.text for row in drawn(opened(), played().entries)[1]]
    pairs = pairwise(found)
    assert not any(one.background and two.background for one, two in pairs)
