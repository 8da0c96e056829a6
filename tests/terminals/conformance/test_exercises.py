"""Every exercise: a right terminal passes it, and the fault that it is there for fails it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from switch.wire.framing import Framing
from terminals.conformance.exercises import EXERCISES
from terminals.conformance.steps import Outcome
from terminals.conformance.walk import Walk
from tests.terminals.conformance.reference import Reference

PAGE = (Path(__file__).parents[3] / "docs" / "line-protocol.md").read_text()

FAULTS = [
    ("talks first", "sign-on", "sent a message before it signed on"),
    ("gives up", "sign-on", "nobody signed on within 300 s"),
    ("noise", "sign-on", "sent what cannot be read"),
    ("own control field", "sign-on", "did not send what stands behind NEXT"),
    ("acknowledges too much", "sign-on", "which was not sent"),
    ("one read is one message", "pieces", "did not send what stands behind NEXT"),
    ("small", "longest", "did not send what stands behind NEXT"),
    ("takes what comes first", "answers", "did not send what stands behind NEXT"),
    ("takes what comes first", "unsolicited", "did not send what stands behind NEXT"),
    ("deaf to ER", "denial", "did not send what stands behind NEXT"),
    ("deaf to ER", "error", "did not send what stands behind NEXT"),
    ("deaf to SM", "status", "did not send what stands behind NEXT"),
    ("deaf to SM", "withheld", "did not send what stands behind NEXT"),
    ("never beats", "heartbeat", "was not heard within 90 s"),
    ("never acknowledges", "acknowledgement", "acknowledged up to 00001 only"),
    ("acts twice", "duplicate", "again, which was taken"),
    ("ignores duplicates", "duplicate", "did not acknowledge 00023 again"),
    ("forgets", "resume", "resumed with 00000"),
    ("one behind", "resume", "resumed with 00023; the last that it was sent is 00024"),
    ("sends all", "resume", "again, which was taken"),
    ("sends nothing again", "again", "did not send what stands behind NEXT"),
    ("counts on", "forgotten", "which was not sent"),
    ("never wraps", "forgotten", "did not send what stands behind NEXT"),
    ("stays", "sign-off", "did not send SIGNOFF"),
]


@pytest.mark.parametrize(("fault", "exercise", "why"), FAULTS)
def test_a_planted_fault_fails_the_exercise_that_is_there_for_it(fault, exercise, why):
    walk = Reference(Walk(), fault=fault).run()
    judged = {verdict.name: verdict for verdict in walk.verdicts}
    assert not walk.passed
    assert judged[exercise].outcome is Outcome.FAILED
    assert why in judged[exercise].why
    before = list(judged)[: list(judged).index(exercise)]
    if exercise not in (
        "error",
        "unsolicited",
        "withheld",
        "acknowledgement",
    ):  # its fault has a first victim
        assert all(judged[name].outcome is not Outcome.FAILED for name in before)


def test_a_terminal_that_keeps_half_a_message_fails():
    walk = Reference(Walk(), framing=Framing.LENGTH, fault="keeps halves").run()
    assert next(v.name for v in walk.verdicts if v.outcome is Outcome.FAILED) == "half"


def test_every_exercise_has_a_fault_that_it_finds():
    found = {exercise for _, exercise, _ in FAULTS} | {"half"}
    assert {each.name for each in EXERCISES} == found


@pytest.mark.parametrize("framing", [Framing.STX, Framing.LENGTH])
def test_a_right_terminal_passes_all(framing):
    walk = Reference(Walk(), framing=framing).run()
    assert {verdict.outcome for verdict in walk.verdicts} == {Outcome.PASSED, Outcome.NOT_ASKED}
    assert [v.clause for v in walk.verdicts if v.outcome is Outcome.NOT_ASKED] == ["3.3", "3.4"]


@pytest.mark.parametrize("framing", list(Framing))
def test_one_that_does_not_acknowledge_is_not_asked_to(framing):
    walk = Reference(Walk(), framing=framing, acknowledges=False).run()
    assert walk.passed
    skipped = [v.name for v in walk.verdicts if v.outcome is Outcome.NOT_ASKED]
    assert skipped == [
        "secret",
        "certificate",
        *(each.name for each in EXERCISES if each.acknowledging),
    ]


def test_a_line_of_text_lines_cannot_acknowledge():
    walk = Reference(Walk(), framing=Framing.LINE).run()
    assert "RESUME needs frames" in walk.verdicts[0].why


def test_every_clause_that_is_judged_stands_on_the_page():
    numbers = set(re.findall(r"^(\d+\.\d+)\. ", PAGE, re.MULTILINE))
    assert {each.clause for each in EXERCISES} <= numbers


def test_every_clause_that_binds_a_terminal_is_judged():
    clauses = re.findall(
        r"^(\d+\.\d+)\. (.*?)(?=^\d+\.\d+\. |^## )", PAGE, re.MULTILINE | re.DOTALL
    )
    binding = {number for number, text in clauses if "MUST" in text}
    judged = {each.clause for each in EXERCISES} | {"3.3"}
    assert binding - judged == {"4.5"}  # to read: every exercise sees to that
