"""One watch: hours, its own baseline, repeated refusals, and relatives that take over."""

from __future__ import annotations

import pytest

from switch.acl.rules import Subject
from switch.acl.watches import Watch
from switch.core.watch.sighting import BASELINE_HOURS_MAX, HOUR_S, RATE_MIN, Seen, Watched
from tests.playbook import golden_state
from tests.switch.acl.shipped import DIRECTORY

MIDNIGHT = 1571122800.0
START = MIDNIGHT - 12 * HOUR_S
CBP = ("CBP1", "CBP1A", "DCCBP0100", None)
ERO = ("ERO1", "ERO1A", "DCICE0900", None)
STACK = golden_state()[1]


def watched(agency: str = "ICE-ERO", data=None, **times) -> Watched:
    spans = {"start": START, "end": None, "times": 3.0, "denials": 3} | times
    watch = Watch("W1", Subject(agency=frozenset((agency,))), data, **spans)
    one = Watched("CADMV", watch, DIRECTORY, START)
    one.judge_by(STACK, START)
    return one


def seen(who=ERO, key: str = "DQ", purpose: str | None = None, classes=("driver.record",)) -> Seen:
    terminal, operator, ori, behalf = who
    return Seen(terminal, operator, ori, behalf, key, purpose, classes)


def asks(one: Watched, count: int, at: float, who=ERO, **what) -> list:
    return [s for _ in range(count) for s in one.asked(seen(who, **what), at)[1]]


def hours(one: Watched, totals: list[int], who=ERO) -> None:
    """So many inquiries in each hour from the start on."""
    for number, count in enumerate(totals):
        at = START + number * HOUR_S
        one.pass_time(at)
        asks(one, count, at + 1, who)


def test_an_hour_is_told_with_its_counts_by_key_and_purpose():
    one = watched()
    asks(one, 2, START + 5, purpose="C")
    asks(one, 1, START + 6, key="RQ")
    assert one.pass_time(START + HOUR_S - 1) == []
    (hour,) = one.pass_time(START + HOUR_S)
    assert (hour.what, hour.hour, hour.total) == ("hour", START, 3)
    assert hour.counts == {"DQ": {"C": 2}, "RQ": {"none": 1}}
    assert one.pass_time(START + HOUR_S) == []


def test_an_hour_with_nothing_in_it_is_not_told_but_counts_for_the_baseline():
    one = watched()
    hours(one, [6, 0, 0, 0])
    assert one.baseline == pytest.approx(2.0)


def test_a_rate_of_so_many_times_the_baseline_is_told_once_an_hour():
    one = watched()
    hours(one, [4, 4, 4])
    at = START + 3 * HOUR_S
    one.pass_time(at)
    assert asks(one, 11, at + 1) == []
    (told,) = asks(one, 5, at + 2)
    assert (told.what, told.total, told.baseline) == ("rate", 12, 4.0)
    assert "12 inquiries this hour" in told.said


def test_without_enough_hours_or_inquiries_no_rate_is_told():
    one = watched()
    assert asks(one, 50, START + 1) == []
    few = watched()
    hours(few, [0, 0, 1])
    few.pass_time(START + 3 * HOUR_S)
    assert asks(few, RATE_MIN - 1, START + 3 * HOUR_S + 1) == []


def test_the_baseline_follows_and_is_bounded():
    one = watched()
    hours(one, [1] * 20)
    one.pass_time(START + 10_000 * HOUR_S)
    assert one.baseline == 0
    assert len(one._past) == BASELINE_HOURS_MAX


def test_repeated_refusals_of_one_terminal_are_told_once():
    one = watched(denials=2)
    told = [s for terminal in ("A", "B", "A", "A") for s in one.refused(terminal)]
    assert [(s.what, s.who) for s in told] == [("denials", "A")]
    one.pass_time(START + HOUR_S)
    assert one.refused("A") == []


@pytest.mark.parametrize(
    ("who", "mine"),
    [
        (ERO, True),
        (("BAY1", "TFO7", "CA0990100", None), True),
        (("BAY2", "BPD2", "CA0990100", "DCICE0900"), True),
        (("NONE", None, "DCICE0900", None), True),
        (("NONE", "NOBODY", "XX0990000", "YY0990000"), False),
        (CBP, False),
    ],
)
def test_any_facet_is_watched_and_strangers_do_not_confuse_it(who, mine: bool):
    assert watched().asked(seen(who), START + 1)[0] is mine


def test_other_data_and_other_times_are_not_counted():
    one = watched(data=frozenset(("driver.photo",)), end=START + 60)
    assert not one.asked(seen(), START + 1)[0]
    assert one.asked(seen(classes=("driver.record", "driver.photo")), START + 1)[0]
    assert not one.asked(seen(classes=("driver.photo",)), START + 60)[0]


# --- displacement --------------------------------------------------------------------------------


def displaced(before: int, after: int) -> list:
    """CBP's inquiries an hour in the twelve hours before ERO's cut-off, and in four after it."""
    one = watched()
    hours(one, [before] * 12, CBP)
    one.judge_by(STACK, MIDNIGHT)
    found = []
    for number in range(5):
        found += one.pass_time(MIDNIGHT + number * HOUR_S)
        asks(one, after, MIDNIGHT + number * HOUR_S + 1, CBP)
    return [s for s in found if s.what == "displacement"]


def test_a_relative_that_asks_more_after_the_cut_off_is_told_once():
    (told,) = displaced(2, 9)
    assert told.who == "CBP"
    assert "function immigration" in told.said


@pytest.mark.parametrize(("before", "after"), [(3, 3), (9, 2), (0, 0)])
def test_a_relative_that_asks_as_before_is_not_told(before: int, after: int):
    assert displaced(before, after) == []


def test_a_cut_off_that_was_there_before_it_looked_is_no_cut_off_to_compare_around():
    one = Watched("CADMV", watched().watch, DIRECTORY, MIDNIGHT)
    one.judge_by(STACK, MIDNIGHT)
    for number in range(5):
        assert one.pass_time(MIDNIGHT + number * HOUR_S) == []
        asks(one, 30, MIDNIGHT + number * HOUR_S + 1, CBP)
