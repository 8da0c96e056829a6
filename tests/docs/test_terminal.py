"""docs/terminal.md: the screen it shows is one that is drawn."""

from __future__ import annotations

import re
from pathlib import Path

from terminals.screen import model
from tests.terminals.screen.desk import AT, came, press, shown, signed_on

PAGE = (Path(__file__).parents[2] / "docs" / "terminal.md").read_text()


def test_the_screen_of_the_page_is_drawn_like_that():
    (screen,) = re.findall(r"<!-- screen -->\n```\n(.*?)```", PAGE, re.DOTALL)
    state, _ = press(signed_on(), "DQ.CA0990100.CA.TXTOLN/S0990001", "enter")
    record = "DQ OLN/S0990001\nFROM CADMV\nNOT WHAT IS ON FILE, BUT WHERE IT STANDS"
    state, _ = model.received(state, came("DR", record, "T00001"), AT)
    state, _ = model.received(state, came("AM", "LOOK OUT FOR A BLUE VAN"), AT)
    drawn = [row.rstrip() for row in shown(state)]
    assert [line.rstrip() for line in screen.splitlines()] == drawn
