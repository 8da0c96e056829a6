"""The story: every message in its bytes, every verdict with its rule, INVENTED where it is."""

from __future__ import annotations

import io
from functools import cache

import pytest
from rich.console import Console

from scenarios.report.gutter import Gutter
from scenarios.report.story import Story
from scenarios.runner import play
from switch.terms import TRAINING_LINE
from tests.rehearsal_room import TALK, inline, october, opened


def told(scenario, width: int = 80) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    story = Story(scenario, Gutter(console, scenario.script, scenario.world.timezone))
    play(scenario, inline(scenario), audience=story.tell)
    return file.getvalue().splitlines()


@cache
def story(width: int = 80) -> list[str]:
    return told(october()[0], width)


def flat(lines: list[str]) -> str:
    return " ".join(" ".join(line.split()) for line in lines)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(width):
    assert max(map(len, story(width))) <= width


def test_every_line_of_act_2_says_invented_and_none_of_act_1_but_the_owners_own_rules():
    at = next(i for i, line in enumerate(story()) if "ACT 2" in line)
    assert all("INVENTED" in line for line in story()[at:])
    marked = flat([line for line in story()[:at] if "INVENTED" in line])
    assert "DMV-01" in marked
    assert "NET-01" not in marked
    assert "ARJ-01" not in marked


def test_every_message_is_shown_as_it_was_sent_and_received():
    text = flat(story(200))
    for entry in october()[1].entries:
        if entry["kind"] == "query":
            assert entry["raw"] in text
    answers = [d for d in october()[1].delivered if d.frame.output.body.count("\n") > 1]
    assert text.count(TRAINING_LINE) == len(answers)


def test_every_rule_is_told_with_its_reason():
    text = flat(story(200))
    for words in (
        "REFUSED at CADMV by the network: DENY-SUSPENDED",
        "NET-01: Deportation officers are off the network.",
        "asked by itself: DENY-RULE",
        "ARJ-01: The region's board cut deportation officers off",
        "ANSWERED IN PART by CADMV: ALLOW",
        "ACCESS CHANGES: the switch operator withdrew NET-01",
        "Until 00:01:00, CADMV is slow: an answer takes 9s",
        "goes nowhere. WITHHELD: DENY-SUSPENDED",
    ):
        assert words in text


def test_no_answer_in_time_and_actors_are_told_too():
    inject = (
        '[[inject]]\nid = "hello"\nafter = "ask"\nwait = "1m"\nactor = "far"\n'
        'sends = { key = "AM", to = "desk", text = "ANY LUCK" }'
    )
    fault = '[[fault]]\nkind = "slow"\nbackend = "CADMV"\ntakes = "30s"'
    text = flat(told(opened(inject, fault)))
    assert "SM: no-answer" in text
    assert "NVH1" in text
    assert "ANY LUCK" in text


def test_what_is_said_in_the_background_is_counted_and_not_told():
    found = told(opened(TALK))
    counted = [line for line in found if "messages in the background)" in line]
    assert counted
    assert "VSO1" not in flat(found)
    assert "AM" not in flat(found).split()
