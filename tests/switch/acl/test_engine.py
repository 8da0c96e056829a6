"""The engine against an independent oracle, and the properties that no file may break."""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random

import pytest

from switch.acl.document import load_stack
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.oracle import Oracle

WORLDS = 60
REQUESTS = 400  # to each world: 24,000 decisions in one run of the suite


def asked(table: dict) -> Request:
    return Request(*(table[name] for name in Request._fields))


def instants(random: Random, oracle: Oracle) -> float:
    """Anywhere in the ten days, and often exactly where something changes, or just before."""
    at = oracle.when(random_worlds.day(random))
    return at + random.choice([0, 0, -0.001, 3600])


def loaded(folder: Path, *tables: object) -> AccessStack:
    return load_stack(load_world(str(random_worlds.write(folder, *tables))))  # type: ignore[arg-type]


def made(seed: int) -> tuple[Random, dict, dict, dict]:
    random = Random(seed)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name) for name in ("B1", "B2")}
    return random, place, owners, random_worlds.network_file(random, place)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_the_engine_agrees_with_the_oracle(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(REQUESTS):
        table, at = random_worlds.request(random, place), instants(random, oracle)
        expected, decision = oracle.decide(table, at), stack.decide(asked(table), at)
        assert decision.verdict == expected["verdict"], (table, at)
        if expected["verdict"] == "DENY-ERROR":
            continue
        got = {
            "verdict": decision.verdict,
            "owner": decision.owner,
            "classes": {name: verdict for name, verdict, _ in decision.classes},
            "rules": set(decision.rules),
            "exceptions": set(decision.exceptions),
            "masks": set(decision.masks),
            "notices": set(decision.notices),
        }
        assert got == expected, (table, at)


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_adding_a_deny_never_widens_access(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    before = loaded(tmp_path / "before", place, owners, network)
    deny = random_worlds.timed(random, "NEW") | random_worlds.subject(random, place)
    owners["B1"].setdefault("deny", []).append(deny | {"data": "any"})
    after = loaded(tmp_path / "after", place, owners, network)
    oracle = Oracle(place, owners, network)
    for _ in range(200):
        request = asked(random_worlds.request(random, place))
        at = instants(random, oracle)
        was, now = before.decide(request, at), after.decide(request, at)
        assert now.released_classes <= was.released_classes
        assert not (now.released and not was.released)


@pytest.mark.parametrize("seed", range(2000, 2012))
def test_the_order_of_rules_never_matters(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    one = loaded(tmp_path / "one", place, owners, network)
    turned = copy.deepcopy(owners)
    for file in turned.values():
        for effect in ("deny", "refer", "allow"):
            if effect in file:
                file[effect] = list(reversed(file[effect]))
    other = loaded(tmp_path / "other", place, turned, network)
    oracle = Oracle(place, owners, network)
    for _ in range(200):
        request, at = asked(random_worlds.request(random, place)), instants(random, oracle)
        a, b = one.decide(request, at), other.decide(request, at)
        parts = ("verdict", "classes", "rules", "exceptions", "masks", "notices", "tell")
        assert [getattr(a, part) for part in parts] == [getattr(b, part) for part in parts]


@pytest.mark.parametrize("seed", range(3000, 3012))
def test_an_owners_file_never_affects_anothers_backend(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    one = loaded(tmp_path / "one", place, owners, network)
    changed = owners | {"B2": random_worlds.owner_file(random, place, "B2")}
    other = loaded(tmp_path / "other", place, changed, network)
    oracle = Oracle(place, owners, network)
    for _ in range(200):
        table = random_worlds.request(random, place) | {"backend": "B1", "key": "DQ"}
        at = instants(random, oracle)
        a, b = one.decide(asked(table), at), other.decide(asked(table), at)
        assert (a.verdict, a.classes, a.masks) == (b.verdict, b.classes, b.masks)


@pytest.mark.parametrize("seed", range(4000, 4008))
def test_a_release_is_never_wider_than_either_decision(tmp_path: Path, seed: int):
    random, place, owners, network = made(seed)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(200):
        request = asked(random_worlds.request(random, place))
        first, second = sorted((instants(random, oracle), instants(random, oracle)))
        earlier, later = stack.decide(request, first), stack.decide(request, second)
        release = stack.decide_release(request, first, earlier, second)
        assert release.released_classes <= earlier.released_classes & later.released_classes
        assert set(release.masks) >= set(earlier.masks)
        if stack.epoch(first) == stack.epoch(second):
            assert release is earlier


def test_decisions_change_only_at_the_instants_that_the_stack_names(tmp_path: Path):
    random, place, owners, network = made(5)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    at = oracle.when(random_worlds.START) - 1
    requests = [asked(random_worlds.request(random, place)) for _ in range(100)]
    while (change := stack.next_instant(at)) is not None:
        for request in requests:
            just_before = stack.decide_owner_only(request, change - 0.001)
            assert just_before.classes == stack.decide_owner_only(request, at).classes
        at = change


def test_a_full_memory_of_decisions_forgets_and_goes_on(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("switch.acl.engine.REMEMBERED_MAX", 3)
    random, place, owners, network = made(6)
    stack, oracle = loaded(tmp_path, place, owners, network), Oracle(place, owners, network)
    for _ in range(50):
        table, at = random_worlds.request(random, place), instants(random, oracle)
        assert stack.decide(asked(table), at).verdict == oracle.decide(table, at)["verdict"]
        assert len(stack._remembered) <= 3
