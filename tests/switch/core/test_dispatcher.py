"""The switch itself: who is on which line, and what becomes of events that are not inquiries."""

from __future__ import annotations

from datetime import datetime

from switch.core.events import LineOpened, MessageArrived, Noted, RuleAdded, RuleWithdrawn
from switch.errors import FormatError
from switch.message import Malformed
from tests.playbook import ALBITE, Playbook

LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"
OF_ERO = "DQ.DCICE0900.CA.*E1.TXTOLN/S0990001"


def test_a_sign_on_is_answered_and_on_record():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    ((key, body),) = play.heard(1)
    assert key == "SM"
    assert "SIGNED ON BAY2 BPD2" in body
    assert play.kinds() == ["started", "signed-on"]


def test_a_stranger_terminal_and_a_stranger_operator_are_told_so():
    play = Playbook()
    play.sign_on(1, "BAY9", "BPD2")
    play.sign_on(2, "BAY2", "NOBODY")
    assert "TERMINAL BAY9 IS NOT KNOWN" in play.heard(1)[0][1]
    assert "OPERATOR NOBODY IS NOT KNOWN" in play.heard(2)[0][1]
    assert play.kinds() == ["started", "sign-on-refused", "sign-on-refused"]


def test_signing_on_twice_is_refused_and_the_first_stays_signed_on():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.sign_on(2, "BAY2", "BPD2")
    assert "SIGNED ON ELSEWHERE" in play.heard(2)[0][1]
    play.tell(LineOpened(3))
    play.sign_on(1, "BAY1", "TFO7")
    play.says(1, LICENCE)
    assert play.asked[0].backend == "CADMV"


def test_a_query_before_sign_on_is_refused():
    play = Playbook()
    play.tell(LineOpened(1))
    play.says(1, LICENCE)
    ((key, body),) = play.heard(1)
    assert (key, ".92." in body, "SIGN ON FIRST" in body) == ("ER", True, True)
    assert not play.asked


def test_after_signing_off_the_terminal_is_free_for_another_line():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.sign_off(1)
    play.sign_on(2, "BAY2", "TFO7")
    assert play.kinds() == ["started", "signed-on", "signed-off", "signed-on"]


def test_hanging_up_signs_off():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.hangs_up(1)
    play.sign_on(2, "BAY2", "BPD2")
    assert "SIGNED ON BAY2" in play.heard(2)[0][1]


def test_a_malformed_message_is_answered_with_its_number_and_its_fix():
    play = Playbook()
    play.tell(LineOpened(1))
    error = FormatError(".05.", "DOB INVALID or MISSING", offset=9, field="DOB", fix="ccyymmdd")
    play.tell(MessageArrived(1, Malformed(error, b"DQ.X")))
    ((key, body),) = play.heard(1)
    assert key == "ER"
    assert body.startswith("TRAINING - SIMULATED DATA\n.05. DOB INVALID or MISSING\nCCYYMMDD")
    assert "DQ.X" in body
    assert play.recorded("malformed")[0]["offset"] == 9


def test_what_could_be_read_of_a_malformed_message_is_handed_back_its_control_field():
    play = Playbook()
    play.tell(LineOpened(1))
    error = FormatError(".19.", "INVALID DESTINATION", offset=13)
    wrong = Malformed(error, b"DQ.CA0990100.W.*N2.TXT", "N2")
    ((_, sent),) = play.tell(MessageArrived(1, wrong)).sends
    assert (sent.mke, sent.control) == ("ER", "N2")
    assert play.recorded("malformed")[0]["control"] == "N2"


def test_every_message_of_the_switch_is_marked_training():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE, "QW.CA0990100.NAM/BASALT, ORRIN.DOB/19790820")
    for ask in list(play.asked):
        play.answers(ask, ALBITE)
    heard = play.heard(1)
    assert len(heard) == 3
    assert all(body.startswith("TRAINING - SIMULATED DATA\n") for _, body in heard)
    assert all("\n\n" not in body for _, body in heard)


def test_an_answer_key_typed_at_a_terminal_is_refused():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.heard(1)
    play.tell(MessageArrived(1, Malformed(FormatError(".01.", "X", offset=0), b"ER")))
    assert play.heard(1)[0][0] == "ER"


