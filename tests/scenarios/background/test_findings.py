"""Every mistake in `[[traffic]]` is named where it stands, with what to write."""

from __future__ import annotations

import pytest

from scenarios.background.messages import MESSAGES_MAX
from scenarios.script_rows import ScenarioFile
from scenarios.shelf import open_file
from switch.errors import AuthoredError
from switch.files.authored import inspect_bytes
from tests.rehearsal_room import SMALL, TALK, mistakes


def test_a_right_block_has_none():
    assert mistakes(TALK) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('["county"]', '["conty"]', "no actor `conty` | did you mean `county`?"),
        ('["county"]', '["desk"]', "`desk` is a seat for a person, who says what he likes | put"),
        ('["DQ", "AM"]', '["DQX"]', "no message key `DQX` | did you mean `DQ`?"),
        ('["DQ", "AM"]', '["EW"]', "EW cannot be made up for golden-state | write it under"),
        ("rate = 12", 'rate = 12\nmessages = ["DQ"]', "`DQ`: "),
        (
            "rate = 12",
            'rate = 12\nmessages = ["AM.{ORI}.CA.TXTA", "AM.{ORI}.CA.TXT{9..1}"]',
            "`{9..1}` is no blank that is filled in | write {ORI}, or a range",
        ),
        ("rate = 12", "rate = 0.01", "0.01 a minute is not one message in 8m30s | a higher"),
        ("rate = 12", "rate = 121", "more than 0 and at most 120"),
        ('until = "9m"', 'until = "11m"', 'the scenario is over after 10m | "10m"'),
        ('at = "30s"', 'at = "10m"', "the scenario is over after 10m | an earlier `at`"),
        ('at = "30s"', 'at = "9m"', "`until` is not after `at`"),
        ("rate = 12", "rat = 12", "did you mean `rate`?"),
    ],
)
def test_a_mistake_is_named_where_it_stands(old, new, what):
    assert old in TALK
    found = mistakes(TALK.replace(old, new))
    assert any(what in mistake for mistake in found), found
    assert len(found) <= 2


def test_a_station_of_the_story_is_no_background():
    more = (
        '[[inject]]\nid = "hello"\nat = "2m"\nactor = "county"\n'
        'sends = { key = "AM", to = "desk", text = "HELLO" }'
    )
    (found,) = mistakes(TALK, more)
    assert "`county` has a part in the story (`hello`), so it is no background" in found


def test_all_messages_of_a_scenario_together_have_a_limit():
    text = SMALL.replace('length = "10m"', 'length = "2h"')
    talk = TALK.replace("rate = 12", "rate = 60").replace('"9m"', '"2h"')
    (found,) = mistakes(talk, text=text)
    assert f"7170 messages in the background are more than {MESSAGES_MAX}" in found


def test_a_part_that_cannot_be_read_hides_no_other_mistake():
    wrong = TALK.replace('["county"]', '["conty"]').replace('"AM"', '"AMX"')
    wrong = wrong.replace("rate = 12", "rate = 500").replace('"9m"', '"99m"')
    whole = f"{SMALL}\n{wrong}".encode()
    with pytest.raises(AuthoredError) as caught:
        open_file(inspect_bytes(whole, ScenarioFile, name="small.toml"))
    told = [str(finding) for finding in caught.value.findings]
    assert len(told) == 3  # its times are looked at when its rate can be read
    for what in ("`conty`", "`AMX`", "got 500"):
        assert any(what in each for each in told)
