"""Messages to type, and the answers that a switch then gives: both from the switch's own mouth."""

from __future__ import annotations

import pytest

from switch.acl.rules import Request
from switch.cli.acl.typed import RECORD, answer, message
from tests.playbook import Playbook, golden_state

WORLD, STACK, FORMATS = golden_state()
AT = "2019-10-16T00:00:00"


def request(terminal="BAY1", ori="CA0990100", operator="BPD2", obo=None, key="DQ", image=False,
            purpose=None, backend="CADMV") -> Request:  # fmt: skip
    return Request(terminal, ori, operator, obo, backend, key, image, purpose)


@pytest.mark.parametrize(
    "asked",
    [
        request(),
        request(image=True),
        request(purpose="C"),
        request(key="RQ"),
        request(operator="TFO7"),
        request(obo="DCICE0900"),
        request("HSI1", "DCICE0500", "HSI1A", purpose="C", image=True),
        request("HSI1", "DCICE0500", "HSI1A"),
        request("CBP1", "DCCBP0100", "CBP1A"),
        request("ERO1", "DCICE0900", "ERO1A"),
        request("BAY1", "CA0990300", "BPD2"),
        request(key="ZIQ", backend="ARJIS"),
        request(key="QW", backend="CAWPS"),
    ],
)
def test_the_switch_answers_as_the_package_says(asked: Request):
    raw = message(STACK, FORMATS, asked, 7)
    assert raw is not None
    play = Playbook(AT)
    play.sign_on(1, asked.terminal, asked.operator)
    play.heard(1)
    play.says(1, raw.decode())
    for query in play.asked:
        play.answers(query)
    ((key, body),) = play.heard(1)
    says, *lines = answer(STACK, FORMATS, asked, raw, play.now)
    assert says.split()[0] == key
    assert [RECORD if line == "NOT ON FILE" else line for line in body.split("\n")] == [
        RECORD if line.startswith(RECORD[:-1]) else line for line in lines
    ]


def test_masks_are_named_where_the_record_would_stand():
    asked = request("HSI1", "DCICE0500", "HSI1A", purpose="C")
    raw = message(STACK, FORMATS, asked, 1)
    assert raw is not None
    lines = answer(STACK, FORMATS, asked, raw, Playbook(AT).now)
    assert "(THE RECORD, OR NOT ON FILE, WITHOUT RES)" in lines


@pytest.mark.parametrize(
    "asked",
    [
        request(key="XYZ"),  # no such key
        request(backend="CAWPS"),  # which does not answer it
        request(key="QW", backend="CAWPS", purpose="C"),  # which takes no purpose
        request(purpose="?"),
    ],
)
def test_what_no_terminal_can_type_has_no_message(asked: Request):
    assert message(STACK, FORMATS, asked, 1) is None
