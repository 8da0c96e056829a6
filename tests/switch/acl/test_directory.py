"""The directory: lineage, groups, functions, and when affiliations change."""

from __future__ import annotations

from dataclasses import replace

from switch.acl.directory import Directory
from switch.world_file import load_world

DIRECTORY = Directory(load_world("golden-state"))


def test_an_agency_stands_in_the_line_of_its_ancestors():
    assert DIRECTORY.lineage["ICE-ERO"] == {"ICE-ERO", "ICE", "DHS"}
    assert DIRECTORY.lineage["BAY-PD"] == {"BAY-PD"}


def test_groups_are_inherited_and_functions_are_not():
    assert DIRECTORY.groups["ICE-ERO"] == {"ero"}
    assert DIRECTORY.functions["ICE-ERO"] == {"immigration"}
    assert DIRECTORY.functions["ICE"] == frozenset()


def test_an_operator_works_for_home_and_for_affiliations_valid_at_either_instant():
    (affiliation,) = DIRECTORY.world.operators["TFO7"].affiliations
    before, during = affiliation.start - 1, affiliation.start
    assert DIRECTORY.operator_agencies("TFO7", before) == ["BAY-PD"]
    assert DIRECTORY.operator_agencies("TFO7", during) == ["BAY-PD", "ICE-ERO"]
    assert DIRECTORY.operator_agencies("TFO7", before, during) == ["BAY-PD", "ICE-ERO"]
    assert DIRECTORY.operator_agencies(None, during) == []
    assert DIRECTORY.operator_agencies("NOBODY", during) == []


def test_hubs_come_from_the_world():
    assert DIRECTORY.hubs("HRB1") == ("REGION-HUB",)
    assert DIRECTORY.hubs("NONE") == ()


def test_its_versions_change_with_the_agencies_and_with_the_catalog():
    world = load_world("golden-state")
    other = Directory(world)
    assert other.version == DIRECTORY.version
    assert other.catalog_version == DIRECTORY.catalog_version
    fewer = Directory(replace(world, catalog=world.catalog[1:]))
    assert fewer.version == DIRECTORY.version
    assert fewer.catalog_version != DIRECTORY.catalog_version
    for part in ("agencies", "terminals", "operators"):
        kept = dict(list(getattr(world, part).items())[:-1])
        smaller = Directory(replace(world, **{part: kept}))
        assert smaller.version != DIRECTORY.version
        assert smaller.catalog_version == DIRECTORY.catalog_version


def test_the_instants_are_those_at_which_an_affiliation_begins_or_ends():
    expected = {
        at
        for operator in DIRECTORY.world.operators.values()
        for each in operator.affiliations
        for at in (each.start, each.end)
    }
    assert DIRECTORY.instants() == expected - {None}
    assert DIRECTORY.timezone is DIRECTORY.world.timezone
