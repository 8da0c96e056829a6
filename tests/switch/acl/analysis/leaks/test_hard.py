"""Hard paths: all that the story has, and on random worlds exactly those that enumeration finds."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.leaks.hard import hard_paths
from switch.acl.analysis.leaks.path import OTHER_LINE, OWN_LINE, Way
from switch.acl.analysis.leaks.search import Search
from switch.acl.rules import Subject
from tests.switch.acl.analyses import leaks_differ
from tests.switch.acl.analysis.leaks.golden import copied, search


def told(paths) -> set[tuple[Way, str, str]]:
    return {(path.way, path.backend, path.key) for path in paths}


def test_with_the_networks_suspension_no_hard_path_goes_over_a_line_of_its_own():
    paths = hard_paths(search())
    assert [path for path in paths if path.way in OWN_LINE] == []
    # A suspension looks at the line; who asks there, and for whom, is the owners' to judge.
    assert {(path.way, path.backend) for path in paths} == {
        (Way.OPERATOR, "NVDMV"),
        (Way.BEHALF, "NVDMV"),
    }


def test_without_it_the_backend_that_has_no_rule_is_a_hard_path():
    paths = hard_paths(search(owner_only=True))
    assert {path.backend for path in paths} == {"NVDMV"}
    (line,) = [path for path in paths if path.way is Way.LINE]
    assert (line.who, line.key, line.witness.terminal) == ("ICE-ERO", "DQ", "ERO1")
    assert line.opening == "no rule of NVDMV refuses it, and the default is allow"
    assert line.closer == "Nevada DMV (simulated), in NVDMV.toml"
    assert line.hops == (
        "terminal ERO1 (ICE-ERO)",
        "ORI DCICE0900 (ICE-ERO)",
        "DQ to NV (or a leg of DQ to NL)",
        "NVDMV",
    )


def test_a_deny_of_one_key_leaves_the_name_search_as_a_hard_path(tmp_path: Path):
    world = copied(tmp_path, ('data   = "any"', 'data   = "any"\nkey = ["DQ"]'))
    paths = hard_paths(search(str(world), owner_only=True))
    assert (Way.LINE, "CADMV", "DNQ") in told(paths)
    (path,) = [p for p in paths if (p.way, p.backend) == (Way.LINE, "CADMV")]
    assert path.opening == "another key: DMV-01 refuses DQ only"


def test_a_deny_without_images_leaves_the_other_flag_as_a_hard_path(tmp_path: Path):
    world = copied(tmp_path, ('data   = "any"', 'data   = "any"\nimage = true'))
    (path, *_) = hard_paths(search(str(world), owner_only=True))
    assert path.opening == "another flag: DMV-01 refuses it with an image only"
    assert path.condition == "without an image only"


def test_a_deny_of_one_purpose_leaves_the_others_as_a_hard_path(tmp_path: Path):
    world = copied(tmp_path, ('data   = "any"', 'data   = "any"\npurpose = ["C"]'))
    (path, *_) = hard_paths(search(str(world), owner_only=True))
    assert path.opening == "another purpose: DMV-01 refuses others"
    assert "with purpose" in path.condition
    assert "C" not in path.condition.split()


def test_a_hub_that_is_meant_is_in_every_request_that_passes_it():
    found = search()
    asked = Search(
        found.stack, Subject(agency=frozenset(["REGION-HUB"])), "driver.record", found.at
    )
    paths = hard_paths(asked)
    assert {path.way for path in paths} == {Way.HUB}
    assert {path.who for path in paths} == {"REGION-HUB, on a line of HARBOR-PD"}


def test_who_sends_for_another_is_told_as_a_pair():
    found = search()
    asked = Search(found.stack, Subject(agency=frozenset(["HARBOR-PD"])), "driver.record", found.at)
    pairs = {path.who for path in hard_paths(asked) if path.way is Way.SERVICING}
    assert pairs == {"VALLEY-SO sending for HARBOR-PD"}


@pytest.mark.parametrize("seed", range(6))
def test_they_are_exactly_those_that_enumeration_finds(tmp_path: Path, seed: int):
    assert list(leaks_differ(Random(seed + 100), tmp_path)) == []


def test_ways_are_hard_or_soft_and_never_both():
    assert {way for way in Way if way.hard} == {*OWN_LINE, *OTHER_LINE}
