"""The gutter: the time where it changes, INVENTED on every line, nothing wider than the screen."""

from __future__ import annotations

import io

from rich.console import Console

from scenarios.report.gutter import Gutter
from tests.rehearsal_room import october


def gutter(width: int = 80) -> tuple[Gutter, io.StringIO]:
    scenario, _ = october()
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    return Gutter(console, scenario.script, scenario.world.timezone), file


def test_every_line_of_an_invented_act_says_so_wrapped_ones_too():
    one, file = gutter()
    start = october()[0].script.starts
    one.line(start + 800, "word " * 60)
    one.gap(start + 800)
    lines = file.getvalue().splitlines()
    assert len(lines) > 4
    assert all("INVENTED" in line for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_the_time_stands_where_it_changes():
    one, file = gutter()
    start = october()[0].script.starts
    for seconds in (60, 60, 61):
        one.line(start + seconds, "x")
    assert file.getvalue().splitlines() == ["23:58:00 x", "         x", "23:58:01 x"]


def test_one_line_of_a_reported_act_can_be_invented():
    one, file = gutter()
    start = october()[0].script.starts
    one.line(start, "x", invented=True)
    one.line(start, "y")
    assert file.getvalue().splitlines() == ["23:57:00 INVENTED x", "23:57:00 y"]
