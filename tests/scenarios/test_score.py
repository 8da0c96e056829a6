"""Judging: windows, misses, what follows from what, and the same score from the tape."""

from __future__ import annotations

from scenarios.result import Status
from scenarios.score import Judge, Step, judge
from tests.rehearsal_room import october, opened, played, statuses


def line(run, name):
    return next(one for one in run.result.lines if one.id == name)


def test_perfect_stand_ins_earn_everything():
    run = played()
    assert statuses(run) == {"ask": "met", "answer": "met"}
    assert run.result.flawless
    assert line(run, "ask").at == opened().script.starts + 80.0


def test_a_miss_costs_its_own_points_and_what_depends_on_it_is_not_reached():
    run = played(omit=("ask",))
    assert statuses(run) == {"ask": "missed", "answer": "not reached"}
    assert (run.result.earned, run.result.reachable, run.result.total) == (0, 10, 15)
    assert line(run, "answer").why == "`ask` never came"


def test_a_missed_row_fires_its_inject_a_moment_after_its_window():
    scenario = opened()
    one = Judge(scenario.script, scenario.world)
    one.begin()
    start = scenario.script.starts
    assert [(due.step, due.row.id) for due in one.pass_time(start + 119)] == [
        (Step.FIRE, "call"),
        (Step.ACT, "ask"),
    ]
    assert one.pass_time(start + 120.0) == []
    assert [(due.step, due.row.id) for due in one.pass_time(start + 121)] == [(Step.FIRE, "nag")]


def test_the_last_instant_of_a_window_still_counts():
    scenario = opened()
    entry = next(e for e in played().entries if e["kind"] == "query")
    for late, status in ((60.0, Status.MET), (60.002, Status.MISSED)):
        moved = {**entry, "at": scenario.script.starts + 60.0 + late}
        result = judge(scenario.script, scenario.world, [moved])
        assert result.lines[0].status is status


def test_too_early_is_not_met_and_is_named_as_the_nearest():
    text = (
        '[[expect]]\nid = "x"\nafter = "call"\nnot_before = "30s"\nwithin = "1m"\nseat = "desk"\n'
    )
    run = played(text + 'sends = { key = "DQ" }', omit=("x",))
    assert statuses(run)["x"] == "missed"
    assert line(run, "x").nearest.differs == ("10 s too early",)


def test_a_missed_row_names_the_nearest_message_and_the_field_that_differed():
    block = (
        '[[expect]]\nid = "x"\nafter = "call"\nwithin = "1m"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S0990002" }'
    )
    run = played(block, omit=("x",))
    near = line(run, "x").nearest
    entry = next(e for e in run.entries if e["kind"] == "query")
    assert (near.entry, near.differs) == (
        entry["n"],
        ("OLN: `S0990002` was expected, `S0990001` came",),
    )


def test_one_message_meets_one_expectation_only():
    block = (
        '[[expect]]\nid = "x"\nafter = "call"\nwithin = "1m"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S0990001" }\nideal = "40s"'
    )
    alone = played(block, omit=("x",))
    assert statuses(alone)["x"] == "missed"
    assert line(alone, "x").nearest.differs == ("it counts for `ask` already",)
    assert statuses(played(block))["x"] == "met"


def test_a_reply_and_a_hit_set_rows_going():
    blocks = [
        f'[[inject]]\nid = "{name}"\nafter = "{cause} ask"\nto = "desk"\nradio = "{name}"'
        for name, cause in (("r", "reply to"), ("h", "hit for"))
    ]
    told = []
    scenario = opened(*blocks)
    from scenarios.runner import Cued, play
    from tests.rehearsal_room import inline

    play(scenario, inline(scenario), audience=lambda h: told.append(h))
    fired = {h.row.id: h.at for h in told if isinstance(h, Cued)}
    assert fired["r"] == fired["h"] == scenario.script.starts + 80.0


def test_no_record_is_a_reply_and_no_hit():
    missing = '[[inject]]\nid = "{}"\nafter = "{} other"\nto = "desk"\nradio = "x"'
    other = (
        '[[expect]]\nid = "other"\nafter = "answer"\nwithin = "1m"\nseat = "desk"\n'
        'sends = { key = "DQ", to = "NV", OLN = "S1" }'
    )
    scenario = opened(other, missing.format("r", "reply to"), missing.format("h", "hit for"))
    from scenarios.runner import Cued, play
    from tests.rehearsal_room import inline

    told = []
    play(scenario, inline(scenario), audience=lambda h: told.append(h))
    fired = {h.row.id for h in told if isinstance(h, Cued)}
    assert "r" in fired
    assert "h" not in fired


def test_a_forbid_is_broken_by_one_message_too_many_and_costs_its_points_once():
    forbid = '[[forbid]]\nid = "f"\nseat = "desk"\nreceives = {{ key = "DR" }}\npoints = -4\n{}'
    run = played(forbid.format(""))
    assert statuses(run)["f"] == "broken"
    assert line(run, "f").entry == line(run, "answer").entry
    assert run.result.earned == 11
    assert statuses(played(forbid.format("more_than = 1")))["f"] == "held"
    assert statuses(played(forbid.format('until = "1m"')))["f"] == "held"
    assert statuses(played(forbid.format('after = "answer"')))["f"] == "held"


def test_an_assert_may_hold_from_a_row_on():
    block = '[[assert]]\nid = "a"\nnever = "released"\nbackend = "CADMV"\n{}'
    assert statuses(played(block.format("")))["a"] == "broken"
    assert statuses(played(block.format('after = "call"')))["a"] == "broken"
    assert statuses(played(block.format('from = "2m"')))["a"] == "held"


def test_the_score_from_the_tape_is_the_score_of_the_run():
    scenario, run = october()
    assert judge(scenario.script, scenario.world, run.entries) == run.result
    missed = played(omit=("ask",))
    small = opened()
    assert judge(small.script, small.world, missed.entries) == missed.result
