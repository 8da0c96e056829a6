"""What a journal tells of terminals that acknowledge, after the switch was killed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import msgpack
import pytest

from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.commands import Commands
from switch.core.events import LineOpened, MessageArrived, RuleAdded, ServiceChanged
from switch.core.kept import DUPLICATE_LINE
from switch.core.record.journal import Entry, unpacked
from switch.core.record.unbroken import Unbroken, unbroken
from switch.core.services import Service
from switch.message import Acknowledged, OutputMessage, Resume
from tests.playbook import ALBITE, Playbook, golden_state
from tests.switch.core.test_acknowledging import RULE

LICENCE = "DQ.CA0990100.CA.*{}.TXTOLN/S0990001"
REACH_S = 31.0


def packed(play: Playbook) -> list[bytes]:
    """What is on record, batch by batch."""
    return [msgpack.packb(step.records) for step in play.steps if step.records]


def found(*runs: Playbook) -> tuple[Unbroken, ...]:
    bodies = [body for play in runs for body in packed(play)]

    def latest(*kinds: str) -> Iterator[list[Entry]]:
        return (unpacked(body) for body in reversed(bodies))

    return unbroken(latest, REACH_S)


def killed(
    *runs: Playbook,
    seconds: float = 5.0,
    world: World | None = None,
    stack: AccessStack | None = None,
) -> Playbook:
    """The switch that goes on with what these runs left on record."""
    last = sum(len(play.recorded("query")) for play in runs)
    now = runs[-1].now + seconds
    return Playbook(now, world=world, stack=stack, last=last, unbroken=found(*runs))


def sent(commands: Commands, line: int) -> list[OutputMessage]:
    return [message for to, message in commands.sends if to == line]


def resume(play: Playbook, line: int, last: int, operator: str = "BPD2") -> list[OutputMessage]:
    wanted = Resume("BAY2", operator, last, None)  # type: ignore[arg-type]
    return sent(play.tell(LineOpened(line), MessageArrived(line, wanted)), line)


def asked(play: Playbook, line: int, control: str) -> OutputMessage:
    (ask,) = play.says(line, LICENCE.format(control)).asks
    (answer,) = sent(play.answers(ask, ALBITE), line)
    return answer


def test_what_it_does_not_have_comes_after_a_restart_under_its_number_and_with_a_mark():
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    play.tell(MessageArrived(1, Acknowledged(2)))
    answer = asked(play, 1, "A2")
    again = killed(play)
    status, message = resume(again, 2, 2)
    assert "RESUMED BAY2 BPD2. 00002 TAKEN, 1 FOLLOW" in status.body
    assert message.body.split("\n")[1] == DUPLICATE_LINE
    assert message.body.replace(f"\n{DUPLICATE_LINE}", "") == answer.body
    assert message._replace(body="") == answer._replace(body="")
    assert asked(again, 2, "A3").sent.sequence == 4


def test_what_was_acknowledged_since_it_was_last_on_record_is_dropped_by_the_number_it_says():
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    play.tell(MessageArrived(1, Acknowledged(2)))  # nothing comes behind it: not on record
    assert len(found(play)[0].messages) == 2
    assert [each.sent.sequence for each in resume(killed(play), 2, 2)] == [0]


def test_an_answer_that_was_kept_while_it_was_away_has_no_mark_even_after_a_restart():
    play = Playbook()
    resume(play, 1, 0)
    ask = play.says(1, LICENCE.format("A1")).asks[0]
    play.hangs_up(1)
    play.answers(ask, ALBITE)
    _, answer = resume(killed(play), 2, 1)
    assert (answer.control, DUPLICATE_LINE in answer.body) == ("A1", False)


def test_what_it_was_sent_again_is_marked_after_a_restart():
    play = Playbook()
    resume(play, 1, 0)
    ask = play.says(1, LICENCE.format("A1")).asks[0]
    play.hangs_up(1)
    play.answers(ask, ALBITE)
    resume(play, 2, 1)
    _, answer = resume(killed(play), 3, 1)
    assert DUPLICATE_LINE in answer.body


def test_an_inquiry_whose_answer_was_lost_with_the_switch_has_one_that_says_so():
    play = Playbook()
    resume(play, 1, 0)
    play.says(1, "DQ.CA0990100.CA.NV.*A1.TXTOLN/S0990001")
    play.says(1, "DQ.CA0990100.NL.*A2.TXTOLN/S0990001")
    play.answers(play.asked[0], ALBITE)
    again = killed(play)
    status, *answers = resume(again, 2, 2)
    assert "00002 TAKEN, 2 FOLLOW" in status.body
    assert [(each.mke, each.control) for each in answers] == [("SM", "A1"), ("SM", "A2")]
    assert "NO ANSWER FROM NVDMV. THE SWITCH WAS RESTARTED" in answers[0].body
    assert "NO ANSWER FROM NL." in answers[1].body
    legs = [(entry["query"], entry["leg"]) for entry in again.recorded("no-answer")]
    assert legs[0] == (1, 2)
    assert {query for query, _ in legs[1:]} == {2}
    assert len(legs) == 1 + len(play.recorded("query")[1]["legs"])


def test_what_is_held_is_not_lost_and_what_was_forwarded_is():
    play = Playbook()
    resume(play, 1, 0)
    play.tell(ServiceChanged("test", "CADMV", Service.HOLD))
    play.says(1, LICENCE.format("A1"))
    assert found(play)[0].unanswered == ()
    play.tell(ServiceChanged("test", "CADMV", Service.UP))
    assert play.recorded("forwarded")
    ((lost,),) = (each.unanswered for each in found(play))
    assert (lost.query, lost.control, lost.legs) == (1, "A1", ((1, "CADMV"),))


def test_a_restart_after_a_restart_finds_what_the_first_run_sent():
    play = Playbook()
    resume(play, 1, 0)
    answer = asked(play, 1, "A1")
    second = killed(play)
    third = killed(play, second)
    assert [each.sent for each in resume(third, 2, 1)][1:] == [answer.sent]


def test_whoever_signed_off_is_not_found_whatever_he_had():
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    play.sign_off(1)
    assert found(play) == ()
    resume(play, 2, 0)
    ((_, terminal, _, acknowledged, last, taken, messages, _),) = found(play)
    assert (terminal, acknowledged, last, taken, len(messages)) == ("BAY2", 0, 1, 0, 1)


def test_a_terminal_that_does_not_acknowledge_is_not_found():
    play = Playbook()
    play.sign_on(1, "BAY2", "BPD2")
    play.says(1, LICENCE.format("A1"))
    assert found(play) == ()
    assert "kept" not in play.kinds()


def test_an_answer_made_under_other_rules_is_not_sent_again_after_a_restart():
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    play.tell(RuleAdded("test", "CADMV", "deny", RULE))
    asked_by = killed(play)  # whose files have no such rule: they are the rules of before
    assert "ALBITE" in resume(asked_by, 2, 1)[1].body
    _, stack, _ = golden_state()
    changed = killed(play, stack=stack.with_rule("CADMV", "deny", RULE))
    _, withheld = resume(changed, 2, 1)
    assert "MESSAGE WITHHELD" in withheld.body
    assert "ALBITE" not in withheld.body


def test_a_rule_whose_time_came_while_the_switch_was_down_counts_as_other_rules():
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    again = killed(play, seconds=150.0)  # at midnight rules of this world take effect
    assert "MESSAGE WITHHELD" in resume(again, 2, 1)[1].body


def test_the_time_to_come_back_begins_with_the_restart():
    play = Playbook()
    resume(play, 1, 0)
    again = killed(play)
    again.after(299.0)
    assert not again.recorded("signed-off")
    again.after(1.0)
    assert again.recorded("unacknowledged")[0]["sequences"] == [1]
    assert again.recorded("signed-off")


def test_a_terminal_that_the_world_does_not_know_any_more_is_not_taken_over():
    play = Playbook()
    resume(play, 1, 0)
    terminals = {name: one for name, one in play.world.terminals.items() if name != "BAY2"}
    again = killed(play, world=dataclasses.replace(play.world, terminals=terminals))
    assert "kept" not in again.kinds()


def test_an_orderly_stop_leaves_terminals_where_they_are():
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    play.steps.append(play.dispatcher.stop(play.now, "test"))
    assert play.steps[-1].records[0]["kind"] == "unacknowledged"
    assert [each.sent.sequence for each in resume(killed(play), 2, 1)] == [0, 2]


@pytest.mark.parametrize("lost", [1, 2])
def test_where_a_message_is_missing_it_cannot_be_resumed(lost: int):
    play = Playbook()
    resume(play, 1, 0)
    asked(play, 1, "A1")
    asked(play, 1, "A2")
    with_messages = [
        number
        for number, step in enumerate(play.steps)
        if any(entry.get("messages") for entry in step.records)
    ]
    del play.steps[with_messages[lost - 1]]
    assert found(play) == ()


def test_looking_back_ends_where_everybody_was_called_and_nothing_is_missing():
    play = Playbook()
    resume(play, 1, 0)
    for number in range(20):
        answer = asked(play, 1, f"B{number}")
        play.tell(MessageArrived(1, Acknowledged(answer.sent.sequence)))
        play.after(20.0)
    looked: list[int] = []
    bodies = packed(play)

    def latest(*kinds: str) -> Iterator[list[Entry]]:
        for body in reversed(bodies):
            looked.append(1)
            yield unpacked(body)

    (terminal,) = unbroken(latest, 0.0)
    assert len(terminal.messages) == 1
    assert len(looked) < len(bodies) / 2
