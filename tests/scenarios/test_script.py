"""Durations and triggers as people write them, and what a script knows of itself."""

from __future__ import annotations

import pytest

from scenarios.script import Cause, Trigger, duration_text, parse_duration, parse_trigger
from tests.rehearsal_room import october, opened


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("10m30s", 630), ("1h", 3600), ("1h1s", 3601), ("0.5s", 0.5)],
)
def test_a_duration_is_hours_minutes_and_seconds_in_that_order(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "90", "s", "1m1h", "-1s", "1 m", 90, None, "1.2345s", "1234567h"]
)
def test_what_is_no_duration_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="is not a duration; write"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0s", "1m30s", "1h", "2h0.5s", "1h1m1s"])
def test_a_duration_is_shown_as_it_is_written(text):
    assert duration_text(parse_duration(text)) == text


def test_a_trigger_names_a_row_its_first_reply_or_its_first_hit():
    assert parse_trigger("stop") == Trigger(Cause.ROW, "stop")
    assert parse_trigger("reply to stop") == Trigger(Cause.REPLY, "stop")
    assert parse_trigger("hit for stop") == Trigger(Cause.HIT, "stop")
    assert str(parse_trigger("hit for stop")) == "hit for stop"


@pytest.mark.parametrize(
    "text", ["", "Reply to stop", "reply to", "after stop", "a b", 3, True, []]
)
def test_what_is_no_trigger_is_refused(text):
    with pytest.raises(ValueError, match="is not a trigger"):
        parse_trigger(text)


def test_every_row_that_sends_has_a_control_field_of_its_own():
    controls = opened().script.controls
    assert list(controls) == ["ask"]
    given = list(october()[0].script.controls.values())
    assert len(set(given)) == len(given)
    assert all(len(control) <= 10 for control in given)


def test_an_instant_falls_into_the_latest_act_that_has_begun():
    script = october()[0].script
    first, second = script.acts
    acts = [script.act_at(script.starts + s) for s in (0, 779.9, 780, 9999)]
    assert acts == [first, first, second, second]
    assert opened().script.act_at(0) is None


def test_a_seat_is_found_by_its_terminal():
    script = opened().script
    assert script.seat_of("NVH1") is script.seats["far"]
    assert script.seat_of("ERO1") is None
