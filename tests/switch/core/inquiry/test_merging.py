"""One answer from all states: merged, counted, and judged once more before it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switch.backend import Reply
from switch.core.events import GraceEnded, RepliesArrived
from tests.playbook import ALBITE, Playbook, golden_state

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


def test_where_nobody_has_searched_nobody_says_not_on_file_and_the_text_is_on_record():
    play = police()
    play.says(1, TO_ALL)
    for ask in list(play.asked):
        play.fails(ask)
    ((_, body),) = play.heard(1)
    assert "NOT ON FILE" not in body
    assert "NO ANSWER: CA NV" in body
    (entry,) = play.recorded("merged")
    assert (entry["text"], entry["sequence"]) == (body, 2)


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


# --- regions --------------------------------------------------------------------------------------

DOE = "TXTNAM/DOE, JANE.DOB/19700131.SEX/F"


def in_a_region(starts: str = "2019-10-14T23:58:00") -> Playbook:
    world = replace(golden_state()[0], regions={"E1": ("CA", "NV"), "F1": ("NV", "ZA")})
    play = Playbook(starts, world)
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    return play


def test_a_query_to_a_region_becomes_the_region_key_and_its_states_are_asked_under_their_own():
    """[N-DQ, N-DQG]"""
    play = in_a_region()
    play.says(1, f"DQ.CA0990100.E1.*A1.{DOE}")
    assert {(ask.backend, ask.queries[0].key) for ask in play.asked} == {
        ("CADMV", "DQ"),
        ("NVDMV", "DQ"),
    }
    for ask in list(play.asked):
        play.answers(ask, *([ALBITE] if ask.backend == "CADMV" else []))
    ((key, body),) = play.heard(1)
    assert key == "DRG"
    assert body.split("\n")[1] == "DQG NAM/DOE, JANE.DOB/19700131.SEX/F"
    assert body.split("\n")[-3:] == ["ASKED 2 SOURCES OF REGION E1", "HIT: CA", "NO RECORD: NV"]
    assert play.dispatcher.open_legs == 0


def test_the_region_key_itself_is_asked_as_the_state_key():
    """[N-RQG]"""
    play = in_a_region()
    play.says(1, "RQG.CA0990100.E1.TXTVIN/SIM1")
    assert {(ask.backend, ask.queries[0].key) for ask in play.asked} == {
        ("CADMV", "RQ"),
        ("NVDMV", "RQ"),
    }
    for ask in list(play.asked):
        play.answers(ask)
    assert [key for key, _ in play.heard(1)] == ["RR"]


def test_a_state_of_a_region_that_does_not_take_the_key_is_named():
    play = in_a_region()
    play.says(1, f"DQ.CA0990100.F1.{DOE}")
    (ask,) = play.asked
    play.answers(ask, NEVADAN)
    assert "HIT: NV\nNOT SERVED: ZA" in play.heard(1)[0][1]


def test_regions_and_states_of_one_message_are_answered_each_for_itself():
    play = in_a_region()
    play.says(1, f"DQ.CA0990100.CA.E1.F1.NL.{DOE}")
    while play.dispatcher.open_legs:
        for ask in list(play.asked):
            play.asked.remove(ask)
            play.answers(ask, ALBITE)
    assert sorted(key for key, _ in play.heard(1)) == ["DR", "DR", "DRG", "DRG"]


@pytest.mark.parametrize("to_many", [TO_ALL, f"DQ.CA0990100.E1.{DOE}"])
def test_a_source_that_does_not_answer_in_time_is_counted_and_may_follow_late(to_many: str):
    play = in_a_region()
    play.says(1, to_many)
    play.answers(asked(play, "CADMV"), ALBITE)
    play.after(10)
    ((_, body),) = play.heard(1)
    assert "HIT: CA\nNO ANSWER: NV" in body
    play.answers(asked(play, "NVDMV"), NEVADAN)
    ((key, late),) = play.heard(1)
    assert (key, "LATE" in late, "FROM NVDMV" in late) == ("DR", True, True)
    assert "DIORITE" in late


def test_legs_of_a_region_are_judged_each_by_its_owner():
    play = in_a_region("2019-10-16T08:00:00")
    play.sign_on(2, "BAY1", "TFO7")
    play.heard(2)
    play.says(2, f"DQ.CA0990100.E1.{DOE}")
    assert [ask.backend for ask in play.asked] == ["NVDMV"]
    play.answers(asked(play, "NVDMV"), NEVADAN)
    assert "1 OF 2 SOURCES WITHHELD" in play.heard(2)[0][1]


def test_a_query_to_a_region_waits_behind_the_same_query_to_a_state():
    """[N-RQ, N-DQ]"""
    play = in_a_region()
    play.says(1, "RQ.CA0990100.CA.TXTVIN/SIM0")  # its only worker is busy from now on
    play.says(1, "RQ.CA0990100.E1.TXTVIN/SIM1", "RQ.CA0990100.CA.TXTVIN/SIM2")
    (ask,) = [ask for ask in play.asked if ask.backend == "CADMV"]
    play.answers(ask)
    latest = [ask for ask in play.asked if ask.backend == "CADMV"][-1]
    assert [query.fields["VIN"] for query in latest.queries] == ["SIM2", "SIM1"]


def test_a_region_that_this_world_does_not_have_is_no_destination():
    play = in_a_region()
    play.says(1, f"DQ.CA0990100.G1.{DOE}")
    ((key, body),) = play.heard(1)
    assert (key, body.split("\n")[1]) == ("ER", ".19. INVALID DESTINATION ORIS - G1")


def test_a_region_none_of_whose_states_takes_the_key_refuses_it():
    play = in_a_region()
    play.says(1, "BQ.CA0990100.E1.TXTREG/SIM1")
    ((key, body),) = play.heard(1)
    said = ".01. USER DOES NOT RESPOND TO MESSAGE TYPE BQ NLETS WILL NOT FORWARD TO E1"
    assert (key, body.split("\n")[1]) == ("SM", said)


def test_a_stopping_switch_sends_what_has_come_and_names_whence_nothing_came():
    play = police()
    play.says(1, TO_ALL)
    play.answers(asked(play, "CADMV"), ALBITE)
    play.tell(GraceEnded())
    ((key, body),) = play.heard(1)
    assert key == "DR"
    assert "NAM/ALBITE" in body
    assert body.endswith("HIT: CA\nNO ANSWER: NV")
    assert play.dispatcher.open_legs == 0
