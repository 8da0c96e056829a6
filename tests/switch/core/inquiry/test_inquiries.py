"""The life of an inquiry: one outcome per leg, judged at every point."""

from __future__ import annotations

import dataclasses

import pytest

from switch.backend import Reply
from switch.core.events import GraceEnded, RepliesArrived
from tests.playbook import ALBITE, Playbook, golden_state

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"
OF_ERO = "DQ.DCICE0900.CA.*E1.TXTOLN/S0990001"
OF_HSI = "DQ.DCICE0500.CA.TXTPUR/{}.OLN/S0990001.IMQ/Y"


def tight(**bounds: int | float):
    """golden-state with other bounds at CADMV."""
    world, _, _ = golden_state()
    backends = dict(world.backends)
    backends["CADMV"] = dataclasses.replace(backends["CADMV"], **bounds)
    return dataclasses.replace(world, backends=backends)


def test_an_inquiry_is_asked_and_answered_under_its_answer_key():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    (ask,) = play.asked
    assert (ask.backend, ask.queries[0].fields["OLN"]) == ("CADMV", "S0990001")
    play.answers(ask, ALBITE)
    ((key, body),) = play.heard(1)
    assert key == "DR"
    assert "NAM/ALBITE, MARA QUILL" in body
    assert play.kinds() == ["started", "signed-on", "query", "released"]


def test_no_record_is_an_answer_too():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE)
    play.answers(play.asked[0])
    assert "NOT ON FILE" in play.heard(1)[-1][1]
    assert play.recorded("released")[0]["records"] == 0


def test_two_destinations_are_two_answers():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, "DQ.CA0990100.CA.NV.TXTOLN/S0990001")
    assert sorted(ask.backend for ask in play.asked) == ["CADMV", "NVDMV"]
    for ask in play.asked:
        play.answers(ask, ALBITE)
    assert [key for key, _ in play.heard(1)] == ["DR", "DR"]
    assert [entry["leg"] for entry in play.recorded("released")] == [1, 2]


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("DQ.CA0990100.TX.TXTOLN/S0990001", ".19."),
        ("RNQ.CA0990100.NV.TXTNAM/ALBITE, MARA", ".02."),
    ],
)
def test_a_destination_that_nobody_serves_is_rejected(raw, number):
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, raw)
    key, body = play.heard(1)[-1]
    assert key == "ER"
    assert number in body


def test_a_wrong_destination_beside_a_good_one_does_not_spoil_it():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, "DQ.CA0990100.CA.TX.TXTOLN/S0990001")
    assert [ask.backend for ask in play.asked] == ["CADMV"]
    assert play.heard(1)[-1][0] == "ER"


def test_an_ori_of_another_agency_is_refused_at_ingress():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, "DQ.CA0990200.CA.TXTOLN/S0990001")
    assert ".92." in play.heard(1)[-1][1]
    refused = play.recorded("refused")[0]
    assert (refused["verdict"], refused["point"]) == ("DENY-IDENTITY", "ingress")


def test_a_suspended_line_is_refused_once_and_every_owner_sees_its_own_verdict():
    play = Playbook("2019-10-15T00:05:00")
    play.sign_on(1, "ERO1", "ERO1A")
    play.heard(1)
    play.says(1, OF_ERO, "ZIQ.DCICE0900.ZA.TXTNAM/ALBITE, MARA.DOB/19850412")
    assert [key for key, _ in play.heard(1)] == ["ER", "ER"]
    dmv, arjis = play.recorded("refused")
    assert (dmv["verdict"], dmv["network"], dmv["owner"]) == (
        "DENY-SUSPENDED",
        "DENY-SUSPENDED",
        "DENY-RULE",
    )
    assert arjis["owner"] == "DENY-RULE"
    assert not play.asked


def test_a_suspended_sender_learns_nothing_about_destinations():
    play = Playbook("2019-10-15T00:05:00")
    play.sign_on(1, "ERO1", "ERO1A")
    play.says(1, "DQ.DCICE0900.TX.TXTOLN/S0990001")
    assert ".91." in play.heard(1)[-1][1]


