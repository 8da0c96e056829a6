"""The shipped lessons: each says what it is for, and proves itself on the real records."""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.proof import prove
from scenarios.result import Result
from scenarios.runner import Played, play
from scenarios.shelf import Opened, open_scenario, shipped_scenarios
from switch.backend import no_progress
from switch.shell.plugins import default_cache_folder, open_backends
from switch.world_file import load_world

LESSONS = (
    *("first-query", "read-the-error", "plate-and-hit", "purpose-codes"),
    *("confirm-a-hit", "answer-a-hit", "officer-safety", "out-of-service", "state-down"),
    "busy-evening",
    *("borrowed-answer", "borrowed-answer-county"),
    *("borrowed-desk", "october-15", "other-door"),
)


@cache
def backends(world: str) -> dict:
    """A world's own, with their records."""
    return dict(open_backends(load_world(world), default_cache_folder(), no_progress))


def run(opened: Opened, omit=frozenset(), late=frozenset()) -> Played:
    return play(opened, backends(opened.script.world), omit=omit, late=late)


def test_these_lessons_are_shipped():
    assert list(LESSONS) == shipped_scenarios()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_proves_itself(name):
    opened = open_scenario(name)

    def stand_ins(omit: frozenset[str], late: frozenset[str]) -> Result:
        return run(opened, omit, late).result

    assert list(prove(opened.script, stand_ins)) == []


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_what_it_teaches_and_what_to_say_afterwards(name):
    script = open_scenario(name).script
    assert script.id == name
    assert script.teaches
    assert script.debrief
    assert script.invented
    assert script.length <= 45 * 60
    assert 50 <= script.pass_percent <= 100
    assert sum(row.points for row in script.expects) >= 100


def broken(name: str, row: str, sends: str) -> dict[str, str]:
    """How the forbids end when somebody does what he should not."""
    from dataclasses import replace

    opened = open_scenario(name)
    expects = tuple(
        replace(one, pattern=replace(one.pattern, fields=_fields(sends), key=sends.split(".")[0]))
        if one.id == row
        else one
        for one in opened.script.expects
    )
    script = replace(opened.script, expects=expects)
    result = run(opened._replace(script=script)).result
    return {line.id: line.status.value for line in result.lines if line.block.value != "expect"}


def _fields(sends: str) -> dict[str, str]:
    return dict(part.split("/") for part in sends.split(".")[1:])


def test_whoever_runs_a_licence_for_a_colleague_breaks_the_lesson_of_the_borrowed_desk():
    told = broken("borrowed-desk", "own-inquiry", "DQ.OLN/S0990003")
    assert told["not-for-others"] == "broken"
    assert told["nothing-for-the-cut-off-group"] == "held"


def test_whoever_borrows_a_purpose_breaks_the_lesson_of_the_purposes():
    told = broken("purpose-codes", "identity", "IQ.PUR/C.NAM/CALCITE, JUNE.DOB/19901101.SEX/F")
    assert told["no-query-for-curiosity"] == "broken"


def test_whoever_reads_an_answer_out_breaks_the_lesson_of_the_borrowed_answer():
    from dataclasses import replace

    opened = open_scenario("borrowed-answer")
    expects = tuple(
        replace(one, pattern=replace(one.pattern, text="IT IS ALBITE"))
        if one.id == "decline"
        else one
        for one in opened.script.expects
    )
    result = run(opened._replace(script=replace(opened.script, expects=expects))).result
    told = {line.id: line.status.value for line in result.lines if line.block.value != "expect"}
    assert told["not-read-out"] == "broken"
    assert told["nothing-for-the-cut-off-group"] == "held"
