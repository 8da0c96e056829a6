"""What was asked on a line is answered before its sign-off, or its end."""

from __future__ import annotations

from switch.core.events import LineEnding, LineOpened, MessageArrived
from switch.core.farewell import BEHIND_MAX
from switch.message import SignOff, SignOn
from switch.terms import Mnemonic, OperatorId
from switch.wire.codec import decode
from tests.playbook import ALBITE, Playbook

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


def at_work() -> Playbook:
    """BAY2 has asked, and its answer is still to come."""
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE)
    play.heard(1)
    return play


def closed(play: Playbook) -> list[int]:
    return [line for step in play.steps for line in step.closes]


def test_a_sign_off_waits_for_the_answer():
    play = at_work()
    play.sign_off(1)
    assert play.heard(1) == []
    play.answers(play.asked[0], ALBITE)
    answer, status = play.heard(1)
    assert answer[0] == "DR"
    assert "SIGNED OFF BAY2 BPD2" in status[1]
    assert [entry["kind"] for entry in play.records[-2:]] == ["released", "signed-off"]


def test_with_nothing_open_it_waits_for_nothing():
    play = at_work()
    play.answers(play.asked[0], ALBITE)
    play.heard(1)
    play.sign_off(1)
    assert "SIGNED OFF" in play.heard(1)[0][1]


def test_what_comes_behind_a_sign_off_comes_after_it():
    play = at_work()
    who = SignOn(Mnemonic("ERO1"), OperatorId("ERO1A"), None)
    theirs = decode(b"QW.DCICE0900.NAM/BASALT, ORRIN.DOB/19790820", play.formats)
    play.tell(*(MessageArrived(1, message) for message in (SignOff(), who, theirs)))
    assert play.heard(1) == []
    assert len(play.asked) == 1
    play.answers(play.asked[0], ALBITE)
    keys = [key for key, _ in play.heard(1)]
    assert keys == ["DR", "SM", "SM"]
    assert play.asked[1].queries[0].key == "QW"  # asked in the batch of the sign-on
    assert [entry["operator"] for entry in play.recorded("query")] == ["BPD2", "ERO1A"]


def test_a_line_that_sends_no_more_is_closed_after_its_answer():
    play = at_work()
    play.tell(LineEnding(1))
    assert closed(play) == []
    play.answers(play.asked[0], ALBITE)
    assert [key for key, _ in play.heard(1)] == ["DR"]
    assert closed(play) == [1]


def test_at_the_latest_when_the_time_of_its_backend_is_over():
    play = at_work()
    play.tell(LineEnding(1))
    play.after(play.world.backends["CADMV"].reply_timeout_s)
    assert "NO ANSWER IN TIME" in play.heard(1)[0][1]
    assert closed(play) == [1]


def test_with_nothing_open_it_is_closed_at_once():
    play = Playbook()
    play.tell(LineOpened(1), LineEnding(1))
    assert closed(play) == [1]


def test_a_line_that_is_gone_waits_for_nothing_and_what_it_left_is_on_record():
    play = at_work()
    play.sign_off(1)
    play.says(1, LICENCE, LICENCE)
    play.hangs_up(1)
    (untaken,) = play.recorded("untaken")
    assert (untaken["terminal"], untaken["messages"]) == ("BAY2", 3)
    play.answers(play.asked[0], ALBITE)
    assert play.recorded("undelivered")
    assert len(play.recorded("query")) == 1
    assert play.heard(1) == []


def test_too_much_behind_a_sign_off_ends_the_line():
    play = at_work()
    play.sign_off(1)
    play.says(1, *[LICENCE] * (BEHIND_MAX - 1))
    assert closed(play) == []
    play.says(1, LICENCE)
    assert closed(play) == [1]
    assert "TOO MUCH WAITS" in play.heard(1)[-1][1]
