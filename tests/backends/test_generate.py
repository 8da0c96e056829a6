"""Invented records: repeatable, recognisable, and made of the fields that the catalog knows."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from backends.generate import VERSION, Population
from backends.search import KINDS, terms
from switch.world_file import load_world, shipped_worlds

KIND_NAMES = sorted(set(KINDS.values()))


def made(kind: str, seed: int = 7, state: str = "CA"):
    return list(Population(seed, state, 400, 600).records(kind))


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_same_seed_gives_the_same_records_and_another_one_others(kind):
    assert made(kind) == made(kind)
    assert made(kind) != made(kind, seed=8)


def test_wanted_people_have_licences_and_stolen_vehicles_are_registered():
    names = {driver["NAM"] for driver in made("driver")}
    plates = {vehicle["LIC"] for vehicle in made("vehicle")}
    assert {wanted["NAM"] for wanted in made("wanted")} <= names
    assert {stolen["LIC"] for stolen in made("stolen")} <= plates
    assert {vehicle["OWN"] for vehicle in made("vehicle")} <= names


def test_every_record_shows_that_it_is_invented():
    assert all(re.fullmatch(r"SIM\w{5}", vehicle["LIC"]) for vehicle in made("vehicle"))
    assert all(vehicle["VIN"].startswith("SIM") for vehicle in made("vehicle"))
    assert all(driver["SOC"].startswith("000") for driver in made("driver"))
    for kind in ("wanted", "stolen"):
        assert all(re.fullmatch(r"CA099\d{4}", record["ORI"]) for record in made(kind))


def test_plates_licences_and_vehicle_numbers_stand_once():
    for kind, code in (("vehicle", "LIC"), ("vehicle", "VIN"), ("driver", "OLN")):
        values = [record[code] for record in made(kind)]
        assert len(set(values)) == len(values)


def test_two_states_share_neither_plates_nor_licences():
    for kind, code in (("vehicle", "LIC"), ("driver", "OLN")):
        ours = {record[code] for record in made(kind)}
        assert not ours & {record[code] for record in made(kind, state="NV")}


@pytest.mark.parametrize("name", shipped_worlds())
def test_every_field_belongs_to_a_class_that_its_answer_can_contain(name):
    world = load_world(name)
    for entry in (each for each in world.catalog if each.key in KINDS):
        known = {
            code for c in (*entry.classes, *entry.image_classes) for code in world.class_fields[c]
        }
        for record in made(KINDS[entry.key]):
            assert set(record) <= known, (entry.backend, entry.key)


def test_an_unknown_kind_is_our_own_fault():
    with pytest.raises(ValueError, match="no records of kind"):
        made("dog")


def test_a_change_of_what_is_invented_has_a_new_version():
    """Or caches of before it would still be served: raise VERSION and write the digest here."""
    digest = hashlib.sha256()
    for kind in KIND_NAMES:
        for record in made(kind):
            digest.update(json.dumps([record, *terms(kind, record)]).encode())
    assert (VERSION, digest.hexdigest()[:16]) == (7, "040e853f0dd4e782")


def test_it_counts_what_it_makes():
    for people, vehicles in ((400, 600), (1, 1), (0, 0), (0, 60), (60, 0)):
        population = Population(7, "CA", people, vehicles)
        for kind in KIND_NAMES:
            assert population.count(kind) == len(list(population.records(kind)))


def test_everything_on_record_is_of_the_year_that_a_world_plays_in():
    population = Population(7, "PQ", 400, 600, 2026)
    assert {each["DOW"][:4] for each in population.records("wanted")} == {"2026"}
    assert {each["OCA"][:6] for each in population.records("stolen")} == {"SIM26-"}
    assert all(1947 <= int(each["DOB"][:4]) <= 2008 for each in population.records("driver"))
    assert all(each["LIY"] > "2026" for each in population.records("vehicle"))


def test_an_incident_names_a_vehicle_that_its_person_owns():
    owners = {vehicle["LIC"]: vehicle["OWN"] for vehicle in made("vehicle")}
    with_vehicle = [incident for incident in made("incident") if "LIC" in incident]
    assert with_vehicle
    assert all(owners[incident["LIC"]] == incident["NAM"] for incident in with_vehicle)


@pytest.mark.parametrize("kind", [kind for kind in KIND_NAMES if kind != "aircraft"])
def test_what_a_name_search_finds_has_a_name_that_the_line_can_carry(kind):
    for record in made(kind):
        name = record.get("NAM", record.get("OWN", "A, B"))
        assert re.fullmatch(r"[A-Z]+, [A-Z]+ [A-Z]+|A, B", name)
        assert len(name) <= 30


def test_a_vehicle_number_has_seventeen_characters():
    assert {len(vehicle["VIN"]) for vehicle in made("vehicle")} == {17}
