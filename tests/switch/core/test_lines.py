"""Lines: one terminal on one line, and a running number on each."""

from __future__ import annotations

import dataclasses

import pytest

from switch.core.lines import Lines
from switch.message import SignOn
from switch.terms import SEQUENCE_MAX
from switch.world_file import load_world

WORLD = load_world("golden-state")


def sign_on(lines: Lines, number: int, terminal: str, operator: str, secret: str | None = None):
    return lines.sign_on(lines.open(number), SignOn(terminal, operator, secret))


def with_secret():
    operators = dict(WORLD.operators)
    operators["BPD2"] = dataclasses.replace(operators["BPD2"], secret="open sesame")
    return Lines(dataclasses.replace(WORLD, operators=operators))


@pytest.mark.parametrize(("secret", "fits"), [(None, False), ("x", False), ("open sesame", True)])
def test_an_operator_with_a_secret_must_give_it(secret, fits):
    problem = sign_on(with_secret(), 1, "BAY2", "BPD2", secret)
    assert (problem is None) is fits


def test_any_known_operator_may_sit_at_any_known_terminal():
    assert sign_on(Lines(WORLD), 1, "BAY1", "ERO1A") is None


def test_the_receiver_is_the_first_ori_of_the_terminal():
    lines = Lines(WORLD)
    sign_on(lines, 1, "ERO1", "ERO1A")
    line = lines.get(1)
    assert line is not None
    assert line.receiver == "DCICE0900"


def test_the_number_on_a_line_wraps_after_five_digits():
    line = Lines(WORLD).open(1)
    line.sequence = SEQUENCE_MAX - 1
    assert [line.next_sequence(), line.next_sequence()] == [SEQUENCE_MAX, 1]


def test_lines_of_an_agency_are_those_signed_on_there():
    lines = Lines(WORLD)
    sign_on(lines, 1, "BAY2", "BPD2")
    sign_on(lines, 2, "BAY1", "TFO7")
    sign_on(lines, 3, "VSO1", "VSO1A")
    assert [line.terminal for line in lines.at_agency("BAY-PD")] == ["BAY2", "BAY1"]
    assert lines.at_agency("HARBOR-PD") == []


def test_closing_twice_is_harmless():
    lines = Lines(WORLD)
    sign_on(lines, 1, "BAY2", "BPD2")
    assert lines.close(1) is not None
    assert lines.close(1) is None
    assert sign_on(lines, 2, "BAY2", "BPD2") is None


@pytest.mark.parametrize(
    ("proved", "terminal", "secret", "fits"),
    [
        (("BAY2",), "BAY2", None, True),  # a certificate makes the secret needless
        (("BAY2",), "BAY1", "open sesame", False),
        ((), "BAY2", "open sesame", True),
        ((), "BAY2", None, False),
    ],
)
def test_a_terminal_is_shown_by_certificate_or_secret(proved, terminal, secret, fits):
    lines = with_secret()
    line = lines.open(1, proved=proved)
    assert (lines.sign_on(line, SignOn(terminal, "BPD2", secret)) is None) is fits


def test_where_proof_is_asked_for_an_operator_without_a_secret_needs_a_certificate():
    lines = Lines(WORLD)
    problem = lines.sign_on(lines.open(1, proved=()), SignOn("BAY2", "BPD2", None))
    assert problem == "OPERATOR BPD2 HAS NO SECRET: TERMINAL CERTIFICATE NEEDED"


def test_a_terminal_of_an_earlier_run_is_signed_on_without_a_connection():
    lines = Lines(WORLD)
    line = lines.keep(7, "BAY2", "BPD2", 41)
    assert line is not None
    assert (lines.get(7), lines.at("BAY2"), lines.at_agency("BAY-PD")) == (None, line, [line])
    assert (line.next_sequence(), line.receiver) == (42, "CA0990100")
    assert lines.keep(8, "BAY9", "BPD2", 1) is None
    assert lines.keep(8, "BAY1", "NOBODY", 1) is None
