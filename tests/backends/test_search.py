"""Searching: every telling field finds its record, and the rest of the inquiry must fit."""

from __future__ import annotations

import pytest

from backends.search import (
    KINDS,
    PUBLISHED,
    TELLING,
    answered,
    fits,
    narrows,
    part_of_a_plate,
    searches_of,
    term,
    terms,
)
from backends.sqlite import Options, open_backend
from switch.backend import Query
from tests.backends.small import query, refused, setup

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
    assert found_by(asked) in set(terms("driver", DRIVER))
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
    assert found_by(asked) in set(terms("vehicle", vehicle))
    assert fits(asked, vehicle)


def test_the_most_telling_field_is_looked_up():
    assert term(query("DQ", NAM="A, B", OLN="S1")) == ("driver OLN S1", "OLN")
    assert term(query("DQ", DOB="19850412")) is None
    assert term(query("ZZQ", OLN="S1")) is None


def test_a_drivers_photograph_is_for_those_who_ask_for_it():
    assert "IMG" not in answered(query("DQ"), DRIVER)
    assert answered(query("DQ", image=True), DRIVER) == DRIVER
    assert "IMG" in answered(query("ZIQ"), {"INC": "1", "IMG": "X"})


def test_every_key_searches_a_kind():
    assert set(KINDS.values()) == set(TELLING)


def test_a_licence_is_not_found_by_its_holders_social_security_number():
    driver = {"OLN": "S1", "SOC": "000990001"}
    assert list(terms("driver", driver)) == ["driver OLN S1"]
    assert term(query("DQ", SOC="000990001")) is None


@pytest.mark.parametrize("number", ["CA09999001", "SIM999001"])
def test_the_number_of_an_identity_is_found_whosever_numbering_it_is(number):
    identity = {"SID": "CA09999001", "FBI": "SIM999001", "NAM": "BASALT, ORRIN"}
    asked = query("IQ", MNU=number, NAM="BASALT, ORRIN")
    assert found_by(asked) in set(terms("identity", identity))
    assert fits(asked, identity)
    assert not fits(query("IQ", MNU="SIM999002", NAM="BASALT, ORRIN"), identity)


def test_an_unknown_sex_rules_nobody_out():
    assert fits(query("DQ", NAM="ALBITE, MARA", SEX="U"), DRIVER)
    assert fits(query("DQ", NAM="A, B", SEX="F"), {"NAM": "A, B", "SEX": "U"})


def test_part_of_a_given_name_is_not_the_name():
    assert not fits(query("DNQ", NAM="ALBITE, MARA QUI"), DRIVER)
    assert fits(query("DNQ", NAM="ALBITE ,  MARA  QUILL"), DRIVER)


@pytest.mark.parametrize(
    ("key", "field"), [(key, field) for key, kind in KINDS.items() for field in TELLING[kind]]
)
def test_every_telling_field_of_every_key_finds_its_record(key, field):
    # Taken from the record itself, so that a field added to TELLING is held to this as well.
    record = {each: f"{each}1" for each in TELLING[KINDS[key]]} | {"NAM": "ALBITE, MARA QUILL"}
    asked = query(key, **{field: record[field]})
    assert found_by(asked) in set(terms(KINDS[key], record))
    assert fits(asked, record)
    other = query(key, **{field: "BASALT, ORRIN" if field == "NAM" else "ANOTHER"})
    assert term(other) not in set(terms(KINDS[key], record))


def found_by(asked: Query) -> str:
    found = term(asked)
    assert found is not None
    return found[0]


def test_what_was_looked_up_by_is_not_compared_again_but_for_a_name():
    for fields, more in (
        ({"OLN": "S1", "PUR": "C", "IMQ": "Y"}, False),
        ({"OLN": "S1", "NAM": "A, B"}, True),
        ({"NAM": "A, B C"}, True),
    ):
        asked = query("DQ", **fields)
        found = term(asked)
        assert found is not None
        assert narrows(asked, found[1]) is more, fields


def test_parole_probation_and_corrections_are_told_apart_and_one_key_asks_for_all():
    """[N-PPC]"""
    record = {"SUP": "PROBATION", "FBI": "SIM1", "NAM": "A, B"}
    fitting = {key: fits(query(key, FBI="SIM1"), record) for key in ("PPQ", "PBQ", "PCQ", "PAQ")}
    assert fitting == {"PPQ": False, "PBQ": True, "PCQ": False, "PAQ": True}
    assert narrows(query("PPQ", FBI="SIM1"), "FBI")


def test_a_report_of_the_roads_is_found_whatever_is_asked():
    """[N-HQ]"""
    (term_of_report,) = terms("road", {"WEA": "FOG"})
    assert found_by(query("HQ", TXT="I 80 TONIGHT")) == term_of_report
    assert found_by(query("HQ")) == term_of_report


def test_part_of_a_plate_is_asked_for_by_its_own_key_only():
    """[N-RQG]"""
    assert part_of_a_plate(query("RPQ", LIC="SIM1*")) == "vehicle LIC SIM1*"
    assert part_of_a_plate(query("RPQ", LIC="SIM1")) is None
    assert part_of_a_plate(query("RQ", LIC="SIM1*")) is None


DOGS = {"ZDQ": {"kind": "dog", "by": ["TAG", "NAM"]}}


def test_a_key_of_a_world_is_searched_as_its_backend_says(tmp_path):
    searches = searches_of(Options.model_validate({"searches": DOGS}).searches)
    assert searches.of(setup(tmp_path, keys=("ZDQ", "DQ"))) == {"dog", "driver"}
    record = {"TAG": "SIM1", "NAM": "ALBITE, MARA"}
    assert list(terms("dog", record, searches)) == ["dog TAG SIM1", "dog NAM ALBITE,MARA"]
    assert term(query("ZDQ", NAM="ALBITE, MARA"), searches) == ("dog NAM ALBITE,MARA", "NAM")
    assert searches_of({}) is PUBLISHED


@pytest.mark.parametrize(
    ("searches", "said"),
    [
        (["ZDQ"], "`searches` must be a table"),
        ({"ZDQ": "dog"}, "`searches.ZDQ` must be a table (got 'dog')"),
        ({"dog": {"kind": "dog", "by": ["TAG"]}}, "`searches.dog` must be two or three capital"),
        ({"ZDQ": {"kind": "dog"}}, "`searches.ZDQ.by` is missing"),
        ({"ZDQ": {"kind": "dog", "by": []}}, "`searches.ZDQ.by` is empty"),
        ({"ZDQ": {"kind": "dog", "by": ["tag"]}}, "`searches.ZDQ.by[1]` must be a field code"),
        ({"DQ": {"kind": "dog", "by": ["TAG"]}}, "`DQ` has its search already"),
        ({"ZDQ": {"kind": "driver", "by": ["TAG"]}}, "`driver` is a kind of record already"),
    ],
)
def test_a_search_that_is_wrong_says_how_it_is_written(tmp_path, searches, said):
    assert said in refused(setup(tmp_path, options={"searches": searches}), open_backend)
