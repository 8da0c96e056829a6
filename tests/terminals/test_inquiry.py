"""How many answers a message gets, and which messages they are."""

from __future__ import annotations

import pytest

from switch.wire.codec import Output, OutputStamp
from switch.wire.spec_files import load_formats
from terminals.inquiry import answers, ends_the_inquiry, is_from_a_terminal, prepared, serves

FORMATS = load_formats()
STAMP = OutputStamp("00:00", "10/15/2019", "00001")


def came(mke: str, control: str | None, body: str = "HELLO") -> Output:
    return Output(mke, "NL0000000", STAMP, STAMP, "CA0990100", control, body, body, None)


def test_a_message_is_given_a_control_field_and_keeps_its_own():
    plain = prepared("DQ.CA0990100.CA.TXTOLN/S0990001", "C1", FORMATS)
    own = prepared("DQ.CA0990100.CA.*A1.TXTOLN/S0990001", "C1", FORMATS)
    assert (plain.raw, plain.key, plain.control) == (
        b"DQ.CA0990100.CA.*C1.TXTOLN/S0990001",
        "DQ",
        "C1",
    )
    assert own.control == "A1"


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("DQ.CA0990100.CA.NV.OR.TXTOLN/S0990001", 3),
        ("QW.CA0990100.NAM/BASALT, ORRIN.DOB/19790820", 1),
        ("AM.CA0990100.CA0990200.NV0990100.TXTHELLO", 1),
        ("HQ.CA0990100.NV.CA.TXTWEATHER", 2),
        ("hello", 1),
    ],
)
def test_one_answer_is_due_for_each_destination(message: str, count: int):
    assert prepared(message, "C1", FORMATS).answers == count


def test_what_cannot_be_read_is_left_to_the_switch():
    assert prepared("hello", "C1", FORMATS) == (b"hello", "", None, 1)


@pytest.mark.parametrize(
    ("message", "control"),
    [
        ("DQ.CA0990100.CA.*a1.TXTOLN/!!", "A1"),
        ("ZZ.CA0990100.CA.*A2.TXTOLN/S1", "A2"),
        ("DQ.CA0990100.CA.TXTOLN/!!", None),
    ],
)
def test_what_cannot_be_read_is_answered_under_the_control_field_that_can(message, control):
    assert prepared(message, "C1", FORMATS) == (message.encode(), "", control, 1)


def test_the_prefix_of_a_world_is_used():
    found = prepared("QW.CA0990100.NAM/BASALT, ORRIN.DOB/19790820", "C1", FORMATS, "#")
    assert b".#C1." in found.raw


def test_an_answer_is_told_by_its_control_field():
    assert answers(came("DR", "C1"), "C1", FORMATS)
    assert not answers(came("DR", "C2"), "C1", FORMATS)
    assert not answers(came("AM", "C1"), "C1", FORMATS)
    assert not answers(came("YQ", "C1"), "C1", FORMATS)
    assert answers(came("SM", None), None, FORMATS)
    assert not answers(came("AM", None), None, FORMATS)


def test_what_another_terminal_wrote_has_its_own_control_field():
    assert [is_from_a_terminal(came(key, "C1"), FORMATS) for key in ("AM", "YQ", "DR", "ER")] == [
        True,
        True,
        False,
        False,
    ]


def test_an_error_about_who_asks_stands_for_all_destinations():
    assert ends_the_inquiry(came("ER", "C1", "TRAINING\n.92. REFUSED - NOT IDENTIFIED"))
    assert not ends_the_inquiry(came("ER", "C1", "TRAINING\n.93. REFUSED BY OWNER"))
    assert ends_the_inquiry(came("ER", None, "TRAINING\n0 MESSAGE FORMAT"))


@pytest.mark.parametrize(
    ("key", "mke", "body", "fine"),
    [
        ("DQ", "DR", "NAM/A", True),
        ("DQ", "ER", ".92. REFUSED", False),
        ("DQ", "SM", ".02. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL FORWARD - NV", False),
        ("AM", "SM", "DELIVERED TO 1 TERMINALS", True),
        ("AM", "SM", ".02. USER OUT OF SERVICE FOR MSG TYPE, NLETS WILL FORWARD - NV", True),
        ("AM", "SM", "DELIVERED TO 1 TERMINALS\n.04. NLETS WILL NOT FORWARD - NVH1", False),
        ("AM", "SM", "DELIVERED TO 0 TERMINALS", False),
        ("YQ", "SM", "DELIVERED TO 1 TERMINALS", True),
        ("", "SM", "SIGNED OFF", True),
        ("", "ER", "0 GARBLED", False),
    ],
)
def test_data_serves_an_inquiry_and_a_status_whatever_is_on_its_way(key, mke, body, fine):
    assert serves(came(mke, "C1", body), key, FORMATS) is fine
