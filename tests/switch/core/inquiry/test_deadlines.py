"""Deadlines: first due, first out, and nothing of what has ended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from switch.core.inquiry.deadlines import Deadlines
from switch.core.inquiry.exchange import Leg, LegState


def leg(name: str) -> Leg:
    return cast("Leg", SimpleNamespace(name=name, state=LegState.ASKED, due=0.0))


def test_legs_of_different_durations_come_in_the_order_of_their_instants():
    due, slow, quick, later = Deadlines(), leg("slow"), leg("quick"), leg("later")
    due.add(slow, 0.0, 10.0)
    due.add(quick, 1.0, 2.0)
    due.add(later, 2.0, 10.0)
    assert due.next() == 3.0
    assert list(due.due(10.0)) == [quick, slow]
    assert due.next() == 12.0


def test_a_leg_is_due_at_its_instant_and_handed_out_once():
    due, one = Deadlines(), leg("one")
    due.add(one, 0.0, 10.0)
    assert list(due.due(9.999)) == []
    assert list(due.due(10.0)) == [one]
    assert list(due.due(10.0)) == []
    assert due.next() is None


def test_what_has_ended_is_neither_due_nor_kept():
    due, ended, open_ = Deadlines(), leg("ended"), leg("open")
    due.add(ended, 0.0, 10.0)
    ended.state = LegState.DONE
    due.add(open_, 5.0, 10.0)
    assert due.next() == 15.0
    assert [len(queue) for queue in due._queues.values()] == [1]


def test_a_second_deadline_replaces_the_first():
    due, one = Deadlines(), leg("one")
    due.add(one, 0.0, 10.0)
    due.add(one, 5.0, 300.0)
    assert list(due.due(10.0)) == []
    assert due.next() == 305.0
