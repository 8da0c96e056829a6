"""Whoever leaves has left before the next one comes, and nobody is signed on at two lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from switch.core.events import Event, LineClosed, LineEnding, LineOpened, MessageArrived
from switch.core.presence import NOT_IN_TIME
from switch.message import Resume, SignOff, SignOn
from switch.terms import Mnemonic, OperatorId
from tests.playbook import ALBITE, Playbook

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


def wants(line: int, operator: str = "BPD2", last: int | None = None) -> MessageArrived:
    """Somebody wants to sign on at BAY2."""
    terminal, who = Mnemonic("BAY2"), OperatorId(operator)
    if last is None:
        return MessageArrived(line, SignOn(terminal, who, None))
    return MessageArrived(line, Resume(terminal, who, last, None))


def at_work(*, asks: bool, last: int | None = None) -> Playbook:
    """BPD2 at BAY2, on line 1, has asked and waits for the answer, or has not asked."""
    play = Playbook("2019-10-01T08:00:00")
    play.tell(LineOpened(1), wants(1, last=last))
    if asks:
        play.says(1, LICENCE)
    play.heard(1)
    play.kinds()
    return play


def said(play: Playbook, line: int) -> str:
    """Everything that a line was sent since the last look."""
    return "\n".join(body for _, body in play.heard(line))


def logged(play: Playbook) -> list[tuple[str, object]]:
    """What was logged, and why."""
    return [(state.event, state.fields.get("reason")) for step in play.steps for state in step.logs]


# --- to come back at once -------------------------------------------------------------------------


def test_whoever_hangs_up_and_comes_back_in_the_same_batch_is_signed_on():
    play = at_work(asks=False)
    commands = play.tell(LineEnding(1), LineOpened(2), wants(2))
    assert "SIGNED ON BAY2 BPD2" in said(play, 2)
    assert play.kinds() == ["signed-off", "signed-on"]
    assert commands.closes == {1: "its far end hung up"}
    play.tell(LineClosed(1))  # the connection is taken down, and nobody was there any more
    assert play.kinds() == []


LEAVINGS: dict[str, Callable[[], list[Event]]] = {
    "sends no more": lambda: [LineEnding(1)],
    "signs off": lambda: [MessageArrived(1, SignOff())],
    "signs off and sends no more": lambda: [MessageArrived(1, SignOff()), LineEnding(1)],
}


@pytest.mark.parametrize("leaving", LEAVINGS.values(), ids=LEAVINGS)
@pytest.mark.parametrize("last", [None, 0], ids=["SIGNON", "RESUME"])
def test_whoever_leaves_with_an_open_inquiry_is_let_in_after_its_answer(leaving, last):
    play = at_work(asks=True)
    play.tell(*leaving(), LineOpened(2), wants(2, last=last))
    assert said(play, 2) == ""
    play.answers(play.asked[0], ALBITE)
    assert "ALBITE" in said(play, 1)
    assert "SIGNED ON BAY2 BPD2" in said(play, 2)
    assert play.kinds()[:3] == ["released", "signed-off", "signed-on"]


def test_he_is_let_in_at_once_when_the_line_that_he_left_is_gone():
    play = at_work(asks=True)
    play.tell(LineEnding(1), LineOpened(2), wants(2))
    play.hangs_up(1)
    assert "SIGNED ON BAY2 BPD2" in said(play, 2)


def test_he_is_let_in_at_the_latest_when_the_time_of_the_backend_is_over():
    play = at_work(asks=True)
    play.tell(LineEnding(1), LineOpened(2), wants(2))
    play.after(play.world.backends["CADMV"].reply_timeout_s)
    assert "SIGNED ON BAY2 BPD2" in said(play, 2)


def test_what_he_sends_behind_his_sign_on_waits_with_it():
    play = at_work(asks=True)
    play.tell(LineEnding(1), LineOpened(2), wants(2))
    play.says(2, LICENCE)
    assert play.kinds() == []
    play.answers(play.asked[0], ALBITE)
    assert play.kinds() == ["released", "signed-off", "signed-on", "query"]


def test_another_operator_may_take_the_desk_that_is_being_left():
    play = at_work(asks=True)
    play.tell(LineEnding(1), LineOpened(2), wants(2, "TFO7"))
    play.answers(play.asked[0], ALBITE)
    assert "SIGNED ON BAY2 TFO7" in said(play, 2)


def test_of_two_who_wait_for_one_desk_the_first_gets_it():
    play = at_work(asks=True)
    play.tell(LineEnding(1), LineOpened(2), LineOpened(3), wants(2), wants(3))
    play.answers(play.asked[0], ALBITE)
    assert "SIGNED ON BAY2 BPD2" in said(play, 2)
    assert "SIGNED ON ELSEWHERE" in said(play, 3)


def test_two_who_change_places_both_get_the_other_ones_desk():
    play = at_work(asks=True)
    play.sign_on(2, "ERO1", "ERO1A")
    play.says(2, "DQ.DCICE0900.CA.TXTOLN/S0990001")
    there = MessageArrived(1, SignOn(Mnemonic("ERO1"), OperatorId("BPD2"), None))
    off = SignOff()
    play.tell(MessageArrived(2, off), wants(2, "ERO1A"), MessageArrived(1, off), there)
    for ask in play.asked:  # the second one after the first is answered
        play.answers(ask, ALBITE)
    assert "SIGNED ON BAY2 ERO1A" in said(play, 2)
    assert "SIGNED ON ERO1 BPD2" in said(play, 1)


def test_a_terminal_that_acknowledges_goes_on_at_once_with_what_it_left_open():
    play = at_work(asks=True, last=0)
    play.tell(LineEnding(1), LineOpened(2), wants(2, last=1))
    assert "RESUMED BAY2 BPD2" in said(play, 2)
    play.answers(play.asked[0], ALBITE)
    assert "ALBITE" in said(play, 2)


def test_a_terminal_that_acknowledged_may_come_back_as_one_that_does_not():
    play = at_work(asks=False, last=0)
    play.tell(LineEnding(1), LineOpened(2), wants(2))
    assert "SIGNED ON BAY2 BPD2" in said(play, 2)


# --- and nobody else ------------------------------------------------------------------------------


@pytest.mark.parametrize("asks", [False, True])
def test_nobody_takes_a_desk_at_which_somebody_stays(asks):
    play = at_work(asks=asks)
    play.tell(LineOpened(2), wants(2))
    assert "TERMINAL BAY2 IS SIGNED ON ELSEWHERE" in said(play, 2)


def test_whoever_is_not_known_is_told_so_without_waiting():
    play = at_work(asks=True)
    play.tell(LineEnding(1), LineOpened(2), wants(2, "NOBODY"))
    assert "OPERATOR NOBODY IS NOT KNOWN" in said(play, 2)


# --- the log --------------------------------------------------------------------------------------


def test_who_comes_and_who_goes_is_logged_and_why():
    play = at_work(asks=False)
    play.tell(LineOpened(2), wants(2))
    play.sign_off(1)
    play.tell(wants(2))
    play.hangs_up(2)
    assert logged(play) == [
        ("signed on", None),
        ("sign-on refused", "TERMINAL BAY2 IS SIGNED ON ELSEWHERE"),
        ("signed off", "said so"),
        ("signed on", None),
        ("signed off", "line closed"),
    ]


def test_a_terminal_that_acknowledges_is_lost_resumed_and_at_last_given_up():
    play = at_work(asks=False, last=0)
    play.hangs_up(1)
    play.tell(LineOpened(2), wants(2, last=1))
    play.hangs_up(2)
    play.after(play.world.limits.resume_s)
    assert logged(play)[1:] == [
        ("line lost, may resume", "closed"),
        ("resumed", None),
        ("line lost, may resume", "closed"),
        ("signed off", "did not come back"),
    ]


def test_messages_are_not_logged():
    play = at_work(asks=True)
    play.answers(play.asked[0], ALBITE)
    play.says(1, "QW.CA0990100.NAM/BASALT, ORRIN.DOB/19790820")
    assert logged(play) == [("signed on", None)]


def test_why_a_line_is_closed_goes_with_the_command():
    play = Playbook()
    play.tell(LineOpened(1))
    play.after(play.world.limits.sign_on_s)
    assert [step.closes for step in play.steps if step.closes] == [{1: NOT_IN_TIME.lower()}]
