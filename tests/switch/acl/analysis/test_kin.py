"""Who is related to whom, in words."""

from __future__ import annotations

import pytest

from switch.acl.analysis.kin import relation_of
from switch.terms import AgencyId
from tests.switch.acl.shipped import DIRECTORY


@pytest.mark.parametrize(
    ("agency", "words"),
    [
        ("ICE-HSI", "also below ICE"),
        ("CBP", "also below DHS, same function immigration"),
        ("ICE", "above ICE-ERO, also below DHS"),
        ("DHS", "above ICE-ERO"),
        ("BAY-PD", ""),
    ],
)
def test_same_parent_same_function_or_a_stranger(agency: str, words: str):
    assert relation_of(DIRECTORY, agency, [AgencyId("ICE-ERO")]) == words


def test_an_agency_is_not_its_own_kin_by_descent():
    assert relation_of(DIRECTORY, "BAY-PD", [AgencyId("BAY-PD")]) == ""
