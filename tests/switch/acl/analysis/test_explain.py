"""Explanations name the rule, who met it, and what would change it."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from switch.acl.analysis.explain import explain
from switch.acl.rules import Request
from switch.files.authored import instant
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()


def why(terminal, ori, operator, purpose=None, backend="CADMV", at="2019-10-16T00:00:00"):
    request = Request(terminal, ori, operator, None, backend, "DQ", True, purpose)
    moment = instant(datetime.fromisoformat(at), WORLD.timezone)
    return " ".join(explain(STACK, request, moment, STACK.decide(request, moment)))


def test_a_borrowed_desk_is_explained_by_the_person():
    text = why("BAY1", "CA0990100", "TFO7")
    assert "is refused: DENY-RULE." in text
    assert "DMV-01 denies any data since 2019-10-15T00:00:00-07:00." in text
    assert "met through operator TFO7 (ICE-ERO)" in text
    assert "It would change if DMV-01 ended" in text


def test_a_suspension_is_explained_and_the_owners_own_verdict_told():
    text = why("ERO1", "DCICE0900", "ERO1A")
    assert "NET-01 suspends this line" in text
    assert "the owner's own verdict is DENY-RULE" in text


def test_an_exception_and_a_mask_are_explained():
    text = why("HSI1", "DCICE0500", "HSI1A", "C")
    assert "answered without driver.ssn, driver.photo" in text
    assert "It masks RES." in text
    assert text.count("DMV-03 denies") == 1


def test_no_rule_names_the_default():
    assert 'the file\'s default is "allow"' in why("BAY2", "CA0990100", "BPD2")


def test_a_stranger_is_told_which_name_is_wrong():
    assert "may not send ORI CA0990200" in why("BAY2", "CA0990200", "BPD2")


def test_what_is_not_in_the_catalog_cannot_be_judged():
    assert "is not in the catalog" in why("BAY2", "CA0990100", "BPD2", backend="CAWPS")


def rule(id, **more):
    start = datetime.fromisoformat("2019-10-15T00:00:00")
    return {"id": id, "data": "any", "from": start, "reason": "r", "cite": "c", **more}


def told(stack, request, at="2019-10-16T00:00:00"):
    moment = instant(datetime.fromisoformat(at), WORLD.timezone)
    return " ".join(explain(stack, request, moment, stack.decide(request, moment)))


DESK = Request("BAY1", "CA0990100", "TFO7", None, "CADMV", "DQ", False, None)


def test_the_clause_that_was_met_is_named():
    assert "through operator TFO7 (ICE-ERO), by group ero." in told(STACK, DESK)


def test_what_would_change_is_judged_and_not_guessed():
    assert "It would change if DMV-01 ended: then it would be ALLOW-DEFAULT." in told(STACK, DESK)
    two = STACK.with_rule("CADMV", "deny", rule("OUT", terminal=["BAY1"]))
    assert "if DMV-01 and OUT all ended: then it would be ALLOW-DEFAULT." in told(two, DESK)
    referred = STACK.with_rule("CADMV", "refer", rule("ASK", terminal=["BAY1"]))
    assert "if DMV-01 ended: then it would be REFER." in told(referred, DESK)


def test_what_would_release_a_withheld_class_is_said():
    text = why("HSI1", "DCICE0500", "HSI1A", "C")
    assert "driver.ssn, driver.photo would be released if DMV-03 ended." in text


def test_under_a_suspension_it_is_the_owners_own_verdict_that_would_change():
    text = why("ERO1", "DCICE0900", "ERO1A")
    assert "The owner's own verdict would change if DMV-01 ended: then it would be" in text


def test_every_suspension_has_to_end():
    table = rule("NET-00", terminal=["ERO1"])
    del table["data"]
    two = STACK.with_rule("NETWORK", "suspend", table)
    request = Request("ERO1", "DCICE0900", "ERO1A", None, "CADMV", "DQ", False, None)
    assert "if the switch operator ended NET-00 and NET-01" in told(two, request)


def test_an_excused_deny_names_what_excuses_it_and_not_its_other_exceptions():
    table = {"group": ["hsi"], "data": "any", "reason": "r", "cite": "c", "image": True}
    times = {"from": datetime.fromisoformat("2019-10-15T00:00:00")}
    allow = table | times | {"id": "NEW-A", "purpose": ["J"], "data": ["driver.record"]}
    deny = table | times | {"id": "NEW-D", "data": ["driver.record"], "except": ["NEW-A", "DMV-02"]}
    stack = STACK.with_rule("CADMV", "allow", allow).with_rule("CADMV", "deny", deny)
    request = Request("HSI1", "DCICE0500", "HSI1A", None, "CADMV", "DQ", True, "C")
    at = instant(datetime.fromisoformat("2019-10-16T00:00:00"), WORLD.timezone)
    said = explain(stack, request, at, stack.decide(request, at))
    (excused,) = [sentence for sentence in said if sentence.startswith("NEW-D")]
    assert excused.endswith("It is excused here by DMV-02.")
    assert "with image" in excused


def test_an_allow_is_met_through_the_line_and_nobody_else():
    (allow,) = [
        each
        for each in explain(STACK, *asked("HSI1", "DCICE0500", "HSI1A", "C"))
        if each.startswith("DMV-02")
    ]
    assert "It is met through the terminal and the ORI, by group hsi." in allow


def asked(terminal, ori, operator, purpose):
    request = Request(terminal, ori, operator, None, "CADMV", "DQ", False, purpose)
    at = instant(datetime.fromisoformat("2019-10-16T00:00:00"), WORLD.timezone)
    return request, at, STACK.decide(request, at)


DECISIONS = tomllib.loads(Path(__file__).with_name("explained.toml").read_text())["decision"]


@pytest.mark.parametrize("each", DECISIONS)
def test_a_decision_is_explained_word_for_word(each: dict[str, Any]):
    stack = STACK
    for row in each["rules"]:
        more = {key: value for key, value in row.items() if key not in ("table", "backend")}
        stack = stack.with_rule(row["backend"], row["table"], more)
    nobody = {"operator": None, "on_behalf_of": None, "purpose": None}
    request = Request(**(nobody | each["request"]))
    moment = instant(each["at"], WORLD.timezone)
    said = explain(stack, request, moment, stack.decide(request, moment))
    assert "\n".join(said) == each["said"]
