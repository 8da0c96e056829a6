"""One answer from all states: merged, counted, and judged once more before it leaves."""

from __future__ import annotations

from switch.backend import Reply
from switch.core.events import RepliesArrived
from tests.playbook import ALBITE, Playbook

TO_ALL = "DQ.CA0990100.NL.*A1.TXTOLN/S0990001"
NEVADAN = {"OLN": "S0990001", "NAM": "DIORITE, PIERS"}


def asked(play: Playbook, backend: str):
    return next(ask for ask in play.asked if ask.backend == backend)


def police(starts: str = "2019-10-14T23:58:00") -> Playbook:
    play = Playbook(starts)
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    return play


def test_all_sources_are_asked_and_one_answer_comes_when_the_last_is_through():
    play = police()
    play.says(1, TO_ALL)
    assert sorted(ask.backend for ask in play.asked) == ["CADMV", "NVDMV"]
    play.answers(asked(play, "CADMV"), ALBITE)
    assert play.heard(1) == []
    assert play.recorded("released") == []
    play.answers(asked(play, "NVDMV"))
    ((key, body),) = play.heard(1)
    assert key == "DR"
    assert body.split("\n") == [
        "TRAINING - SIMULATED DATA",
        "DQ OLN/S0990001",
        "FROM CADMV",
        "OLN/S0990001.NAM/ALBITE, MARA QUILL.RES/1 EXAMPLE ST.SOC/000990001",
        "ASKED 2 SOURCES",
        "HIT: CA",
        "NO RECORD: NV",
    ]
    assert [entry["leg"] for entry in play.recorded("released")] == [1, 2]
    assert play.dispatcher.open_legs == 0


def test_an_answer_without_any_record_says_so():
    play = police()
    play.says(1, TO_ALL)
    for ask in list(play.asked):
        play.answers(ask)
    ((_, body),) = play.heard(1)
    assert "NOT ON FILE" in body
    assert "NO RECORD: CA NV" in body


def test_a_source_that_does_not_answer_in_time_is_counted_and_may_follow_late():
    play = police()
    play.says(1, TO_ALL)
    play.answers(asked(play, "CADMV"), ALBITE)
    play.after(10)
    ((_, body),) = play.heard(1)
    assert "HIT: CA\nNO ANSWER: NV" in body
    play.answers(asked(play, "NVDMV"), NEVADAN)
    ((key, late),) = play.heard(1)
    assert (key, "LATE" in late, "DIORITE" in late) == ("DR", True, True)


def test_withheld_sources_are_counted_and_not_named():
    play = Playbook("2019-10-16T08:00:00")
    play.sign_on(1, "BAY1", "TFO7")
    play.heard(1)
    play.says(1, TO_ALL)
    assert [ask.backend for ask in play.asked] == ["NVDMV"]
    play.answers(asked(play, "NVDMV"), NEVADAN)
    ((_, body),) = play.heard(1)
    assert "1 OF 2 SOURCES WITHHELD" in body
    assert "CADMV" not in body
    assert play.recorded("refused")[0]["backend"] == "CADMV"


def test_an_answer_that_is_held_is_judged_again_when_a_rule_takes_effect():
    play = Playbook("2019-10-14T23:59:55")
    play.sign_on(1, "ERO1", "ERO1A")
    play.heard(1)
    play.says(1, "DQ.DCICE0900.NL.TXTOLN/S0990001")
    play.answers(asked(play, "CADMV"), ALBITE)
    play.at("2019-10-15T00:00:00")
    ((key, body),) = play.heard(1)
    assert key == "ER"
    assert "2 OF 2 SOURCES WITHHELD" in body
    assert "ALBITE" not in body
    assert [entry["point"] for entry in play.recorded("refused")] == ["waiting", "waiting"]
    play.answers(asked(play, "NVDMV"), NEVADAN)
    assert play.heard(1) == []
    assert not play.recorded("released")


def test_a_failed_source_is_counted_as_silent():
    play = police()
    play.says(1, TO_ALL)
    play.fails(asked(play, "NVDMV"))
    play.answers(asked(play, "CADMV"), ALBITE)
    assert "NO ANSWER: NV" in play.heard(1)[0][1]


def test_a_second_reply_to_the_same_query_changes_nothing():
    play = police()
    play.says(1, TO_ALL)
    ask = asked(play, "CADMV")
    reply = Reply(ask.queries[0].id, (ALBITE,))
    play.tell(RepliesArrived("CADMV", ask.worker, (reply, reply)))
    play.answers(asked(play, "NVDMV"))
    ((_, body),) = play.heard(1)
    assert body.count("ALBITE") == 1
    assert play.recorded("unmatched")


def test_a_state_and_all_states_are_two_answers():
    play = police()
    play.says(1, "DQ.CA0990100.CA.NL.TXTOLN/S0990001")
    for ask in list(play.asked):
        play.answers(ask, ALBITE)
    for ask in play.asked[2:]:
        play.answers(ask, ALBITE)
    assert [key for key, _ in play.heard(1)] == ["DR", "DR"]
    assert play.dispatcher.open_legs == 0


def test_a_line_that_hung_up_gets_nothing_and_that_is_on_record():
    play = police()
    play.says(1, TO_ALL)
    play.hangs_up(1)
    for ask in list(play.asked):
        play.answers(ask, ALBITE)
    assert len(play.recorded("undelivered")) == 2
    assert not play.recorded("released")
