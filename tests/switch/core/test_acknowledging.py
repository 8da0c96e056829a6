"""Terminals that acknowledge: exactly once by number, whatever breaks; never against the rules."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switch.backend import Reply
from switch.core.commands import Commands
from switch.core.events import (
    LineClosed,
    LineEnding,
    LineOpened,
    MessageArrived,
    RepliesArrived,
    RuleAdded,
)
from switch.core.kept import DUPLICATE_LINE
from switch.message import Acknowledged, Heartbeat, OutputMessage, Resume, SignOff, SignOn
from switch.wire.codec import decode
from tests.playbook import ALBITE, Playbook, golden_state

RULE = {
    "id": "DMV-09",
    "agency": ["BAY-PD"],
    "data": "any",
    "from": datetime.fromisoformat("2019-10-14T00:00:00-07:00"),
    "reason": "test",
    "cite": "test",
}
LICENCE = "DQ.CA0990100.CA.*{}.TXTOLN/S0990001"


def playbook(**limits) -> Playbook:
    world = golden_state()[0]
    limits_ = dataclasses.replace(world.limits, **limits)
    return Playbook(world=dataclasses.replace(world, limits=limits_))


def resume(play: Playbook, line: int, last: int, operator: str = "BPD2") -> list[OutputMessage]:
    """Open a line and resume on it; what is sent there."""
    wanted = MessageArrived(line, Resume("BAY2", operator, last, None))
    return sent(play.tell(LineOpened(line), wanted), line)


def sent(commands: Commands, line: int) -> list[OutputMessage]:
    return [message for to, message in commands.sends if to == line]


def numbers(messages: list[OutputMessage]) -> list[int]:
    return [message.sent.sequence for message in messages]


def asked(play: Playbook, line: int, control: str = "A1") -> list[OutputMessage]:
    """Ask, and have the backend answer."""
    return answered(play, play.says(line, LICENCE.format(control)), line)


def answered(play: Playbook, commands: Commands, line: int) -> list[OutputMessage]:
    (ask,) = commands.asks
    return sent(play.answers(ask, ALBITE), line)


def acknowledge(play: Playbook, line: int, number: int) -> list[OutputMessage]:
    return sent(play.tell(MessageArrived(line, Acknowledged(number))), line)


def test_a_terminal_that_acknowledges_signs_on_by_resume():
    play = playbook()
    (status,) = resume(play, 1, 0)
    assert (status.mke, status.sent.sequence) == ("SM", 1)
    assert "SIGNED ON BAY2 BPD2" in status.body
    assert numbers(asked(play, 1)) == [2]
    assert acknowledge(play, 1, 2) == []


def test_what_was_not_acknowledged_comes_again_with_its_number_and_a_mark():
    play = playbook()
    resume(play, 1, 0)
    (first,) = asked(play, 1)
    acknowledge(play, 1, 1)
    play.hangs_up(1)
    status, again = resume(play, 2, 1)
    assert (status.sent.sequence, status.received.sequence) == (0, 0)
    assert "RESUMED BAY2 BPD2. 00001 TAKEN, 1 FOLLOW" in status.body
    assert again.sent == first.sent
    assert again.body.split("\n")[:2] == ["TRAINING - SIMULATED DATA", DUPLICATE_LINE]
    assert again.body.replace(f"\n{DUPLICATE_LINE}", "") == first.body
    assert numbers(asked(play, 2)) == [3]


def test_an_answer_that_comes_while_the_line_is_down_waits_without_a_mark():
    play = playbook()
    resume(play, 1, 0)
    commands = play.says(1, LICENCE.format("A1"))
    play.hangs_up(1)
    answered(play, commands, 1)
    assert play.recorded("released")
    _, answer = resume(play, 2, 1)
    assert (answer.sent.sequence, answer.control) == (2, "A1")
    assert DUPLICATE_LINE not in answer.body
    assert "undelivered" not in play.kinds()


def test_an_answer_to_an_inquiry_of_the_lost_line_goes_to_the_new_one():
    play = playbook()
    resume(play, 1, 0)
    commands = play.says(1, LICENCE.format("A1"))
    play.hangs_up(1)
    resume(play, 2, 1)
    assert numbers(answered(play, commands, 2)) == [2]


def test_a_terminal_may_come_back_before_its_lost_line_is_noticed():
    play = playbook()
    resume(play, 1, 0)
    commands = play.tell(LineOpened(2), MessageArrived(2, Resume("BAY2", "BPD2", 1, None)))
    assert list(commands.closes) == [1]
    assert "RESUMED" in sent(commands, 2)[0].body
    play.hangs_up(1)  # now it is noticed, and means nothing
    assert numbers(asked(play, 2)) == [2]


def test_the_switch_tells_how_many_messages_it_has_taken():
    play = playbook()
    resume(play, 1, 0)
    play.says(1, LICENCE.format("A1"), LICENCE.format("A2"))
    play.tell(MessageArrived(1, Heartbeat()), MessageArrived(1, Acknowledged(1)))
    play.hangs_up(1)
    (status, *_) = resume(play, 2, 1)
    assert "00002 TAKEN" in status.body


def test_a_batch_with_both_lines_counts_each_message_once():
    play = playbook()
    resume(play, 1, 0)
    one, two = (decode(LICENCE.format(c).encode(), play.formats) for c in ("A1", "A2"))
    commands = play.tell(
        MessageArrived(1, one),
        LineClosed(1),
        LineOpened(2),
        MessageArrived(2, Resume("BAY2", "BPD2", 1, None)),
        MessageArrived(2, two),
    )
    assert "00001 TAKEN" in sent(commands, 2)[0].body
    play.hangs_up(2)
    assert "00002 TAKEN" in resume(play, 3, 1)[0].body


# --- against the rules ----------------------------------------------------------------------------


def test_an_answer_made_under_other_rules_is_not_sent_again():
    play = playbook()
    resume(play, 1, 0)
    (first,) = asked(play, 1)
    play.hangs_up(1)
    play.tell(RuleAdded("test", "CADMV", "deny", RULE))
    assert not play.recorded("access")[0]["error"]
    _, again = resume(play, 2, 1)
    assert (again.mke, again.sent, again.control) == ("SM", first.sent, "A1")
    assert "MESSAGE WITHHELD" in again.body
    assert "ALBITE" not in again.body
    assert play.recorded("resumed")[0]["withheld"] == [2]


def test_an_answer_of_the_batch_in_which_the_rules_change_was_made_under_the_old_ones():
    play = playbook()
    resume(play, 1, 0)
    (ask,) = play.says(1, LICENCE.format("A1")).asks
    replies = tuple(Reply(query.id, (ALBITE,)) for query in ask.queries)
    came = RepliesArrived(ask.backend, ask.worker, replies)
    (answer,) = sent(play.tell(came, RuleAdded("test", "CADMV", "deny", RULE)), 1)
    assert "ALBITE" in answer.body
    play.hangs_up(1)
    assert "MESSAGE WITHHELD" in resume(play, 2, 1)[1].body


def test_a_rule_whose_time_has_come_counts_as_other_rules():
    play = playbook()
    resume(play, 1, 0)
    asked(play, 1)
    play.hangs_up(1)
    play.at("2019-10-15T00:00:30")  # at midnight rules of this world take effect
    _, again = resume(play, 2, 1)
    assert "MESSAGE WITHHELD" in again.body


# --- limits ---------------------------------------------------------------------------------------


def test_a_terminal_that_does_not_come_back_is_signed_off_and_what_it_owed_is_on_record():
    play = playbook(resume_s=10.0)
    resume(play, 1, 0)
    asked(play, 1)
    play.hangs_up(1)
    assert play.recorded("line-lost")[0]["reason"] == "closed"
    play.after(9.9)
    assert not play.recorded("signed-off")
    play.after(0.1)
    assert play.recorded("unacknowledged")[0]["sequences"] == [1, 2]
    assert play.recorded("signed-off")
    (status,) = resume(play, 2, 2)
    assert "SIGNED ON" in status.body


def test_an_acknowledging_terminal_that_falls_silent_has_lost_its_line():
    play = playbook(silence_s=10.0)
    resume(play, 1, 0)
    play.after(9.0)
    assert "HEARTBEAT" in sent(play.tell(MessageArrived(1, Heartbeat())), 1)[0].body
    play.after(9.0)
    assert not play.recorded("line-lost")
    play.after(1.0)
    assert [line for step in play.steps for line in step.closes] == [1]
    assert play.recorded("line-lost")[0]["reason"] == "silent"
    play.says(1, LICENCE.format("A1"))  # too late: it is not taken
    play.hangs_up(1)
    assert "RESUMED BAY2 BPD2. 00000 TAKEN" in resume(play, 2, 1)[0].body


def test_a_terminal_that_comes_and_goes_leaves_nothing_behind():
    play = playbook(silence_s=10.0, resume_s=5.0)
    resume(play, 1, 0)
    for line in range(2, 200):
        play.hangs_up(line - 1)
        play.after(0.01)
        resume(play, line, 1)
    looks = len(play.steps)
    play.after(9.9)
    assert len(play.steps) - looks <= 3
    play.after(10.0)
    assert [entry["reason"] for entry in play.recorded("line-lost")][-1] == "silent"


def test_a_terminal_that_acknowledges_too_little_is_closed_and_signed_off():
    play = playbook(unacknowledged_max=2)
    resume(play, 1, 0)
    asked(play, 1)
    (ask,) = play.says(1, LICENCE.format("A2")).asks
    commands = play.answers(ask, ALBITE)
    assert list(commands.closes) == [1]
    assert "3 MESSAGES ARE NOT ACKNOWLEDGED" in sent(commands, 1)[-1].body
    assert play.recorded("unacknowledged")[0]["sequences"] == [1, 2, 3]


# --- who ------------------------------------------------------------------------------------------


def test_number_nought_begins_afresh_and_another_operator_too():
    play = playbook()
    resume(play, 1, 0)
    play.hangs_up(1)
    (status,) = resume(play, 2, 0)
    assert "SIGNED ON" in status.body
    play.hangs_up(2)
    (status,) = resume(play, 3, 1, operator="TFO7")
    assert "SIGNED ON BAY2 TFO7" in status.body


def test_a_plain_sign_on_takes_the_place_of_a_terminal_that_is_away_not_of_one_that_is_there():
    play = playbook()
    resume(play, 1, 0)
    play.sign_on(2, "BAY2", "BPD2")
    assert "SIGNED ON ELSEWHERE" in play.heard(2)[0][1]
    play.hangs_up(1)
    play.tell(MessageArrived(2, SignOn("BAY2", "BPD2", None)))
    assert "SIGNED ON BAY2" in play.heard(2)[0][1]
    assert play.recorded("unacknowledged")[0]["reason"] == "signed on afresh"


def test_whoever_cannot_prove_who_he_is_resumes_nothing():
    play = playbook()
    operators = dict(play.world.operators)
    operators["BPD2"] = dataclasses.replace(operators["BPD2"], secret="open sesame")
    play = Playbook(world=dataclasses.replace(play.world, operators=operators))
    play.tell(LineOpened(1), MessageArrived(1, Resume("BAY2", "BPD2", 0, "open sesame")))
    play.hangs_up(1)
    (refused,) = resume(play, 2, 1)
    assert "SECRET OF OPERATOR BPD2 IS MISSING OR WRONG" in refused.body
    commands = play.tell(LineOpened(3), MessageArrived(3, Resume("BAY2", "BPD2", 1, "open sesame")))
    assert "RESUMED" in sent(commands, 3)[0].body


def test_a_terminal_that_does_not_acknowledge_is_told_how_to_begin():
    play = playbook()
    play.sign_on(1, "BAY2", "BPD2")
    (error,) = acknowledge(play, 1, 1)
    assert error.mke == "ER"
    assert "SIGN ON BY RESUME" in error.body


@pytest.mark.parametrize("word", ["ACK", "RESUME"])
def test_a_number_that_was_never_sent_is_refused(word: str):
    play = playbook()
    resume(play, 1, 0)
    if word == "ACK":
        (error,) = acknowledge(play, 1, 7)
    else:
        play.hangs_up(1)
        (error,) = resume(play, 2, 7)
    assert "NUMBER 00007 WAS NOT SENT" in error.body


def test_what_was_sent_in_the_same_batch_can_be_acknowledged():
    play = playbook()
    words = Resume("BAY2", "BPD2", 0, None), Acknowledged(1)
    commands = play.tell(LineOpened(1), *(MessageArrived(1, word) for word in words))
    assert [message.mke for message in sent(commands, 1)] == ["SM"]


def test_an_old_acknowledgement_is_harmless():
    play = playbook()
    resume(play, 1, 0)
    asked(play, 1)
    acknowledge(play, 1, 2)
    assert acknowledge(play, 1, 1) == []


def test_signing_off_ends_it():
    play = playbook()
    resume(play, 1, 0)
    play.sign_off(1)
    assert play.recorded("unacknowledged")[0]["reason"] == "signed off"
    assert acknowledge(play, 1, 1) == []  # it may cross the answer to the sign-off


def test_a_number_that_was_acknowledged_and_then_forgotten_is_refused_with_no_gap():
    play = playbook()
    resume(play, 1, 0)
    asked(play, 1)
    acknowledge(play, 1, 2)
    play.hangs_up(1)
    (error,) = resume(play, 2, 1)
    assert "UP TO 00002 ALL IS ACKNOWLEDGED" in error.body
    assert "RESUMED" in resume(play, 3, 2)[0].body


def test_a_refused_resume_leaves_the_terminal_where_it_is():
    play = playbook()
    resume(play, 1, 0)
    commands = play.tell(LineOpened(2), MessageArrived(2, Resume("BAY2", "BPD2", 7, None)))
    assert not commands.closes
    assert numbers(asked(play, 1)) == [2]


def test_a_line_that_is_signed_on_already_does_not_begin_to_acknowledge():
    play = playbook()
    play.sign_on(1, "BAY2", "BPD2")
    (error,) = sent(play.tell(MessageArrived(1, Resume("BAY2", "BPD2", 0, None))), 1)
    assert "SIGNOFF FIRST" in error.body
    play.hangs_up(1)
    assert play.recorded("signed-off")
    assert not play.recorded("line-lost")


def test_counting_begins_with_the_number_of_the_answer():
    play = playbook()
    first = MessageArrived(1, Resume("NONE", "BPD2", 0, None))
    again = MessageArrived(1, Resume("BAY2", "BPD2", 0, None))
    refused, status = sent(play.tell(LineOpened(1), first, again), 1)
    assert refused.mke == "ER"
    assert status.sent.sequence == 2
    play.hangs_up(1)
    assert "00000 TAKEN, 0 FOLLOW" in resume(play, 2, 2)[0].body


# --- a sign-off that waits ------------------------------------------------------------------------


def test_what_waits_behind_a_sign_off_when_the_line_drops_is_not_taken():
    play = playbook()
    resume(play, 1, 0)
    commands = play.says(1, LICENCE.format("A1"))
    play.sign_off(1)
    play.hangs_up(1)
    status, *_ = resume(play, 2, 1)
    assert "00001 TAKEN" in status.body
    assert numbers(answered(play, commands, 2)) == [2]  # and nobody has signed off
    play.sign_off(2)
    assert play.recorded("signed-off")


def test_nor_when_the_terminal_comes_back_before_the_drop_is_noticed():
    play = playbook()
    resume(play, 1, 0)
    play.says(1, LICENCE.format("A1"))
    play.tell(MessageArrived(1, SignOff()), LineEnding(1))
    commands = play.tell(LineOpened(2), MessageArrived(2, Resume("BAY2", "BPD2", 1, None)))
    assert "00001 TAKEN" in sent(commands, 2)[0].body
    play.answers(play.asked[0], ALBITE)
    assert play.recorded("signed-off") == []


def test_acknowledgements_and_heartbeats_do_not_wait_behind_a_sign_off():
    play = playbook(unacknowledged_max=2)
    resume(play, 1, 0)
    commands = play.says(1, LICENCE.format("A1"), LICENCE.format("A2"))
    play.sign_off(1)
    heard = play.tell(MessageArrived(1, Acknowledged(1)), MessageArrived(1, Heartbeat()))
    assert "HEARTBEAT" in sent(heard, 1)[0].body
    for ask in (*commands.asks, *play.asked[1:]):
        assert not play.answers(ask, ALBITE).closes
    assert play.recorded("signed-off")


def test_what_comes_behind_a_resume_behind_a_sign_off_is_the_resumed_terminals():
    play = playbook()
    resume(play, 1, 0)
    play.hangs_up(1)
    play.sign_on(2, "BAY1", "BPD2")
    commands = play.says(2, LICENCE.format("A1"))
    another = decode(LICENCE.format("B1").encode(), play.formats)
    for message in (SignOff(), Resume("BAY2", "BPD2", 1, None), another, SignOff()):
        play.tell(MessageArrived(2, message))
    said = play.answers(commands.asks[0], ALBITE)
    assert "RESUMED BAY2" in sent(said, 2)[-1].body
    assert [m.control for m in sent(play.answers(said.asks[0], ALBITE), 2)] == ["B1", None]
    assert [entry["terminal"] for entry in play.recorded("signed-off")] == ["BAY1", "BAY2"]


# --- whatever breaks ------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "read", "drop", "wait"]), st.integers(0, 3)), max_size=40
)


@given(STEPS)
def test_every_inquiry_is_answered_exactly_once_whatever_is_lost_on_the_way(steps):
    """The terminal keeps what it asked until it is taken, and the number it saw last; the line
    loses what was on it, in both directions, whenever it drops."""
    terminal = Lossy()
    for step, much in steps:
        getattr(terminal, step)(much)
    terminal.drop(0)
    while terminal.waiting or terminal.coming:
        terminal.read(1000)
    assert sorted(terminal.answered) == sorted(terminal.asked)
    assert terminal.numbers == list(range(1, len(terminal.numbers) + 1))


class Lossy:
    """A terminal on a line that breaks, and the switch at its other end."""

    def __init__(self) -> None:
        self.play = playbook()
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.numbers: list[int] = []
        self.line = 0
        self.coming: list[OutputMessage] = []  # on the line
        self.waiting: list = []  # at the backend
        self.connect()

    def connect(self) -> None:
        self.line += 1
        last = self.numbers[-1] if self.numbers else 0
        commands = self.play.tell(
            LineOpened(self.line), MessageArrived(self.line, Resume("BAY2", "BPD2", last, None))
        )
        self.take(commands)
        if last:
            status = self.coming.pop(0)
            taken = int(status.body.split(" TAKEN")[0].split()[-1])
            for control in self.asked[taken:]:
                self.take(self.play.says(self.line, LICENCE.format(control)))
        else:
            self.read(1)

    def take(self, commands: Commands) -> None:
        self.coming += sent(commands, self.line)
        self.waiting += commands.asks

    def ask(self, much: int) -> None:
        control = f"Q{len(self.asked)}"
        self.asked.append(control)
        if much:  # else it is lost with the line
            self.take(self.play.says(self.line, LICENCE.format(control)))
        else:
            self.drop(0)

    def wait(self, much: int) -> None:
        for ask in self.waiting[:much]:
            self.waiting.remove(ask)
            self.take(self.play.answers(ask, ALBITE))

    def read(self, much: int) -> None:
        self.wait(much)
        for message in self.coming[:much]:
            self.coming.remove(message)
            if message.sent.sequence == len(self.numbers) + 1:
                self.numbers.append(message.sent.sequence)
                if message.control:
                    self.answered.append(message.control)
        if self.numbers and much % 2:
            self.take(self.play.tell(MessageArrived(self.line, Acknowledged(self.numbers[-1]))))

    def drop(self, much: int) -> None:
        self.coming.clear()
        if much % 2 == 0:
            self.take(self.play.hangs_up(self.line))
        self.connect()
