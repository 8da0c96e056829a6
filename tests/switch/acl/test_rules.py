"""Rules: whom a subject meets, and what a rule speaks of."""

from __future__ import annotations

import dataclasses

import pytest

from switch.acl.directory import Directory
from switch.acl.rules import Effect, Facets, Request, Rule, Subject, index_keys_of
from switch.terms import DataClass
from switch.world_file import load_world

DIRECTORY = Directory(load_world("golden-state"))


def facets(terminal="BAY-PD", ori="BAY-PD", operators=(), others=()) -> Facets:
    return Facets("BAY1", "TFO7", "CA0990100", None, (terminal, ori), operators, others)


def subject(**lists) -> Subject:
    prefix = tuple(lists.pop("ori_prefix", ()))
    sets = {name: frozenset(values) for name, values in lists.items()}
    return Subject(ori_prefix=prefix, **sets)


RULE = Rule("R", Effect.DENY, Subject(everyone=True), None, 10.0, 20.0)
REQUEST = Request("BAY1", "CA0990100", "TFO7", None, "CADMV", "DQ", False, None)


@pytest.mark.parametrize(
    ("lists", "through"),
    [
        ({"group": ["ero"]}, {"ICE-ERO"}),  # the operator's other agency
        ({"agency": ["DHS"]}, {"ICE-ERO"}),  # an ancestor selects its descendants
        ({"group": ["police", "ero"]}, {"BAY-PD", "ICE-ERO"}),  # any entry suffices
        ({"group": ["police"], "agency": ["ICE"]}, {"BAY-PD", "ICE-ERO"}),  # by different facets
        ({"agency": ["REGION-HUB"]}, {"REGION-HUB"}),
        ({"terminal": ["BAY1"]}, {"BAY-PD"}),
        ({"operator": ["TFO7"]}, {"BAY-PD", "ICE-ERO"}),
        ({"ori": ["CA0990100"]}, {"BAY-PD"}),
        ({"ori_prefix": ["CA099"]}, {"BAY-PD"}),
        ({"group": ["hsi"]}, None),
        ({"group": ["ero"], "terminal": ["ERO1"]}, None),  # all lists must be met
    ],
)
def test_a_deny_is_met_by_any_facet_and_says_through_which_agency(lists, through):
    met = facets(operators=("BAY-PD", "ICE-ERO"), others=("REGION-HUB",))
    assert subject(**lists).met_by_any(met, DIRECTORY) == through


def test_everyone_is_met_through_every_agency_of_the_request():
    met = facets(operators=("BAY-PD", "ICE-ERO"))
    assert Subject(everyone=True).met_by_any(met, DIRECTORY) == {"BAY-PD", "ICE-ERO"}
    assert Subject(everyone=True).met_by_both(met, DIRECTORY)


def test_a_function_is_not_inherited():
    assert subject(function=["immigration"]).holds_agency("ICE-ERO", DIRECTORY)
    assert not subject(function=["immigration"]).holds_agency("ICE", DIRECTORY)
    assert not subject(function=["immigration"]).holds_agency("ICE-HSI", DIRECTORY)


@pytest.mark.parametrize(
    ("terminal", "ori", "met"),
    [
        ("ICE-HSI", "ICE-HSI", True),
        ("ICE-HSI", "BAY-PD", False),
        ("BAY-PD", "ICE-HSI", False),
    ],
)
def test_an_allow_needs_the_terminal_and_the_ori(terminal, ori, met):
    assert subject(group=["hsi"]).met_by_both(facets(terminal, ori), DIRECTORY) is met


def test_an_allow_looks_past_operators_hubs_and_on_behalf_of():
    met = facets(operators=("ICE-ERO",), others=("ICE-ERO",))
    assert not subject(group=["ero"]).met_by_both(met, DIRECTORY)


def test_an_exception_without_agency_lists_contains_the_lines_own_agencies_only():
    by_terminal = subject(terminal=["BAY1"])
    assert by_terminal.contains("BAY-PD", facets(), DIRECTORY)
    assert not by_terminal.contains("ICE-ERO", facets(operators=("ICE-ERO",)), DIRECTORY)
    assert subject(agency=["DHS"]).contains("ICE-ERO", facets(), DIRECTORY)


