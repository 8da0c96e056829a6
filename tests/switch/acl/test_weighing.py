"""One request against one file: what is collected, and in which order it is told."""

from __future__ import annotations

import pytest

from switch.acl.orders import Order
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


def weighed(*rules: Rule, order: Order | None = None, facets: Facets = FACETS) -> Weighing:
    policy = Policy("CADMV", rules, Verdict.DENY_DEFAULT, "v", "owner")
    return Weighing(DIRECTORY, policy, REQUEST, facets, 1.0, order)


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


def test_a_refusal_in_writing_is_told_and_a_release_is_told_nothing():
    weighing = weighed(rule("A", Effect.REFER, "driver.record", tell="IN WRITING"))
    assert weighing.tell(weighing.weigh("driver.record")) == "IN WRITING"
    assert weighing.tell(weighing.weigh("driver.photo")) == ""
    allowed = weighed(
        rule("A", Effect.ALLOW), rule("B", Effect.DENY, "driver.photo", tell="NO PHOTO")
    )
    assert allowed.tell(allowed.weigh("driver.record")) == ""
    assert allowed.tell(allowed.weigh("driver.photo")) == "NO PHOTO"


def test_ids_stand_in_order_whatever_the_order_in_the_file():
    rules = [rule("B", Effect.DENY), rule("A", Effect.DENY), rule("C", Effect.DENY, "x")]
    assert weighed(*rules).weigh("driver.record") == ("driver.record", "DENY-RULE", ("A", "B"))


# --- under a court order ---------------------------------------------------------------------

BAY = Subject(agency=frozenset({"BAY-PD"}))
WITH_ERO = Facets("BAY1", "TFO7", "CA0990100", None, ("BAY-PD", "BAY-PD"), ("ICE-ERO",), ())


def order(data: str | None = "driver.record", notice: str = "BY ORDER") -> Order:
    classes = frozenset({data}) if data else None
    return Order("O1", BAY, classes, (), 1, frozenset({"OUT", "ASK"}), 0.0, 9.0, notice)


@pytest.mark.parametrize(("id", "effect"), [("OUT", Effect.DENY), ("ASK", Effect.REFER)])
def test_an_order_lifts_what_it_names_for_its_own_classes(id: str, effect: Effect):
    weighing = weighed(rule(id, effect), order=order())
    assert weighing.weigh("driver.record") == ("driver.record", "ALLOW", ("O1",))
    assert (weighing.matched, weighing.excused) == ({"O1"}, {id})
    assert weighing.notices() == ("BY ORDER",)
    assert weighing.weigh("driver.photo")[2] == (id,)
    assert weighing.matched == {"O1", id}


@pytest.mark.parametrize(("id", "effect"), [("ELSE", Effect.DENY), ("OTHER", Effect.REFER)])
def test_an_order_lifts_nothing_that_it_does_not_name(id: str, effect: Effect):
    weighing = weighed(rule(id, effect), order=order(None))
    assert weighing.weigh("driver.record")[2] == (id,)
    assert weighing.excused == set()
    assert weighing.notices() == ()  # nothing leaves under it


def test_an_order_lets_nobody_else_in_with_its_agency():
    everyone = Rule("OUT", Effect.DENY, Subject(everyone=True), None, 0.0, None)
    assert weighed(everyone, order=order()).weigh("driver.record")[1] == "ALLOW"
    weighing = weighed(everyone, order=order(), facets=WITH_ERO)
    assert weighing.weigh("driver.record")[1] == "DENY-RULE"


def test_an_order_without_a_notice_adds_none_and_one_of_another_class_neither():
    silent = weighed(order=order(notice=""))
    assert silent.weigh("driver.record")[2] == ("O1",)
    assert silent.notices() == ()
    other = weighed(rule("A", Effect.ALLOW, notice="FIRST"), order=order("driver.ssn"))
    assert other.weigh("driver.record")[2] == ("A",)
    assert other.notices() == ("FIRST",)
    assert other.matched == {"A"}


def test_an_exception_holds_only_if_it_contains_everybody_through_whom_the_deny_met():
    deny = Rule(
        "OUT",
        Effect.DENY,
        Subject(everyone=True),
        None,
        0.0,
        None,
        exceptions=frozenset({"IN"}),
    )
    within = rule("IN", Effect.ALLOW)
    assert weighed(deny, within).weigh("driver.record")[1] == "ALLOW"
    assert weighed(deny, within, facets=WITH_ERO).weigh("driver.record")[1] == "DENY-RULE"
    assert weighed(deny, rule("ANOTHER", Effect.ALLOW)).weigh("driver.record")[1] == "DENY-RULE"
