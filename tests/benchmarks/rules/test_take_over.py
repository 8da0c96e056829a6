"""The benchmark of a change on a running switch: a few rules, every answer right."""

from __future__ import annotations

import pytest

from benchmarks import stage
from benchmarks.rules import take_over
from benchmarks.rules.take_over import Answer, Ordered, Seen, seen

CUT = Ordered(10.0, 12.0, 14.0, cuts=True)


def test_orders_are_followed_while_a_line_asks_and_no_answer_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "LICENCES", 10)
    monkeypatch.setattr(take_over, "QUIET_S", 0.2)
    monkeypatch.setattr(take_over, "SETTLING_S", 0.2)
    found = seen(tmp_path, 30, 1)
    worst = found.worst()
    assert found.wrong == 0
    assert worst["first refusal"] > 0
    assert worst["longest wait"] > 0


def test_only_what_happened_during_an_order_counts_as_its_doing():
    answers = [Answer(1.0, 1.5, False), Answer(11.9, 12.1, True), Answer(20.0, 29.0, True)]
    steps = [[5.0, 0.9, 0.9, "before"], [12.0, 0.030, 0.020, "during"], [15.0, 0.8, 0.8, "after"]]
    assert Seen(answers, [CUT], steps, 0).worst() == {
        "longest step": 30.0,
        "longest step, CPU": 20.0,
        "longest wait": 200.0,
        "longest wait before any order": 500.0,
        "first refusal": 100.0,
    }


def test_a_release_after_the_first_refusal_is_a_fault():
    answers = [Answer(1.0, 1.5, False), Answer(12.0, 12.1, True), Answer(12.2, 12.3, False)]
    with pytest.raises(RuntimeError, match="released after the first refusal"):
        Seen(answers, [CUT], [], 0).worst()
