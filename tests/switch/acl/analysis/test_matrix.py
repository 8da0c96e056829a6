"""The matrix: who gets what by asking plainly, agreed with by enumeration."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.matrix import Access, matrix
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.files.authored import instant
from tests.playbook import golden_state
from tests.switch.acl.analyses import matrices_differ

WORLD, STACK, _ = golden_state()
CUT_OFF = 1571122800.0  # 2019-10-15T00:00:00 in Los Angeles


def cells(at: str):
    found = matrix(STACK, instant(datetime.fromisoformat(at), WORLD.timezone))
    return {(cell.agency, cell.backend, cell.data_class): cell for cell in found}


def test_everybody_gets_everything_before_the_cut_off():
    assert {cell.access for cell in cells("2019-10-14T23:59:59").values()} == {Access.YES}


def test_the_suspended_agency_gets_nothing_anywhere_and_since_when_is_told():
    ero = [
        cell for (agency, *_), cell in cells("2019-11-01T00:00:00").items() if agency == "ICE-ERO"
    ]
    assert {(cell.access, cell.rules, cell.since) for cell in ero} == {
        (Access.NO, ("NET-01",), CUT_OFF)
    }


def test_a_narrow_permission_is_part_with_its_masks():
    hsi = cells("2019-11-01T00:00:00")["ICE-HSI", "CADMV", "driver.record"]
    assert (hsi.access, hsi.masks, hsi.rules) == (Access.PART, ("RES",), ("DMV-03", "DMV-02"))
    photo = cells("2019-11-01T00:00:00")["ICE-HSI", "CADMV", "driver.photo"]
    assert (photo.access, photo.rules) == (Access.NO, ("DMV-03",))
    later = cells("2021-01-01T00:00:00")["ICE-HSI", "CADMV", "driver.record"]
    assert later.access is Access.NO
    assert later.since == instant(datetime.fromisoformat("2020-10-15T00:00:00"), WORLD.timezone)


def test_the_gap_that_the_owner_has_not_seen_shows():
    assert cells("2019-11-01T00:00:00")["CBP", "CADMV", "driver.record"].access is Access.YES


def test_an_agency_whose_lines_all_pass_a_hub_is_shown_too():
    assert ("HARBOR-PD", "CADMV", "driver.record") in cells("2019-11-01T00:00:00")


def with_rule(backend: str, **more: object):
    when = datetime.fromisoformat("2019-10-31T00:00:00")
    table = {"id": "N", "data": "any", "from": when, "reason": "r", "cite": "c"} | more
    return STACK.with_rule(backend, "deny", table)


def cell(stack, agency: str, backend: str, data: str):
    at = instant(datetime.fromisoformat("2019-11-01T00:00:00"), WORLD.timezone)
    (found,) = [
        each
        for each in matrix(stack, at)
        if (each.agency, each.backend, each.data_class) == (agency, backend, data)
    ]
    return found.access, found.rules


def test_an_agency_with_a_line_of_its_own_is_asked_about_there_and_not_behind_its_hub():
    bay = WORLD.terminals["BAY2"]
    hub = replace(WORLD, terminals={**WORLD.terminals, "BAY2": replace(bay, via=("REGION-HUB",))})
    stack = with_rule("CADMV", agency=["REGION-HUB"])
    made = AccessStack(hub, Directory(hub), dict(stack.owners), stack.network)
    assert cell(made, "BAY-PD", "CADMV", "driver.record") == (Access.YES, ())
    assert cell(made, "HARBOR-PD", "CADMV", "driver.record") == (Access.NO, ("N",))


def test_only_purposes_that_a_key_admits_are_asked_with():
    stack = with_rule("CACHS", agency=["BAY-PD"], purpose=["Z"])
    assert cell(stack, "BAY-PD", "CACHS", "criminal.identity") == (Access.YES, ())


def test_who_is_refused_the_primary_class_is_refused_the_rest_by_the_same_rule():
    stack = with_rule("CADMV", agency=["BAY-PD"], data=["driver.record"])
    assert cell(stack, "BAY-PD", "CADMV", "driver.ssn") == (Access.NO, ("N",))


def test_what_cannot_be_judged_is_refused_by_no_rule(monkeypatch):
    def broken(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr("switch.acl.weighing.index_keys_of", broken)
    fresh = AccessStack(WORLD, STACK.directory, dict(STACK.owners), STACK.network)
    assert cell(fresh, "BAY-PD", "CADMV", "driver.record") == (Access.NO, ())


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_enumeration_by_the_oracle(tmp_path: Path, seed: int):
    assert list(matrices_differ(Random(seed), tmp_path)) == []
