"""One row is one block, and a mistake is named by its row and column."""

from __future__ import annotations

import csv
import io
import random
import tomllib
from contextlib import suppress

import pytest

from scenarios.sheet import CELL_MAX, ROWS_MAX, toml_of
from switch.errors import AuthoredError

LESSON = """\
title,A licence and a word of thanks
world,golden-state
starts,2026-03-14 22:00
length,10m
pass,75

Block,id,at,after,wait,Within,seat,to,radio,actor,sends,receives,points,ideal,If missed,\
terminal,ori,operator,always
seat,desk,,,,,,,,,,,,,,BAY2,CA0990100,BPD2
actor,far,,,,,,,,,,,,,,NVH1,NV0990100,NHP1
# the first call
inject,call,1m,,,,,desk,"Licence S0990001, please."
expect,ask,,call,,90s,desk,,,,DQ to CA OLN/S0990001,,10,20s,remind
inject,remind,,,,,,desk,Anything on that licence?
expect,answer,,,,10s,desk,,,,,"reply_to: ask; key: DR; records: 1; NAM/ALBITE, MARA QUILL",0
inject,thanks,,reply to ask,1m,,,,,far,AM to desk: THANK YOU
assert,ends,,,,,,,,,,,,,,,,,one outcome
"""


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def mistakes(text: str) -> list[str]:
    try:
        return [
            f"{f.line}, {f.what} | {f.fix}" for f in toml_of(cells(text), "lesson.csv").findings
        ]
    except AuthoredError as error:
        return [f"{f.line}, {f.what} | {f.fix}" for f in error.findings]


def test_a_sheet_is_the_same_scenario_as_its_toml():
    data = tomllib.loads(toml_of(cells(LESSON), "my lesson.csv").text)
    assert data["scenario"]["id"] == "my-lesson"
    assert data["scenario"]["pass"] == 75
    assert data["seats"] == {"desk": {"terminal": "BAY2", "ori": "CA0990100", "operator": "BPD2"}}
    assert [row["id"] for row in data["inject"]] == ["call", "remind", "thanks"]
    assert data["expect"][0]["if_missed"] == "remind"
    assert data["expect"][1]["receives"]["fields"] == {"NAM": "ALBITE, MARA QUILL"}
    assert data["assert"] == [{"id": "ends", "always": "one outcome"}]


def test_every_line_of_the_toml_knows_its_cell():
    sheet = toml_of(cells(LESSON), "lesson.csv")
    at = sheet.lines.index('within = "90s"')
    assert sheet.places[at] == (12, "within")
    assert len(sheet.lines) == len(sheet.places)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("expect,ask", "expct,ask", "12, block: `expct` is not a block | did you mean `expect`?"),
        ("inject,call", ",call", "11, block: says nothing about what it is"),
        ("Within", "Withn", "7, withn: is not a column | did you mean `within`?"),
        ("Within", "wait", "7, wait: stands here twice"),
        ("length,10m", "lenght,10m", "4, lenght: is not a title | did you mean `length`?"),
        ("pass,75", "title,x", "5, title: stands here twice"),
        ("Block,id", "Blocks,id", "1, no row begins with `block`"),
        ("actor,far", "seat,desk", "9, id: `desk` has a row already"),
        ("OLN/S0990001", "OLN/S1.OLN/S2", "12, sends: `OLN` stands in it twice"),
        ("seat,desk", "seat,", "8, id: a seat needs a name"),
        ("seat,desk", "seat,The Desk", "8, id: `The Desk` must be small letters"),
        ("DQ to CA OLN/S0990001", "a licence", "12, sends: `a licence` is not a message"),
        ("Licence S0990001", "x" * (CELL_MAX + 1), "11, radio: longer than 4000 characters"),
    ],
)
def test_a_mistake_is_named_by_row_and_column(old, new, what):
    assert old in LESSON
    found = mistakes(LESSON.replace(old, new, 1))
    assert any(mistake.startswith(what) for mistake in found), found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("expect,ask", "expct,ask", "12, block: `expct` is not a block"),
        ("Within", "Withn", "7, withn: is not a column"),
        ("length,10m", "lenght,10m", "4, lenght: is not a title"),
    ],
)
def test_a_misspelt_name_hides_no_mistake_in_what_it_names(old, new, told):
    found = mistakes(LESSON.replace("DQ to CA", "DQ CA", 1).replace(old, new, 1))
    first, second = sorted(mistake.partition(" | ")[0] for mistake in found)
    assert second.startswith(told) or first.startswith(told)
    assert any(each.startswith("12, sends: `DQ CA OLN/S0990001`") for each in (first, second))


def test_a_sheet_without_end_is_refused():
    assert mistakes(LESSON + ",\n" * ROWS_MAX) == [
        f"{ROWS_MAX + 1}, more than {ROWS_MAX} rows | split the lesson"
    ]


def test_any_scribble_is_read_or_refused_and_never_breaks_the_reader():
    chance = random.Random(4)
    rows = cells(LESSON)
    scribbles = [
        "",
        "=A1",
        '"',
        "\\",
        "[[x]]",
        "\x00",
        "é",
        "1e9",
        "block",
        "#",
        "DQ to",
        "a: b; c",
    ]
    for _ in range(300):
        text = [list(row) for row in rows]
        for _ in range(chance.randint(1, 4)):
            row = chance.choice(text)
            if row:
                row[chance.randrange(len(row))] = chance.choice(scribbles)
        with suppress(AuthoredError):
            tomllib.loads(toml_of(text, "s.csv").text)


def test_the_background_stands_in_one_row():
    text = LESSON.replace(",operator,always", ",operator,always,seats,keys,rate")
    text += "actor,county,,,,,,,,,,,,,,VSO1,CA0990200,VSO1A\n"
    text += f"traffic,talk{',' * 18}county,DQ; AM,1.5\n"
    data = tomllib.loads(toml_of(cells(text), "lesson.csv").text)
    assert data["traffic"] == [
        {"id": "talk", "seats": ["county"], "keys": ["DQ", "AM"], "rate": 1.5}
    ]
