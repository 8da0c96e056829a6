"""The closing table fits 80 columns and names the rules."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from scenarios.comparison import compare
from scenarios.report.gutter import Gutter
from scenarios.report.table import print_table
from tests.rehearsal_room import october


def lines(*disagreements: str) -> list[str]:
    scenario, run = october()
    file = io.StringIO()
    console = Console(file=file, width=80, highlight=False)
    gutter = Gutter(console, scenario.script, scenario.world.timezone)
    comparison = replace(compare(scenario, run.entries), disagreements=disagreements)
    print_table(console, comparison, scenario.world, gutter)
    return file.getvalue().splitlines()


def row(*words: str) -> str:
    return next(line for line in lines() if all(word in line for word in words))


def test_it_fits_a_narrow_terminal():
    assert max(map(len, lines())) <= 80


def test_each_agency_has_its_line():
    assert "yes -> no DMV-01*" in row("ICE-ERO ERO1A")
    assert "yes -> no ARJ-01*" in row("ICE-ERO ERO1A")
    assert "yes -> no DMV-01*" in row("TFO7 +ICE-ERO")
    assert "yes -> part DMV-02*" in row("HSI1A PUR C")
    assert "yes -> yes*" in row("CBP CBP1A")


def test_the_later_moment_is_marked_as_invented():
    assert "23:58 -> 00:15 (INVENTED)" in lines()[0]


def test_a_disagreement_is_shouted():
    assert "THE RUN AND THE RULES DISAGREE: x" in lines("x")[-1]
