"""What still flows, complete for one backend, against deciding every request."""

from __future__ import annotations

from itertools import product

import pytest

from switch.acl.analysis.promises import judged_alone
from switch.acl.rules import Request
from switch.audit.flow import flow
from switch.terms import AgencyId
from tests.switch.acl.shipped import DIRECTORY, WORLD
from tests.switch.audit.around import files

AT = 1571122800.0 + 86_400
(POLICY,) = files().own.values()


@pytest.mark.parametrize("agency", ["ICE-ERO", "ICE-HSI", "ICE", "CBP", "BAY-PD", "VALLEY-SO"])
def test_the_classes_are_those_that_some_plain_request_gets(agency: str):
    alone, expected = judged_alone(POLICY, DIRECTORY), set()
    for mnemonic, terminal in WORLD.terminals.items():
        if agency not in DIRECTORY.lineage[terminal.agency]:
            continue
        for ori, entry, image, purpose in product(
            WORLD.agencies[terminal.agency].oris, WORLD.catalog, (False, True), (None, *"CJFDESX")
        ):
            if entry.backend == "CADMV":
                who = (mnemonic, ori, None, None)
                decision = alone.decide(Request(*who, "CADMV", entry.key, image, purpose), AT)
                if decision.released:
                    expected |= {(n, entry.key) for n in decision.released_classes}
    found = flow(DIRECTORY, POLICY, AgencyId(agency), AT).streams
    assert {(each.data_class, key) for each in found for key in each.keys} == expected


def test_what_must_be_in_the_question_and_what_is_masked_is_said():
    found = flow(DIRECTORY, POLICY, AgencyId("ICE-HSI"), AT).streams
    record = next(each for each in found if each.data_class == "driver.record")
    assert record.terms == "purpose C"
    assert (record.rules, record.masks) == (("DMV-02",), ("RES",))
    assert record.lines == ("HSI1 as DCICE0500",)
    photo = next(
        each
        for each in flow(DIRECTORY, POLICY, AgencyId("CBP"), AT).streams
        if each.data_class == "driver.photo"
    )
    assert photo.terms == "image asked"


def test_relatives_and_what_they_get_are_named():
    found = flow(DIRECTORY, POLICY, AgencyId("ICE-ERO"), AT)
    assert found.streams == ()
    assert {sibling.agency for sibling in found.siblings} == {"ICE-HSI", "CBP"}
