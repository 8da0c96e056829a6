"""Verdicts in words: the rule, its reason, and what it cites."""

from __future__ import annotations

from scenarios.report.words import Words
from tests.rehearsal_room import october


def words() -> Words:
    scenario, _ = october()
    return Words(scenario.stack, {"CADMV": "the DMV"})


def refused(n: int) -> dict:
    entries = [e for e in october()[1].entries if e["kind"] == "refused"]
    return entries[n]


def test_a_suspension_is_grounded_in_the_networks_rule_and_the_owners_stand_apart():
    entry = refused(0)
    assert [g.rule for g in words().grounds(entry)] == ["NET-01"]
    assert [g.rule for g in words().own_grounds(entry)] == ["DMV-01"]


def test_a_rule_is_told_with_its_reason_and_cite():
    entry = next(e for e in october()[1].entries if e.get("verdict") == "DENY-RULE")
    (ground,) = words().grounds(entry)
    assert ground.text == (
        "DMV-01: Agency declined the 2019 subscriber agreement. [Gov. Code 7284.8(b)]"
    )
    assert list(words().own_grounds(entry)) == []


def test_a_rule_that_no_file_has_is_told_by_its_id():
    assert words().rule("X-1").text == "X-1"


def test_the_network_is_the_switch_operators():
    assert words().owner("NETWORK") == "the switch operator"
    assert words().owner("CADMV") == "the DMV"
