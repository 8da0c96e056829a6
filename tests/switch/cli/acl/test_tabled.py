"""Rows as TOML, each line with its cell."""

from __future__ import annotations

import pytest

from switch.cli.acl.columns import MapFile, lines_of, read_map
from switch.cli.acl.tabled import Written, agencies, rules
from switch.files.sheet import read_sheet

HEAD = "id,effect,from,image,data\n"


def written(text: str, kind: str = "rules", **more: object) -> Written:
    mapping: MapFile = read_map(None, kind, ()).model_copy(update=more)
    sheet = read_sheet(text.encode(), "x.csv")
    into = Written()
    (rules if kind == "rules" else agencies)(sheet, lines_of(sheet, mapping), mapping, into)
    return into


def value(day: str, **more: object) -> str:
    made = written(f"{HEAD}A,deny,{day},,\n", **more)
    return made.lines[-1].partition("= ")[2] if not made.findings else str(made.findings[0])


@pytest.mark.parametrize(
    ("day", "dates", "made"),
    [
        ("2019-10-15", "iso", "2019-10-15T00:00:00"),
        ("2019-10-15T08:30", "iso", "2019-10-15T08:30:00"),
        ("10/15/2019", "iso", "2019-10-15T00:00:00"),  # there is no fifteenth month
        ("15.10.2019", "iso", "2019-10-15T00:00:00"),
        ("03/04/2019", "month first", "2019-03-04T00:00:00"),
        ("03/04/2019", "day first", "2019-04-03T00:00:00"),
    ],
)
def test_a_day_as_text_is_read_where_it_can_be_read_in_one_way(day: str, dates: str, made: str):
    assert value(day, dates=dates) == made


@pytest.mark.parametrize("day", ["03/04/2019", "2019-02-30", "soon", "31/31/2019"])
def test_any_other_is_told_by_its_cell(day: str):
    assert f"C2: `{day}`" in value(day)


def test_what_stands_in_a_cell_is_put_into_the_words_of_a_rule_file():
    made = written(
        f"{HEAD}A,Block,,yes,all\nB,Block,,no,driver.record; driver.photo\n",
        values={"effect": {"Block": "deny"}},
        fixed={"reason": "Board"},
    )
    assert made.findings == []
    assert made.lines[1] == "[[deny]]"
    assert 'data   = ["driver.record", "driver.photo"]' in made.lines
    assert 'reason = "Board"' in made.lines
    assert {cell.address for cell in made.cells.values()} >= {"A2", "B2", "D2", "E2", "E3"}


def test_every_wrong_cell_is_told():
    made = written(f"{HEAD}A,maybe,,,\nB,deny,soon,perhaps,\n")
    assert sorted(str(each).split(": ")[1] for each in made.findings) == ["B2", "C3", "D3"]


def test_the_rows_of_one_agency_are_joined_and_may_not_contradict_each_other():
    text = "id,oris,name,groups\nX,CA0990700,Ex,police\nX,CA0990710,Ex,\nX,CA0990720,Why,\n"
    made = written(text, "oris")
    assert 'oris   = ["CA0990700", "CA0990710", "CA0990720"]' in made.lines
    (found,) = made.findings
    assert "C4: `Why` here and `Ex` in C2" in str(found)
