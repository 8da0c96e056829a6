"""What an order names, and how much of it is left."""

from __future__ import annotations

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.orders import Order
from tests.switch.acl.shipped import DIRECTORY
from tests.switch.core.inquiry.test_orders import FILE


def order() -> Order:
    found = compiled(DIRECTORY, "CADMV", FILE).order("DMV-O1")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"OLN": "S0990001"}, True),
        ({"OLN": "S0990002", "IMQ": "Y"}, True),
        ({"OLN": "S0990003"}, False),
        ({"OLN": "S099000"}, False),
        ({"NAM": "S0990001"}, False),
        ({}, False),
    ],
)
def test_a_record_is_named_by_every_field_of_one_entry(fields: dict[str, str], named: bool):
    assert order().names(fields) is named


def test_an_order_holds_from_its_first_instant_to_before_its_last():
    one = order()
    found = [one.in_force(at) for at in (one.start - 1, one.start, one.end - 1, one.end)]
    assert found == [False, True, True, False]


@pytest.mark.parametrize(("used", "left"), [(0, 2), (1, 1), (2, 0), (5, 0)])
def test_so_many_are_left(used: int, left: int):
    assert order().left("CADMV", {("CADMV", "DMV-O1"): used}) == left
    assert order().left("NVDMV", {("CADMV", "DMV-O1"): used}) == 2


def test_it_covers_the_classes_it_names():
    assert order().covers("driver.record")
    assert not order().covers("driver.photo")