def test_what_waits_at_a_backend_is_refused_at_the_instant_and_its_answer_withheld():
    play = Playbook("2019-10-14T23:59:55")
    play.sign_on(1, "ERO1", "ERO1A")
    play.heard(1)
    play.says(1, OF_ERO)
    play.at("2019-10-15T00:00:00")
    ((key, body),) = play.heard(1)
    assert (key, ".91." in body) == ("ER", True)
    assert play.recorded("refused")[0]["point"] == "waiting"
    assert play.recorded("refused")[0]["at"] == 1571122800.0
    play.answers(play.asked[0], ALBITE)
    assert play.heard(1) == []
    assert play.recorded("withheld")
    assert not play.recorded("released")


def test_what_waits_in_an_inbox_is_refused_at_the_instant_and_never_asked():
    play = Playbook("2019-10-14T23:59:55", world=tight(batch_max=1))
    play.sign_on(1, "ERO1", "ERO1A")
    play.heard(1)
    play.says(1, OF_ERO, OF_ERO)
    assert len(play.asked) == 1
    play.at("2019-10-15T00:00:00")
    assert [key for key, _ in play.heard(1)] == ["ER", "ER"]
    play.answers(play.asked[0], ALBITE)
    assert len(play.asked) == 1


def test_hsi_gets_the_record_with_purpose_c_without_photo_and_residence():
    play = Playbook("2019-10-16T08:00:00")
    play.sign_on(1, "HSI1", "HSI1A")
    play.heard(1)
    play.says(1, OF_HSI.format("C"))
    play.answers(play.asked[0], {**ALBITE, "IMG": "SIMULATED-PHOTO"})
    ((key, body),) = play.heard(1)
    assert key == "DR"
    assert "NAM/ALBITE" in body
    assert "1 EXAMPLE ST" not in body
    assert "SIMULATED-PHOTO" not in body
    assert "000990001" not in body
    assert "WITHHELD: driver.photo (DMV-03)" in body
    assert "NOT FOR CIVIL IMMIGRATION ENFORCEMENT." in body


def test_hsi_gets_nothing_with_purpose_j():
    play = Playbook("2019-10-16T08:00:00")
    play.sign_on(1, "HSI1", "HSI1A")
    play.says(1, OF_HSI.format("J"))
    assert "DMV-03" in play.heard(1)[-1][1]
    assert not play.asked


def test_a_field_of_no_class_is_withheld_and_reported():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE)
    play.answers(play.asked[0], {**ALBITE, "ZZZ": "LEAK", "IMG": "NOT ASKED"})
    body = play.heard(1)[-1][1]
    assert "LEAK" not in body
    assert "NOT ASKED" not in body
    assert list(play.recorded("released")[0]["unknown_fields"]) == ["IMG", "ZZZ"]


def test_a_late_answer_is_labelled_and_delivered_once():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    play.after(10)
    ((key, body),) = play.heard(1)
    assert (key, "NO ANSWER IN TIME" in body) == ("SM", True)
    play.after(5)
    play.answers(play.asked[0], ALBITE)
    ((key, body),) = play.heard(1)
    assert (key, "LATE" in body) == ("DR", True)
    assert play.recorded("released")[0]["late"] is True
    query = play.asked[0].queries[0].id
    play.dispatcher._inquiries.replied("CADMV", Reply(query, (ALBITE,)))
    assert play.heard(1) == []


def test_a_late_answer_that_a_rule_now_forbids_is_withheld():
    play = Playbook("2019-10-14T23:59:45")
    play.sign_on(1, "ERO1", "ERO1A")
    play.says(1, OF_ERO)
    play.after(10)
    play.heard(1)
    play.at("2019-10-15T00:00:05")
    play.answers(play.asked[0], ALBITE)
    assert play.heard(1) == []
    assert play.recorded("withheld")


def test_a_query_that_never_left_the_inbox_times_out_for_good():
    play = Playbook(world=tight(batch_max=1))
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE, LICENCE)
    play.after(10)
    assert [key for key, _ in play.heard(1)] == ["SM", "SM"]
    play.answers(play.asked[0], ALBITE)
    assert len(play.asked) == 1


def test_a_full_inbox_is_told_at_once():
    play = Playbook(world=tight(batch_max=1, inbox_max=1))
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    play.says(1, LICENCE, LICENCE)
    ((key, body),) = play.heard(1)
    assert (key, "TEMPORARILY UNAVAILABLE" in body) == ("SM", True)
    assert play.recorded("no-answer")[0]["reason"] == "busy"


