"""Rows of a sheet as TOML, each line of which knows the cell that it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switch.cli.acl.columns import LISTS, TIMES, Line, MapFile
from switch.errors import Finding
from switch.files.sheet import Cell, Sheet
from switch.files.toml.layout import literal
from switch.files.toml.mending import date

_EFFECTS = ("deny", "refer", "allow", "never", "always")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b(.*)")
_TRUE = ("yes", "true", "x", "y", "1")
_FALSE = ("no", "false", "n", "0")


class CellError(Exception):
    """A cell that cannot be read, in words."""


@dataclass(slots=True)
class Written:
    """Lines of TOML; `cells` maps the number of a line (1-based) to its cell."""

    lines: list[str] = field(default_factory=list)
    cells: dict[int, Cell] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, text: str, cell: Cell | None = None) -> None:
        """One more line."""
        self.lines.append(text)
        if cell is not None:
            self.cells[len(self.lines)] = cell


def rules(sheet: Sheet, lines: Sequence[Line], mapping: MapFile, into: Written) -> None:
    """Each row a rule, in the sheet's order."""
    for line in lines:
        first = next(iter(line.cells.values()))
        effect = line.cells.get("effect", Cell(mapping.fixed.get("effect", ""), "", line.row))
        table = _meant("effect", effect.text, mapping).lower()
        if table not in _EFFECTS:
            at = effect if effect.address else first
            what = f"`{effect.text}` is no effect" if effect.text else "no effect"
            into.findings.append(sheet.finding(at, what, f"one of {', '.join(_EFFECTS)}"))
            continue
        into.add("")
        into.add(f"[[{table}]]", effect if effect.address else first)
        _pairs(sheet, line, mapping, into, {"effect"})


def agencies(sheet: Sheet, lines: Sequence[Line], mapping: MapFile, into: Written) -> None:
    """Each agency once: its rows are joined, and may not contradict each other."""
    joined: dict[str, list[Line]] = {}
    for line in lines:
        cell = line.cells.get("id")
        if cell is None:
            first = next(iter(line.cells.values()))
            into.findings.append(sheet.finding(first, "a row without an agency", "name it"))
            continue
        joined.setdefault(_meant("id", cell.text, mapping), []).append(line)
    for rows in joined.values():
        into.add("")
        into.add("[[agency]]", rows[0].cells["id"])
        _pairs(sheet, _joined(sheet, rows, mapping, into), mapping, into, set())


def _joined(sheet: Sheet, rows: Sequence[Line], mapping: MapFile, into: Written) -> Line:
    cells = dict(rows[0].cells)
    mark = mapping.between[0]
    for line in rows[1:]:
        for key, cell in line.cells.items():
            if key not in cells:
                cells[key] = cell
            elif key in LISTS:
                both = [*_entries(cells[key].text, mapping), *_entries(cell.text, mapping)]
                text = f"{mark} ".join(dict.fromkeys(both))
                cells[key] = Cell(text, cells[key].address, cells[key].row)
            elif _meant(key, cells[key].text, mapping) != _meant(key, cell.text, mapping):
                what = f"`{cell.text}` here and `{cells[key].text}` in {cells[key].address}"
                into.findings.append(sheet.finding(cell, what, "an agency has one of each"))
    if "name" not in cells:
        cells["name"] = cells["id"]
    return Line(rows[0].row, cells)


def _pairs(sheet: Sheet, line: Line, mapping: MapFile, into: Written, but: set[str]) -> None:
    fixed = {key: Cell(text, "", line.row) for key, text in mapping.fixed.items()}
    cells = {key: cell for key, cell in {**fixed, **line.cells}.items() if key not in but}
    width = max(map(len, cells), default=0)
    first = next(iter(line.cells.values()))
    for key, cell in cells.items():
        at = cell if cell.address else first
        try:
            value = _value(key, _meant(key, cell.text, mapping), mapping)
        except CellError as error:
            into.findings.append(sheet.finding(at, str(error)))
            continue
        into.add(f"{key:<{width}} = {value}", at)


def _meant(key: str, text: str, mapping: MapFile) -> str:
    """What stands in a cell, in the words of a rule file."""
    return mapping.values.get(key, {}).get(text, text)


def _entries(text: str, mapping: MapFile) -> list[str]:
    pattern = "[" + re.escape(mapping.between) + "\n]"
    return [part.strip() for part in re.split(pattern, text) if part.strip()]


def _value(key: str, text: str, mapping: MapFile) -> str:
    if key in TIMES:
        return _time(text, mapping)
    if key in ("everyone", "image"):
        if text.lower() in (*_TRUE, *_FALSE):
            return "true" if text.lower() in _TRUE else "false"
        raise CellError(f"`{text}` is neither yes nor no")
    if key == "data":
        return (
            literal("any") if text.lower() in ("any", "all") else literal(_entries(text, mapping))
        )
    if key in LISTS:
        return literal(_entries(text, mapping))
    return literal(text)


def _time(text: str, mapping: MapFile) -> str:
    """A day, or a day and a time; CellError where it can be read in two ways."""
    found: str | None = text
    slashed = _SLASHED.fullmatch(text)
    if slashed is not None:
        first, second, year, rest = slashed.groups()
        if mapping.dates == "iso" and int(first) <= 12 and int(second) <= 12 and first != second:
            raise CellError(
                f"`{text}` can be read in two ways; write {year}-{first:0>2}-{second:0>2},"
                ' or say dates = "month first" or "day first" in the mapping'
            )
        day_first = mapping.dates == "day first" or int(first) > 12
        month, day = (second, first) if day_first else (first, second)
        found = f"{year}-{month:0>2}-{day:0>2}{rest}"
    found = date(found or "")
    try:
        datetime.fromisoformat(found or "")
    except ValueError:
        raise CellError(f"`{text}` is not a day; write it like 2019-10-15") from None
    assert found is not None
    return found
