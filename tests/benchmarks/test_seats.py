"""The benchmark of a class: three seats for a moment, every answer right."""

from __future__ import annotations

from benchmarks.seats import measured


def test_every_seat_gets_its_answers(tmp_path):
    took, wrong = measured(tmp_path, 3, 2.5)
    assert len(took) >= 3
    assert wrong == 0
