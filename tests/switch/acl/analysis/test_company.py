"""Whoever meets no rule that differs is left out; everybody else is looked at."""

from __future__ import annotations

from datetime import datetime

from switch.acl.analysis.company import Company
from switch.acl.analysis.comparison import Comparison
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()
EVERY = tuple(WORLD.operators)


def company(effect: str, who: dict, **more: object) -> Company:
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    rule = {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c", **who, **more}
    sides = Comparison(STACK, STACK.with_rule("CADMV", effect, rule), "CADMV").sides
    return Company(*sides)


def test_where_nothing_differs_nobody_counts():
    same = Company(*Comparison(STACK, STACK, "CADMV").sides)
    assert same.differing == set()
    assert same.operators(EVERY) == []
    assert same.behalves(STACK.directory.agency_of) == []


def test_whoever_works_for_somebody_in_a_rule_that_differs_counts():
    assert company("deny", {"agency": ["CBP"]}).operators(EVERY) == ["CBP1A"]
    assert set(company("deny", {"group": ["ero"]}).operators(EVERY)) == {"ERO1A", "TFO7"}


def test_an_operator_whom_an_allow_names_counts():
    assert company("allow", {"operator": ["BPD2"]}).operators(EVERY) == ["BPD2"]


def test_a_deny_that_excepts_an_allow_that_differs_differs_too():
    at = datetime.fromisoformat("2020-01-01T00:00:00").timestamp()
    sides = Comparison(STACK, STACK.withdrawn("CADMV", "DMV-02", at), "CADMV").sides
    assert Company(*sides).differing == {"DMV-02", "DMV-03"}


def test_texts_for_people_are_no_difference():
    assert company("deny", {"agency": ["CBP"]}, reason="x").differing == {"NEW"}
