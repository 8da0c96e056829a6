"""What a search asks for, as a test of one text."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from switch.core.log.words import Wanted

ZONE = ZoneInfo("America/Los_Angeles")
TEXT = "DQ OLN/S0990001\nFROM CADMV\nNAM/ALBITE, MARA QUILL.DOB/19850412"


def wanted(**fields: str) -> Wanted:
    return Wanted.of({"TYP": "ALL", "BEG": "20190101", "END": "20191231", **fields}, ZONE)


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ({"FND": "S0990001"}, True),
        ({"FND": "S0990009"}, False),
        ({"FND": "S0990009", "ORR": "CADMV"}, True),
        ({"FND": "S0990001", "AND": "CADMV"}, True),
        ({"FND": "S0990001", "AND": "NVDMV"}, False),
        ({"FND": "ALBITE,MARA"}, True),
        ({"FND": "CADMV NAM"}, True),
        ({"NAM": "ALBITE, MARA QUILL"}, True),
        ({"NAM": "ALBITE,MARA"}, True),
        ({"NAM": "ALBITE, MAR"}, False),
        ({"NAM": "ALBITE, MAR*"}, True),
        ({"NAM": "ALB*, M*"}, True),
        ({"NAM": "A*E, *QUILL"}, True),
        ({"NAM": "LBITE, MARA"}, False),
        ({"NAM": "A*E, MARA*19850412"}, False),
    ],
)
def test_words_and_names_mean_a_text_or_not(fields, meant):
    assert wanted(**fields).means(TEXT) is meant


def test_a_name_of_asterisks_takes_no_longer_than_its_text():
    hostile = wanted(NAM="A" + "*A" * 14 + "*B")
    assert hostile.means("A" * 14_000) is False


def test_a_day_is_as_long_as_it_is_where_the_switch_stands():
    spring = Wanted.of({"TYP": "ALL", "BEG": "20190310", "END": "20190310", "FND": "A"}, ZONE)
    assert spring.end - spring.begin == 23 * 3600


def test_all_and_a_list_of_keys():
    assert wanted(FND="A").keys == frozenset()
    assert wanted(TYP="DQ, RQ", FND="A").keys == {"DQ", "RQ"}
