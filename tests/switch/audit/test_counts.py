"""Counts for the public: no published byte depends on which small number a cell holds."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import pytest

from switch.acl.rules import Request
from switch.audit.counts import MONOTONE_MIN, SMALL_CELL_MAX, Month, public, vague_purposes
from switch.audit.inquiries import Fate, Inquiry

ZONE = ZoneInfo("America/Los_Angeles")
OCTOBER = 1569913200.0  # 2019-10-01T00:00:00
DAY = 86_400.0
REQUEST = Request("ERO1", "DCICE0900", None, None, "CADMV", "DQ", False, None)


def asked(at: float, fate: Fate = Fate.ANSWERED, purpose: str | None = None) -> Inquiry:
    return Inquiry(1, 1, at, REQUEST._replace(purpose=purpose), {}, {}, fate, at)


def months(cells: dict[tuple[int, Fate], int]) -> tuple[Month, ...]:
    found = [
        asked(OCTOBER + m * 31 * DAY + DAY, f) for (m, f), n in cells.items() for _ in range(n)
    ]
    return public(found, OCTOBER, OCTOBER + 100 * DAY, ZONE)


def test_a_count_from_one_to_four_is_not_shown_and_others_are():
    fates = (Fate.ANSWERED, Fate.REFUSED, Fate.UNANSWERED)
    shown = [months({(0, fates[0]): n})[0].cells[0] for n in range(7)]
    assert shown == [0, None, None, None, None, 5, 6]
    assert months({(0, fate): 9 for fate in fates})[0].cells == (9, 9, 9)


@pytest.mark.parametrize("seed", range(30))
def test_any_small_cell_may_hold_any_small_number_whatever_else_is_published(seed: int):
    random = Random(seed)
    fates = (Fate.ANSWERED, Fate.REFUSED, Fate.WITHHELD)
    cells = {(m, f): random.choice((0, 1, 2, 3, 4, 5, 40)) for m in range(3) for f in fates}
    small = [place for place, count in cells.items() if 1 <= count <= SMALL_CELL_MAX]
    for place in small:
        for other in range(1, SMALL_CELL_MAX + 1):
            assert months({**cells, place: other}) == months(cells)


def test_only_months_that_are_over_are_published_so_that_two_pages_cannot_be_subtracted():
    found = [asked(OCTOBER + day * DAY) for day in range(45)]
    early = public(found, OCTOBER, OCTOBER + 40 * DAY, ZONE)
    late = public(found, OCTOBER, OCTOBER + 44 * DAY, ZONE)
    assert [month.month for month in early] == ["2019-10"]
    assert early == late


def test_a_month_without_inquiries_is_published_as_zeros_and_a_year_goes_on():
    found = public([], OCTOBER, OCTOBER + 130 * DAY, ZONE)
    assert [month.month for month in found] == ["2019-10", "2019-11", "2019-12", "2020-01"]
    assert {month.cells for month in found} == {(0, 0, 0)}


def test_months_are_local_ones():
    last_evening = OCTOBER - 3600
    (month,) = public([asked(last_evening)] * 5, last_evening, OCTOBER, ZONE)
    assert (month.month, month.cells[0]) == ("2019-09", 5)


# --- purposes ------------------------------------------------------------------------------------


def test_no_purpose_and_a_strange_one_are_vague():
    found = vague_purposes(
        [asked(OCTOBER), asked(OCTOBER, purpose="C"), asked(OCTOBER, purpose="X")],
        {"DQ": frozenset("CJ")},
    )
    assert [(each.what, each.count, each.among) for each in found] == [
        ("no purpose given", 1, 3),
        ("a purpose that the key does not take", 1, 3),
    ]


def test_where_the_catalog_lists_none_no_purpose_is_strange():
    assert vague_purposes([asked(OCTOBER, purpose="X")], {"DQ": frozenset()}) == []


def test_one_purpose_for_nearly_everything_says_nothing():
    many = [asked(OCTOBER, purpose="C")] * MONOTONE_MIN
    (found,) = vague_purposes(many, {})
    assert "the same purpose C" in found.what
    assert vague_purposes(many[:-1], {}) == []
    mixed = [*many, *(replace(e, request=e.request._replace(purpose="J")) for e in many)]
    assert vague_purposes(mixed, {}) == []
