"""Messages as lines: nothing of them is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from terminals.screen.paper import height, lines_of, read_height, read_lines, tail, wrapped
from terminals.screen.state import COLS
from terminals.traffic import Item, Tone

ANSWER = Item(1, Tone.RECORD, "12:00:00", "DR from CA0998100", "FIRST\nSECOND", "")


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=400))
def test_wrapping_leaves_nothing_out_and_fits(text: str):
    lines = wrapped(text, 20)
    assert "".join(lines) == text
    assert all(len(line) <= 20 for line in lines)


def test_a_cut_is_made_behind_a_field_where_there_is_one():
    assert wrapped("NAM/ALBITE, MARA.DOB/19850412", 20) == ["NAM/ALBITE, MARA.", "DOB/19850412"]


def test_a_message_is_a_head_its_body_and_a_blank_line():
    lines = lines_of(ANSWER)
    assert lines[0] == "12:00:00 RECORD    DR from CA0998100"
    assert [line.strip() for line in lines[1:]] == ["FIRST", "SECOND", ""]
    assert height([ANSWER, ANSWER]) == 8
    assert read_height(ANSWER) == len(read_lines(ANSWER)) == 4


def test_what_was_sent_is_shown_once_whatever_its_length():
    short = Item(1, Tone.SENT, "12:00:00", "DQ.X", "DQ.X", "DQ.X")
    text = "AM." + "X" * 200
    long = Item(2, Tone.SENT, "12:00:00", text[:60], text, text)
    assert len(lines_of(short)) == 2
    assert "".join(line.strip() for line in lines_of(long)[1:]) == text
    assert all(len(line) <= COLS for line in lines_of(long))


def test_the_end_of_the_paper_is_shown_and_what_is_above_it():
    lines = [line for _, _, line in tail([ANSWER, ANSWER], 3, 0)]
    assert [line.strip() for line in lines] == ["FIRST", "SECOND", ""]
    assert [line for _, _, line in tail([ANSWER, ANSWER], 100, 0)] == [*lines_of(ANSWER)] * 2
    assert [n for _, n, _ in tail([ANSWER, ANSWER], 2, 4)] == [2, 3]
