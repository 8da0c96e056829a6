"""The shipped lessons: each says what it is for, and proves itself on the real records."""

from __future__ import annotations

import re
from functools import cache

import pytest

from scenarios.proof import prove
from scenarios.result import Result
from scenarios.runner import Played, play
from scenarios.shelf import Opened, open_scenario, scenario_path, shipped_scenarios
from switch.backend import no_progress
from switch.shell.plugins import default_cache_folder, open_backends
from switch.world_file import load_world

TWICE = (  # in golden-state, and in plain-county for a class without an argument
    *("first-query", "read-the-error", "plate-and-hit", "purpose-codes"),
    *("confirm-a-hit", "answer-a-hit", "officer-safety", "out-of-service"),
    *("borrowed-answer", "borrowed-desk", "other-door"),
)
LESSONS = (
    *(f"{name}{county}" for name in TWICE[:8] for county in ("", "-county")),
    *("state-down", "busy-evening"),
    *("borrowed-answer", "borrowed-answer-county", "borrowed-desk", "borrowed-desk-county"),
    *("october-15", "other-door", "other-door-county"),
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


# What of a lesson is said otherwise in plain-county, word by word.
WORDS = {  # of golden-state -> of plain-county
    "golden-state": "plain-county",
    "CA": "PQ",
    "NV": "PX",
    "OR": "PZ",
    "California": "Plain State",
    "Nevada": "Next State",
    "Oregon": "Far State",
    "nevada": "next",
    "california": "plain",
    "oregon": "far-state",
    "ask-oregon": "ask-far-state",
    "CADMV": "PQDMV",
    "CASVS": "PQSVS",
    "CAWPS": "PQWPS",
    "CACHS": "PQCHS",
    "NVDMV": "PXDMV",
    "ARJIS": "ZAREG",
    "BAY1": "TWN1",
    "BAY2": "TWN2",
    "BPD2": "TPD2",
    "TFO7": "TFO3",
    "NVH1": "NXH1",
    "HRB1": "PRT1",
    "HPD1": "PPD1",
    "HSI1": "AUD1",
    "HSI1A": "AUD1A",
    "ERO1": "FLD1",
    "ERO1A": "FLD1A",
    "hsi": "audit",
    "ero": "field",
    "DCICE0500": "DCREV0500",
    "DCICE0900": "DCREV0900",
    "CA0990100": "PQ0990100",
    "CA0990200": "PQ0990200",
    "CA0990300": "PQ0990300",
    "NV0990100": "PX0990100",
    "DMV-01": "PDM-01",
    "DMV-02": "PDM-02",
    "DMV-03": "PDM-03",
    "ARJ-01": "REG-01",
    "CA09999001": "PQ09999001",
    "cbp": "customs",
    "nothing-for-ero": "nothing-for-field",
    "CBP1": "CUS1",
    "CBP1A": "CUS1A",
    "DCCBP0100": "DCCUS0100",
    "DMV-90": "PDM-90",
    "federal": "state",
    "door-hsi": "door-audit",
    "hsi-shut": "audit-shut",
    "door-cbp": "door-customs",
    "cbp-shut": "customs-shut",
    "door-cbp-again": "door-customs-again",
    "cbp-open": "customs-open",
    "bay": "town",
    "no-photo-for-hsi": "no-photo-for-audit",
    "Smuggling": "Tax fraud",
}
_OWN = ("id", "starts", "seed")  # keys of the title page that each has for itself


def title_apart(text: str) -> tuple[list[str], list[str]]:
    """The title page without what is its own, and the other lines; blanks do not count."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    page = lines.index("[seats]")
    own = tuple(f"{key} =" for key in _OWN)
    return [line for line in lines[:page] if not line.startswith(own)], lines[page:]


@pytest.mark.parametrize("name", TWICE)
def test_a_lesson_of_plain_county_is_the_lesson_of_golden_state_in_other_words(name):
    known = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
    said = re.compile(rf"(?<![\w-])(?:{known})(?![\w-])")
    golden = said.sub(lambda found: WORDS[found[0]], scenario_path(name).read_text())
    assert title_apart(scenario_path(f"{name}-county").read_text()) == title_apart(golden)
