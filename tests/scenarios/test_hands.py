"""What is due is done on the stage; what a trainer does beside takes effect, and is on record."""

from __future__ import annotations

import pytest

from scenarios.course import Intervention, Move
from scenarios.replay import judge
from scenarios.runner import Played, play
from tests.rehearsal_room import inline, opened, statuses

HELLO = (
    '[[inject]]\nid = "hello"\nat = "5m"\nactor = "far"\n'
    'sends = { key = "AM", to = "desk", text = "HELLO" }\n'
    '[[expect]]\nid = "heard"\nafter = "hello"\nwithin = "5s"\nseat = "desk"\npoints = 0\n'
    'receives = { key = "AM", text = "HELLO" }'
)


def led(*moves: tuple[float, Move, str], seats=("desk", "far"), **more) -> Played:
    """A run of the small scenario, led; its journal alone must give the same score."""
    scenario = opened(HELLO)
    start = scenario.script.starts
    given = [
        Intervention(move, "the trainer", about, at=start + at, **more) for at, move, about in moves
    ]
    run = play(scenario, inline(scenario), led=given, stand_ins=seats)
    assert judge(scenario.script, scenario.world, run.entries) == run.result
    return run


def seconds(run: Played, kind: str) -> list[float]:
    return [e["at"] - run.result.started for e in run.entries if e["kind"] == kind]


def test_an_actor_speaks_when_the_script_says_so_and_earlier_if_it_is_fired():
    assert seconds(led(), "message") == [300.0]
    run = led((200.0, Move.FIRED, "hello"))
    assert seconds(run, "message") == [200.0]
    assert statuses(run)["heard"] == "met"


def test_a_cancelled_inject_is_never_said():
    run = led((200.0, Move.CANCELLED, "hello"))
    assert seconds(run, "message") == []
    assert statuses(run)["heard"] == "not reached"


def test_an_empty_seat_is_missed_until_a_stand_in_sits_there():
    assert statuses(led(seats=("far",)))["ask"] == "missed"
    run = led((100.0, Move.STOOD_IN, "desk"), seats=("far",))
    assert seconds(run, "query") == [100.0]
    line = run.result.lines[0]
    assert (line.status.value, line.stand_in, run.result.total) == ("met", True, 0)


def test_a_run_that_is_ended_early_ends_there():
    run = led((90.0, Move.ENDED, ""))
    assert run.result.ended == run.result.started + 90.0
    assert seconds(run, "stopped") == [90.0]


def test_an_override_counts_and_is_on_record_with_its_reason():
    scenario = opened()
    at = scenario.script.starts + 200.0
    given = Intervention(Move.OVERRODE, "the trainer", "ask", "heard it on the radio", 7, at)
    run = play(scenario, inline(scenario), omit=frozenset(("ask",)), led=[given])
    assert judge(scenario.script, scenario.world, run.entries) == run.result
    assert (run.result.lines[0].status.value, run.result.earned) == ("missed", 7)
    (entry,) = [e for e in run.entries if e["kind"] == "noted"]
    assert (entry["move"], entry["reason"]) == ("overrode", "heard it on the radio")


@pytest.mark.parametrize("move", [Move.PAUSED, Move.RESUMED, Move.TICKED, Move.SKIPPED])
def test_what_only_concerns_the_clock_changes_no_score(move):
    one, two = led((70.0, move, "")), led()
    assert statuses(one) == statuses(two)
    assert one.result.earned == two.result.earned


@pytest.mark.parametrize("where", ['backend = "CADMV"', 'destination = "CA"'])
def test_a_destination_goes_out_of_service_and_what_waits_is_answered_when_it_is_back(where):
    down = (
        f'[[fault]]\nid = "down"\nkind = "hold"\n{where}\nkeys = ["DQ"]\nat = "30s"\nuntil = "4m"'
    )
    scenario = opened(down)
    run = play(scenario, inline(scenario))
    assert seconds(run, "held") == [80.0]
    assert seconds(run, "released") == [240.0]
    assert seconds(run, "service") == [30.0, 240.0]
    changes = [entry for entry in run.entries if entry["kind"] == "service"]
    assert {entry["by"] for entry in changes} == {"scenario row `down`"}
    assert judge(scenario.script, scenario.world, run.entries) == run.result
