"""A rise that chance explains is none."""

from __future__ import annotations

import pytest

from switch.audit.displacement import DAY_S, Shift
from switch.terms import AgencyId


@pytest.mark.parametrize("spans", [(0.0, 5.0), (5.0, 0.0)])
def test_with_nothing_before_or_after_there_is_no_rise(spans):
    assert not Shift(AgencyId("A"), "", 0, 50, *spans).rose


def test_rates_are_per_day():
    shift = Shift(AgencyId("A"), "sibling", 10, 60, 10 * DAY_S, 20 * DAY_S)
    assert (shift.before_per_day, shift.after_per_day, shift.rose) == (1.0, 3.0, True)


def test_a_longer_span_with_the_same_rate_is_no_rise():
    assert not Shift(AgencyId("A"), "sibling", 10, 100, DAY_S, 10 * DAY_S).rose
