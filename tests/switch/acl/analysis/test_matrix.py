"""The matrix: who gets what by asking plainly, agreed with by enumeration."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.matrix import Access, matrix
from switch.acl.document import load_stack
from switch.acl.rules import Request
from switch.authored import instant
from switch.world_file import load_world
from tests.playbook import golden_state
from tests.switch.acl import random_worlds

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


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_enumeration(tmp_path: Path, seed: int):
    random = Random(seed)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name) for name in ("B1", "B2")}
    network = random_worlds.network_file(random, place)
    world = load_world(str(random_worlds.write(tmp_path, place, owners, network)))
    stack = load_stack(world)
    at = instant(random_worlds.day(random), world.timezone)
    for cell in matrix(stack, at):
        own = [t for t in world.terminals.values() if t.agency == cell.agency]
        own = [t for t in own if not t.via] or own
        got = []
        for entry in world.catalog:
            if entry.backend == cell.backend and cell.data_class in entry.asked(True):
                flags = [flag for flag in (False, True) if cell.data_class in entry.asked(flag)]
                oris = world.agencies[cell.agency].oris
                for t, ori, flag, code in product(own, oris, flags, [None, *"CJFDES"]):
                    request = Request(
                        t.mnemonic, ori, None, None, entry.backend, entry.key, flag, code
                    )
                    decision = stack.decide(request, at)
                    got.append(decision.released and cell.data_class in decision.released_classes)
        assert (cell.access is not Access.NO) == any(got)
        if cell.access is Access.YES:
            assert all(got)
        if all(got):
            assert cell.access is Access.YES or cell.masks
