"""Judging: windows, misses, what follows from what, and the same score from the tape."""

from __future__ import annotations

from scenarios.course import Intervention, Move, note
from scenarios.replay import judge
from scenarios.result import Status
from scenarios.schedule import Step
from scenarios.score import Judge
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
    one = Judge(scenario.script, scenario.world, scenario.script.seats)
    one.begin()
    start = scenario.script.starts
    assert [(due.step, due.row.id) for due in one.on_deadline(start + 119)] == [
        (Step.FIRE, "call"),
        (Step.ACT, "ask"),
    ]
    assert one.on_deadline(start + 120.0) == []
    assert [(due.step, due.row.id) for due in one.on_deadline(start + 121)] == [(Step.FIRE, "nag")]


def test_the_last_instant_of_a_window_still_counts():
    scenario = opened()
    entry = next(e for e in played().entries if e["kind"] == "query")
    for late, status in ((60.0, Status.MET), (60.002, Status.LATE)):
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


# --- what whoever leads a live run does --------------------------------------------------------


class Lesson:
    """A judge at the small scenario, told what happens second by second; nobody sits anywhere."""

    def __init__(self, *more, stand_ins=()):
        self.scenario = opened(*more)
        self.judge = Judge(self.scenario.script, self.scenario.world, stand_ins)
        self.judge.begin()
        self.tape = []
        self.query = next(e for e in played().entries if e["kind"] == "query")

    def at(self, seconds: float) -> float:
        return self.scenario.script.starts + seconds

    def put(self, entry):
        entry = {**entry, "n": len(self.tape) + 1}
        self.tape.append(entry)
        return [(due.step, due.row.id) for due in self.judge.observe(entry)]

    def move(self, seconds, move, about="", **more):
        noted = note(Intervention(move, "the trainer", about, **more))
        entry = {**noted.fields, "kind": "noted", "by": noted.by, "at": self.at(seconds)}
        return self.put(entry)

    def asks(self, seconds, **more):
        return self.put({**self.query, "at": self.at(seconds), **more})

    def end(self):
        ended = self.judge.ended_at
        result = self.judge.end(self.at(600.0) if ended is None else ended)
        again = judge(self.scenario.script, self.scenario.world, self.tape)
        assert again == result  # what is on the tape is all that counts
        return {line.id: line for line in result.lines}, result


def test_time_that_a_note_brings_is_as_good_as_a_deadline():
    lesson = Lesson()
    assert lesson.move(59, Move.TICKED) == []
    assert lesson.move(60, Move.TICKED) == [(Step.FIRE, "call")]
    assert [one.row.id for one in lesson.judge.open] == ["ask"]
    assert lesson.judge.open[0].deadline == lesson.at(120)


def test_a_person_in_the_seat_is_not_played_by_the_engine():
    lesson = Lesson()
    assert lesson.move(90, Move.TICKED) == [(Step.FIRE, "call")]
    lesson.asks(95)
    assert lesson.end()[0]["ask"].status is Status.MET


def test_what_comes_after_its_window_is_late_and_the_story_goes_on_from_there():
    lesson = Lesson()
    assert lesson.asks(125) == [(Step.FIRE, "call"), (Step.FIRE, "nag")]
    assert [one.row.id for one in lesson.judge.open] == ["answer"]
    lines, result = lesson.end()
    assert (lines["ask"].status, lines["ask"].why) == (Status.LATE, "it came 5s too late")
    assert (lines["ask"].earned, lines["answer"].status) == (0, Status.MISSED)
    assert result.reachable == 15


def test_an_inject_fired_by_the_trainer_happens_then_and_not_again():
    lesson = Lesson()
    assert lesson.move(10, Move.FIRED, "call") == [(Step.FIRE, "call")]
    assert [one.deadline for one in lesson.judge.open] == [lesson.at(70)]
    assert lesson.move(61, Move.TICKED) == []
    assert lesson.judge.fired == {"call"}


def test_a_cancelled_inject_never_happens_and_what_waits_for_it_is_not_reached():
    lesson = Lesson()
    lesson.move(10, Move.CANCELLED, "call")
    assert lesson.judge.upcoming == []
    assert lesson.move(61, Move.TICKED) == []
    lines, _ = lesson.end()
    assert lines["ask"].status is Status.NOT_REACHED


def test_a_cancelled_inject_can_still_be_fired():
    lesson = Lesson()
    lesson.move(10, Move.CANCELLED, "call")
    assert lesson.move(80, Move.FIRED, "call") == [(Step.FIRE, "call")]


def test_a_cancelled_word_after_a_miss_is_not_said():
    lesson = Lesson()
    lesson.move(10, Move.CANCELLED, "nag")
    assert lesson.move(121, Move.TICKED) == [(Step.FIRE, "call")]


def test_a_stand_in_that_takes_a_seat_in_mid_run_does_what_is_open_there():
    lesson = Lesson()
    lesson.move(60, Move.TICKED)
    assert lesson.move(90, Move.STOOD_IN, "desk") == [(Step.ACT, "ask")]
    lesson.asks(90)
    lines, result = lesson.end()
    assert lines["ask"].status is Status.MET
    assert lines["ask"].stand_in
    assert (lines["ask"].earned, result.total) == (0, 0)  # nobody's merit, and nobody's fault


