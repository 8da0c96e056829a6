"""Refusals in words: whose decision, which rule, and nothing about the records."""

from __future__ import annotations

import pytest

from switch.acl.engine import Request
from switch.core.inquiry.verdicts import (
    NO_ANSWER_TEXTS,
    REFUSAL_TEXTS,
    no_answer_text,
    on_record,
    refusal_body,
    withheld_lines,
)
from switch.files.authored import instant
from switch.terms import Verdict
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()
OWNER = "Department of Motor Vehicles (simulated)"


def decide(terminal: str, ori: str, operator: str, purpose: str | None = None, *, at: str):
    from datetime import datetime

    request = Request(terminal, ori, operator, None, "CADMV", "DQ", True, purpose)
    return STACK.decide(request, instant(datetime.fromisoformat(at), WORLD.timezone))


def test_every_refusal_has_a_text():
    assert set(REFUSAL_TEXTS) == {verdict for verdict in Verdict if not verdict.released}


@pytest.mark.parametrize("why", sorted(NO_ANSWER_TEXTS))
def test_whoever_gets_no_answer_is_told_from_whom(why: str):
    assert "CADMV" in no_answer_text(why, "CADMV")


def test_an_owners_refusal_names_owner_rule_and_its_tell():
    decision = decide("BAY1", "CA0990100", "TFO7", at="2019-10-15T00:00:00")
    body = refusal_body(decision, OWNER, b"DQ.CA0990100.CA.TXTOLN/S0990001")
    lines = body.splitlines()
    assert lines[0] == "TRAINING - SIMULATED DATA"
    assert lines[1].startswith(".93.")
    assert "DEPARTMENT OF MOTOR VEHICLES (SIMULATED)" in body
    assert "DMV-01" in body
    assert "SUBMIT REQUEST IN WRITING." in body
    assert "ORIGINAL MESSAGE" in body


def test_a_suspension_names_the_switch_operators_rule_and_no_owner():
    decision = decide("ERO1", "DCICE0900", "ERO1A", at="2019-10-15T00:00:00")
    body = refusal_body(decision, OWNER, b"DQ.X")
    assert ".91." in body
    assert "NET-01" in body
    assert "MOTOR VEHICLES" not in body


def test_a_sender_who_is_not_identified_is_told_why():
    decision = decide("BAY2", "CA0990200", "BPD2", at="2019-10-15T00:00:00")
    body = refusal_body(decision, OWNER, b"DQ.X", "that ORI is of another agency")
    assert ".92." in body
    assert "THAT ORI IS OF ANOTHER AGENCY" in body


@pytest.mark.parametrize("purpose", ["C"])
def test_withheld_classes_are_named_with_the_rule_that_withholds_them(purpose):
    decision = decide("HSI1", "DCICE0500", "HSI1A", purpose, at="2019-10-16T00:00:00")
    assert "WITHHELD: driver.photo (DMV-03)" in withheld_lines(decision)


def test_a_decision_on_record_has_every_class_and_both_authorities():
    record = on_record(decide("ERO1", "DCICE0900", "ERO1A", at="2019-10-15T00:00:00"))
    assert record["verdict"] == "DENY-SUSPENDED"
    assert record["owner"] == "DENY-RULE"
    assert set(record["classes"]) == {"driver.record", "driver.ssn", "driver.photo"}
