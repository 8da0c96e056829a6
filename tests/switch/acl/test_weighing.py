"""One request against one file: what is collected, and in which order it is told."""

from __future__ import annotations

import pytest

from switch.acl.policy import Policy
from switch.acl.rules import Effect, Facets, Request, Rule, Subject
from switch.acl.weighing import Weighing
from switch.terms import Verdict
from tests.switch.acl.shipped import DIRECTORY

REQUEST = Request("BAY1", "CA0990100", None, None, "CADMV", "DQ", False, "C")
FACETS = Facets("BAY1", None, "CA0990100", None, ("BAY-PD", "BAY-PD"), (), ())
POLICE = Subject(group=frozenset({"police"}))


def rule(id: str, effect: Effect, data: str | None = None, **more) -> Rule:
    return Rule(id, effect, POLICE, frozenset({data}) if data else None, 0.0, None, **more)


def weighed(*rules: Rule) -> Weighing:
    policy = Policy("CADMV", rules, Verdict.DENY_DEFAULT, "v", "owner")
    return Weighing(DIRECTORY, policy, REQUEST, FACETS, 1.0)


@pytest.mark.parametrize(
    ("effects", "verdict"),
    [
        ("deny refer allow", "DENY-RULE"),
        ("refer allow", "REFER"),
        ("allow", "ALLOW"),
        ("", "DENY-DEFAULT"),
    ],
)
def test_the_strictest_effect_wins_and_all_that_matched_are_named(effects: str, verdict: str):
    weighing = weighed(*(rule(name, Effect(name)) for name in effects.split()))
    assert weighing.weigh("driver.record")[1] == verdict
    assert weighing.matched == set(effects.split())


def test_masks_and_notices_of_all_matching_allows_are_joined_by_rule_and_told_once():
    weighing = weighed(
        rule("B", Effect.ALLOW, "driver.record", masks=("RES",), notice="SECOND"),
        rule("A", Effect.ALLOW, "driver.ssn", masks=("SOC",), notice="FIRST"),
        rule("C", Effect.ALLOW, notice="FIRST"),
    )
    weighing.weigh("driver.record")
    weighing.weigh("driver.ssn")
    assert weighing.masks == {"RES", "SOC"}
    assert weighing.notices() == ("FIRST", "SECOND")


def test_a_deny_may_stand_for_one_class_and_be_excused_for_another():
    weighing = weighed(
        rule("OUT", Effect.DENY, exceptions=frozenset({"IN"})),
        rule("IN", Effect.ALLOW, "driver.record"),
    )
    assert weighing.weigh("driver.record")[1] == "ALLOW"
    assert weighing.weigh("driver.photo")[1] == "DENY-RULE"
    assert (weighing.excused, weighing.matched) == ({"OUT"}, {"IN", "OUT"})


def test_what_the_terminal_is_told_is_of_the_first_rule_that_refused_and_has_words():
    weighing = weighed(
        rule("A", Effect.DENY),
        rule("B", Effect.DENY, tell="WRITE TO US"),
        rule("C", Effect.REFER, tell="NOT THIS"),
    )
    assert weighing.tell(weighing.weigh("driver.record")) == "WRITE TO US"
