"""Whoever meets no rule that differs is left out; everybody else is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from switch.acl.analysis.company import Company, meaning
from switch.acl.analysis.pair import Pair
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.rules import Effect, Rule, Subject
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()
EVERY = tuple(WORLD.operators)
ORIS = tuple(STACK.directory.agency_of)
NOVEMBER = 1572591600.0  # 2019-11-01T00:00:00 in Los Angeles


def more(stack: AccessStack, effect: str, name: str, **who: object) -> AccessStack:
    """The stack with one rule more of CADMV."""
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    table = {"id": name, "data": "any", "from": when, "reason": "r", "cite": "c", **who}
    return stack.with_rule("CADMV", effect, table)


def moved(stack: AccessStack, what: str, row: str, **changes: object) -> AccessStack:
    """The stack in a world in which one row of a table is another."""
    table = getattr(stack.world, what)
    world = replace(stack.world, **{what: {**table, row: replace(table[row], **changes)}})
    return in_world(stack, world)


def in_world(stack: AccessStack, world) -> AccessStack:
    return AccessStack(world, Directory(world), dict(stack.owners), stack.network)


def between(old: AccessStack, new: AccessStack) -> Company:
    return Company(*Pair(old, new, "CADMV").sides)


def company(effect: str, who: dict, **others: object) -> Company:
    return between(STACK, more(STACK, effect, "NEW", **who, **others))


# --- which rules differ ---------------------------------------------------------------------------


def test_where_nothing_differs_nobody_counts():
    same = between(STACK, STACK)
    assert same.differing == set()
    assert same.operators(EVERY) == []
    assert same.behalves(ORIS) == []


RULE = Rule("R", Effect.ALLOW, Subject(group=frozenset({"hsi"})), None, 0.0, None)


@pytest.mark.parametrize(
    "change",
    [
        {"effect": Effect.REFER},
        {"subject": Subject(group=frozenset({"ero"}))},
        {"data": frozenset({"driver.record"})},
        {"start": 1.0},
        {"end": 1.0},
        {"keys": frozenset({"DQ"})},
        {"purposes": frozenset({"C"})},
        {"image": False},
        {"exceptions": frozenset({"X"})},
        {"masks": ("RES",)},
    ],
)
def test_whatever_decides_is_a_difference(change):
    assert meaning(replace(RULE, **change)) != meaning(RULE)


def test_texts_for_people_are_no_difference():
    texts = {"notice": "N", "tell": "T", "reason": "because", "cite": "law", "ordered": 1.0}
    assert meaning(replace(RULE, **texts)) == meaning(RULE)
    old = more(STACK, "deny", "NEW", agency=["CBP"])
    assert between(old, more(STACK, "deny", "NEW", agency=["CBP"], reason="x")).changed == set()
    assert between(old, more(STACK, "deny", "NEW", agency=["ICE"])).changed == {"NEW"}


def test_a_deny_that_excepts_an_allow_that_differs_differs_too():
    ended = STACK.withdrawn("CADMV", "DMV-02", NOVEMBER)
    assert between(STACK, ended).differing == {"DMV-02", "DMV-03"}
    assert between(ended, STACK).changed == {"DMV-02", "DMV-03"}


# A rule for every list by which somebody can be selected, the same before and after.
SELECTING = STACK
for _name, _who in {
    "AGENCY": {"agency": ["BAY-PD"]},
    "FUNCTION": {"function": ["immigration"]},
    "HUB": {"agency": ["REGION-HUB"]},
    "ORI": {"ori": ["CA0990300"]},
    "PREFIX": {"ori_prefix": ["NV"]},
    "TERMINAL": {"terminal": ["BAY2"]},
    "OPERATOR": {"operator": ["BPD2"]},
}.items():
    SELECTING = more(SELECTING, "deny", _name, **_who)


@pytest.mark.parametrize(
    ("what", "name", "changes", "differing"),
    [
        ("agencies", "CBP", {"groups": ("ero",)}, {"DMV-01"}),
        ("agencies", "CBP", {"functions": ()}, {"FUNCTION"}),
        ("agencies", "CBP", {"name": "Border"}, set()),
        ("agencies", "BAY-PD", {"parent": "ICE-ERO"}, {"DMV-01"}),
        ("terminals", "BAY2", {"agency": "NV-HP"}, {"AGENCY"}),
        ("terminals", "BAY2", {"via": ("REGION-HUB",)}, {"HUB"}),
        ("terminals", "HRB1", {"via": ()}, {"HUB"}),
        ("operators", "BPD2", {"agency": "VALLEY-SO"}, {"AGENCY"}),
        ("operators", "TFO7", {"affiliations": ()}, {"DMV-01", "FUNCTION"}),
    ],
)
def test_a_rule_that_somebody_else_meets_than_before_differs(what, name, changes, differing):
    other = moved(SELECTING, what, name, **changes)
    assert between(SELECTING, other).changed == differing
    assert between(other, SELECTING).changed == differing


def test_an_ori_of_another_agency_is_met_by_the_rules_about_that_one():
    given = moved(SELECTING, "agencies", "HARBOR-PD", oris=())
    taken = moved(given, "agencies", "BAY-PD", oris=("CA0990100", "CA0990300"))
    assert between(SELECTING, taken).changed == {"AGENCY"}


def test_an_affiliation_of_another_time_is_a_difference():
    [one] = WORLD.operators["TFO7"].affiliations
    longer = moved(SELECTING, "operators", "TFO7", affiliations=(one._replace(end=None),))
    assert between(SELECTING, longer).changed == {"DMV-01", "FUNCTION"}


def test_to_pass_a_hub_is_not_to_be_at_its_desk():
    hub = moved(SELECTING, "terminals", "HRB1", agency="REGION-HUB", via=("HARBOR-PD",))
    other = more(SELECTING, "deny", "HARBOR", agency=["HARBOR-PD"])
    assert between(SELECTING, hub).changed == {"HUB"}
    assert between(other, in_world(other, hub.world)).changed == {"HUB", "HARBOR"}


def test_who_is_on_one_side_only_moves_no_rule():
    agency = replace(WORLD.agencies["CBP"], id="NEW", oris=("DCCBP0900",))
    people = replace(WORLD.operators["BPD2"], id="BPD9")
    world = replace(
        WORLD,
        agencies={**WORLD.agencies, "NEW": agency},
        operators={**WORLD.operators, "BPD9": people},
    )
    new = in_world(SELECTING, world)
    assert between(SELECTING, new).changed == between(new, SELECTING).changed == set()


# --- exceptions for the line's own agencies -------------------------------------------------------


def excepting(**who: object) -> AccessStack:
    return more(
        more(STACK, "allow", "LET", **who), "deny", "ALL", group=["police"], **{"except": ["LET"]}
    )


[TFO7] = WORLD.operators["TFO7"].affiliations
HOMES = [
    ("terminals", "BAY2", {"agency": "HARBOR-PD"}),
    ("terminals", "BAY2", {"via": ("REGION-HUB",)}),
    ("operators", "BPD2", {"agency": "HARBOR-PD"}),
    ("operators", "BPD2", {"affiliations": (TFO7._replace(agency="HARBOR-PD"),)}),
]


@pytest.mark.parametrize(("what", "name", "changes"), HOMES)
def test_who_is_of_another_agency_is_excused_by_another_line(what, name, changes):
    everyone, police = excepting(everyone=True), excepting(group=["police"])
    assert between(everyone, moved(everyone, what, name, **changes)).changed >= {"ALL"}
    assert "LET" not in between(everyone, moved(everyone, what, name, **changes)).changed
    by_group = between(police, moved(police, what, name, **changes)).changed
    assert ("ALL" in by_group) == ("affiliations" in changes)  # police now and then: met otherwise


def test_an_ori_of_another_agency_is_excused_by_another_line():
    stack = excepting(everyone=True)
    given = moved(stack, "agencies", "HARBOR-PD", oris=())
    taken = moved(given, "agencies", "BAY-PD", oris=("CA0990100", "CA0990300"))
    assert between(stack, taken).changed == {"ALL"}
    assert between(stack, given).changed == set()


# --- the primary class ----------------------------------------------------------------------------


def with_catalog(stack: AccessStack, backend: str, key: str, **changes: object) -> AccessStack:
    catalog = tuple(
        replace(each, **changes) if (each.backend, each.key) == (backend, key) else each
        for each in stack.world.catalog
    )
    return in_world(stack, replace(stack.world, catalog=catalog))


def test_where_another_class_is_the_primary_one_every_refusal_differs():
    stack = more(STACK, "refer", "ASK", agency=["CBP"])
    turned = ("vehicle.owner", "vehicle.registration")
    other = with_catalog(stack, "CADMV", "RNQ", classes=turned)
    assert between(stack, other).changed == {"DMV-01", "DMV-03", "ASK"}
    fewer = with_catalog(stack, "CADMV", "RNQ", classes=turned[1:])
    assert between(stack, fewer).changed == set()
    allowed = more(other, "allow", "LET", agency=["CBP"])
    assert between(stack, allowed).changed == {"DMV-01", "DMV-03", "ASK", "LET"}
    elsewhere = with_catalog(stack, "NVDMV", "RQ", classes=turned)
    assert between(stack, elsewhere).changed == set()


def test_a_key_on_one_side_only_has_no_other_primary_class():
    catalog = tuple(each for each in WORLD.catalog if each.key != "RNQ")
    fewer = in_world(STACK, replace(WORLD, catalog=catalog))
    assert between(STACK, fewer).changed == between(fewer, STACK).changed == set()


# --- masks that hide ------------------------------------------------------------------------------

OWNER = {"group": ["police"], "data": ["vehicle.owner"], "mask": ["VIN"]}


@pytest.mark.parametrize(
    ("effect", "refused", "hides"),
    [
        ("deny", {"data": ["vehicle.owner"]}, True),
        ("refer", {"data": ["vehicle.owner"]}, True),
        ("deny", {"data": "any"}, False),  # the field goes with the mask
        ("deny", {"data": "any", "except": ["OWNER"]}, True),  # and here it may stay
        ("deny", {"data": ["vehicle.registration"]}, False),
        ("deny", {"data": ["vehicle.registration"], "except": ["OWNER"]}, False),
        ("allow", {"data": ["vehicle.owner"]}, False),
    ],
)
def test_a_refusal_that_takes_a_mask_away_and_leaves_its_field_counts(effect, refused, hides):
    stack = more(more(STACK, "allow", "OWNER", **OWNER), effect, "CBP", agency=["CBP"], **refused)
    same = between(stack, stack)
    assert same.changed == set()
    assert ("CBP" in same.differing) == hides
    met = same.met_by_operator("CBP1A")
    assert met == ({Subject(agency=frozenset({"CBP"}))} if hides else set())
    assert same.unmasks(met) == hides
    assert not same.changes(met)


@pytest.mark.parametrize(
    ("allow", "refused", "hides"),
    [
        ({"data": ["vehicle.owner"], "mask": ["RES"]}, ["vehicle.owner"], False),  # its own field
        ({"data": ["vehicle.owner"]}, ["vehicle.owner"], False),
        ({"data": "any", "mask": ["VIN"]}, ["vehicle.owner"], False),
        ({"data": ["driver.photo"], "mask": ["DOB"]}, ["driver.photo"], True),
        ({"data": ["driver.record"], "mask": ["SOC"]}, ["driver.record"], False),  # is the primary
        ({"data": ["driver.ssn"], "mask": ["IMG", "RES"]}, ["driver.ssn"], True),
    ],
)
def test_a_mask_hides_a_field_of_a_class_that_its_allow_does_not_let_out(allow, refused, hides):
    allowed = more(STACK, "allow", "LET", group=["police"], **allow)
    stack = more(allowed, "deny", "CBP", agency=["CBP"], data=refused)
    assert ("CBP" in between(stack, stack).differing) == hides


def test_what_hides_on_one_side_only_counts_on_both():
    refused = more(STACK, "deny", "CBP", agency=["CBP"], data=["vehicle.owner"])
    hiding = more(refused, "allow", "OWNER", **OWNER)
    for company in between(refused, hiding), between(hiding, refused):
        assert (company.changed, company.differing - company.changed) == (
            {"OWNER"},
            {"CBP", "DMV-03"},
        )
        assert company.changes(company.met_by_behalf("CA0990100"))
        assert not company.unmasks(company.met_by_behalf("CA0990100"))


def test_the_answers_of_other_databases_hide_nothing():
    turned = ("vehicle.owner", "vehicle.registration")
    stack = more(STACK, "allow", "OWNER", **OWNER)
    stack = more(stack, "deny", "CBP", agency=["CBP"], data=["vehicle.owner"])
    for key in ("RQ", "RNQ"):
        stack = with_catalog(stack, "CADMV", key, classes=turned)
    assert "CBP" not in between(stack, stack).differing


def test_a_class_without_fields_hides_nothing():
    stack = more(STACK, "allow", "OWNER", **OWNER)
    stack = more(stack, "deny", "CBP", agency=["CBP"], data=["vehicle.owner"])
    fields = {n: codes for n, codes in WORLD.class_fields.items() if n != "vehicle.registration"}
    other = in_world(stack, replace(WORLD, class_fields=fields))
    assert "CBP" not in between(other, other).differing


# --- who meets them -------------------------------------------------------------------------------


def test_whoever_works_for_somebody_in_a_rule_that_differs_counts():
    assert company("deny", {"agency": ["CBP"]}).operators(EVERY) == ["CBP1A"]
    assert set(company("deny", {"group": ["ero"]}).operators(EVERY)) == {"ERO1A", "TFO7"}
    assert company("deny", {"operator": ["BPD2"]}).operators(EVERY) == ["BPD2"]
    assert company("deny", {"terminal": ["BAY1"]}).operators(EVERY) == []


def test_those_of_a_rule_that_differs_count_to_ask_on_their_behalf():
    assert company("deny", {"agency": ["ICE"]}).behalves(ORIS) == [
        "DCICE0900",
        "DCICE0910",
        "DCICE0500",
    ]
    assert company("deny", {"ori": ["DCICE0910"]}).behalves(ORIS) == ["DCICE0910"]
    assert company("deny", {"ori_prefix": ["NV"]}).behalves(ORIS) == ["NV0990100"]
    assert company("allow", {"operator": ["BPD2"]}).behalves(ORIS) == []


def test_an_operator_whom_an_allow_names_counts_though_that_rule_does_not_differ():
    assert company("allow", {"operator": ["BPD2"]}).operators(EVERY) == ["BPD2"]
    named = more(STACK, "allow", "BPD2", operator=["BPD2"])
    named = more(named, "deny", "NHP1", operator=["NHP1"])
    new = more(named, "deny", "NEW", agency=["CBP"])
    assert between(named, new).named == {"BPD2"}
    assert between(named, new).operators(EVERY) == ["BPD2", "CBP1A"]
    assert between(new, STACK).named == {"BPD2"}


def test_a_rule_for_everyone_counts_by_what_it_excepts():
    assert company("deny", {"everyone": True}).operators(EVERY) == []
    assert company("deny", {"everyone": True}).behalves(ORIS) == []
    excepting = company("deny", {"everyone": True, "except": ["DMV-02"]})
    assert excepting.operators(EVERY) == list(EVERY)
    assert excepting.behalves(ORIS) == list(ORIS)
    some = company("deny", {"agency": ["CBP"], "except": ["DMV-02"]})
    assert some.operators(EVERY) == ["CBP1A"]
    assert some.behalves(ORIS) == ["DCCBP0100"]


def test_who_is_on_one_side_only_counts():
    operators = {name: each for name, each in WORLD.operators.items() if name != "BPD2"}
    fewer = in_world(STACK, replace(WORLD, operators=operators))
    fewer = moved(fewer, "agencies", "NV-HP", oris=())
    for one in between(STACK, fewer), between(fewer, STACK):
        assert one.operators(EVERY) == ["BPD2"]
        assert one.behalves(ORIS) == ["NV0990100"]


def test_whom_a_rule_meets_is_asked_of_both_sides():
    """Somebody who meets it by one directory only meets it."""
    stack = more(STACK, "deny", "CBP", agency=["CBP"])
    other = moved(moved(STACK, "operators", "BPD2", agency="CBP"), "agencies", "CBP", oris=())
    given = moved(other, "agencies", "BAY-PD", parent="CBP")
    subject = Subject(agency=frozenset({"CBP"}))
    for company in between(stack, given), between(given, stack):
        assert company.met_by_operator("BPD2") == company.met_by_operator("CBP1A") == {subject}
        assert company.met_by_behalf("CA0990100") == {subject}
        assert company.met_by_behalf("DCCBP0100") == {subject}
        assert company.met_by_behalf("CA0990200") == company.met_by_operator("NHP1") == set()


def test_a_rule_of_two_lists_is_met_in_part():
    both = company("deny", {"agency": ["CBP"], "ori": ["CA0990200"]})
    subject = Subject(agency=frozenset({"CBP"}), ori=frozenset({"CA0990200"}))
    assert both.met_by_operator("CBP1A") == both.met_by_behalf("CA0990200") == {subject}
    assert both.changes(frozenset({subject}))
    assert not both.changes(both.met_by_operator("HSI1A"))
