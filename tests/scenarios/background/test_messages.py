"""The background comes from the seed alone, and everything in it can be sent."""

from __future__ import annotations

import pytest

from scenarios.background.messages import TEXTS, can_be_made_up, made_up, spoken
from scenarios.shelf import Opened
from switch.wire.codec import decode
from switch.world_file import shipped_worlds
from tests.rehearsal_room import SMALL, TALK, opened, played

TWO = TALK.replace('"talk"', '"more"').partition("[[traffic]]")[2]


def said(scenario: Opened, seed: int = 1) -> list:
    return spoken(scenario.script, scenario.world, scenario.formats, seed)


def test_the_same_seed_says_the_same_at_the_same_instants_and_another_something_else():
    one = opened(TALK)
    assert said(one) == said(one)
    assert {m.raw for m in said(one)} != {m.raw for m in said(one, 2)}
    assert [m.at for m in said(one)] != [m.at for m in said(one, 2)]


def test_a_second_block_changes_nothing_in_the_first():
    alone = said(opened(TALK))
    both = said(opened(TALK, "[[traffic]]" + TWO))
    assert len(both) == 2 * len(alone)
    assert set(alone) <= set(both)


def test_there_are_as_many_as_the_rate_says_spread_evenly_over_its_time():
    found = said(opened(TALK))
    assert len(found) == opened(TALK).script.traffic[0].count == 102  # 8.5 minutes, 12 in each
    for number, one in enumerate(found):
        assert 30 + 5 * number <= one.at < 30 + 5 * (number + 1)


@pytest.mark.parametrize("world", shipped_worlds())
def test_whatever_is_made_up_can_be_sent_and_has_a_control_field_of_its_own(world):
    terminals = {
        "golden-state": ("CA0990200", "CA0990100"),
        "plain-county": ("PQ0990200", "PQ0990100"),
        "coast-to-coast": ("PQ0990200", "PQ0990100"),
    }[world]
    scenario = opened()
    from dataclasses import replace

    from scenarios.script import Seat, Traffic
    from switch.format_file import world_formats
    from switch.world_file import load_world

    found, formats = load_world(world), world_formats(load_world(world).folder)
    seats = {
        "desk": Seat("desk", "", terminals[1], "", False),
        "far": Seat("far", "", terminals[0], "", True),
    }
    script = replace(scenario.script, seats=seats)
    keys = can_be_made_up(script, found, formats)
    assert {"DQ", "RQ", "AM", "AML"} <= set(keys)
    talk = Traffic("talk", ("far",), tuple(keys), (), 120, 0, 120)
    sent = spoken(replace(script, traffic=(talk,)), found, formats, 7)
    read = [decode(one.raw, formats, control_prefix=found.control_prefix) for one in sent]
    assert len({message.control for message in read}) == len(sent) == 240
    assert {message.mke for message in read} == set(keys)


def test_what_changes_a_database_or_needs_another_is_never_made_up():
    one = opened()
    for key in ("EW", "XV", "YQ", "YR", "SM", "ZZ"):
        assert made_up(key, one.script, one.world, one.formats) == []


def test_a_message_to_people_goes_where_they_sit():
    one = opened()
    texts = [each.text for each in made_up("AM", one.script, one.world, one.formats)]
    assert len(texts) == len(TEXTS)
    assert all(text.startswith("AM.{ORI}.CA0990100.TXT") for text in texts)


def test_the_same_seed_is_the_same_run_byte_for_byte_and_another_is_another():
    from scenarios.runner import play
    from tests.rehearsal_room import inline

    scenario = opened(TALK)
    runs = [play(scenario, inline(scenario), seed=seed) for seed in (5, 5, 6)]
    heard = [[(one.at, one.frame.raw) for one in run.delivered] for run in runs]
    assert heard[0] == heard[1] != heard[2]
    assert runs[0].batches == runs[1].batches != runs[2].batches


def test_the_score_is_the_same_with_and_without_it():
    quiet, loud = played(text=SMALL), played(TALK)
    assert loud.result.earned == quiet.result.earned == 15
    assert sum(entry["kind"] == "query" for entry in loud.entries) > 30
