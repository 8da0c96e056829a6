"""The bulkhead: a bounded inbox and workers that are busy or idle, never both."""

from __future__ import annotations

import dataclasses
from typing import cast

import pytest

from switch.core.inquiry.exchange import Leg
from switch.core.inquiry.queue import LOW_TURN, Bulkhead
from switch.world_file import load_world


def bulkhead(**bounds: int) -> Bulkhead:
    entry = load_world("golden-state").backends["CADMV"]
    return Bulkhead(dataclasses.replace(entry, **bounds))


def legs(count: int) -> list[Leg]:
    return [cast("Leg", object()) for _ in range(count)]


def test_batches_are_bounded_and_oldest_first():
    inbox, waiting = bulkhead(batch_max=2), legs(3)
    for leg in waiting:
        inbox.put(leg)
    assert inbox.take() == waiting[:2]
    assert inbox.take() == waiting[2:]


def test_an_inbox_is_full_at_its_bound():
    inbox = bulkhead(inbox_max=2)
    inbox.put(legs(1)[0])
    assert not inbox.full
    inbox.put(legs(1)[0])
    assert inbox.full


def test_nobody_is_idle_while_all_workers_are_busy():
    inbox = bulkhead(workers=2)
    inbox.put(legs(1)[0])
    assert [inbox.start_worker(), inbox.start_worker()] == [1, 2]
    assert not inbox.idle(0.0)
    inbox.end_worker(2)
    assert inbox.idle(0.0)
    assert inbox.start_worker() == 2


@pytest.mark.parametrize("worker", [0, 1, 3])
def test_a_worker_that_was_not_busy_cannot_end(worker):
    inbox = bulkhead(workers=2)
    with pytest.raises(ValueError, match="was not busy"):
        inbox.end_worker(worker)


def test_a_leg_can_leave_from_the_middle():
    inbox, waiting = bulkhead(), legs(3)
    for leg in waiting:
        inbox.put(leg)
    inbox.remove(waiting[1])
    assert inbox.take() == [waiting[0], waiting[2]]


def test_after_failures_it_rests_longer_each_time_and_not_for_ever():
    inbox = bulkhead()
    inbox.put(legs(1)[0])
    rests = []
    for _ in range(9):
        inbox.failed(10.0)
        assert inbox.rests_until is not None
        rests.append(round(inbox.rests_until - 10.0, 3))
    assert rests == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert not inbox.idle(14.999)
    assert inbox.idle(15.0)
    inbox.succeeded()
    inbox.failed(20.0)
    assert inbox.rests_until == 20.1


def test_what_comes_back_stands_first():
    inbox, waiting = bulkhead(), legs(4)
    inbox.put(waiting[2])
    inbox.put(waiting[3])
    inbox.put_first(waiting[:2])
    assert inbox.take() == waiting


def test_what_is_low_waits_until_nothing_else_does_and_counts_as_waiting():
    inbox, waiting = bulkhead(batch_max=2, inbox_max=3), legs(3)
    inbox.put(waiting[0], low=True)
    assert inbox.waiting
    inbox.put(waiting[1])
    inbox.put(waiting[2])
    assert inbox.full
    assert inbox.take() == waiting[1:]
    assert inbox.take() == waiting[:1]
    inbox.put(waiting[0], low=True)
    inbox.remove(waiting[0])
    assert not inbox.waiting


def test_what_is_low_has_one_batch_in_so_many_however_much_else_waits():
    inbox, low = bulkhead(batch_max=2, inbox_max=100), legs(3)
    for leg in low:
        inbox.put(leg, low=True)
    taken = []
    for _ in range(3 * LOW_TURN):
        inbox.put(legs(1)[0])
        inbox.put(legs(1)[0])
        taken.append([leg in low for leg in inbox.take()])
    turn, rest = [True, True], [[False, False]] * (LOW_TURN - 1)
    assert taken == [*rest, turn, *rest, [True, False], *[[False, False]] * LOW_TURN]


def test_what_is_low_and_came_along_has_not_been_passed_over():
    inbox, low = bulkhead(batch_max=2, inbox_max=100), legs(2 * LOW_TURN)
    for leg in low:
        inbox.put(leg, low=True)
    for turn in range(LOW_TURN):
        first = legs(1)[0]
        inbox.put(first)
        assert inbox.take() == [first, low[turn]]
