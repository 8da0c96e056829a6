"""Sets of cells: two classes, three questions, four epochs."""

from __future__ import annotations

import pytest

from switch.acl.analysis.cells import Cells, lowest, without
from switch.acl.rules import Request
from switch.terms import DataClass

QUESTIONS = [Request("", "", None, None, "B", key, False, None) for key in ("DQ", "DNQ", "RQ")]
CELLS = Cells(QUESTIONS, [DataClass("record"), DataClass("photo")], [-100.0, 10.0, 20.0, 30.0])


@pytest.mark.parametrize(
    ("start", "end", "epochs"),
    [
        (-100.0, None, 0b1111),
        (10.0, None, 0b1110),
        (10.0, 20.0, 0b0010),
        (-100.0, 30.0, 0b0111),
        (30.0, None, 0b1000),
    ],
)
def test_a_span_is_from_inclusive_until_exclusive(start, end, epochs):
    assert CELLS.span(start, end) == epochs


def test_cells_are_told_by_class_with_their_epochs_and_first_question():
    cells = CELLS.of([1, 2], [1], 0b0110)
    ((name, part),) = CELLS.by_class(cells)
    assert (name, CELLS.epochs(part)) == ("photo", 0b0110)
    assert CELLS.first(part, 1).key == "DNQ"
    assert lowest(0b0110) == 1


def test_a_whole_answer_is_every_class_of_the_same_question_and_epoch():
    one = CELLS.of([2], [0], 0b0001)
    assert CELLS.whole_answers(one) == CELLS.of([2], [0, 1], 0b0001)


@pytest.mark.parametrize("count", range(1, 10))
def test_a_whole_answer_is_every_class_however_many_there_are(count):
    cells = Cells(QUESTIONS, [DataClass(f"c.{n}") for n in range(count)], [-100.0, 10.0])
    for number in range(count):
        some = cells.of([1], [number], 0b10) | cells.of([2], [0], 0b01)
        whole = cells.of([1], range(count), 0b10) | cells.of([2], range(count), 0b01)
        assert cells.whole_answers(some) == whole
        # The first cell of all, and the first of every other class, are no exceptions.
        assert cells.whole_answers(cells.of([0], [number], 0b01)) == cells.of([0], range(count), 1)
    assert cells.whole_answers(0) == 0


def test_without_leaves_what_only_the_first_has():
    assert without(0b1101, 0b0110) == 0b1001
    assert without(-1, 0b0110) == -1 & ~0b0110


def test_epochs_are_of_every_question_and_class():
    assert CELLS.in_epochs(0b0101) == CELLS.of(range(3), range(2), 0b0101)
    assert CELLS.of_classes([0, 1]) == CELLS.in_epochs(CELLS.every_epoch)


def test_alike_are_all_questions_of_the_same_class_and_epoch():
    every = range(len(CELLS.questions))
    assert CELLS.alike(CELLS.of([2], [1], 0b0010)) == CELLS.of(every, [1], 0b0010)
    both = CELLS.of([0], [0], 0b0100) | CELLS.of([1], [1], 0b0001)
    assert CELLS.alike(both) == CELLS.of(every, [0], 0b0100) | CELLS.of(every, [1], 0b0001)
    assert CELLS.alike(0) == 0


def test_neighbouring_epochs_are_one_span_and_what_has_no_bound_says_so():
    assert CELLS.spans(0b1011) == ((None, 20.0), (30.0, None))
    assert CELLS.spans(0) == ()
    assert CELLS.spans(0b1111) == ((None, None),)


def test_a_cell_has_one_bit_by_class_then_question_then_epoch():
    cells = Cells(QUESTIONS, CELLS.classes, CELLS.starts)  # 2 classes of 3 questions of 4 epochs
    assert (cells.questions, cells.classes, cells.starts) == (
        QUESTIONS,
        ["record", "photo"],
        [-100.0, 10.0, 20.0, 30.0],
    )
    assert cells.every_epoch == 0b1111
    assert cells.of([1], [1], 0b0100) == 1 << (12 + 4 + 2)
    assert cells.of_classes([1]) == ((1 << 12) - 1) << 12
    assert cells.in_epochs(0b0001) == 0b0001_0001_0001_0001_0001_0001
    assert cells.alike(1) == 0b0001_0001_0001


def test_an_instant_is_in_the_epoch_that_it_begins_or_that_has_begun():
    instants = (-1000.0, -100.0, 9.0, 10.0, 19.0, 30.0, 1e9)
    assert [CELLS.epoch(at) for at in instants] == [0, 0, 0, 1, 1, 3, 3]


def test_whole_answers_are_those_of_every_class_together():
    some = CELLS.of([2], [0], 0b0001) | CELLS.of([0], [1], 0b0010)
    whole = CELLS.of([2], [0, 1], 0b0001) | CELLS.of([0], [0, 1], 0b0010)
    assert CELLS.whole_answers(some) == whole
    assert CELLS.whole_answers(0) == 0


def test_the_first_question_is_the_first_that_is_in_the_set_in_that_epoch():
    ((_, part),) = CELLS.by_class(CELLS.of([0], [0], 0b0001) | CELLS.of([1, 2], [0], 0b0010))
    assert (CELLS.first(part, 0).key, CELLS.first(part, 1).key) == ("DQ", "DNQ")
    ((_, part),) = CELLS.by_class(CELLS.of([1], [0], 0b1001))
    assert (CELLS.first(part, 0).key, CELLS.first(part, 3).key) == ("DNQ", "DNQ")
    assert CELLS.epochs(part) == 0b1001
    ((_, part),) = CELLS.by_class(CELLS.of([0], [0], 0b0001))
    assert CELLS.epochs(part) == 0b0001


def test_what_begins_before_all_epochs_is_in_the_first():
    assert CELLS.span(-1000.0, 10.0) == 0b0001
    assert CELLS.span(20.0, 10.0) == 0


def test_spans_are_told_from_the_first_epoch_on():
    assert CELLS.spans(0b0110) == ((10.0, 30.0),)
    assert CELLS.spans(0b0101) == ((None, 10.0), (20.0, 30.0))
    assert [lowest(epochs) for epochs in (0b0001, 0b1000, 0b1100)] == [0, 3, 2]
