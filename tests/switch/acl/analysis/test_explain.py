"""Explanations name the rule, who met it, and what would change it."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.explain import explain
from switch.acl.analysis.promises import judged_alone
from switch.acl.rules import Request
from switch.files.authored import instant
from tests.playbook import golden_state
from tests.switch.acl.shipped import DIRECTORY, changed
from tests.switch.core.inquiry.test_orders import FILE

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


# --- files judged alone --------------------------------------------------------------------------

BAY = Request("BAY2", "CA0990100", None, None, "CADMV", "DQ", False, None)


def alone(file: bytes | str, fields: dict[str, str], used: int = 0) -> list[str]:
    text = file.encode() if isinstance(file, str) else file
    stack = judged_alone(compiled(DIRECTORY, "CADMV", text), DIRECTORY)
    at = instant(datetime.fromisoformat("2019-10-16T00:00:00"), WORLD.timezone)
    uses = {("CADMV", "DMV-O1"): used}
    return explain(stack, BAY, at, stack.decide_named(BAY, at, fields, uses), fields, uses)


THIS = {"OLN": "S0990001"}
UNTIL = "until 2019-10-20T00:00:00-07:00"


def test_an_order_that_lifts_a_deny_is_told_with_what_it_lifts_and_how_often_still():
    assert alone(FILE, THIS, used=1) == [
        "DQ from BAY2 as CA0990100 at CADMV is answered without driver.ssn: ALLOW.",
        f"Court order DMV-O1 lifts DMV-09 for this record {UNTIL}; 1 of 2 answers are left.",
        (
            "DMV-09 denies any data since 2019-10-10T00:00:00-07:00. It is met through the terminal"
            " (BAY-PD) and the ORI (BAY-PD), by agency BAY-PD. Reason: A cut-off of a test. [none]"
        ),
    ]
    of_a_class = FILE.replace(
        b'"any"\nfrom   = 2019-10-10', b'["driver.record"]\nfrom = 2019-10-10'
    )
    assert alone(of_a_class, THIS)[-1].endswith("It is excused here by DMV-O1.")


@pytest.mark.parametrize(
    ("file", "fields", "used", "sentence"),
    [
        (FILE, THIS, 2, "is used up: 0 of 2 answers are left."),
        (FILE, {"OLN": "S0990009"}, 0, f"holds for other records, those that it names, {UNTIL}."),
        (
            FILE.replace(b"2019-10-10", b"2019-10-17"),
            THIS,
            0,
            "changes nothing here; 2 of 2 answers are left.",
        ),
    ],
)
def test_an_order_that_does_nothing_here_says_why(file, fields, used, sentence):
    assert f"Court order DMV-O1 {sentence}" in alone(file, fields, used)


def test_where_no_rule_speaks_the_default_is_told_and_what_would_change_it():
    closed = changed(('default  = "allow"', 'default  = "deny"'))
    assert alone(closed, {}) == [
        "DQ from BAY2 as CA0990100 at CADMV is refused: DENY-DEFAULT.",
        (
            "No rule of Department of Motor Vehicles (simulated) speaks of it;"
            ' the file\'s default is "deny".'
        ),
        "It would change with an allow that both the terminal and the ORI meet.",
    ]
    row = '\n[[allow]]\nid = "A"\ngroup = ["police"]\ndata = ["driver.record"]\n'
    row += 'from = 2019-10-15T00:00:00\nreason = "r"\ncite = "c"\n'
    assert alone(closed + row, {}) == [
        "DQ from BAY2 as CA0990100 at CADMV is answered without driver.ssn: ALLOW.",
        (
            "A allows driver.record since 2019-10-15T00:00:00-07:00. It is met through the terminal"
            " and the ORI, by group police. Reason: r [c]"
        ),
    ]


def test_ending_a_rule_above_another_releases_nothing_and_is_not_offered():
    photo = {"data": ["driver.photo"], "group": ["police"], "key": ["DQ"], "image": True}
    stack = STACK.with_rule("CADMV", "deny", rule("OVER", **photo))
    stack = stack.with_rule("CADMV", "refer", rule("UNDER", **photo))
    said = told(stack, BAY._replace(image=True))
    assert "is answered without driver.photo" in said
    assert "would be released" not in said
    assert "OVER denies driver.photo, key DQ, with image since" in said


def test_a_suspension_is_told_whatever_the_owner_could_have_said():
    request = Request("ERO1", "DCICE0900", None, None, "CAWPS", "QW", False, None)
    at = instant(datetime.fromisoformat("2019-10-16T00:00:00"), WORLD.timezone)
    said = explain(STACK, request, at, STACK.decide(request, at))
    assert "The switch operator's NET-01 suspends this line" in said[1]
