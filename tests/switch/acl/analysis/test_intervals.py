"""A rule that ended and came back has two intervals, each with what began and what ended it."""

from __future__ import annotations

from random import Random

import pytest

from switch.acl.analysis.intervals import Said, intervals


def found(*versions):
    return [
        (each.live, each.until, each.begun, each.ended, each.again) for each in intervals(versions)
    ]


ALWAYS = Said(1.0, None, "deny")
GONE: dict[str, Said] = {}


def test_a_rule_in_every_version_has_one_interval():
    assert found((2.0, {"R": ALWAYS}), (5.0, {"R": ALWAYS})) == [(2.0, None, 0, None, False)]


def test_a_rule_that_was_taken_out_and_put_back_has_two():
    versions = ((2.0, {"R": ALWAYS}), (5.0, GONE), (7.0, {"R": ALWAYS}))
    assert found(*versions) == [(2.0, 5.0, 0, 1, False), (7.0, None, 2, None, True)]


def test_a_rule_that_was_dated_to_end_and_then_was_not_has_two():
    ended = Said(1.0, 6.0, "deny")
    versions = ((2.0, {"R": ALWAYS}), (5.0, {"R": ended}), (7.0, {"R": ALWAYS}))
    assert found(*versions) == [(2.0, 6.0, 0, 1, False), (7.0, None, 2, None, True)]
    past = Said(1.0, 4.0, "deny")  # ended at once: no later than its version
    versions = ((2.0, {"R": ALWAYS}), (5.0, {"R": past}), (7.0, {"R": ALWAYS}))
    assert found(*versions) == [(2.0, 5.0, 0, 1, False), (7.0, None, 2, None, True)]


def test_an_end_that_was_put_off_in_time_leaves_no_gap():
    dated, later = Said(1.0, 6.0, "deny"), Said(1.0, 9.0, "deny")
    assert found((2.0, {"R": dated}), (5.0, {"R": later})) == [(2.0, 9.0, 0, 1, False)]
    assert found((2.0, {"R": dated}), (5.0, {"R": ALWAYS})) == [(2.0, None, 0, None, False)]


def test_a_rule_that_ended_by_its_own_date_was_ended_by_no_version():
    dated = Said(1.0, 4.0, "deny")
    once = [(2.0, 4.0, 0, None, False)]
    assert found((2.0, {"R": dated}), (5.0, {"R": dated})) == once
    assert found((2.0, {"R": dated}), (5.0, GONE)) == once


def test_another_meaning_under_the_same_id_is_another_interval():
    versions = ((2.0, {"R": ALWAYS}), (5.0, {"R": Said(1.0, None, "allow")}))
    assert found(*versions) == [(2.0, 5.0, 0, 1, False), (5.0, None, 1, None, True)]


def test_a_beginning_that_is_put_off_leaves_a_gap_only_if_it_had_begun():
    versions = ((2.0, {"R": ALWAYS}), (5.0, {"R": Said(8.0, None, "deny")}))
    assert found(*versions) == [(2.0, 5.0, 0, 1, False), (8.0, None, 1, None, True)]
    waits = ((2.0, {"R": Said(6.0, None, "deny")}), (5.0, {"R": Said(8.0, None, "deny")}))
    assert found(*waits) == [(8.0, None, 0, None, False)]
    sooner = ((2.0, {"R": Said(6.0, None, "deny")}), (5.0, {"R": ALWAYS}))
    assert found(*sooner) == [(5.0, None, 0, None, False)]


def test_an_end_comes_at_its_instant_and_not_by_the_version_of_that_instant():
    assert found((2.0, {"R": Said(1.0, 5.0, "deny")}), (5.0, GONE)) == [(2.0, 5.0, 0, None, False)]


def test_a_beginning_that_is_put_off_until_now_leaves_no_gap():
    now = Said(5.0, None, "deny")
    assert found((2.0, {"R": ALWAYS}), (5.0, {"R": now})) == [(2.0, None, 0, None, False)]


def test_a_rule_is_dated_by_the_version_that_dated_it_and_stands_in_the_last_that_has_it():
    dated = Said(1.0, 9.0, "deny")
    versions = ((2.0, {"R": ALWAYS}), (5.0, {"R": dated}), (7.0, {"R": dated}))
    assert found(*versions) == [(2.0, 9.0, 0, 1, False)]
    assert [each.last for each in intervals(versions)] == [2]


def test_what_comes_after_a_version_that_is_not_at_hand_counts():
    assert found((2.0, {"R": ALWAYS}), (5.0, None), (7.0, GONE)) == [(2.0, 7.0, 0, 2, False)]


def test_a_version_that_is_not_at_hand_neither_begins_nor_ends_anything():
    assert found((2.0, {"R": ALWAYS}), (5.0, None)) == [(2.0, None, 0, None, False)]


@pytest.mark.parametrize("seed", range(20))
def test_at_every_instant_an_interval_holds_exactly_when_the_version_then_had_the_rule(seed):
    random = Random(seed)
    dates = (None, *range(12))
    for _ in range(50):
        versions = [
            (float(at), {"R": Said(random.choice(dates[1:]), random.choice(dates), "deny")})
            if random.random() < 0.7
            else (float(at), GONE)
            for at in sorted(random.sample(range(12), 4))
        ]
        ones = intervals(versions)
        for tick in range(12):
            now = tick + 0.5
            held = [
                one for one in ones if one.live <= now and (one.until is None or one.until > now)
            ]
            said = [rules for at, rules in versions if at <= now][-1:]
            rule = said[0].get("R") if said else None
            assert len(held) == (rule is not None and rule.start <= now and not rule.over(now))
