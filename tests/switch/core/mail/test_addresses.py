"""An address is one agency or many; the directory says whose work is law enforcement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switch.core.mail.addresses import Addresses, enforces_law
from tests.playbook import golden_state

WORLD, _, FORMATS = golden_state()
ADDRESSES = Addresses(replace(WORLD, regions={"A1": ("NV", "DC")}), FORMATS)
BAY = WORLD.agencies["BAY-PD"]


@pytest.mark.parametrize(
    ("destination", "agencies"),
    [
        ("CA0990100", ["BAY-PD"]),
        ("DCICE0910", ["ICE-ERO"]),  # any ORI of an agency is its address
        ("CA0999999", []),
        ("CA", ["BAY-PD", "VALLEY-SO", "HARBOR-PD"]),
        ("A1", ["ICE-ERO", "ICE-HSI", "CBP", "NV-HP"]),
        ("TX", []),
    ],
)
def test_an_address_is_an_agency_a_state_or_the_states_of_a_region(destination, agencies):
    assert [agency.id for agency in ADDRESSES.at(destination)] == agencies


def test_the_address_of_the_network_is_everybody_who_has_an_ori():
    everybody = [agency.id for agency in ADDRESSES.at("NL")]
    assert everybody == [a.id for a in WORLD.agencies.values() if a.oris]


@pytest.mark.parametrize(
    ("kind", "oris", "enforces"),
    [
        ("PD", ("CA0990100",), True),
        ("FE", ("CA0990100",), True),
        ("JC", ("CA0990100",), False),
        ("NJ", ("CA0990100",), False),
        ("", ("CA0990100",), True),
        ("", ("CA099010B",), False),  # criminal justice, not law enforcement [N-ORIR]
        ("", ("CA0990100", "CA099010Y"), False),
        ("", ("CA099010H",), False),  # hazardous material only [N-ORIR]
        ("SO", ("CA099010B",), True),  # what the directory says goes before what the ORI hints
    ],
)
def test_law_enforcement_is_what_the_directory_says(kind, oris, enforces):
    assert enforces_law(replace(BAY, type=kind, oris=oris)) is enforces
