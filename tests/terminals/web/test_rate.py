"""A burst is let through, a flood is not."""

from __future__ import annotations

from terminals.web.rate import Rate


def test_a_bucket_empties_and_fills_again():
    rate = Rate(3, 1.0)
    assert [rate.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert rate.take(101.0)
    assert not rate.take(101.0)
    assert [rate.take(1_000.0) for _ in range(4)] == [True, True, True, False]
