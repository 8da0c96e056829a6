"""The timeline of a file: in order, and what may never happen last."""

from __future__ import annotations

from scenarios.report.timeline import timeline
from tests.rehearsal_room import TALK, october, opened


def drawn(scenario) -> list[str]:
    return list(timeline(scenario.script, scenario.world.timezone))


def test_rows_stand_in_the_order_in_which_they_happen():
    assert [" ".join(line.split()) for line in drawn(opened())] == [
        "23:59:00 +1m inject call radio to desk: Licence S0990001?",
        "23:59:20 +1m20s expect ask desk sends DQ OLN/S0990001 [0s-1m], 10 points",
        "23:59:20 +1m20s expect answer desk receives DR [0s-10s], 5 points",
        "00:08:00 +10m end small",
        "if missed inject nag radio to desk: Anything on that licence?",
    ]


def test_acts_faults_access_and_actors_are_in_it():
    inject = (
        '[[inject]]\nid = "hello"\nat = "3m"\nactor = "far"\n'
        'sends = { key = "AM", to = "desk", text = "ANY LUCK" }'
    )
    lines = drawn(october()[0]) + drawn(opened(inject))
    for words in (
        "What was reported (reported)",
        "(INVENTED)",
        "CADMV is slow: an answer takes 9s until +4m",
        "NETWORK withdraws NET-01",
        "far sends AM to desk ANY LUCK",
    ):
        assert any(words in line for line in lines), words


def test_what_must_not_happen_stands_where_it_begins_to_hold():
    forbid = '[[forbid]]\nid = "f"\nseat = "desk"\nsends = { key = "IQ" }\n'
    quiet = '[[assert]]\nid = "a"\nnever = "released"\nfrom = "2m"\nuntil = "3m"'
    found = [
        " ".join(line.split())
        for more in ('points = -5\nmore_than = 2\nafter = "ask"', 'during = "ask"', "")
        for line in drawn(opened(forbid + more, quiet))
        if " f " in line or " a " in line
    ]
    assert found[0::2][0] == (
        "23:59:20 +1m20s forbid f desk must not send IQ more than 2 times, costs 5"
    )
    assert found[1] == "00:00:00 +2m assert a never released until +3m"
    assert found[2] == "23:59:00 +1m forbid f desk must not send IQ during ask"
    assert found[4] == "23:58:00 +0s forbid f desk must not send IQ"


def test_the_background_is_one_line_with_its_number_of_messages():
    lines = [" ".join(line.split()) for line in drawn(opened(TALK))]
    text = "traffic talk in the background county: DQ AM, 12 a minute, 102 in all until +9m"
    assert [line for line in lines if "traffic" in line] == [f"23:58:30 +30s {text}"]
