"""The express lane: whatever happens, the same commands as without it, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from switch.backend import Reply
from switch.core.commands import AskBackend, Commands
from switch.core.events import (
    BackendFailed,
    Event,
    LineClosed,
    LineOpened,
    MessageArrived,
    RepliesArrived,
    RuleAdded,
    RuleWithdrawn,
)
from switch.core.inquiry.exchange import Errand
from switch.core.inquiry.express import Express
from switch.message import SignOff, SignOn
from switch.terms import Mnemonic, OperatorId
from switch.wire.codec import decode
from tests.playbook import ALBITE, Playbook

WHO = (
    ("BAY2", "BPD2", "CA0990100"),
    ("HSI1", "HSI1A", "DCICE0500"),
    ("ERO1", "ERO1A", "DCICE0900"),
)
ASKED = (
    *(["DQ.{ori}.CA.*{n}.TXTPUR/C.OLN/S0990001"] * 4),
    "DQ.{ori}.CA.TXTOLN/S{n:07}",
    "QW.{ori}.NAM/BASALT, ORRIN.DOB/19790820",
    "DQ.{ori}.CA.NV.*{n}.TXTOLN/S0990001",
    "DQ.{ori}.NL.*{n}.TXTOLN/S0990001",
    "DQ.{ori}.TX.TXTOLN/S0990001",
    "IQ.{ori}.CA.TXTPUR/C.ATN/SMITH.NAM/DOE, JANE.DOB/19700131.SEX/F",
)
AGENCIES = ("BAY-PD", "BAY-PD", "ICE-HSI", "ICE-ERO")
CLASSES = ("driver.record", "driver.record", "driver.ssn")


class NoExpress(Express):
    """A lane that takes nobody."""

    def take(self, errand: Errand) -> bool:
        return False


def playbook(lane: type[Express]) -> Playbook:
    play = Playbook("2019-10-14T23:59:50")
    inquiries = play.dispatcher._inquiries
    inquiries.express = lane(inquiries._bulkheads, inquiries._out, inquiries._outcomes)
    return play


class Happening:
    """One thing after another, drawn from a seed; both playbooks are told the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.open: list[AskBackend] = []
        self.number = 0
        self.rules: list[str] = []  # that are there

    def events(self, play: Playbook) -> list[Event]:
        draw = self.random.random()
        if self.open and draw < 0.6:
            return [self._back(self.open.pop(self.random.randrange(len(self.open))))]
        if draw < 0.85:
            return [self._said(play) for _ in range(self.random.randrange(1, 5))]
        if draw < 0.9:
            line = self.random.randrange(3)
            terminal, operator, _ = WHO[line]
            again = MessageArrived(line, SignOn(Mnemonic(terminal), OperatorId(operator), None))
            return [MessageArrived(line, SignOff()), again]
        if draw < 0.93:
            line = self.random.randrange(3)
            terminal, operator, _ = WHO[line]
            back = MessageArrived(line, SignOn(Mnemonic(terminal), OperatorId(operator), None))
            return [LineClosed(line), LineOpened(line), back]
        return [self._said(play), self._rule(play.now), *(self._said(play) for _ in range(3))]

    def _said(self, play: Playbook) -> Event:
        line = self.random.randrange(3)
        self.number += 1
        text = self.random.choice(ASKED).format(ori=WHO[line][2], n=self.number)
        return MessageArrived(line, decode(text.encode(), play.formats))

    def _back(self, ask: AskBackend) -> Event:
        ids = [query.id for query in ask.queries]
        kind = self.random.randrange(10)
        if kind == 0:
            return BackendFailed(ask.backend, ask.worker, "crashed")
        replies = [Reply(id, (ALBITE,) if self.random.random() < 0.7 else ()) for id in ids]
        if kind == 1:
            replies.reverse()
        elif kind == 2:
            replies.pop()
        elif kind == 3:
            replies[0] = Reply(ids[0], (), "the disk is gone")
        elif kind == 4:
            replies.append(Reply(7_000_001))
        return RepliesArrived(ask.backend, ask.worker, tuple(replies))

    def _rule(self, now: float) -> Event:
        if self.rules and self.random.random() < 0.4:
            last = self.rules.pop(self.random.randrange(len(self.rules)))
            return RuleWithdrawn("test", "CADMV", last)
        self.number += 1
        self.rules.append(f"X{self.number}")
        start = now + self.random.choice((0.0, 0.0, 0.0, 0.4, 2.0))  # at once, or before long
        effect = self.random.choice(("deny", "deny", "refer", "allow"))
        table = {"id": self.rules[-1], "agency": [self.random.choice(AGENCIES)]}
        table |= {"data": [self.random.choice(CLASSES)], "from": datetime.fromtimestamp(start, UTC)}
        table |= {"reason": "a test", "cite": "none"}
        table |= {"mask": ["RES"]} if effect == "allow" else {}
        return RuleAdded("test", "CADMV", effect, table)


def said(commands: Commands) -> tuple[object, ...]:
    return (commands.records, commands.asks, commands.sends, commands.closes, commands.logs)


def compared(seed: int) -> Playbook:
    """Play a seed with the lane and without it; the one with it."""
    one, other, happening = playbook(Express), playbook(NoExpress), Happening(seed)
    for line, (terminal, operator, _) in enumerate(WHO):
        one.sign_on(line, terminal, operator)
        other.sign_on(line, terminal, operator)
    for step in range(80):
        if happening.random.random() < 0.3:  # else: within the same instant
            seconds = happening.random.choice((0.001, 0.5, 3.0, 11.0))
            pairs = [(one.after(seconds), other.after(seconds))]
        else:
            events = happening.events(one)
            pairs = [(one.tell(*events), other.tell(*events))]
        if happening.random.random() < 0.5:
            assert one.dispatcher.next_deadline() == other.dispatcher.next_deadline(), step
        for commands, expected in pairs:
            assert said(commands) == said(expected), step
            happening.open += commands.asks
    assert one.dispatcher.open_legs == other.dispatcher.open_legs
    return one


@pytest.mark.parametrize("seed", range(60))
def test_with_and_without_the_lane_the_commands_are_the_same(seed: int):
    play = compared(seed)
    assert {entry["error"] for entry in play.recorded("access")} <= {""}


def test_what_happens_to_them_includes_rules_that_are_added_and_refuse_or_mask():
    plays = [compared(seed) for seed in range(5)]
    refusals = [entry for play in plays for entry in play.recorded("refused")]
    by_added = [e for e in refusals if any(rule.startswith("X") for rule in e["rules"])]
    assert {entry["point"] for entry in by_added} >= {"route", "waiting"}
    assert any(entry["masks"] for play in plays for entry in play.recorded("released"))


def test_an_ordinary_inquiry_takes_the_lane_and_leaves_no_leg_behind():
    play = Playbook("2019-10-14T23:58:00")
    play.sign_on(1, "BAY2", "BPD2")
    inquiries = play.dispatcher._inquiries
    play.says(1, "DQ.CA0990100.CA.TXTOLN/S0990001")
    assert bool(inquiries.express)
    assert not inquiries._legs
    play.answers(play.asked[0], ALBITE)
    assert not inquiries.express
    assert not inquiries._legs
    assert play.recorded("released")[0]["records"] == 1
