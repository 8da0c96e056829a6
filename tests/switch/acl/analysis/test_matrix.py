"""The matrix: who gets what by asking plainly, agreed with by enumeration."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.matrix import Access, matrix
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


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_enumeration_by_the_oracle(tmp_path: Path, seed: int):
    assert list(matrices_differ(Random(seed), tmp_path)) == []
