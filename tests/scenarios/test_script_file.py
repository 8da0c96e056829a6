"""What is wrong with a file by itself, and what its defaults are."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from scenarios.script import Cause, Receives, Sends, Trigger
from scenarios.script_rows import ScenarioFile
from scenarios.shelf import LIBRARY, open_file
from switch.errors import WireroomError
from switch.files.authored import parse
from tests.rehearsal_room import SMALL, mistakes, october, opened

EXPECT = '[[expect]]\nid = "x"\nseat = "desk"\nwithin = "1m"\n'


def test_a_file_becomes_a_script():
    script = opened().script
    ask, answer = script.expects
    assert isinstance(ask.pattern, Sends)
    assert ask.pattern.fields == {"OLN": "S0990001"}
    assert isinstance(answer.pattern, Receives)
    assert (script.length, script.pass_percent, script.floor_percent) == (600.0, 80, 40)
    assert script.seats["far"].actor


def test_an_answer_is_expected_after_the_message_that_it_answers():
    assert opened().script.expects[1].when.after == Trigger(Cause.ROW, "ask")


def test_a_stand_in_acts_at_the_start_of_the_window_unless_told_otherwise():
    more = EXPECT + 'at = "2m"\nnot_before = "30s"\nsends = { key = "DQ" }'
    assert opened(more).script.expects[2].ideal == 30.0


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (
            '[[traffic]]\nid = "x"\nseats = "far"\nrate = 1',
            "nothing says what is sent in the background",
        ),
        ('[[fault]]\nkind = "crash"\nseat = "desk"', "`crash` is no fault of a line"),
        ('[[fault]]\nkind = "disconnect"\nbackend = "CADMV"', "is no fault of a backend"),
        ('[[fault]]\nkind = "slow"\ndestination = "NV"', "`slow` is no fault of a destination"),
        ('[[fault]]\nkind = "hold"\nseat = "desk"', "`hold` is no fault of a line"),
        (
            '[[fault]]\nkind = "slow"\nbackend = "CADMV"\ntakes = "1s"\nkeys = "DQ"',
            "`keys` is for hold, remove, never, not for slow",
        ),
        ('[[fault]]\nkind = "drop"', "a fault is one of a `backend`, of the line"),
        ('[[fault]]\nkind = "drop"\nseat = "desk"', "so a fault of a line begins later"),
        ('[[fault]]\nkind = "slow"\nbackend = "CADMV"', "must say how long it takes"),
        ('[[fault]]\nkind = "drop"\nbackend = "CADMV"\ntakes = "1s"', "`takes` is for slow and"),
        (
            '[[fault]]\nkind = "slow"\nbackend = "CADMV"\ntakes = "1s"\nat = "2m"\nuntil = "1m"',
            "`until` is not after `at`",
        ),
        ('[[inject]]\nid = "ask"\nat = "1m"\nto = "desk"\nradio = "x"', "id of another row too"),
        ('[[inject]]\nid = "x"\nat = "1m"\nto = "desk"', "`to` and `radio`, or `actor` and"),
        (
            '[[inject]]\nid = "x"\nat = "1m"\nafter = "call"\nto = "desk"\nradio = "x"',
            "`at` or `after`, not both",
        ),
        (EXPECT + 'at = "1m"', "`sends` or what it `receives`, one of them"),
        (EXPECT + 'sends = { key = "DQ" }', "nothing says when this is expected"),
        (EXPECT + 'at = "1m"\nsends = { OLN = "S1" }', "`sends` needs a message key"),
        (EXPECT + 'at = "1m"\nsends = { key = "DQ", too = "CA" }', "`too` is not a key of `sends`"),
        (EXPECT + 'at = "1m"\nsends = { key = "DQ", OLN = 1 }', "`OLN` must be a text in quotes"),
        (EXPECT + 'at = "1m"\nsends = { key = "DQ", to = 3 }', "`to` must be a text in quotes"),
        (EXPECT + 'at = "1m"\nsends = { key = "DQ", to = [3] }', "`to` must be a text in quotes"),
        (
            EXPECT + 'at = "1m"\nnot_before = "2m"\nsends = { key = "DQ" }',
            "`within` is not after `not_before`",
        ),
        (EXPECT + 'at = "1m"\nideal = "2m"\nsends = { key = "DQ" }', "`ideal` is outside"),
        (
            '[[forbid]]\nid = "x"\nseat = "desk"\nreceives = {}\nduring = "ask"\nuntil = "2m"',
            "`during` says when it holds",
        ),
        ('[[access]]\nid = "x"\nat = "1m"\nwithdraw = "DMV-01"', "an owner's (`backend`) or the"),
        (
            '[[access]]\nid = "x"\nat = "1m"\nbackend = "CADMV"',
            "`effect` and `rule`, or `withdraw`",
        ),
        ('[[assert]]\nid = "x"', "an assert says `never`"),
    ],
)
def test_a_contradiction_is_named_where_it_stands(block, what):
    found = mistakes(block)
    assert any(what in mistake for mistake in found), found


def test_all_mistakes_are_shown_at_once_in_the_order_of_lines():
    text = SMALL.replace("2019-10-14T23:58:00", "2019-10-14")
    found = mistakes('[[fault]]\nkind = "crash"', '[[assert]]\nid = "x"', text=text)
    lines = [int(mistake.split(":")[0]) for mistake in found]
    assert len(found) == 3
    assert lines == sorted(lines)
    assert "a bare date" in found[0]


def test_an_actor_cannot_have_the_name_of_a_seat():
    text = SMALL.replace("far = ", "desk = ")
    assert any("`desk` is a seat already" in mistake for mistake in mistakes(text=text))


def test_the_shipped_story_says_what_was_reported_and_what_is_invented():
    script = october()[0].script
    assert script.source
    assert script.invented
    assert [act.is_invented for act in script.acts] == [False, True]


def test_a_mutilated_file_is_refused_or_plays_and_never_breaks_the_reader():
    """Lines of the shipped story lost, doubled, swapped, or with a value of another kind."""
    chance = random.Random(15)
    lines = (LIBRARY / "october-15.toml").read_text(encoding="utf-8").splitlines()
    values = ['"x"', "3", "true", "[]", "{}", '"1m"', "[3]", "-1", '{ key = "DQ" }', "1.5"]
    for _ in range(120):
        text = list(lines)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(text))
            if "=" in text[place] and chance.random() < 0.7:
                text[place] = f"{text[place].split('=')[0]}= {chance.choice(values)}"
            else:
                text[place] = text[chance.randrange(len(text))]
        with suppress(WireroomError):
            open_file(parse("\n".join(text), ScenarioFile, name="mutilated.toml"))
