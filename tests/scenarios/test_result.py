"""Points earned out of points reachable."""

from __future__ import annotations

from scenarios.result import Block, Line, Result, Status


def line(block: Block, status: Status, points: int = 0) -> Line:
    return Line("x", block, "desk", status, points, None, None, "")


def result(*lines: Line, mark: int = 75, floor: int = 50) -> Result:
    return Result("s", "t", 0.0, 1.0, mark, floor, lines)


MET = line(Block.EXPECT, Status.MET, 10)
MISSED = line(Block.EXPECT, Status.MISSED, 10)
UNREACHED = line(Block.EXPECT, Status.NOT_REACHED, 10)
LOST = line(Block.FORBID, Status.BROKEN, -5)
BROKEN = line(Block.ASSERT, Status.BROKEN)


def test_what_was_not_reached_is_not_counted():
    one = result(MET, UNREACHED)
    assert (one.earned, one.reachable, one.total, one.percent) == (10, 10, 20, 100.0)
    assert one.passed
    assert not one.flawless


def test_too_small_a_share_reached_does_not_pass():
    assert not result(MET, UNREACHED, UNREACHED).passed
    assert result(MET, UNREACHED, UNREACHED, floor=30).passed


def test_a_broken_forbid_costs_its_points_and_never_more_than_all():
    assert result(MET, MET, LOST).earned == 15
    assert result(LOST, LOST).earned == 0


def test_a_broken_assert_fails_whatever_the_points():
    assert not result(MET, BROKEN).passed


def test_a_miss_is_paid():
    assert result(MET, MISSED).percent == 50.0
    assert not result(MET, MISSED).passed


def test_a_scenario_without_expectations_passes_by_its_asserts():
    assert result(line(Block.ASSERT, Status.HELD)).flawless
    assert result().percent == 100.0