@pytest.mark.parametrize(
    ("effect", "purpose", "speaks"),
    [
        (Effect.DENY, None, True),
        (Effect.REFER, None, True),
        (Effect.ALLOW, None, False),
        (Effect.DENY, "C", True),
        (Effect.DENY, "J", False),
        (Effect.ALLOW, "C", True),
    ],
)
def test_no_purpose_meets_every_deny_that_names_one_and_no_allow(effect, purpose, speaks):
    rule = dataclasses.replace(RULE, effect=effect, purposes=frozenset("C"))
    assert rule.speaks_of(REQUEST._replace(purpose=purpose)) is speaks


def test_key_and_image_narrow():
    assert not dataclasses.replace(RULE, keys=frozenset(["RQ"])).speaks_of(REQUEST)
    assert not dataclasses.replace(RULE, image=True).speaks_of(REQUEST)
    assert dataclasses.replace(RULE, image=False).speaks_of(REQUEST)


@pytest.mark.parametrize(("at", "holds"), [(9.9, False), (10.0, True), (19.9, True), (20.0, False)])
def test_from_is_inclusive_and_until_exclusive(at, holds):
    assert RULE.in_force(at) is holds


def test_a_rule_without_end_stays_until_it_is_withdrawn():
    assert dataclasses.replace(RULE, end=None).in_force(1e12)


def test_a_rule_is_filed_where_every_request_that_meets_it_looks():
    met = facets(operators=("BAY-PD", "ICE-ERO"), others=("REGION-HUB",))
    looked_at = set(index_keys_of(met, DIRECTORY))
    for lists in (
        {"group": ["ero"]},
        {"agency": ["DHS"]},
        {"ori_prefix": ["CA099"]},
        {"terminal": ["BAY1"]},
        {"operator": ["TFO7"]},
        {"function": ["immigration"]},
    ):
        assert looked_at & set(subject(**lists).index_keys()), lists
    assert ("everyone", "") in looked_at


def test_each_list_is_met_through_its_own_facet_only():
    borrowed = facets(terminal="BAY-PD", ori="ICE-HSI", operators=("ICE-ERO",))
    assert subject(terminal=["BAY1"]).met_by_any(borrowed, DIRECTORY) == {"BAY-PD"}
    assert subject(terminal=["BAY2"]).met_by_any(borrowed, DIRECTORY) is None
    assert subject(operator=["TFO7"]).met_by_any(borrowed, DIRECTORY) == {"ICE-ERO"}
    assert subject(operator=["TFO8"]).met_by_any(borrowed, DIRECTORY) is None


@pytest.mark.parametrize(
    ("lists", "through"),
    [
        ({"ori": ["DCICE0900"]}, {"ICE-ERO"}),
        ({"ori": ["CA0990100"]}, {"BAY-PD"}),
        ({"ori": ["CA0990100", "DCICE0900"]}, {"BAY-PD", "ICE-ERO"}),
        ({"ori": ["DCICE0500"]}, None),
        ({"ori_prefix": ["DCICE"]}, {"ICE-ERO"}),
        ({"ori_prefix": ["ZZ", "CA"]}, {"BAY-PD"}),
        ({"ori_prefix": ["ZZ"]}, None),
        ({"ori": ["DCICE0900"], "ori_prefix": ["CA"]}, {"BAY-PD", "ICE-ERO"}),
        ({"ori": ["DCICE0900"], "ori_prefix": ["ZZ"]}, None),
    ],
)
def test_an_ori_stands_for_its_agency_whoever_it_is_given_for(lists, through):
    met = dataclasses.replace(facets(), on_behalf_of="DCICE0900")
    assert subject(**lists).met_by_any(met, DIRECTORY) == through


def test_an_ori_that_nobody_has_is_met_through_nobody():
    met = dataclasses.replace(facets(), ori="CA0990999")
    assert subject(ori=["CA0990999"]).met_by_any(met, DIRECTORY) == frozenset()
    assert subject(ori_prefix=["CA099099"]).met_by_any(met, DIRECTORY) == frozenset()