def test_a_rule_added_takes_effect_on_the_next_message_and_on_what_waits():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE)
    table: dict[str, object] = {
        "id": "DMV-09",
        "agency": ["BAY-PD"],
        "data": "any",
        "from": datetime.fromisoformat("2019-10-14T00:00:00-07:00"),
        "reason": "test",
        "cite": "test",
    }
    play.heard(1)
    play.tell(RuleAdded("a test", "CADMV", "deny", table))
    ((key, body),) = play.heard(1)
    assert key == "ER"
    assert "DMV-09" in body
    assert play.recorded("refused")[0]["point"] == "waiting"
    play.says(1, LICENCE)
    assert play.recorded("refused")[1]["point"] == "route"
    play.answers(play.asked[0], ALBITE)
    assert play.recorded("withheld")
    assert len(play.heard(1)) == 1


def test_a_rule_withdrawn_opens_the_door_again():
    play = Playbook("2019-10-15T00:10:00")
    play.sign_on(1, "ERO1", "ERO1A")
    play.says(1, "QW.DCICE0900.NAM/BASALT, ORRIN.DOB/19790820")
    assert not play.asked
    play.tell(RuleWithdrawn("a test", "NETWORK", "NET-01"))
    play.says(1, "QW.DCICE0900.NAM/BASALT, ORRIN.DOB/19790820")
    assert play.asked[0].backend == "CAWPS"
    assert play.recorded("access")[0]["change"] == "withdrew NET-01"


def test_a_bad_access_change_changes_nothing_and_is_on_record():
    play = Playbook("2019-10-15T00:10:00")
    before = play.dispatcher.stack
    play.tell(RuleWithdrawn("a test", "CADMV", "DMV-99"))
    assert play.dispatcher.stack is before
    assert "DMV-99" in play.recorded("access")[0]["error"]


def test_rules_that_take_effect_are_on_record_at_their_instant():
    play = Playbook("2019-10-14T23:59:59")
    play.at("2019-10-15T00:00:01")
    started = {entry["backend"]: entry["started"] for entry in play.recorded("effective")}
    assert list(started["NETWORK"]) == ["NET-01"]
    assert list(started["ARJIS"]) == ["ARJ-01"]
    assert {entry["at"] for entry in play.recorded("effective")} == {1571122800.0}


def test_the_same_events_give_the_same_commands():
    def once() -> list[object]:
        play = Playbook()
        play.sign_on(1, "ERO1", "ERO1A")
        play.says(1, OF_ERO, OF_ERO)
        play.at("2019-10-15T00:00:00")
        return [play.records, play.asked, play.heard(1)]

    assert once() == once()


def test_a_line_at_which_nobody_signs_on_is_closed_and_told_why():
    play = Playbook()
    play.tell(LineOpened(1))
    play.sign_on(2, "BAY2", "BPD2")
    play.heard(2)
    commands = play.after(play.world.limits.sign_on_s)
    closed = [line for step in play.steps for line in step.closes]
    assert closed == [1]
    assert "NOBODY SIGNED ON IN TIME" in play.heard(1)[0][1]
    assert play.heard(2) == []
    assert not commands.closes


def test_after_a_sign_off_somebody_must_sign_on_in_time():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.after(1000)
    play.sign_off(1)
    play.after(play.world.limits.sign_on_s - 1)
    assert not any(step.closes for step in play.steps)
    play.after(1)
    assert any(step.closes for step in play.steps)


def test_a_note_about_the_run_stands_in_the_journal_among_the_rest():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.tell(Noted("the trainer", {"move": "paused", "reason": "a question"}))
    (entry,) = play.recorded("noted")
    play.says(1, LICENCE)
    assert play.kinds()[:4] == ["started", "signed-on", "noted", "query"]
    assert (entry["by"], entry["move"], entry["reason"]) == ("the trainer", "paused", "a question")


def test_a_backend_that_fails_is_logged_when_it_goes_down_and_when_it_is_up_again():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    for outcome in (play.fails, play.fails, play.answers, play.answers):
        play.says(1, LICENCE)
        play.after(10)  # it rests after it failed
        outcome(play.asked[-1])
    told = [state for step in play.steps for state in step.logs if "backend" in state.event]
    assert [state.event for state in told] == ["backend down", "backend up"]
    assert told[0].fields == {"backend": "CADMV", "reason": "crashed"}
