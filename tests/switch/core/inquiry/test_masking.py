"""Masking: a field leaves only if its class is released and no rule masks it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from switch.backend import Record
from switch.config import CatalogEntry
from switch.core.inquiry.masking import WHOLE_MAX, mask_of

ENTRY = CatalogEntry(
    backend="CADMV",
    key="DQ",
    destination="CA",
    classes=("driver.record", "driver.ssn"),
    image_classes=("driver.photo",),
    purposes=(),
)
CLASS_FIELDS = {
    "driver.record": frozenset({"NAM", "RES"}),
    "driver.ssn": frozenset({"SOC", "NAM"}),
    "driver.photo": frozenset({"IMG"}),
}


@dataclass(frozen=True)
class Decided:
    """As much of a decision as masking looks at."""

    released_classes: frozenset[str]
    masks: tuple[str, ...] = ()


RECORD = {"NAM": "A", "RES": "B", "SOC": "C", "IMG": "D"}


def fields(released: set[str], masks: tuple[str, ...] = (), *, image: bool = True):
    decision = Decided(frozenset(released), masks)
    (record,), unknown = mask_of(ENTRY, image, decision, CLASS_FIELDS).filter([RECORD])
    return set(record), unknown


@pytest.mark.parametrize(
    ("released", "masks", "leaves"),
    [
        ({"driver.record", "driver.ssn", "driver.photo"}, (), {"NAM", "RES", "SOC", "IMG"}),
        ({"driver.record"}, (), {"NAM", "RES"}),
        ({"driver.record", "driver.ssn"}, ("RES", "SOC"), {"NAM"}),
        ({"driver.ssn"}, (), {"SOC"}),  # NAM belongs to the first class that has it
    ],
)
def test_only_fields_of_released_classes_that_nobody_masks_leave(released, masks, leaves):
    assert fields(released, masks) == (leaves, ())


def test_a_field_of_no_asked_class_is_withheld_and_named():
    everything = {"driver.record", "driver.ssn", "driver.photo"}
    assert fields(everything, image=False) == ({"NAM", "RES", "SOC"}, ("IMG",))


def test_the_order_of_the_fields_stays():
    decision = Decided(frozenset({"driver.record"}))
    shuffled = {"RES": "B", "SOC": "C", "NAM": "A"}
    (record,), _ = mask_of(ENTRY, True, decision, CLASS_FIELDS).filter([shuffled])
    assert list(record) == ["RES", "NAM"]


def test_a_record_of_which_nothing_may_leave_is_none():
    """Else a photograph by itself would be counted, and a line of nothing would tell of it."""
    decision = Decided(frozenset({"driver.record"}))
    mask = mask_of(ENTRY, True, decision, CLASS_FIELDS)
    assert mask.filter([{"IMG": "D"}, RECORD, {"SOC": "C"}])[0] == [{"NAM": "A", "RES": "B"}]
    assert mask.filter([{"IMG": "D"}])[0] == []
    assert mask_of(ENTRY, True, Decided(frozenset()), CLASS_FIELDS).filter([RECORD])[0] == []


def test_a_shape_that_may_leave_as_it_is_stands_for_no_other():
    mask = mask_of(ENTRY, True, Decided(frozenset({"driver.record"})), CLASS_FIELDS)
    whole, more = Record({"NAM": "A", "RES": "B"}), Record({"NAM": "A", "RES": "B", "SOC": "C"})
    for records, leaves in (([whole], [whole]), ([more], [whole]), ([whole, more], [whole, whole])):
        for _ in range(2):
            assert list(mask.filter(records)[0]) == leaves


def test_shapes_beyond_those_that_a_mask_remembers_are_judged_all_the_same():
    codes = [f"C{number}" for number in range(WHOLE_MAX + 2)]
    fields = {**CLASS_FIELDS, "driver.record": frozenset(codes)}
    mask = mask_of(ENTRY, True, Decided(frozenset({"driver.record"})), fields)
    for code in codes:
        assert mask.filter([Record({code: "A", "SOC": "C"})])[0] == [{code: "A"}]
        assert mask.filter([{code: "A"}])[0] == [{code: "A"}]
    assert len(mask.whole) == WHOLE_MAX
