"""A planner's spreadsheet as a scenario file: one row is one block.

First come the title rows, a key and its value in each (`title`, `world`, `starts` ...). Then a row
that begins with `block` names the columns, and every row below it is one block: seat, actor,
inject, expect, forbid, fault, access, traffic, assert, act. Empty cells, empty rows and rows that
begin with # say nothing. What comes out is TOML, the exact form beneath, and the cell that each
line is from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from scenarios.script_rows import (
    AccessRow,
    ActRow,
    ExpectRow,
    FaultRow,
    ForbidRow,
    InjectRow,
    InvariantRow,
    ScenarioRow,
    SeatRow,
    TrafficRow,
)
from scenarios.sheet_cells import CellError, quoted, value
from switch.errors import AuthoredError, Finding
from switch.files.authored import Row, did_you_mean, nearest
from switch.files.words import is_slip

_PATH = re.compile(r"^`[a-z]+(?:\[\d+\])?\.[\w.-]+`:? ?")  # the column says it already
ROWS_MAX = 5000
CELL_MAX = 4000  # characters

_BLOCKS: dict[str, type[Row]] = {
    "act": ActRow,
    "seat": SeatRow,
    "actor": SeatRow,
    "inject": InjectRow,
    "expect": ExpectRow,
    "forbid": ForbidRow,
    "fault": FaultRow,
    "access": AccessRow,
    "traffic": TrafficRow,
    "assert": InvariantRow,
}
_TABLES = {"seat": "seats", "actor": "actors"}


def _keys(*models: type[Row]) -> set[str]:
    fields = (item for model in models for item in model.model_fields.items())
    return {found.alias or name for name, found in fields}


_TITLES = _keys(ScenarioRow)
_COLUMNS = _keys(*_BLOCKS.values()) | {"id"}


@dataclass(slots=True)
class Sheet:
    """The TOML of a sheet; `places` are the row (1-based) and column that each line comes from."""

    name: str
    lines: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)  # rows of which a part could not be read

    @property
    def text(self) -> str:
        """The whole TOML."""
        return "\n".join(self.lines) + "\n"

    def write(self, row: int, column: str, line: str) -> None:
        """One line of TOML, from that cell."""
        self.lines.append(line)
        self.places.append((row, column))

    def wrong(self, row: int, column: str, what: str, fix: str = "") -> None:
        """A mistake in that cell, which is left out."""
        self.unread.add(row)
        self.findings.append(Finding(self.name, row, f"{column}: {what}" if column else what, fix))

    def meant(self, row: int, column: str, what: str, word: str, known: Iterable[str]) -> str:
        """A name that is not known: as it was most surely meant; as it is where nobody can tell."""
        near, unread = nearest(word, known), {*self.unread}
        self.wrong(row, column, what, did_you_mean(word, known))
        if near is None or not is_slip(word, near):
            return word
        self.unread = unread  # it is told and read all the same
        return near

    def translated(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Mistakes of the TOML as mistakes of the sheet, by row and column.

        Of a row with a cell that could not be read, only that is told.
        """
        yield from self.findings
        for found in findings:
            if found.file != self.name or not 0 < found.line <= len(self.places):
                yield found
                continue
            row, column = self.places[found.line - 1]
            if row in self.unread:
                continue
            what = _PATH.sub("", found.what)
            yield Finding(self.name, row, f"{column}: {what}" if column else what, found.remedy)


def toml_of(rows: Sequence[Sequence[str]], name: str) -> Sheet:
    """The TOML of a sheet; AuthoredError where its titles, columns or blocks are not to be read.

    What is wrong with single cells is in `findings`, for whoever looks for other mistakes too.
    """
    sheet = Sheet(name)
    cells = [[cell.strip() for cell in row] for row in rows]
    header = next((n for n, row in enumerate(cells) if row and row[0].lower() == "block"), None)
    if len(rows) > ROWS_MAX:
        sheet.wrong(ROWS_MAX + 1, "", f"more than {ROWS_MAX} rows", "split the lesson")
    elif header is None:
        fix = "above the blocks, a row: block, id, at, after, within, seat, to, radio, sends ..."
        sheet.wrong(1, "", "no row begins with `block`, so nothing says what the columns are", fix)
    else:
        sheet.write(1, "", "format = 1")
        _titles(sheet, cells[:header])
        columns = _columns(sheet, cells[header], header + 1)
        blocks = list(enumerate(cells[header + 1 :], header + 2))
        known = [_known(sheet, *one) for one in blocks if _says(one[1])]
        if not sheet.unread:
            _blocks(sheet, columns, known)
            return sheet
    raise AuthoredError(sheet.findings)


