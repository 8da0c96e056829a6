"""What differs between two worlds, item by item."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from switch.acl.analysis.worlds import world_changes
from switch.config import Affiliation, World
from switch.terms import DataClass
from switch.world_file import load_world

WORLD = load_world("golden-state")
OCTOBER = 1571122800.0  # 2019-10-15T00:00:00 in Los Angeles


def agency(which: str, /, **parts: object) -> World:
    return replace(
        WORLD, agencies={**WORLD.agencies, which: replace(WORLD.agencies[which], **parts)}
    )


def told(new: World) -> list[tuple]:
    return [(c.table, c.name, c.part, c.gone, c.new) for c in world_changes(WORLD, new)]


def test_a_world_is_like_itself():
    assert told(WORLD) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"groups": ("hsi",)}, ("groups", ("ero",), ("hsi",))),
        ({"functions": ()}, ("functions", ("immigration",), ())),
        ({"parent": "DHS"}, ("parent", ("ICE",), ("DHS",))),
        ({"parent": None}, ("parent", ("ICE",), ())),
        ({"oris": ("DCICE0900",)}, ("oris", ("DCICE0910",), ())),
        ({"services": ("CBP",)}, ("services", (), ("CBP",))),
    ],
)
def test_each_part_of_an_agency_is_told(parts, expected):
    assert told(agency("ICE-ERO", **parts)) == [("agency", "ICE-ERO", *expected)]


def test_a_name_for_people_is_no_difference():
    assert told(agency("ICE-ERO", name="Another name")) == []


def test_a_hub_on_a_line_is_told():
    terminal = replace(WORLD.terminals["BAY1"], via=("REGION-HUB",))
    new = replace(WORLD, terminals={**WORLD.terminals, "BAY1": terminal})
    assert told(new) == [("terminal", "BAY1", "via", (), ("REGION-HUB",))]


def test_an_affiliation_is_told_with_its_span():
    span = Affiliation("CBP", OCTOBER, None)
    operator = replace(WORLD.operators["BPD2"], affiliations=(span,))
    new = replace(WORLD, operators={**WORLD.operators, "BPD2": operator})
    words = "CBP from 2019-10-15T00:00:00-07:00"
    assert told(new) == [("operator", "BPD2", "affiliations", (), (words,))]


def test_what_is_new_or_gone_as_a_whole_is_told_as_a_whole():
    fewer = {name: each for name, each in WORLD.operators.items() if name != "TFO7"}
    new = replace(WORLD, operators=fewer)
    assert told(new) == [("operator", "TFO7", "", ("TFO7",), ())]
    (back,) = world_changes(new, WORLD)
    assert (back.part, back.gone, back.new) == ("", (), ("TFO7",))


def test_the_catalog_is_told_by_key_and_backend():
    first, *rest = WORLD.catalog
    less = replace(first, image_classes=())
    new = replace(WORLD, catalog=(less, *rest))
    name = f"{first.key} of {first.backend}"
    assert told(new) == [("answer", name, "image_classes", ("driver.photo",), ())]


def test_another_primary_class_is_told_as_an_order():
    first, *rest = WORLD.catalog
    new = replace(WORLD, catalog=(replace(first, classes=first.classes[::-1]), *rest))
    ((_, _, part, gone, now),) = told(new)
    assert (part, gone, now) == ("classes", first.classes, first.classes[::-1])


def test_a_field_of_a_class_is_told():
    fields = dict(WORLD.class_fields) | {DataClass("driver.ssn"): frozenset[str]()}
    assert told(replace(WORLD, class_fields=fields)) == [
        ("class", "driver.ssn", "fields", ("SOC",), ())
    ]


@pytest.mark.parametrize(
    ("table", "which", "parts", "expected"),
    [
        ("terminals", "BAY1", {"agency": "CBP"}, ("terminal", "agency", ("BAY-PD",), ("CBP",))),
        ("operators", "BPD2", {"agency": "CBP"}, ("operator", "agency", ("BAY-PD",), ("CBP",))),
        (
            "operators",
            "TFO7",
            {"affiliations": ()},
            (
                "operator",
                "affiliations",
                ("ICE-ERO from 2019-06-01T00:00:00-07:00 until 2020-06-01T00:00:00-07:00",),
                (),
            ),
        ),
        (
            "backends",
            "NVDMV",
            {"owner": "Somebody"},
            ("backend", "owner", ("Nevada DMV (simulated)",), ("Somebody",)),
        ),
        (
            "backends",
            "NVDMV",
            {"ori": "NV0998199"},
            ("backend", "ori", ("NV0998100",), ("NV0998199",)),
        ),
    ],
)
def test_each_part_of_an_item_is_told(table, which, parts, expected):
    items = getattr(WORLD, table)
    new = replace(WORLD, **{table: {**items, which: replace(items[which], **parts)}})
    name, part, gone, now = expected
    assert told(new) == [(name, which, part, gone, now)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"destination": "ZA"}, ("destination", ("CA",), ("ZA",))),
        ({"destination": None}, ("destination", ("CA",), ())),
        ({"purposes": ("J", "C")}, ("purposes", (), ("C", "J"))),
        ({"classes": ("driver.record",)}, ("classes", ("driver.ssn",), ())),
    ],
)
def test_each_part_of_an_answer_is_told(parts, expected):
    first, *rest = WORLD.catalog
    new = replace(WORLD, catalog=(replace(first, **parts), *rest))
    assert told(new) == [("answer", f"{first.key} of {first.backend}", *expected)]


def test_a_key_that_one_backend_answers_at_several_destinations_is_told_with_each():
    fewer = tuple(e for e in WORLD.catalog if (e.key, e.destination) != ("TQ", "CA"))
    assert told(replace(WORLD, catalog=fewer)) == [
        ("answer", "TQ of ORION", "destination", ("CA",), ())
    ]


@pytest.mark.parametrize(
    ("table", "which"),
    [("agencies", "CBP"), ("terminals", "BAY1"), ("operators", "TFO7"), ("backends", "NVDMV")],
)
def test_whatever_is_gone_is_told_in_its_own_table(table, which):
    items = {name: each for name, each in getattr(WORLD, table).items() if name != which}
    singular = {"agencies": "agency"}.get(table, table[:-1])
    assert told(replace(WORLD, **{table: items})) == [(singular, which, "", (which,), ())]


def test_lists_are_compared_without_their_order_but_for_classes():
    ero = WORLD.agencies["ICE-ERO"]
    assert told(agency("ICE-ERO", oris=ero.oris[::-1])) == []


def test_instants_are_told_in_the_new_worlds_timezone():
    operator = replace(WORLD.operators["TFO7"], affiliations=())
    other = replace(
        WORLD, timezone=ZoneInfo("UTC"), operators={**WORLD.operators, "TFO7": operator}
    )
    words = "ICE-ERO from 2019-06-01T07:00:00+00:00 until 2020-06-01T07:00:00+00:00"
    assert told(other) == [("operator", "TFO7", "affiliations", (words,), ())]
