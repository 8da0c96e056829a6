"""The chance of a rise, against the binomial sum written out."""

from __future__ import annotations

from math import comb

import pytest

from switch.core.watch.chance import chance_of


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
def test_with_nothing_before_or_after_anything_is_chance(spans):
    assert chance_of(0, 50, *spans) == 1.0