def test_a_crowded_line_is_told_and_others_are_served():
    world, _, _ = golden_state()
    limits = dataclasses.replace(world.limits, in_flight_max=1)
    play = Playbook(world=dataclasses.replace(world, limits=limits))
    play.sign_on(1, "BAY2", "BPD2")
    play.sign_on(2, "VSO1", "VSO1A")
    play.heard(1)
    play.says(1, LICENCE, LICENCE)
    assert [key for key, _ in play.heard(1)] == ["SM"]
    play.says(2, "DQ.CA0990200.CA.TXTOLN/S0990001")
    assert len(play.asked) == 1  # the one worker is busy: the second waits, it is not refused
    play.answers(play.asked[0], ALBITE)
    assert len(play.asked) == 2


def test_a_failed_batch_is_told_and_the_worker_goes_on():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    play.fails(play.asked[0])
    ((key, body),) = play.heard(1)
    assert (key, "TEMPORARILY UNAVAILABLE" in body) == ("SM", True)
    play.says(1, LICENCE)
    assert len(play.asked) == 1  # the backend rests for a moment; what comes meanwhile waits
    play.after(0.1)
    assert len(play.asked) == 2


def test_a_query_that_the_backend_leaves_out_is_not_lost():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    play.tell(RepliesArrived("CADMV", play.asked[0].worker, ()))
    assert play.heard(1)[0][0] == "SM"


def test_a_reply_to_nothing_is_on_record_and_goes_nowhere():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, LICENCE)
    ask = play.asked[0]
    replies = (Reply(999, (ALBITE,)), Reply(ask.queries[0].id, (ALBITE,)))
    play.tell(RepliesArrived("CADMV", ask.worker, replies))
    assert [entry["reply"] for entry in play.recorded("unmatched")] == [999]
    assert [key for key, _ in play.heard(1)] == ["DR"]


def test_an_answer_for_a_line_that_hung_up_is_not_disclosed():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE)
    play.hangs_up(1)
    play.answers(play.asked[0], ALBITE)
    assert play.recorded("undelivered")
    assert not play.recorded("released")
    assert play.dispatcher.open_legs == 0


def test_a_purpose_that_the_owner_does_not_take_never_reaches_it():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, "IQ.CA0990100.CA.TXTPUR/F.ATN/OFC TEST.NAM/ALBITE, MARA.DOB/19850412.SEX/F")
    assert [ask.backend for ask in play.asked] == ["CACHS"]


def test_each_line_counts_its_own_messages_and_the_switch_counts_all():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.sign_on(2, "VSO1", "VSO1A")
    sent = play.says(1, LICENCE)
    assert sent.sends == []
    commands = play.answers(play.asked[0], ALBITE)
    message = commands.sends[0][1]
    assert message.sent.sequence == 2  # after the answer to its sign-on
    assert message.received.sequence == 3  # two sign-ons came before
    assert message.control == "A1"


def test_an_answer_long_after_a_refusal_is_withheld_on_record():
    play = Playbook("2019-10-14T23:59:55")
    play.sign_on(1, "ERO1", "ERO1A")
    play.says(1, OF_ERO)
    play.at("2019-10-15T00:01:00")
    play.heard(1)
    play.answers(play.asked[0], ALBITE)
    assert play.recorded("withheld")
    assert not play.recorded("unmatched")
    assert play.heard(1) == []


def test_whoever_signs_on_later_does_not_get_the_answers_of_who_was_there_before():
    play = Playbook("2019-10-15T00:05:00")
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE)
    play.hangs_up(1)
    play.sign_on(1, "ERO1", "ERO1A")
    play.heard(1)
    play.answers(play.asked[0], ALBITE)
    assert play.heard(1) == []
    assert play.recorded("undelivered")
    assert not play.recorded("released")


def test_what_a_stopping_switch_has_asked_or_not_yet_asked_ends_without_an_answer():
    play = Playbook(world=tight(workers=1, batch_max=1))
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE, LICENCE)
    play.heard(1)
    play.tell(GraceEnded())
    told = [
        ("SM", "TRAINING - SIMULATED DATA\nNO ANSWER FROM CADMV. THE SWITCH STOPPED BEFORE IT CAME")
    ]
    assert play.heard(1) == told * 2
    assert [entry["reason"] for entry in play.recorded("no-answer")] == ["stopped", "stopped"]
    assert len(play.asked) == 1
    assert play.dispatcher.open_legs == 0