@pytest.mark.parametrize(
    ("lists", "met"),
    [
        ({"agency": ["BAY-PD"]}, True),
        ({"agency": ["CBP"]}, False),
        ({"group": ["police"]}, True),
        ({"group": ["ero"]}, False),
        ({"function": ["immigration"]}, False),
        ({"ori": ["CA0990100"]}, True),
        ({"ori": ["DCICE0900"]}, False),
        ({"ori_prefix": ["ZZ", "CA099"]}, True),
        ({"ori_prefix": ["DC"]}, False),
        ({"terminal": ["BAY1"]}, True),
        ({"terminal": ["BAY2"]}, False),
        ({"operator": ["TFO7"]}, True),
        ({"operator": ["TFO8"]}, False),
        ({"agency": ["BAY-PD"], "group": ["ero"]}, False),
        ({"agency": ["BAY-PD"], "terminal": ["BAY2"]}, False),
        ({"ori": ["CA0990100"], "operator": ["TFO8"]}, False),
    ],
)
def test_an_allow_is_met_where_every_list_given_is(lists, met):
    assert subject(**lists).met_by_both(facets(), DIRECTORY) is met


def test_every_agency_list_must_hold_for_the_one_agency():
    both = subject(group=["ero"], function=["immigration"])
    assert both.holds_agency("ICE-ERO", DIRECTORY)
    assert not subject(group=["hsi"], function=["immigration"]).holds_agency("ICE-ERO", DIRECTORY)
    assert not subject(agency=["CBP"], group=["ero"]).holds_agency("ICE-ERO", DIRECTORY)
    assert not subject(group=["ero"], function=["x"]).holds_agency("ICE-ERO", DIRECTORY)


def test_everyone_contains_the_lines_own_agencies_only():
    met = facets(terminal="BAY-PD", ori="ICE-HSI", operators=("ICE-ERO",))
    holds = [Subject(everyone=True).contains(a, met, DIRECTORY) for a in met.agencies]
    assert holds == [True, True, False]


@pytest.mark.parametrize(
    ("lists", "keys"),
    [
        ({}, [("everyone", "")]),
        ({"terminal": ["T"], "operator": ["O"], "ori": ["I"]}, [("terminal", "T")]),
        ({"operator": ["O"], "ori": ["I"], "agency": ["A"]}, [("operator", "O")]),
        ({"ori": ["I"], "agency": ["A"], "group": ["G"]}, [("ori", "I")]),
        ({"agency": ["A"], "group": ["G"], "function": ["F"]}, [("agency", "A")]),
        ({"group": ["G"], "function": ["F"]}, [("group", "G")]),
        ({"function": ["F"], "ori_prefix": ["P"]}, [("function", "F")]),
        ({"ori_prefix": ["P", "Q"]}, [("ori_prefix", "P"), ("ori_prefix", "Q")]),
        ({"group": list("GBFADCE")}, [("group", each) for each in "ABCDEFG"]),
    ],
)
def test_a_rule_is_filed_by_what_is_likely_its_narrowest_list(lists, keys):
    assert subject(**lists).index_keys() == keys


def test_a_request_looks_under_every_value_of_its_facets():
    met = Facets("T", "O", "CA1", "NV2", ("BAY-PD", "ICE-ERO"), (), ("BAY-PD",))
    prefixes = [f"{ori[:size]}" for ori in ("CA1", "NV2") for size in (1, 2, 3)]
    assert list(index_keys_of(met, DIRECTORY)) == [
        ("everyone", ""),
        ("terminal", "T"),
        ("operator", "O"),
        ("ori", "CA1"),
        *(("ori_prefix", prefix) for prefix in prefixes[:3]),
        ("ori", "NV2"),
        *(("ori_prefix", prefix) for prefix in prefixes[3:]),
        ("agency", "BAY-PD"),
        *(("group", group) for group in sorted(DIRECTORY.groups["BAY-PD"])),
        *(("function", function) for function in sorted(DIRECTORY.functions["BAY-PD"])),
        ("agency", "DHS"),
        ("agency", "ICE"),
        ("agency", "ICE-ERO"),
        ("group", "ero"),
        ("function", "immigration"),
    ]
    nobody = dataclasses.replace(met, operator=None, on_behalf_of=None)
    kinds = {kind for kind, _ in index_keys_of(nobody, DIRECTORY)}
    assert "operator" not in kinds
    assert ("ori", "NV2") not in set(index_keys_of(nobody, DIRECTORY))


def test_a_rule_covers_what_it_names_or_anything():
    assert RULE.covers("driver.record")
    photo = frozenset({DataClass("driver.photo")})
    assert dataclasses.replace(RULE, data=photo).covers("driver.photo")
    assert not dataclasses.replace(RULE, data=photo).covers("driver.record")
