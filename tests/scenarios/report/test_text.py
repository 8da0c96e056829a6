"""The score in text: what was lost, and where to look."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from scenarios.report.text import print_result
from scenarios.result import Override, Status
from tests.rehearsal_room import opened, played


def text(run) -> str:
    file = io.StringIO()
    print_result(
        Console(file=file, width=100, highlight=False), run.result, opened().world.timezone
    )
    return file.getvalue()


def test_a_pass_says_what_it_earned():
    shown = text(played())
    assert "TRAINING - SIMULATED DATA" in shown
    assert "met         expect  ask  desk  10 of 10  entry" in shown
    assert "PASSED  15 of 15 points, 100 % (mark 80 %)" in shown


def test_a_miss_says_why_and_what_was_not_reached():
    shown = text(played(omit=("ask",)))
    assert "missed      expect  ask  desk  0 of 10" in shown
    assert "nothing fitting came in time" in shown
    assert "not reached expect  answer" in shown
    assert "NOT PASSED  0 of 10 points, 0 %" in shown
    assert "5 of 15 were not reached (at least 40 % must be)" in shown


def test_a_broken_assert_is_named_in_the_last_line():
    shown = text(played('[[assert]]\nid = "quiet"\nnever = "released"'))
    assert shown.rstrip().endswith("broken: quiet")


def test_the_nearest_message_is_named_with_what_differed():
    block = (
        '[[expect]]\nid = "x"\nafter = "call"\nwithin = "1m"\nseat = "desk"\n'
        'sends = { key = "DQ", OLN = "S9" }'
    )
    shown = text(played(block, omit=("x",)))
    assert "nearest: entry" in shown
    assert "OLN: `S9` was expected, `S0990001` came" in shown


def test_what_came_too_late_says_by_how_much():
    shown = text(played(late=("ask",)))
    assert "late        expect  ask  desk  0 of 10  entry" in shown
    assert "it came 1s too late" in shown
    assert "met         expect  answer" in shown


@pytest.mark.parametrize("status", list(Status))
def test_every_ending_has_a_line(status):
    run = played()
    line = replace(run.result.lines[0], status=status)
    assert status.value in text(run._replace(result=replace(run.result, lines=(line,))))


def test_an_override_is_told_beside_the_verdict_that_it_overrides():
    run = played(omit=("ask",))
    given = Override(10, "the trainer", "said it aloud", run.result.ended)
    lines = (replace(run.result.lines[0], override=given), *run.result.lines[1:])
    shown = text(run._replace(result=replace(run.result, lines=lines)))
    assert "missed      expect  ask  desk  10 of 10" in shown
    assert "override by the trainer: said it aloud" in shown
    stood = (replace(run.result.lines[0], stand_in=True), *run.result.lines[1:])
    shown = text(run._replace(result=replace(run.result, lines=stood)))
    assert "by a stand-in, not counted" in shown
