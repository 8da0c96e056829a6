"""Sets of cells: two classes, three questions, four epochs."""

from __future__ import annotations

import pytest

from switch.acl.analysis.cells import Cells, lowest
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
