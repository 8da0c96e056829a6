"""The ideal run on paper: times, circles, and what is only called."""

from __future__ import annotations

from scenarios.plan import never_called, plan, senders, triggers_of
from scenarios.script import Cause, Trigger
from tests.rehearsal_room import october, opened


def test_rows_happen_at_their_ideal_times():
    planned = plan(opened().script)
    assert planned.times["call"] == 60.0
    assert planned.triggers["ask"] == 60.0
    assert planned.times["ask"] == 80.0
    assert planned.triggers["answer"] == 80.0


def test_an_inject_for_a_missed_row_happens_when_its_window_has_closed():
    planned = plan(opened().script)
    assert planned.called == {"nag": "ask"}
    assert planned.times["nag"] == 120.0
    assert list(never_called(opened().script, planned)) == []


def test_a_wait_counts_from_the_trigger():
    more = '[[inject]]\nid = "x"\nafter = "ask"\nwait = "30s"\nto = "desk"\nradio = "x"'
    assert plan(opened(more).script).times["x"] == 110.0


def test_rows_that_stand_for_a_message_can_be_replied_to():
    assert senders(opened().script) == {"ask"}
    assert ("expect", 0, Trigger(Cause.ROW, "call")) in list(triggers_of(opened().script))


def test_the_shipped_story_is_over_before_its_end():
    script = october()[0].script
    assert max(plan(script).times.values()) < script.length
    assert plan(script).circles == frozenset()
