"""A rise that chance explains is none."""

from __future__ import annotations

from math import comb

import pytest

from switch.audit.displacement import DAY_S, Shift, chance_of
from switch.terms import AgencyId


@pytest.mark.parametrize(("before", "after"), [(0, 1), (3, 9), (10, 10), (0, 12), (7, 0)])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.75])
def test_the_chance_is_the_exact_binomial_one(before: int, after: int, share: float):
    count = before + after
    exact = sum(
        comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(after, count + 1)
    )
    assert chance_of(before, after, 1 - share, share) == pytest.approx(min(1.0, exact))


def test_large_counts_neither_overflow_nor_take_long():
    assert chance_of(100_000, 101_500, 1.0, 1.0) < 0.01
    assert chance_of(100_000, 100_000, 1.0, 1.0) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("spans", [(0.0, 5.0), (5.0, 0.0)])
def test_with_nothing_before_or_after_there_is_no_rise(spans):
    assert chance_of(0, 50, *spans) == 1.0
    assert not Shift(AgencyId("A"), "", 0, 50, *spans).rose


def test_rates_are_per_day():
    shift = Shift(AgencyId("A"), "sibling", 10, 60, 10 * DAY_S, 20 * DAY_S)
    assert (shift.before_per_day, shift.after_per_day, shift.rose) == (1.0, 3.0, True)


def test_a_longer_span_with_the_same_rate_is_no_rise():
    assert not Shift(AgencyId("A"), "sibling", 10, 100, DAY_S, 10 * DAY_S).rose
