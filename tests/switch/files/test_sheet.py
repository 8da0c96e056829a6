"""Cells of CSV and XLSX files, and what spreadsheets hold that they do not show."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from switch.errors import AuthoredError
from switch.files import sheet as room
from switch.files.sheet import Sheet, column_name, read_sheet


def workbook(*rows: tuple[object, ...], change=None) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Sheet1"
    for row in rows:
        page.append(row)
    if change is not None:
        change(page)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def texts(sheet: Sheet) -> list[list[str]]:
    return [[cell.text for cell in row] for row in sheet.rows]


def said(data: bytes) -> str:
    with pytest.raises(AuthoredError) as caught:
        read_sheet(data, "x")
    return str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"id,who\nA,b\n",
        b"\xef\xbb\xbfid;who\r\n\r\nA;b\r\n",
        b"\n\t\nid\twho\nA\tb",
        b'"id","who"\n"A","b"\n,,\n',
    ],
)
def test_csv_of_any_program_is_read_and_empty_rows_are_none(data: bytes):
    assert texts(read_sheet(data, "x.csv")) == [["id", "who"], ["A", "b"]]


def test_a_cell_knows_where_it_stands():
    sheet = read_sheet(b"\nid,who\n\nA,b\n", "x.csv")
    assert [(cell.address, cell.row) for cell in sheet.rows[1]] == [("A4", 4), ("B4", 4)]
    other = read_sheet(workbook(("id",), (None,), ("A",)), "x.xlsx")
    assert [row[0].address for row in other.rows] == ["Sheet1!A1", "Sheet1!A3"]
    assert [column_name(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_what_a_workbook_holds_is_text_as_it_would_be_typed():
    day = datetime(2019, 10, 15, tzinfo=UTC).replace(tzinfo=None)
    row = (12.0, 1.5, True, day, day.replace(hour=8, minute=30), None, " x ")
    (made,) = texts(read_sheet(workbook(row), "x.xlsx"))
    assert made == ["12", "1.5", "yes", "2019-10-15", "2019-10-15T08:30:00", "", "x"]


def test_merged_cells_formulas_and_errors_are_told_by_cell():
    data = workbook(
        ("id", "who"), ("A", "=B9"), ("B", "#REF!"), change=lambda page: page.merge_cells("A2:A3")
    )
    found = [str(each) for each in read_sheet(data, "x.xlsx").problems]
    assert len(found) == 3
    for what in ("Sheet1!B2: a formula", "Sheet1!B3: the error #REF!", "Sheet1!A2:A3: merged"):
        assert any(what in each for each in found), found


def test_a_workbook_by_name_alone_is_not_read_as_something_else():
    with pytest.raises(AuthoredError, match="no workbook, whatever its name says"):
        read_sheet(b"id,who\nA,\xff\n", "x.xlsx")


def test_of_several_sheets_one_must_be_named():
    def more(page) -> None:
        page.parent.create_sheet("Other").append(("id",))

    data = workbook(("a",), change=more)
    assert "2 sheets that hold anything" in said(data)
    assert texts(read_sheet(data, "x", wanted="Other")) == [["id"]]
    with pytest.raises(AuthoredError, match="no sheet `None`"):
        read_sheet(data, "x", wanted="None")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old workbook"),
        (b"PK\x03\x04 and nothing", "not a workbook"),
        (b"id,who\nA,caf\xe9\n", "not UTF-8"),
        (b"id\0,who\n", "not a CSV file"),
        (b"a\n" * 20_001, "20001 rows"),
    ],
)
def test_what_is_no_sheet_says_what_to_do(data: bytes, words: str):
    assert words in said(data)
    assert "fix: " in said(data)


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(room, "UNPACKED_BYTES_MAX", 1000)
    assert "unpacks to more" in said(workbook(("a",)))


def test_a_cell_without_end_is_told():
    (found,) = read_sheet(b"id\n" + b"x" * 4001, "x.csv").problems
    assert "A2: 4001 characters" in str(found)
