"""Soft paths: all that the story has, and on random worlds exactly those that enumeration finds."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.leaks.path import Way
from switch.acl.analysis.leaks.search import Search
from switch.acl.analysis.leaks.soft import soft_paths
from switch.acl.document import load_stack
from switch.acl.rules import Subject
from switch.files.authored import instant
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.analysis.leaks.golden import copied, search
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
    assert path.relation == "sees what HRB1 of HARBOR-PD is answered"
    assert path.witness.terminal == "HRB1"
    assert "hub REGION-HUB" in path.hops


def test_whoever_may_read_the_log_sees_what_others_were_answered():
    (path,) = at_cadmv(Way.LOG, "every reader")
    assert path.hops[-1] == "the log"
    assert path.relation == "what others were answered stands in it"
    assert path.closer == "the switch operator, who keeps the log"


ERO = '{ agency = "ICE-ERO", from = 2019-06-01T00:00:00, until = 2020-06-01T00:00:00 },'


def officers(folder: Path, when: str, *more: str, desk: str = '["TFO7"]', who: str = "ICE-ERO"):
    """What is said of TFO7 with these affiliations besides, and who sits usually at BAY1."""
    affiliations = (ERO, "".join(f"{each},\n    " for each in more) + ERO)
    usual = ('operators = ["TFO7"]', f"operators = {desk}")
    world = load_world(str(copied(folder, affiliations, usual, name="world.toml")))
    subject = Subject(agency=frozenset([who]))
    at = instant(datetime.fromisoformat(when), world.timezone)
    found = Search(load_stack(world), subject, "driver.record", at, owner_only=True)
    paths = [path for path in soft_paths(found) if path.way is Way.DESK]
    assert all(path.at >= at for path in paths)
    return {(path.who, path.relation, path.at - at) for path in paths if path.backend == "NVDMV"}


BAY1 = "desk BAY1 of BAY-PD"


@pytest.mark.parametrize(
    ("when", "words", "days"),
    [
        ("2019-05-01T00:00:00", "before his affiliation begins", 0),
        ("2019-06-01T00:00:00", "once his affiliation is over", 366),
        ("2020-06-01T00:00:00", "his affiliation is over", 0),
        ("2021-01-01T00:00:00", "his affiliation is over", 0),
    ],
)
def test_the_desk_is_told_from_the_first_instant_without_the_affiliation(
    tmp_path: Path, when: str, words: str, days: int
):
    told = officers(tmp_path, when)
    assert (BAY1, f"operator TFO7 (ICE-ERO), {words}", days * 86_400.0) in told


def test_while_he_works_for_another_who_is_meant_the_end_of_one_affiliation_frees_nobody(
    tmp_path: Path,
):
    lasting = '{ agency = "CBP", from = 2019-06-01T00:00:00 }'
    told = officers(tmp_path, "2019-11-01T00:00:00", lasting, who="DHS")
    assert told == {(BAY1, "TFO7 (CBP, ICE-ERO) sits there too", 0.0)}


def test_an_affiliation_with_somebody_else_hides_no_other(tmp_path: Path):
    police = '{ agency = "NV-HP", from = 2019-06-01T00:00:00 }'
    told = officers(tmp_path, "2019-11-01T00:00:00", police)
    assert {relation for _, relation, _ in told} == {
        "TFO7 (ICE-ERO) sits there too",
        "operator TFO7 (ICE-ERO), once his affiliation is over",
    }


def test_who_has_no_usual_desk_may_sit_at_any_of_his_own_agency(tmp_path: Path):
    told = officers(tmp_path, "2021-01-01T00:00:00", desk="[]")
    assert {who for who, _, _ in told} == {BAY1, "desk BAY2 of BAY-PD"}


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
