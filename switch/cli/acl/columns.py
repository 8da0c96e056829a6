"""Which column of a sheet is which key: said once, in a small TOML file or on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from switch.acl.rows import SUBJECT
from switch.errors import AuthoredError, Finding, UsageError
from switch.files.authored import Authored, Row, did_you_mean, inspect, nearest
from switch.files.sheet import Cell, Sheet

HEADER_ROWS_MAX = 20  # a title and a legend may stand above the table
LISTS = (*SUBJECT, "key", "purpose", "mask", "except", "oris", "groups", "functions", "services")
TIMES = ("from", "until", "ordered")

_RULE_KEYS = (
    "effect", "id", "everyone", *SUBJECT, "data", "key", "purpose", "image", "except", "mask",
    "from", "until", "ordered", "tell", "notice", "reason", "cite",
)  # fmt: skip
_AGENCY_KEYS = ("id", "name", "parent", "oris", "groups", "functions", "services")
KEYS: Mapping[str, tuple[str, ...]] = {"rules": _RULE_KEYS, "oris": _AGENCY_KEYS}
NEEDED: Mapping[str, tuple[str, ...]] = {"rules": ("effect", "id"), "oris": ("id", "oris")}


class MapFile(Row):
    """The shape of a mapping file."""

    kind: Literal["rules", "oris"] = "rules"
    sheet: str = ""
    dates: Literal["iso", "month first", "day first"] = "iso"
    between: Annotated[str, Field(min_length=1, max_length=3)] = ";,"  # of the entries of a cell
    columns: dict[str, str] = {}  # key -> the column's title
    fixed: dict[str, str] = {}  # key -> what every row says
    values: dict[str, dict[str, str]] = {}  # key -> what stands in a cell -> what is meant


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: key -> its cell."""

    row: int
    cells: Mapping[str, Cell]


def read_map(path: Path | None, kind: str, columns: Sequence[str]) -> MapFile:
    """The mapping, with `KEY=TITLE` of the command line on top of it."""
    given = _read(path) if path is not None else MapFile(kind=_kind(kind or "rules"))
    if kind and kind != given.kind:
        given = given.model_copy(update={"kind": kind})
    titles = dict(given.columns)
    for each in columns:
        key, equals, title = each.partition("=")
        if not equals or key not in KEYS[given.kind]:
            fix = did_you_mean(key, KEYS[given.kind])
            raise UsageError(f"`{each}` is not KEY=TITLE", fix)
        titles[key] = title
    return given.model_copy(update={"columns": titles})


def _kind(kind: str) -> Literal["rules", "oris"]:
    return "oris" if kind == "oris" else "rules"


def _read(path: Path) -> MapFile:
    file: Authored[MapFile] = inspect(path, MapFile)
    findings = list(file.findings)
    known = KEYS[file.model.kind]
    for table in ("columns", "fixed", "values"):
        for key in getattr(file.model, table):
            if key not in known:
                what = f"`{key}` is not a key of {file.model.kind}"
                findings.append(file.finding((table, key), what, did_you_mean(key, known)))
    if findings:
        raise AuthoredError(findings)
    return file.model


def lines_of(sheet: Sheet, mapping: MapFile) -> list[Line]:
    """The rows under the header, by key; AuthoredError with everything that keeps them unread."""
    wanted = {key: mapping.columns.get(key, key) for key in KEYS[mapping.kind]}
    at = _header(sheet, wanted)
    if at is None:
        titles = ", ".join(f"`{wanted[key]}`" for key in NEEDED[mapping.kind])
        what = f"no header: no row among the first {HEADER_ROWS_MAX} has a column {titles}"
        fix = 'name the columns with --map, such as --map id="Rule no."'
        raise AuthoredError([*sheet.problems, Finding(sheet.name, 0, what, fix)])
    header = sheet.rows[at]
    findings = list(_missing(sheet, header, wanted, mapping))
    findings += [each for each in sheet.problems if each.line >= header[0].row]
    columns = {_folded(cell.text): number for number, cell in enumerate(header) if cell.text}
    numbers = {key: columns[_folded(t)] for key, t in wanted.items() if _folded(t) in columns}
    if findings:
        raise AuthoredError(findings)
    found = []
    for row in sheet.rows[at + 1 :]:
        cells = {key: row[n] for key, n in numbers.items() if n < len(row) and row[n].text}
        if cells:
            found.append(Line(row[0].row, cells))
    if not found:
        raise AuthoredError([Finding(sheet.name, header[0].row, "nothing under the header")])
    return found


def _header(sheet: Sheet, wanted: Mapping[str, str]) -> int | None:
    """The row that names most of the columns, if it names two."""
    titles = {_folded(title) for title in wanted.values()}
    scores = [
        len(titles & {_folded(cell.text) for cell in row}) for row in sheet.rows[:HEADER_ROWS_MAX]
    ]
    best = max(scores, default=0)
    return scores.index(best) if best >= 2 else None


def _missing(
    sheet: Sheet, header: Sequence[Cell], wanted: Mapping[str, str], mapping: MapFile
) -> Iterator[Finding]:
    """Columns that were named or are needed, and are not there, or there twice."""
    titles = [_folded(cell.text) for cell in header]
    shown = [cell.text for cell in header if cell.text]
    needed = {*mapping.columns, *NEEDED[mapping.kind]} - {*mapping.fixed}
    for key in sorted(needed):
        if _folded(wanted[key]) not in titles:
            what = f"no column `{wanted[key]}` for `{key}`"
            near = nearest(wanted[key], shown)
            fix = f"did you mean `{near}`?" if near else f"there are {', '.join(shown)}"
            yield Finding(sheet.name, header[0].row, what, fix)
    for title in wanted.values():
        again = [cell for cell in header if cell.text and _folded(cell.text) == _folded(title)]
        for cell in again[1:]:
            yield sheet.finding(cell, f"column `{title}` stands twice", "rename one of them")


def _folded(title: str) -> str:
    return " ".join(title.replace("_", " ").split()).casefold()
