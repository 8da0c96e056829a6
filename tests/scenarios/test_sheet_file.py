"""Spreadsheets as programs save them; what is none is refused with a word."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from scenarios.sheet_file import read_rows
from switch.errors import UsageError
from tests.process import run
from tests.scenarios.test_sheet import LESSON, cells


def workbook() -> tuple[Workbook, Any]:
    book = Workbook()
    return book, book.active


def test_commas_semicolons_marks_and_old_alphabets_are_read(tmp_path):
    path = tmp_path / "lesson.csv"
    for data in (
        "block,id\nseat,Ünit\n".encode(),
        "block;id\nseat;Ünit\n".encode(),
        "\ufeffblock,id\r\nseat,Ünit\r\n".encode(),
        "block,id\nseat,Ünit\n".encode("cp1252"),
    ):
        path.write_bytes(data)
        assert read_rows(path) == [["block", "id"], ["seat", "Ünit"]]


def test_a_workbook_is_read_as_it_was_typed(tmp_path):
    book, sheet = workbook()
    typed = ["expect", 10, 2.0, True, timedelta(seconds=90), time(0, 1, 30), None, "x"]
    sheet.append(typed)
    sheet.append([datetime.fromisoformat("2026-03-14T22:00")])
    book.save(tmp_path / "lesson.xlsx")
    first, second = read_rows(tmp_path / "lesson.xlsx")
    assert first == ["expect", "10", "2", "yes", "1m30s", "1m30s", "", "x"]
    assert second[0] == "2026-03-14T22:00:00"


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.xlsx", b"PK\x03\x04 not a workbook", "not a workbook"),
        ("a.xlsx", b"", "not a workbook"),
        ("a.csv", b"a,b\0c\n", "not a CSV file"),
        ("a.csv", b"x" * (8 * 1024 * 1024 + 1), "longer than"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path, name, data, what):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UsageError, match=what):
        read_rows(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        read_rows(tmp_path / "none.csv")


def test_run_and_check_take_a_spreadsheet_directly(tmp_path):
    path, (book, sheet) = tmp_path / "lesson.csv", workbook()
    path.write_text(LESSON)
    for row in cells(LESSON):
        sheet.append(row)
    book.save(tmp_path / "lesson.xlsx")
    one = run("scenario", "run", str(path))
    two = run("scenario", "run", str(tmp_path / "lesson.xlsx"))
    assert one.returncode == 0, one.stderr
    assert "PASSED  10 of 10 points" in one.stdout
    assert one.stdout == two.stdout


def test_mistakes_in_a_spreadsheet_are_told_by_row_and_column(tmp_path):
    path = tmp_path / "lesson.csv"
    wrong = LESSON.replace("90s", "ninety").replace("BAY2", "BAY9").replace("DQ to", "DX to")
    path.write_text(wrong.replace("AM to desk: THANK YOU", "say thanks"))
    done = run("scenario", "check", str(path))
    assert done.returncode == 2
    told = [line.removeprefix(f"{path}: ") for line in done.stderr.splitlines() if "row" in line]
    assert [line.split(":")[0] for line in told] == [
        "row 8, terminal",
        "row 12, sends",
        "row 12, within",
        "row 15, sends",
    ]
    assert done.stderr.endswith("4 mistakes\n")


def test_the_exact_form_of_a_spreadsheet_can_be_had(tmp_path):
    path, toml = tmp_path / "lesson.csv", tmp_path / "lesson.toml"
    path.write_text(LESSON)
    toml.write_text(run("scenario", "check", str(path), "--toml").stdout)
    done = run("scenario", "check", str(toml))
    assert done.returncode == 0, done.stderr
    assert "proved" in done.stdout
