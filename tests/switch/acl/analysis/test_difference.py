"""Differences: every one is found, and every one that is found is real."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.difference import Kind, difference
from switch.acl.document import load_stack
from switch.acl.rules import Request
from switch.authored import instant
from switch.world_file import load_world
from tests.playbook import golden_state
from tests.switch.acl import random_worlds

WORLD, STACK, _ = golden_state()


def rule(who: dict, **more: object) -> dict:
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    return {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c", **who, **more}


def released(stack, request: Request, at: float) -> dict:
    decision = stack.decide(request, at)
    if not decision.released:
        return {}
    fields = stack.world.class_fields
    return {
        name: set(decision.masks) & fields[name]
        for name, verdict, _ in decision.classes
        if verdict.released
    }


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
    assert {change.backend for change in plain} == {"CAWPS", "CASVS", "CACHS", "NVDMV"}
    assert {change.spans for change in plain} == {((at, None),)}


def test_a_lifted_mask_widens_and_an_added_one_does_not():
    more = STACK.with_rule("CAWPS", "allow", rule({"group": ["police"]}, mask=["DOB"]))
    (added,) = difference(STACK, more)[:1]
    assert (added.kind, added.new_masks, added.widens) == (Kind.MASKED, ("DOB",), False)
    assert all(change.widens for change in difference(more, STACK))


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_enumeration(tmp_path: Path, seed: int):
    random = Random(seed)
    place = random_worlds.world(random)
    network = random_worlds.network_file(random, place)
    shared = random_worlds.owner_file(random, place, "B2")
    stacks = []
    for name in ("old", "new"):
        owners = {"B1": random_worlds.owner_file(random, place, "B1", 4), "B2": shared}
        folder = random_worlds.write(tmp_path / name, place, owners, network)
        stacks.append(load_stack(load_world(str(folder))))
    old, new = stacks
    changes = difference(old, new)
    for change in changes:
        before = released(old, change.witness, change.at)
        after = released(new, change.witness, change.at)
        for name in change.data_classes[:1]:
            assert before.get(name) != after.get(name)
            assert (name in before, name in after) == {
                Kind.GAINED: (False, True),
                Kind.LOST: (True, False),
                Kind.MASKED: (True, True),
            }[change.kind]
    told = {(c.kind, name, span) for c in changes for name in c.data_classes for span in c.spans}
    world = new.world
    instants = sorted({*old.instants_until(1e12), *new.instants_until(1e12)})
    for at in [instants[0] - 1, *instants]:
        for request in everything(world, new):
            before, after = released(old, request, at), released(new, request, at)
            for name in {*before, *after}:
                if before.get(name) != after.get(name):
                    kind = (
                        Kind.MASKED
                        if name in before and name in after
                        else (Kind.GAINED if name in after else Kind.LOST)
                    )
                    assert any(
                        (kind, name) == (k, n)
                        and (start is None or start <= at)
                        and (end is None or at < end)
                        for k, n, (start, end) in told
                    ), (request, at, name)


def everything(world, stack):
    entries = [entry for entry in world.catalog if entry.backend == "B1"]
    agency_of = stack.directory.agency_of
    for terminal in world.terminals.values():
        own = world.agencies[terminal.agency]
        oris = [ori for ori, agency in agency_of.items() if agency in (own.id, *own.services)]
        behalves = [None, *list(agency_of)[::4]]
        people = product(oris, [None, *world.operators], behalves, [None, "C"])
        for (ori, operator, behalf, purpose), entry in product(people, entries):
            for image in (False, True):
                yield Request(
                    terminal.mnemonic, ori, operator, behalf, "B1", entry.key, image, purpose
                )