def _says(row: Sequence[str]) -> bool:
    return any(row) and not row[0].startswith("#")


def _name(cell: str) -> str:
    """`If missed` and `if_missed` are one name."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _titles(sheet: Sheet, rows: Sequence[Sequence[str]]) -> None:
    sheet.write(1, "", "[scenario]")
    given: set[str] = set()
    for number, row in enumerate(rows, 1):
        if not _says(row):
            continue
        key = _name(row[0])
        if key not in _TITLES:
            key = sheet.meant(number, row[0], "is not a title", key, _TITLES)
        if key in given:
            sheet.wrong(number, row[0], "stands here twice", "keep one of them")
        elif len(row) > 1 and row[1] and key in _TITLES:
            given.add(key)
            _cell(sheet, number, key, row[1])
    if "id" not in given:
        stem = re.sub(r"[^a-z0-9]+", "-", PurePath(sheet.name).stem.lower()).strip("-")
        sheet.write(1, "id", f"id = {quoted(stem or 'lesson')}")


def _columns(sheet: Sheet, row: Sequence[str], number: int) -> list[str]:
    names = [_name(cell) for cell in row]
    for place, name in enumerate(names[1:], 1):
        if name and name not in _COLUMNS:
            names[place] = sheet.meant(number, name, "is not a column", name, _COLUMNS)
    for name in names[1:]:
        if name in _COLUMNS and names.count(name) > 1:
            sheet.wrong(number, name, "stands here twice", "keep one of them")
    return names


def _blocks(
    sheet: Sheet, columns: Sequence[str], known: Sequence[tuple[int, Sequence[str]]]
) -> None:
    for block, table in _TABLES.items():
        theirs = [(number, row) for number, row in known if row[0] == block]
        if theirs:
            sheet.write(theirs[0][0], "", f"[{table}]")
        names: set[str] = set()
        for number, row in theirs:
            _seat(sheet, columns, number, row, (table, names))
    for number, row in known:
        if row[0] not in _TABLES:
            sheet.write(number, "", f"[[{row[0]}]]")
            for column, cell in _given(columns, row):
                _cell(sheet, number, column, cell)


def _known(sheet: Sheet, number: int, row: Sequence[str]) -> tuple[int, Sequence[str]]:
    """A row under the name of its block."""
    block = row[0].lower()
    if block not in _BLOCKS:
        what = f"`{block}` is not a block" if block else "says nothing about what it is"
        block = sheet.meant(number, "block", what, block, _BLOCKS)
    return number, (block, *row[1:])


def _given(columns: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The cells of a row that say something, with their columns."""
    for column, cell in list(zip(columns, row, strict=False))[1:]:
        if column in _COLUMNS and cell:
            yield column, cell


def _seat(
    sheet: Sheet,
    columns: Sequence[str],
    number: int,
    row: Sequence[str],
    taken: tuple[str, set[str]],
) -> None:
    table, names = taken
    cells = dict(_given(columns, row))
    name = cells.pop("id", "")
    if not name:
        sheet.wrong(number, "id", "a seat needs a name, such as desk")
        return
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        sheet.wrong(number, "id", f"`{name}` must be small letters, digits and -", "such as desk-1")
        return
    if name in names:
        sheet.wrong(number, "id", f"`{name}` has a row already", "choose another name")
        return
    names.add(name)
    sheet.write(number, "", f"[{table}.{name}]")
    for column, cell in cells.items():
        _cell(sheet, number, column, cell)


def _cell(sheet: Sheet, row: int, column: str, cell: str) -> None:
    if len(cell) > CELL_MAX:
        sheet.wrong(row, column, f"longer than {CELL_MAX} characters")
        return
    try:
        sheet.write(row, column, f"{column} = {value(column, cell)}")
    except CellError as error:
        sheet.wrong(row, column, str(error))
