"""Every stage of the lesson that grows in docs/scenarios.md is checked, proved and played."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from pathlib import Path

import pytest

from scenarios.proof import prove
from scenarios.script_rows import ScenarioFile
from scenarios.sheet import toml_of
from scenarios.shelf import Opened, open_file
from switch.files.authored import parse
from tests.process import run
from tests.scenarios import test_library as library

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
STAGES = range(1, 8)


@cache
def stage(number: int) -> str:
    """The lesson as it stands after a stage, the reminder put in where stage 4 says so."""
    text = ""
    for one in range(1, number + 1):
        section = PAGE.split(f"### Stage {one}:")[1].split("\n### ")[0]
        (block,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
        text += f"{block}\n"
    if number >= 4:
        whole = text.replace('ideal  = "20s"', 'ideal  = "20s"\nif_missed = "remind"', 1)
        assert whole != text
        text = whole
    return text


def opened(text: str) -> Opened:
    return open_file(parse(text, ScenarioFile, name="lesson.toml"))


@pytest.mark.parametrize("number", STAGES)
def test_every_stage_of_the_lesson_plays_and_is_fair(number):
    scenario = opened(stage(number))
    assert library.run(scenario).result.flawless
    assert (
        list(prove(scenario.script, lambda omit, late: library.run(scenario, omit, late).result))
        == []
    )


def test_the_page_has_no_stage_that_is_not_tried():
    assert len(re.findall(r"^### Stage ", PAGE, re.MULTILINE)) == len(STAGES)


def shown(start: str) -> str:
    (found,) = re.findall(rf"```text\n({re.escape(start)}.*?)```", PAGE, re.DOTALL)
    return found


def test_the_mistake_is_shown_as_the_page_shows_it(tmp_path):
    wrong = stage(2).replace('seat   = "desk"', 'seat   = "dsek"')
    (tmp_path / "lesson.toml").write_text(wrong)
    done = run("scenario", "check", "lesson.toml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, shown("lesson.toml:"))


@cache
def sheet() -> str:
    (found,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    return found


def test_the_spreadsheet_of_the_page_is_stage_three_of_the_lesson():
    toml = toml_of(list(csv.reader(io.StringIO(sheet()))), "lesson.csv").text
    one, two = opened(toml).script, opened(stage(3)).script
    assert (one.seats, one.injects) == (two.seats, two.injects)
    assert [(row.id, row.pattern, row.points) for row in one.expects] == [
        (row.id, row.pattern, row.points) for row in two.expects
    ]
    assert library.run(opened(toml)).result.flawless


def test_its_mistake_is_told_by_row_and_column_as_the_page_shows_it(tmp_path):
    wrong = sheet().replace("90s,desk", "90s,dsek")
    (tmp_path / "lesson.csv").write_text(wrong)
    done = run("scenario", "check", "lesson.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, shown("lesson.csv:"))


def test_every_shipped_lesson_and_every_command_of_the_page_is_there():
    verbs = set(re.findall(r"wireroom scenario (\w+)", PAGE))
    assert verbs == {"list", "check", "run", "judge"}
    for verb in verbs:
        assert run("scenario", verb, "--help").returncode == 0