def test_a_stand_in_acts_at_the_ideal_time_if_it_has_not_passed():
    lesson = Lesson()
    lesson.move(60, Move.TICKED)
    assert lesson.move(70, Move.STOOD_IN, "desk") == []
    assert lesson.move(80, Move.TICKED) == [(Step.ACT, "ask")]


def test_whoever_takes_the_seat_again_is_judged_again():
    lesson = Lesson()
    lesson.move(10, Move.STOOD_IN, "desk")
    lesson.move(65, Move.TOOK_SEAT, "desk")
    assert lesson.move(85, Move.TICKED) == []
    lesson.asks(90)
    lines, _ = lesson.end()
    assert (lines["ask"].stand_in, lines["ask"].earned) == (False, 10)


def test_an_override_and_the_verdict_that_it_overrides_both_stay():
    lesson = Lesson()
    lesson.move(300, Move.OVERRODE, "ask", points=6, reason="said it aloud instead")
    lines, result = lesson.end()
    line = lines["ask"]
    assert (line.status, line.earned, line.points) == (Status.MISSED, 6, 10)
    assert (line.override.by, line.override.reason) == ("the trainer", "said it aloud instead")
    assert (result.earned, result.reachable) == (6, 10)


def test_a_message_that_the_trainer_plays_stands_for_the_actors_row():
    inject = (
        '[[inject]]\nid = "hello"\nat = "5m"\nactor = "far"\n'
        'sends = { key = "DQ", to = "NV", OLN = "S1" }'
    )
    reply = (
        '[[inject]]\nid = "heard"\nafter = "reply to hello"\nto = "desk"\nradio = "x"\n'
        '[[inject]]\nid = "next"\nafter = "hello"\nto = "desk"\nradio = "x"'
    )
    lesson = Lesson(inject, reply)
    lesson.move(200, Move.TICKED)
    assert lesson.move(200, Move.PLAYED, "hello") == [(Step.FIRE, "next")]
    sent = {"kind": "query", "terminal": "NVH1", "key": "DQ", "destinations": ["CA"]}
    lesson.put({**sent, "at": lesson.at(201), "query": 77, "fields": {"OLN": "S2"}, "legs": []})
    answer = {"kind": "rejected", "terminal": "NVH1", "query": 77, "text": "", "at": lesson.at(202)}
    assert lesson.put(answer) == [(Step.FIRE, "heard")]
    assert lesson.move(301, Move.TICKED) == []


def test_a_run_ended_early_is_judged_up_to_there():
    lesson = Lesson()
    lesson.move(60, Move.TICKED)
    lesson.move(80, Move.ENDED)
    lines, result = lesson.end()
    assert result.ended == lesson.at(80)
    assert lines["ask"].why == "the scenario ended first"


def test_pauses_and_skips_are_on_record_and_change_nothing():
    lesson = Lesson()
    for second, move in ((10, Move.BEGAN), (20, Move.PAUSED), (20, Move.RESUMED)):
        assert lesson.move(second, move) == []
    assert lesson.move(60, Move.SKIPPED) == [(Step.FIRE, "call")]


def test_in_the_middle_of_a_run_the_score_shows_what_is_open():
    lesson = Lesson()
    lesson.move(60, Move.TICKED)
    now = lesson.judge.standing(lesson.at(60))
    assert [line.status for line in now.lines] == [Status.OPEN, Status.NOT_REACHED]
    assert (now.reachable, now.total) == (0, 15)
    assert [row.id for row in lesson.judge.unreached] == ["answer"]


def test_interventions_may_stand_beside_a_journal_that_does_not_hold_them():
    scenario = opened()
    late = Intervention(Move.OVERRODE, "me", "ask", "why not", 3, scenario.script.starts + 9999)
    early = Intervention(Move.CANCELLED, "me", "call", at=scenario.script.starts + 1)
    result = judge(scenario.script, scenario.world, played().entries, [late, early])
    assert [line.status for line in result.lines] == [Status.NOT_REACHED, Status.NOT_REACHED]
    assert result.lines[0].earned == 3


def test_a_forbid_may_hold_while_a_window_is_open_or_a_fault_lasts():
    forbid = '[[forbid]]\nid = "f"\nseat = "desk"\nsends = {{ key = "DQ" }}\nduring = "{}"\n'
    assert statuses(played(forbid.format("ask")))["f"] == "broken"
    assert statuses(played(forbid.format("answer")))["f"] == "held"
    assert statuses(played(forbid.format("ask"), late=("ask",)))["f"] == "held"
    fault = '[[fault]]\nid = "slow"\nkind = "slow"\nbackend = "CADMV"\ntakes = "1s"\n'
    early, late = 'at = "1m"\nuntil = "2m"\n', 'at = "2m"\nuntil = "3m"\n'
    assert statuses(played(fault + early, forbid.format("slow")))["f"] == "broken"
    assert statuses(played(fault + late, forbid.format("slow")))["f"] == "held"
