"""Spreadsheet files: CSV as any program saves it, and XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path

from scenarios.script import duration_text
from scenarios.sheet import CELL_MAX, ROWS_MAX
from switch.errors import UsageError
from switch.files.toml.encoding import FILE_BYTES_MAX

SUFFIXES = (".csv", ".xlsx")
_COLUMNS_MAX = 200


def read_rows(path: Path) -> list[list[str]]:
    """The cells of a file, of the first sheet of a workbook; UsageError if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}", "check the path") from None
    if len(data) > FILE_BYTES_MAX:
        raise UsageError(f"`{path}` is longer than {FILE_BYTES_MAX} bytes", "split the lesson")
    return _workbook(data, path) if path.suffix.lower() == ".xlsx" else _csv(data, path)


def _csv(data: bytes, path: Path) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what spreadsheets save where not asked
    if "\0" in text:
        raise UsageError(f"`{path}` is not a CSV file", "save the sheet as CSV (UTF-8)")
    # Where the comma is the decimal sign, spreadsheets put semicolons between cells, and tabs in
    # what is copied out of them.
    heads = [line for line in text.splitlines() if line.lower().lstrip('"').startswith("block")]
    between = max((",", ";", "\t"), key=heads[0].count) if heads else ","
    csv.field_size_limit(FILE_BYTES_MAX)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=between))
    except csv.Error as error:
        raise UsageError(f"`{path}` is not a CSV file: {error}", "save it as CSV again") from None


def _workbook(data: bytes, path: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=ROWS_MAX + 1, max_col=_COLUMNS_MAX, values_only=True)
        found = [_trimmed([_text(cell) for cell in row]) for row in rows]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        what = f"`{path}` is not a workbook that can be read"
        raise UsageError(what, "save it as .xlsx again, or as CSV") from None
    return found


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: object) -> str:
    """A cell as it would be typed: spreadsheets make numbers and times of what looks like them."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.isoformat(sep="T", timespec="seconds")
        case timedelta():
            return duration_text(cell.total_seconds())
        case time():
            return duration_text(cell.hour * 3600 + cell.minute * 60 + cell.second)
        case _:
            return str(cell)[: CELL_MAX + 1]
