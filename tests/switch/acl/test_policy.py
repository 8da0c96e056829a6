"""Policies: every rule that may match is looked at, and none that has ended."""

from __future__ import annotations

from switch.acl.orders import Order
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Rule, Subject
from switch.acl.watches import Watch
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


def order(id: str) -> Order:
    return Order(id, Subject(), None, (), 1, frozenset(), 60.0, 70.0)


def test_orders_stand_by_id_and_begin_and_end():
    orders = [order("B"), order("A")]
    policy = Policy("X", [rule("R", 1.0)], Verdict.DENY_DEFAULT, "v", "owner", orders)
    assert [each.id for each in policy.orders] == ["A", "B"]
    assert policy.order("B") == order("B")
    assert policy.order("C") is None
    assert policy.instants() == {1.0, 60.0, 70.0}


def test_it_is_what_it_was_made_of():
    watch = Watch("W", Subject(), None, 0.0, None, 3.0, 3)
    policy = Policy("X", [rule("R")], Verdict.DENY_DEFAULT, "v", "owner", (), [watch])
    assert (policy.name, policy.version, policy.owner) == ("X", "v", "owner")
    assert (policy.rules, policy.watches) == ((rule("R"),), (watch,))
    assert policy.default is Verdict.DENY_DEFAULT
