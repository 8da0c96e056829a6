"""Differences: every one is found, and every one that is found is real."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from switch.acl.analysis.difference import Kind, difference
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.policy import Policy
from switch.files.authored import instant
from switch.terms import DataClass
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()


def rule(who: dict, **more: object) -> dict:
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    return {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c", **who, **more}


def test_no_change_is_no_difference():
    assert difference(STACK, STACK) == []


def test_a_cut_off_takes_from_the_agency_and_from_whoever_works_for_it():
    changes = difference(STACK, STACK.with_rule("CADMV", "deny", rule({"agency": ["CBP"]})))
    told = {(change.kind, change.who, len(change.data_classes)) for change in changes}
    assert told == {
        (Kind.LOST, "CBP", 5),
        (Kind.LOST, "at another desk, an operator of CBP", 5),
        (Kind.LOST, "at another desk, on behalf of CBP", 5),
    }
    since = instant(datetime.fromisoformat("2019-11-01T00:00:00"), WORLD.timezone)
    assert {change.spans for change in changes} == {((since, None),)}
    assert not any(change.widens for change in changes)


def test_withdrawing_a_suspension_gives_access_back_where_no_owner_objects():
    at = instant(datetime.fromisoformat("2019-11-01T00:00:00"), WORLD.timezone)
    changes = difference(STACK, STACK.withdrawn("NETWORK", "NET-01", at))
    plain = [change for change in changes if change.who == "ICE-ERO"]
    assert all(change.kind is Kind.GAINED and change.widens for change in plain)
    of_the_network = {"ORION", "RAND"}
    states = {"CAWPS", "CASVS", "CACHS", "NVDMV"}
    assert {change.backend for change in plain} == states | of_the_network
    assert {change.spans for change in plain} == {((at, None),)}


def test_a_lifted_mask_widens_and_an_added_one_does_not():
    more = STACK.with_rule("CAWPS", "allow", rule({"group": ["police"]}, mask=["DOB"]))
    (added,) = difference(STACK, more)[:1]
    assert (added.kind, added.new_masks, added.widens) == (Kind.MASKED, ("DOB",), False)
    assert all(change.widens for change in difference(more, STACK))


def test_a_field_that_the_catalog_gives_to_a_class_is_seen_by_whoever_gets_the_class():
    record = DataClass("driver.record")
    fields = dict(WORLD.class_fields) | {record: WORLD.class_fields[record] | {"MIS"}}
    world = replace(WORLD, class_fields=fields)
    more = AccessStack(world, Directory(world), STACK.owners, STACK.network)
    changes = difference(STACK, more)
    assert {change.backend for change in changes} == {"CADMV", "NVDMV"}
    assert {(change.kind, change.uncovered) for change in changes} == {(Kind.MASKED, ("MIS",))}
    assert all(change.widens for change in changes)
    back = difference(more, STACK)
    assert {(change.covered, change.widens) for change in back} == {(("MIS",), False)}


def test_the_order_in_which_rules_stand_is_no_difference():
    turned = STACK
    for policy in STACK.owners.values():
        rules = policy.rules[::-1]
        new = Policy(policy.name, rules, policy.default, "turned", policy.owner)
        turned = turned.with_policy(new)
    assert difference(STACK, turned) == []


def in_world(world, stack=STACK) -> AccessStack:
    return AccessStack(world, Directory(world), dict(stack.owners), stack.network)


def test_a_change_of_the_directory_alone_or_of_the_catalog_alone_is_compared():
    hsi = replace(WORLD.agencies["ICE-HSI"], groups=("ero",))
    moved = in_world(replace(WORLD, agencies={**WORLD.agencies, hsi.id: hsi}))
    assert {change.who for change in difference(STACK, moved)} >= {"ICE-HSI"}
    catalog = tuple(replace(entry, image_classes=()) for entry in WORLD.catalog)
    plain = difference(STACK, in_world(replace(WORLD, catalog=catalog)))
    assert {change.data_classes for change in plain} == {("driver.photo",)}
    assert {change.kind for change in plain} == {Kind.LOST}


def test_where_everything_is_another_everything_is_compared():
    hsi = replace(WORLD.agencies["ICE-HSI"], groups=("ero",))
    catalog = tuple(replace(entry, image_classes=()) for entry in WORLD.catalog)
    world = replace(WORLD, agencies={**WORLD.agencies, hsi.id: hsi}, catalog=catalog)
    at = instant(datetime.fromisoformat("2019-11-01T00:00:00"), WORLD.timezone)
    changed = STACK.withdrawn("NETWORK", "NET-01", at)
    changed = changed.with_rule("CADMV", "deny", rule({"agency": ["CBP"]}))
    found = difference(STACK, in_world(world, changed))
    assert "CADMV" in {change.backend for change in found if change.who == "CBP"}


def test_who_asks_plainly_is_told_first_in_the_order_of_the_world():
    at = instant(datetime.fromisoformat("2019-11-01T00:00:00"), WORLD.timezone)
    new = STACK.withdrawn("NETWORK", "NET-01", at)
    for backend in ("CAWPS", "NVDMV"):
        new = new.with_rule(backend, "deny", rule({"agency": ["CBP", "BAY-PD"]}))
    asks = [change.asks for change in difference(STACK, new)]
    plain = [name for name in asks if name is not None]
    assert asks == [*plain, *[None] * (len(asks) - len(plain))]
    assert list(dict.fromkeys(plain)) == ["BAY-PD", "ICE-ERO", "CBP"]


def test_of_what_is_gained_or_lost_no_field_is_told():
    cut = STACK.with_rule("CADMV", "deny", rule({"agency": ["CBP"]}))
    changes = [*difference(STACK, cut), *difference(cut, STACK)]
    assert {(change.uncovered, change.covered) for change in changes} == {((), ())}
