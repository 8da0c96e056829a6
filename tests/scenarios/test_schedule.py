"""Steps in the order of time, and at one instant in the file's order."""

from __future__ import annotations

from scenarios.schedule import Schedule, Step
from tests.rehearsal_room import opened


def schedule():
    cues = opened().script.cues
    return Schedule(cues), cues


def popped(one: Schedule, now: float) -> list[str]:
    names = []
    while (due := one.pop(now)) is not None:
        names.append(due.row.id)
    return names


def test_steps_come_in_the_order_of_time_and_then_of_the_file():
    one, cues = schedule()
    for at, name in ((2.0, "ask"), (2.0, "call"), (1.0, "nag"), (3.0, "call")):
        one.plan(at, Step.FIRE, cues[name])
    assert one.next() == 1.0
    assert popped(one, 2.0) == ["nag", "call", "ask"]
    assert one.next() == 3.0


def test_nothing_planned_is_nothing_due():
    one, _ = schedule()
    assert (one.next(), one.pop(1e9)) == (None, None)


def test_the_steps_of_a_row_can_be_dropped_without_touching_others():
    one, cues = schedule()
    one.plan(1.0, Step.FIRE, cues["call"])
    one.plan(1.0, Step.ACT, cues["ask"])
    one.plan(2.0, Step.FIRE, cues["nag"])
    one.drop(Step.FIRE, "call")
    assert [due.row.id for due in one.upcoming(Step.FIRE)] == ["nag"]
    assert popped(one, 9.0) == ["ask", "nag"]
