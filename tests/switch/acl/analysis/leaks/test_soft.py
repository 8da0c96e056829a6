"""Soft paths: all that the story has, and on random worlds exactly those that enumeration finds."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.leaks.path import Way
from switch.acl.analysis.leaks.search import Search
from switch.acl.analysis.leaks.soft import soft_paths
from switch.acl.document import load_stack
from switch.acl.rules import Subject
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.analysis.leaks.golden import search
from tests.switch.acl.oracle import Oracle

JUNE = 1590994800.0  # 2020-06-01T00:00:00 in Los Angeles, when TFO7's affiliation is over


def at_cadmv(way: Way, who: str):
    paths = soft_paths(search(owner_only=True))
    return [path for path in paths if (path.way, path.who, path.backend) == (way, who, "CADMV")]


def test_the_agency_of_the_same_function_gets_it():
    (path, _) = at_cadmv(Way.KIN, "CBP")
    assert "same function immigration" in path.relation
    assert path.condition == ""


def test_the_sister_below_the_same_parent_gets_it_with_one_purpose():
    (path, _) = at_cadmv(Way.KIN, "ICE-HSI")
    assert (path.relation, path.condition) == ("also below ICE", "with purpose C only")
    assert path.opening == "DMV-02 allows it, past DMV-03"


def test_the_desk_of_the_task_force_officer_gets_it_once_his_affiliation_is_over():
    paths = at_cadmv(Way.DESK, "desk BAY1 of BAY-PD")
    (later, _) = [path for path in paths if path.at == JUNE]
    assert later.relation == "operator TFO7 (ICE-ERO), once his affiliation is over"
    assert later.witness.operator == "TFO7"
    (now, _) = [path for path in paths if path.at != JUNE]
    assert now.relation == "TFO7 (ICE-ERO) sits there too"
    assert now.witness.operator is None


def test_a_hub_sees_what_passes():
    (path, _) = at_cadmv(Way.SEEING_HUB, "REGION-HUB")
    assert path.witness.terminal == "HRB1"
    assert "hub REGION-HUB" in path.hops


def test_whoever_may_read_the_log_sees_what_others_were_answered():
    (path,) = at_cadmv(Way.LOG, "every reader")
    assert path.hops[-1] == "the log"
    assert path.closer == "the switch operator, who keeps the log"


def test_who_sends_for_another_is_related_to_it():
    found = search()
    asked = Search(found.stack, Subject(agency=frozenset(["HARBOR-PD"])), "driver.record", found.at)
    paths = [path for path in soft_paths(asked) if path.way is Way.SERVICED]
    assert {(path.who, path.relation) for path in paths} == {("VALLEY-SO", "sends for HARBOR-PD")}


def test_nobody_who_is_meant_is_told_as_related():
    meant = {"ICE-ERO"}
    assert not any(path.who in meant for path in soft_paths(search(owner_only=True)))


@pytest.mark.parametrize("seed", range(4))
def test_kin_hubs_and_servicing_pairs_are_those_that_enumeration_finds(tmp_path: Path, seed: int):
    random = Random(seed + 200)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name, 6) for name in ("B1", "B2")}
    network = random_worlds.network_file(random, place)
    stack = load_stack(load_world(str(random_worlds.write(tmp_path, place, owners, network))))
    oracle = Oracle(place, owners, network)
    at = oracle.when(random_worlds.day(random))
    for name in ("A1", "A3"):
        expected = set()
        for request, way, who in _related(place, oracle, name):
            answer = oracle.decide(request, at)
            if answer["verdict"].startswith("ALLOW"):
                for data, verdict in answer["classes"].items():
                    if verdict.startswith("ALLOW"):
                        expected.add((way, who, request["backend"], request["key"], data))
        subject = Subject(agency=frozenset([name]))
        mine = {
            (path.way, path.who, path.backend, path.key, data)
            for data in random_worlds.CLASSES
            for path in soft_paths(Search(stack, subject, data, at))
            if path.way in (Way.KIN, Way.SERVICED, Way.SEEING_HUB)
        }
        assert mine == expected


def _line(oracle: Oracle, agency: str) -> list[str]:
    """An agency and all above it."""
    found, current = [], agency
    while current:
        found.append(current)
        current = oracle.agencies[current].get("parent")
    return found


def _related(place, oracle: Oracle, name: str):
    meant = [agency for agency in oracle.agencies if name in _line(oracle, agency)]
    for row in place["terminal"]:
        desk = oracle.agencies[row["agency"]]
        if desk["id"] in meant or any(hub in meant for hub in row["via"]):
            continue
        ways = [(Way.SEEING_HUB, hub) for hub in row["via"]]
        for other in meant:
            above = set(_line(oracle, other)) - {other}
            shared = set(desk["functions"]) & set(oracle.agencies[other]["functions"])
            if shared or desk["id"] in above or above & set(_line(oracle, desk["id"])):
                ways.append((Way.KIN, desk["id"]))
            if other in desk["services"] or desk["id"] in oracle.agencies[other]["services"]:
                ways.append((Way.SERVICED, desk["id"]))
        for (way, who), ori, (backend, keys), image, purpose in product(
            ways,
            desk["oris"],
            random_worlds.KEYS.items(),
            (False, True),
            (None, "C", "J", "F", "S"),
        ):
            for key in keys:
                nobody = {"operator": None, "on_behalf_of": None}
                asked = {"terminal": row["mnemonic"], "ori": ori, "backend": backend, "key": key}
                yield {**asked, **nobody, "image": image, "purpose": purpose}, way, who
