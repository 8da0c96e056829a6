"""The closing table fits its terminal, shows what changed at a glance, and names the rules."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import takewhile

import pytest
from rich.console import Console

from scenarios.comparison import compare
from scenarios.report.gutter import Gutter
from scenarios.report.table import print_table
from tests.rehearsal_room import october


def lines(*disagreements: str, width: int = 100) -> list[str]:
    scenario, run = october()
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    gutter = Gutter(console, scenario.script, scenario.world.timezone)
    comparison = replace(compare(scenario, run.entries), disagreements=disagreements)
    print_table(console, comparison, scenario, gutter)
    return file.getvalue().splitlines()


WHEN = r"always|before|act \d"
CELL = r"(?:yes|YES|(?:no|NO|part|PART) [A-Z]+-\d+)\*?"


def rows(who: str) -> list[list[str]]:
    """The rows of somebody, without his name: when, and then a cell for each backend."""
    table = [line for line in lines() if line.startswith(" ")]
    first = next(number for number, line in enumerate(table) if line.startswith(f" {who} "))
    found = [table[first].removeprefix(f" {who}")]
    found += takewhile(lambda line: line.startswith(" " * 20), table[first + 1 :])
    return [re.findall(f"{WHEN}|{CELL}", line) for line in found if line.strip()]


@pytest.mark.parametrize("width", [100, 80, 60])
def test_it_fits_its_terminal_and_nothing_is_cut(width):
    text = lines(width=width)
    assert max(map(len, text)) <= width
    assert not any("…" in line for line in text)


def test_a_row_for_each_moment_at_which_something_changed_in_capitals():
    assert rows("ICE-ERO ERO1A") == [
        ["before", "yes*", "yes", "yes", "yes", "yes*", "yes"],
        ["act 1", "NO NET-01", "NO NET-01*", *["NO NET-01"] * 2, "NO NET-01*", "NO NET-01"],
        ["act 2", "NO DMV-01*", "YES*", "YES", "YES", "NO ARJ-01*", "YES"],
    ]
    assert rows("BAY-PD TFO7 +ICE-ERO")[1:] == [
        ["act 1", "NO DMV-01*", "yes", "yes", "yes", "NO ARJ-01", "yes"]
    ]
    assert rows("ICE-HSI HSI1A PUR C")[1][1] == "PART DMV-02*"


def test_one_row_for_whom_nothing_changed():
    assert rows("CBP CBP1A") == [["always", "yes*", *["yes"] * 5]]
    (said,) = [line for line in lines() if line.startswith("Nothing changed for: ")]
    assert said == (
        "Nothing changed for: BAY-PD BPD2, VALLEY-SO VSO1A, HARBOR-PD HPD1, CBP CBP1A, NV-HP NHP1."
    )


def test_it_says_when_each_moment_is_and_which_act_is_invented():
    title, *moments = lines()[:4]
    assert title == "Who gets what, before and after:"
    assert [" ".join(line.split()[:3]) for line in moments] == [
        "before 23:58",
        "act 1 00:09",
        "act 2 00:15",
    ]
    assert moments[1].endswith("the end of: What was reported")
    assert moments[2].endswith("had its own cut-off? (INVENTED)")


def test_each_rule_that_it_names_says_what_it_is_for():
    assert "  NET-01: Deportation officers are off the network." in lines()
    assert "  DMV-03: HSI is limited to what DMV-02 allows. (INVENTED)" in lines()


def test_a_disagreement_is_shouted():
    assert "THE RUN AND THE RULES DISAGREE: x" in lines("x")[-1]
