"""Every screen: 24 rows of 80, TRAINING above, the keys below, no colour needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminals.screen import model
from terminals.screen.draw import draw
from terminals.screen.entry import Entry
from terminals.screen.state import COLS, ROWS, State, View
from tests.terminals.screen.desk import AT, DESK, came, press, sent, shown, signed_on

LONG = "DQ.CA0990100.CA.TXTOLN/S0990001." + "X" * 14_000


def full() -> State:
    """A state in which every screen has more to show than fits."""
    state = signed_on()
    for n in range(40):
        state, _ = model.received(state, came("AM", f"MESSAGE {n}\n" + "LINE\n" * 30), AT)
        state = replace(state, recalled=(f"DQ.{n}.{'Y' * 200}", *state.recalled))
    return replace(state, key="DQ", entry=Entry.holding(LONG), word="W" * 200, bad=True)


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("make", [signed_on, full])
def test_every_screen_has_24_rows_of_80_the_training_bar_and_the_keys(view: View, make):
    state = replace(make(), view=view, key="DQ")
    if view is View.READ and not state.mail:
        state = replace(full(), view=view)
    picture = draw(state, AT)
    rows = shown(state)
    assert len(rows) == ROWS
    assert {len(row) for row in rows} == {COLS}
    assert "TRAINING - SIMULATED DATA" in rows[0]
    assert AT in rows[0]
    assert view is View.FORM or view.value in rows[1]
    assert "F1 Help" in rows[-1]
    assert "F10 Quit" in rows[-1]
    if picture.cursor is not None:
        assert 0 <= picture.cursor[0] < COLS
        assert 2 <= picture.cursor[1] < ROWS - 2


@pytest.mark.parametrize("at", [0, 1, 73, 74, 75, 7_000, len(LONG)])
def test_the_cursor_stands_before_its_character_however_long_the_line(at: int):
    picture = draw(replace(signed_on(), entry=Entry(LONG, at)), AT)
    assert picture.cursor is not None
    column, row = picture.cursor
    text = "".join(text for _, text in picture.rows[row])
    assert text[column] == (LONG[at] if at < len(LONG) else " ")


def test_help_fits_and_names_every_key_of_the_foot():
    rows = shown(replace(signed_on(), view=View.HELP))
    assert not any(row[79] != " " for row in rows[2:22])
    for key in ("F1", "F2", "F3", "F5", "F6", "F7", "F8", "F9", "F10"):
        assert any(key in row for row in rows[2:22])


def test_a_secret_is_not_shown():
    state, _ = press(State(DESK), "tab", "s", "3", "x")
    assert not any("s3x" in row for row in shown(state))


def test_what_colour_says_is_said_without_it():
    state, _ = model.received(sent("HELLO"), came("ER", ".93. REFUSED"), AT)
    rows = "\n".join(shown(state))
    assert "SENT" in rows
    assert "REFUSED" in rows
    down = shown(model.line_down(signed_on(), "gone"))
    assert "LINE DOWN" in down[1]
    assert down[22].startswith("! gone")
