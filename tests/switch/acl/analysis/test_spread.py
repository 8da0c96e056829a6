"""Sets of lines with sets of cells say of every line what they said apart."""

from __future__ import annotations

from random import Random

import pytest

from switch.acl.analysis.spread import Part, gathered, less, numbers, on

LINES = 6


def some(random: Random) -> tuple[Part, ...]:
    return tuple(
        Part(random.randrange(1, 1 << LINES), random.randrange(1, 1 << 8))
        for _ in range(random.randint(0, 5))
    )


@pytest.mark.parametrize("seed", range(40))
def test_what_is_left_is_left_line_by_line(seed: int):
    random = Random(seed)
    first, second, third = some(random), some(random), some(random)
    left = less(first, second, third)
    assert all(part.lines and part.cells for part in left)
    for line in range(LINES):
        others = on(second, line) | on(third, line)
        assert on(left, line) == on(first, line) & ~others


@pytest.mark.parametrize("seed", range(10))
def test_gathering_changes_nothing_on_any_line(seed: int):
    parts = some(Random(seed)) * 2 + (Part(0, 1), Part(1, 0))
    together = gathered(parts)
    assert len({part.lines for part in together}) == len(together)
    assert all(part.lines and part.cells for part in together)
    assert [on(together, n) for n in range(LINES)] == [on(parts, n) for n in range(LINES)]


def test_lines_come_in_the_order_of_their_numbers():
    assert list(numbers(0b1010010)) == [1, 4, 6]
    assert list(numbers(0)) == []


def test_on_a_line_hold_the_cells_of_all_parts_that_it_is_in():
    spread = (Part(0b101, 0b0011), Part(0b100, 0b1000))
    assert [on(spread, line) for line in range(4)] == [0b0011, 0, 0b1011, 0]


def test_parts_of_the_same_lines_are_one():
    assert gathered([(1, 0b01), (2, 0b100), (1, 0b10)]) == (Part(1, 0b11), Part(2, 0b100))


def test_a_part_from_which_nothing_is_taken_stays_whole():
    whole = (Part(0b11, 0b01),)
    assert less(whole, [Part(0b01, 0b10)], [Part(0b100, 0b01)]) == whole
    assert set(less(whole, [Part(0b01, 0b01)])) == {Part(0b10, 0b01)}
