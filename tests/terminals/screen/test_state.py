"""The blanks of a form are those of its key."""

from __future__ import annotations

from terminals.screen.state import blanks_of
from tests.terminals.screen.desk import DESK


def test_a_form_asks_for_what_its_key_takes_and_in_that_order():
    names = [blank.name for blank in blanks_of(DESK, DESK.spec("DQ"))]
    fields = [field.prefix for field in DESK.spec("DQ").fields]
    assert names == ["to", *fields, "control"]


def test_a_key_without_destination_asks_for_none_and_free_text_takes_several_lines():
    assert "to" not in [blank.name for blank in blanks_of(DESK, DESK.spec("QW"))]
    (text,) = [blank for blank in blanks_of(DESK, DESK.spec("AM")) if blank.name == "text"]
    assert text.lines


def test_every_blank_says_what_it_takes():
    for spec in DESK.keys:
        for blank in blanks_of(DESK, spec):
            assert blank.label
            assert blank.help
            assert blank.size_max > 0
