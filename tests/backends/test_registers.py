"""Registers beside licences and vehicles: repeatable, recognisable, about people with a licence."""

from __future__ import annotations

import pytest

from backends.generate import Population
from backends.registers import REGISTERS, count
from backends.search import TELLING, terms

PEOPLE = Population(7, "PQ", 400, 0, 2026)


@pytest.mark.parametrize("kind", sorted(REGISTERS))
def test_every_record_can_be_found_and_is_counted(kind):
    records = list(REGISTERS[kind](PEOPLE))
    assert records
    assert len(records) == count(kind, len(PEOPLE.people))
    assert all(any(terms(kind, record)) for record in records)
    assert set(TELLING[kind]) - {"NAM", "MNU", "FBI", "TXT"} <= set().union(*records)


@pytest.mark.parametrize("kind", sorted(set(REGISTERS) - {"road"}))
def test_whoever_is_in_a_register_has_a_licence(kind):
    people = {person["NAM"] for person in PEOPLE.people}
    people |= {name.replace(",", "") for name in people}
    names = {record.get("NAM", record.get("OWN")) for record in REGISTERS[kind](PEOPLE)}
    assert names <= people


@pytest.mark.parametrize(
    ("kind", "code", "start"),
    [
        ("boat", "REG", "SIM"),
        ("boat", "BHN", "SIM"),
        ("snowmobile", "REG", "SIM"),
        ("aircraft", "SER", "SIM"),
        ("permit", "PER", "SIM"),
        ("permit", "SOC", "000"),
        ("registrant", "SOC", "000"),
        ("supervision", "FBI", "SIM"),
        ("warrant", "ORI", "PQ099"),
        ("wildlife", "LCN", "SIM"),
    ],
)
def test_every_number_shows_that_it_is_invented_and_stands_once(kind, code, start):
    values = [record[code] for record in REGISTERS[kind](PEOPLE)]
    assert all(value.startswith(start) for value in values)
    assert code == "ORI" or len(set(values)) == len(values)


def test_a_boat_stands_in_the_suggested_layout():
    """[N-BQ]"""
    boat = next(iter(REGISTERS["boat"](PEOPLE)))
    assert list(boat)[:3] == ["REG", "EXPIRES", "BHN"]
    assert len(boat["REG"]) <= 10
    assert 2 <= len(boat["EXPIRES"]) <= 8


def test_an_aircraft_is_owned_by_a_name_without_comma_and_has_a_short_registration():
    """[N-GQ]"""
    for record in REGISTERS["aircraft"](PEOPLE):
        assert "," not in record["NAM"]
        assert len(record["REG"]) <= 6
        assert len(record["SER"]) <= 16


def test_supervision_is_of_three_kinds():
    assert {record["SUP"] for record in REGISTERS["supervision"](PEOPLE)} == {
        "PAROLE",
        "PROBATION",
        "CORRECTIONS",
    }


def test_some_histories_have_entries_and_most_have_none():
    histories = list(REGISTERS["history"](PEOPLE))
    entered = [record for record in histories if "HIS" in record]
    assert 0 < len(entered) < len(histories) / 2
    assert all(int(record["ENT"]) == record["HIS"].count(";") + 1 for record in entered)
