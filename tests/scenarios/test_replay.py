"""A journal judged again: the same score, and what the script did when."""

from __future__ import annotations

import pytest

from scenarios.course import Intervention, Move, note
from scenarios.replay import belongs, judge, replay
from scenarios.schedule import Step
from switch.errors import UsageError
from tests.rehearsal_room import october, opened, played


def test_what_the_script_did_is_told_with_its_instants():
    scenario, run = opened(), played(omit=("ask",))
    again = replay(scenario.script, scenario.world, run.entries)
    start = scenario.script.starts
    told = [(round(due.at - start, 3), due.row.id) for due in again.happened]
    assert told == [(60.0, "call"), (120.001, "nag")]
    assert again.result == run.result


def test_faults_begin_and_end_in_it():
    scenario, run = october()
    happened = replay(scenario.script, scenario.world, run.entries).happened
    fault = [
        (due.step, due.at - scenario.script.starts)
        for due in happened
        if due.row.id == "dmv-is-slow"
    ]
    assert fault == [(Step.FIRE, 150.0), (Step.LIFT, 240.0)]


def test_the_score_from_the_journal_is_the_score_of_the_run():
    scenario, run = october()
    assert judge(scenario.script, scenario.world, run.entries) == run.result


def test_a_journal_of_another_world_time_or_scenario_is_refused():
    scenario, run = october()
    belongs(scenario.script, run.entries)
    noted = note(Intervention(Move.BEGAN, "x", "another-lesson"))
    began = {**noted.fields, "kind": "noted", "by": "x", "at": run.entries[0]["at"], "n": 1}
    started = {**run.entries[0], "world": "plain-county"}
    for entries, what in (
        ([], "no entry"),
        ([started], "of the world plain-county"),
        ([{**run.entries[0], "at": 0.0}], "no entry"),
        ([run.entries[0], began], "of `another-lesson`"),
    ):
        with pytest.raises(UsageError, match=what):
            belongs(scenario.script, entries)
