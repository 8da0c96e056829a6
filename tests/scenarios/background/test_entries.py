"""The background is told from the story by who sent a message, wherever its copies arrive."""

from __future__ import annotations

from scenarios.background.entries import Background, story
from scenarios.replay import judge
from tests.rehearsal_room import TALK, opened, played, statuses


def test_a_copy_at_a_persons_seat_and_an_answer_are_of_whoever_sent_the_message():
    scenario, run = opened(TALK), played(TALK)
    background = Background(scenario.script)
    noise = [entry for entry in run.entries if background.take(entry)]
    assert {"query", "message", "delivered", "released", "told"} <= {e["kind"] for e in noise}
    copies = [entry for entry in noise if entry["kind"] == "delivered"]
    assert copies
    assert {entry["terminal"] for entry in copies} == {"BAY2"}
    assert background.sent == 102


def test_what_is_left_is_the_story_without_it():
    scenario, run = opened(TALK), played(TALK)
    kept = [entry["kind"] for entry in story(scenario.script, run.entries)]
    quiet = [entry["kind"] for entry in played().entries]
    signed_on = quiet.count("signed-on")
    assert kept.count("signed-on") == signed_on
    assert kept == quiet


def test_a_message_to_a_station_of_the_background_is_of_the_story():
    more = (
        '[[inject]]\nid = "hello"\nat = "2m"\nactor = "far"\n'
        'sends = { key = "AM", to = "county", text = "ANY LUCK" }'
    )
    kept = story(opened(TALK, more).script, played(TALK, more).entries)
    assert [e["terminal"] for e in kept if e["kind"] == "delivered"] == ["VSO1"]


def test_an_expectation_is_never_met_by_it():
    more = (
        '[[expect]]\nid = "word"\nat = "2m"\nwithin = "5m"\nseat = "desk"\n'
        'receives = { key = "AM" }\n'
        '[[forbid]]\nid = "none"\nseat = "desk"\nreceives = { key = "AM" }\npoints = -5'
    )
    run = played(TALK, more)
    assert statuses(run)["word"] == "missed"
    assert statuses(run)["none"] == "held"
    scenario = opened(TALK, more)
    assert judge(scenario.script, scenario.world, run.entries).lines == run.result.lines


def test_an_assert_is_about_everything_that_is_said():
    never = '[[assert]]\nid = "quiet"\nnever = "released"\nterminal = "VSO1"'
    assert statuses(played(TALK, never))["quiet"] == "broken"
