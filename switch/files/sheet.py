"""A sheet of cells, from CSV as any program saves it or from XLSX, with where each cell stands.

What a spreadsheet shows and what it holds differ: merged cells, formulas, errors, days that are
numbers. Nothing of that is guessed at: it is a finding with the cell's address, and the reader goes
on, so that all of them come together.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from switch.errors import AuthoredError, Finding

ROWS_MAX = 20_000
COLUMNS_MAX = 200
UNPACKED_BYTES_MAX = 64 * 1024 * 1024  # of a workbook, which is a packed folder
CELL_MAX = 4_000  # characters of one cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as text, with its address such as `Sheet1!C7`."""

    text: str
    address: str
    row: int  # 1-based


@dataclass(slots=True)
class Sheet:
    """All rows that hold anything, and what is wrong with cells of them."""

    name: str  # of the file
    rows: list[list[Cell]]
    problems: list[Finding] = field(default_factory=list)

    def finding(self, cell: Cell, what: str, fix: str = "") -> Finding:
        """Something wrong in a cell."""
        return Finding(self.name, cell.row, f"{cell.address}: {what}", fix)


def column_name(number: int) -> str:
    """1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_sheet(data: bytes, name: str, *, wanted: str = "") -> Sheet:
    """The sheet of a file, of a workbook the wanted or the only one; AuthoredError if none is."""
    if data[:4] == b"PK\x03\x04":
        return _workbook(data, name, wanted)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _no(name, "an old workbook (.xls), or one with a password", "save it as .xlsx")
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise _no(name, "no workbook, whatever its name says", "save it as .xlsx again, or as CSV")
    return _csv(data, name)


def _no(name: str, what: str, fix: str) -> AuthoredError:
    return AuthoredError([Finding(name, 0, what, fix)])


# --- CSV ------------------------------------------------------------------------------------------


def _csv(data: bytes, name: str) -> Sheet:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        fix = "save the sheet as `CSV UTF-8`"
        raise AuthoredError([Finding(name, line, "not UTF-8 text", fix)]) from None
    if "\0" in text:
        raise _no(name, "not a CSV file", "save the sheet as `CSV UTF-8`, or as .xlsx")
    csv.field_size_limit(CELL_MAX * 16)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise _no(name, f"not a CSV file: {error}", "save the sheet as CSV again") from None
    _not_too_many(name, len(lines), max(map(len, lines), default=0))
    sheet = Sheet(name, [])
    for number, values in enumerate(lines, 1):
        cells = [
            Cell(value.strip(), f"{column_name(column)}{number}", number)
            for column, value in enumerate(values, 1)
        ]
        _take(sheet, cells)
    return sheet


def _delimiter(text: str) -> str:
    """Where the comma is the decimal sign, spreadsheets put semicolons between cells."""
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    return max((",", ";", "\t"), key=first.count)


def _not_too_many(name: str, rows: int, columns: int) -> None:
    if rows > ROWS_MAX or columns > COLUMNS_MAX:
        what = f"{rows} rows of {columns} columns; at most {ROWS_MAX} of {COLUMNS_MAX} are read"
        raise _no(name, what, "split it")


def _take(sheet: Sheet, cells: list[Cell]) -> None:
    """A row, if it holds anything."""
    for cell in cells:
        if len(cell.text) > CELL_MAX:
            what = f"{len(cell.text)} characters; a cell has {CELL_MAX} at most"
            sheet.problems.append(sheet.finding(cell, what, "shorten it"))
    if any(cell.text for cell in cells):
        sheet.rows.append(cells)


# --- XLSX -----------------------------------------------------------------------------------------


def _workbook(data: bytes, name: str, wanted: str) -> Sheet:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise _no(name, "unpacks to more than 64 MiB", "split it")
        book = load_workbook(io.BytesIO(data))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError):
        what = "not a workbook that can be read"
        raise _no(name, what, "save it as .xlsx again, or as CSV") from None
    with_cells = [
        each for each in book.worksheets if each.dimensions != "A1:A1" or each["A1"].value
    ]
    chosen = [each for each in with_cells if not wanted or each.title == wanted]
    if len(chosen) != 1:
        names = ", ".join(each.title for each in book.worksheets)
        what = f"no sheet `{wanted}`" if wanted else f"{len(chosen)} sheets that hold anything"
        raise _no(name, what, f"say which one: {names}")
    page = chosen[0]
    _not_too_many(name, page.max_row, page.max_column)
    sheet = Sheet(name, [])
    for row in page.iter_rows():
        _take(sheet, [_cell(sheet, page.title, each) for each in row])
    sheet.problems += _merged(sheet, page)
    return sheet


def _cell(sheet: Sheet, title: str, each: object) -> Cell:
    kind = getattr(each, "data_type", "n")
    address = f"{title}!{each.coordinate}"  # type: ignore[attr-defined]
    value = getattr(each, "value", None)
    cell = Cell(_text(value), address, int(each.row))  # type: ignore[attr-defined]
    if kind == "f":
        fix = "copy the column and paste its values"
        sheet.problems.append(sheet.finding(cell, "a formula, whose value nobody signed", fix))
    elif kind == "e":
        sheet.problems.append(sheet.finding(cell, f"the error {cell.text}", "mend it in the sheet"))
    return cell


def _text(value: object) -> str:
    """As it would be typed: a day without a time is that day, a whole number has no point."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(sep="T", timespec="seconds").removesuffix("T00:00:00")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


def _merged(sheet: Sheet, page: object) -> Iterator[Finding]:
    """A merged range has a value in its first cell alone; what the others mean is a guess.

    In a title above the table it does no harm: whoever knows where the table begins looks at the
    rows of these findings.
    """
    for merged in sorted(page.merged_cells.ranges, key=lambda each: each.bounds):  # type: ignore[attr-defined]
        address = f"{page.title}!{merged.coord}"  # type: ignore[attr-defined]
        cell = Cell("", address, merged.min_row)
        what = "merged cells: only the first one has a value"
        yield sheet.finding(cell, what, "unmerge them and write the value into each")
