"""Policies: every rule that may match is looked at, and none that has ended."""

from __future__ import annotations

from switch.acl.policy import Policy
from switch.acl.rules import Effect, Rule, Subject
from switch.terms import Verdict


def rule(id: str, start: float = 0.0, end: float | None = None, **lists) -> Rule:
    sets = {name: frozenset(values) for name, values in lists.items()}
    return Rule(id, Effect.DENY, Subject(**sets), None, start, end)


def test_only_rules_that_are_filed_there_and_in_force_are_candidates():
    rules = [
        rule("HERE", group=["ero"]),
        rule("OVER", end=5.0, group=["ero"]),
        rule("NOT-YET", start=50.0, group=["ero"]),
        rule("ELSEWHERE", group=["hsi"]),
    ]
    policy = Policy("CADMV", rules, Verdict.ALLOW_DEFAULT, "v", "owner")
    assert [each.id for each in policy.candidates([("group", "ero")], 10.0)] == ["HERE"]
    assert policy.instants() == {0.0, 5.0, 50.0}
    about = policy.about([("group", "ero"), ("group", "ero")])
    assert [each.id for each in about] == ["HERE", "OVER", "NOT-YET"]


def test_a_rule_met_by_several_of_its_values_is_one_candidate():
    policy = Policy("X", [rule("R", group=["a", "b"])], Verdict.DENY_DEFAULT, "v", "owner")
    assert len(policy.candidates([("group", "a"), ("group", "b")], 1.0)) == 1
