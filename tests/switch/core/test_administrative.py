"""Administrative messages reach who is there, and never a suspended agency."""

from __future__ import annotations

from tests.playbook import Playbook

TO_VALLEY = "AM.CA0990100.CA0990200.TXTSTOLEN TRAILER SEEN NEAR MILE 40"


def test_a_message_reaches_the_terminals_of_the_agency_and_the_sender_is_told():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.sign_on(2, "VSO1", "VSO1A")
    play.heard(1), play.heard(2)
    play.says(1, TO_VALLEY)
    ((key, body),) = play.heard(2)
    assert key == "AM"
    assert body == "TRAINING - SIMULATED DATA\nSTOLEN TRAILER SEEN NEAR MILE 40"
    assert "DELIVERED TO 1 TERMINALS" in play.heard(1)[0][1]
    assert list(play.recorded("message")[0]["delivered"]) == ["VSO1"]


def test_nobody_there_is_said_so():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, TO_VALLEY)
    assert ".04." in play.heard(1)[0][1]


def test_a_suspended_agency_neither_sends_nor_gets_and_looks_absent():
    play = Playbook("2019-10-15T00:05:00")
    play.sign_on(1, "BAY2", "BPD2")
    play.sign_on(2, "ERO1", "ERO1A")
    play.heard(1), play.heard(2)
    play.says(1, "AM.CA0990100.DCICE0900.TXTHELLO")
    assert play.heard(2) == []
    to_suspended = play.heard(1)[0][1]
    play.says(1, "AM.CA0990100.DCICE0500.TXTHELLO")
    to_absent = play.heard(1)[0][1]
    assert to_suspended.replace("DCICE0900", "DCICE0500") == to_absent
    assert list(play.recorded("message")[0]["stopped"]) == ["ERO1"]
    play.says(2, "AM.DCICE0900.CA0990100.TXTHELLO")
    assert ".91." in play.heard(2)[0][1]
    assert play.heard(1) == []


def test_a_sender_with_a_strange_ori_is_refused():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.says(1, TO_VALLEY.replace("CA0990100", "CA0990200"))
    assert ".92." in play.heard(1)[0][1]
