"""Records that people wrote: by kind and state, and every mistake on its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.cast import read_cast
from backends.search import TELLING
from switch.errors import AuthoredError
from switch.world_file import WORLDS_FOLDER, load_world, shipped_worlds
from tests.backends.small import FOLDER


def test_records_come_by_kind_and_state():
    drivers = read_cast(FOLDER / "records" / "cast.toml", frozenset({"driver"}), "NV")
    assert [fields["OLN"] for _, fields in drivers] == ["S0990011"]
    stolen = read_cast(FOLDER / "records" / "cast.toml", frozenset({"stolen"}), "CA")
    assert stolen[0][1]["LIC"] == "SIM1234"


def test_mistakes_come_with_their_lines(tmp_path: Path):
    path = tmp_path / "cast.toml"
    path.write_text('[[record]]\nkind = "drivr"\n\n[[record]]\nkind = "driver"\nOLN = 7\n')
    with pytest.raises(AuthoredError) as caught:
        read_cast(path, frozenset({"driver"}), "CA")
    assert [finding.line for finding in caught.value.findings] == [2, 6]


def test_a_field_code_is_in_capitals(tmp_path: Path):
    path = tmp_path / "cast.toml"
    path.write_text('[[record]]\nkind = "driver"\noln = "S1"\n')
    with pytest.raises(AuthoredError, match="`oln` is not a field code"):
        read_cast(path, frozenset({"driver"}), "CA")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('OLN = ""', "`OLN` has 0 characters"),
        (f'OLN = "{"S" * 201}"', "`OLN` has 201 characters"),
        ('OLN = "s1"', "`OLN` is not in printable capitals"),
        ('OLN = "S1\\n"', "`OLN` is not in printable capitals"),
        ('SOC = "000990001"', "nothing finds this driver: give it at least one of OLN, NAM"),
    ],
)
def test_what_the_line_cannot_carry_or_nothing_finds_is_a_mistake(tmp_path: Path, fields, said):
    path = tmp_path / "cast.toml"
    path.write_text(f'[[record]]\nkind = "driver"\n{fields}\n')
    with pytest.raises(AuthoredError, match=said):
        read_cast(path, frozenset({"driver"}), "CA")


@pytest.mark.parametrize("name", shipped_worlds())
def test_the_cast_of_a_shipped_world_hangs_together(name):
    """Who is wanted has a licence, who owns a vehicle too; what is stolen is registered."""
    cast: dict[str, list[dict[str, str]]] = {}
    for row in load_world(name).backends.values():
        path = WORLDS_FOLDER / name / "records" / "cast.toml"
        for kind, fields in read_cast(path, frozenset(TELLING), row.state):
            if fields not in cast.setdefault(kind, []):
                cast[kind].append(fields)
    people = {(each["NAM"], each["DOB"]) for each in cast["driver"]}
    vehicles = {(each["LIC"], each["VIN"]) for each in cast["vehicle"]}
    assert {(each["NAM"], each["DOB"]) for each in cast.get("wanted", ())} <= people
    assert {(each["NAM"], each["DOB"]) for each in cast.get("incident", ())} <= people
    assert {each["OWN"] for each in cast["vehicle"]} <= {name for name, _ in people}
    assert {(each["LIC"], each["VIN"]) for each in cast.get("stolen", ())} <= vehicles
    assert {each["LIC"] for each in cast.get("incident", ())} <= {plate for plate, _ in vehicles}
    assert all(len(vin) == 17 and vin.startswith("SIM") for _, vin in vehicles)
