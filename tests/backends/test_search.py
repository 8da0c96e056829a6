"""Searching: every telling field finds its record, and the rest of the inquiry must fit."""

from __future__ import annotations

import pytest

from backends.search import KINDS, answered, fits, term, terms
from tests.backends.small import query

DRIVER = {"OLN": "S1", "NAM": "ALBITE, MARA QUILL", "DOB": "19850412", "SEX": "F", "IMG": "X"}


@pytest.mark.parametrize(
    "fields",
    [
        {"OLN": "S1"},
        {"NAM": "ALBITE, MARA QUILL", "DOB": "19850412", "SEX": "F"},
        {"NAM": "ALBITE,MARA", "DOB": "041285", "SEX": "F"},
        {"NAM": "ALBITE, MARA"},
    ],
)
def test_a_record_is_found_however_it_is_typed(fields):
    asked = query("DQ", **fields)
    assert term(asked) in set(terms("driver", DRIVER))
    assert fits(asked, DRIVER)


@pytest.mark.parametrize(
    "fields",
    [
        {"NAM": "ALBITE, MARA", "DOB": "19850413"},
        {"NAM": "ALBITE, MARA", "DOB": "041385"},
        {"NAM": "ALBITE, MARA", "SEX": "M"},
        {"NAM": "ALBITE, MARA RUSH"},
        {"NAM": "ALBITE, MARAH"},
        {"OLN": "S1", "NAM": "BASALT, MARA"},
    ],
)
def test_what_does_not_fit_is_not_meant(fields):
    assert not fits(query("DQ", **fields), DRIVER)


def test_a_vehicle_is_found_by_its_owners_name():
    vehicle = {"LIC": "SIM1", "OWN": "ALBITE, MARA"}
    asked = query("RNQ", NAM="ALBITE, MARA")
    assert term(asked) in set(terms("vehicle", vehicle))
    assert fits(asked, vehicle)


def test_the_most_telling_field_is_looked_up():
    assert term(query("DQ", NAM="A, B", OLN="S1")) == "driver OLN S1"
    assert term(query("DQ", DOB="19850412")) is None
    assert term(query("KQ", OLN="S1")) is None


def test_a_drivers_photograph_is_for_those_who_ask_for_it():
    assert "IMG" not in answered(query("DQ"), DRIVER)
    assert answered(query("DQ", image=True), DRIVER) == DRIVER
    assert "IMG" in answered(query("ZIQ"), {"INC": "1", "IMG": "X"})


def test_every_key_searches_a_kind():
    assert set(KINDS.values()) == {"driver", "vehicle", "wanted", "stolen", "identity", "incident"}
