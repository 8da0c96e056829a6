"""Virtual time: nobody waits, tasks wake in order, and trio's private switches are there."""

from __future__ import annotations

import trio
from trio._core import _run as scheduler

from scenarios.clock import LessonClock, ScenarioClock, run_virtually


def test_the_private_switches_of_trio_are_where_the_clock_looks_for_them():
    assert isinstance(scheduler._ALLOW_DETERMINISTIC_SCHEDULING, bool)
    assert callable(scheduler._r.seed)


def test_a_day_takes_no_time_and_the_clock_shows_it():
    async def day() -> float:
        clock = ScenarioClock(1000.0)
        await trio.sleep(86_400)
        return clock.now()

    assert run_virtually(day, 1) == 87_400.0


def order(seed: int) -> list[int]:
    async def race() -> list[int]:
        woken: list[int] = []

        async def runner(number: int) -> None:
            for _ in range(3):
                await trio.sleep(1)
                woken.append(number)

        async with trio.open_nursery() as nursery:
            for number in range(8):
                nursery.start_soon(runner, number)
        return woken

    return run_virtually(race, seed)


def test_the_same_seed_wakes_tasks_in_the_same_order():
    assert order(7) == order(7)
    assert len({tuple(order(seed)) for seed in range(5)}) > 1


def test_the_scheduler_is_left_as_it_was_found():
    before = scheduler._ALLOW_DETERMINISTIC_SCHEDULING, scheduler._r.getstate()
    order(7)
    assert (scheduler._ALLOW_DETERMINISTIC_SCHEDULING, scheduler._r.getstate()) == before


def test_a_lessons_clock_stands_until_it_goes_and_never_goes_back():
    async def lesson() -> list[float]:
        clock, shown = LessonClock(1000.0), []
        await trio.sleep(5)
        shown.append(clock.now())
        clock.go()
        await trio.sleep(10)
        clock.pause()
        await trio.sleep(60)
        shown.append(clock.now())
        assert clock.stands
        clock.go()
        clock.go()
        await trio.sleep(2)
        shown.append(clock.now())
        clock.skip_to(1500.0)
        shown.append(clock.now())
        await trio.sleep(1)
        clock.skip_to(1.0)
        shown.append(clock.now())
        clock.pause()
        clock.skip_to(2000.0)
        await trio.sleep(1)
        shown.append(clock.now())
        return shown

    assert run_virtually(lesson, 1) == [1000.0, 1010.0, 1012.0, 1500.0, 1501.0, 2000.0]
