"""Files that people write: TOML, checked whole, every mistake at once and on its line.

`read()` turns one file into a pydantic model plus a map from each key to its line. What is no TOML
is told and set aside, and the rest is read on; all mistakes are reported together. Later checks
that need names from elsewhere use the same line map, through `Authored.finding`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from switch.errors import AuthoredError, Edit, Finding, UnfitError, UsageError, said
from switch.files.salvage import Salvaged, filled_in, salvage, value_at
from switch.files.shape import as_meant, is_array, shape_findings
from switch.files.shape import shown as shown_path
from switch.files.toml.encoding import FILE_BYTES_MAX, decoded
from switch.files.toml.layout import Layout, Path_, applied, key_lines
from switch.files.toml.parser import loaded
from switch.files.toml.reading import Reading, read_on
from switch.files.toml.unread import READ, Unread
from switch.files.words import did_you_mean, nearest
from switch.terms import Instant

__all__ = [
    "Authored",
    "Row",
    "YearError",
    "did_you_mean",
    "inspect",
    "inspect_bytes",
    "instant",
    "local_time",
    "nearest",
    "parse",
    "read",
    "steady_bytes",
]

YEARS = range(1900, 3000)  # beyond them, a zone or a look back is more than a date can hold

Model = TypeVar("Model", bound=BaseModel)


class YearError(UnfitError):
    """A time outside `YEARS`."""

    def __init__(self) -> None:
        what = f"a time outside the years {YEARS[0]} to {YEARS[-1]}"
        super().__init__(what, "write a year within them")


class Row(BaseModel):
    """Base of all models of authored files: a closed list of keys, no conversions, frozen."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, allow_inf_nan=False
    )


@dataclass(frozen=True, slots=True)
class Authored(Generic[Model]):
    """A file: its model, its exact text, and the line of every key.

    `findings` is empty but for what `inspect()` returns: there the model is what is left of a file
    with mistakes, the text has blank lines for what is no TOML, and `lost` are the names in what is
    not left.
    """

    name: str  # as shown to a person
    text: str
    model: Model
    lines: dict[Path_, int] = field(repr=False)
    findings: tuple[Finding, ...] = ()
    lost: frozenset[str] = frozenset()
    moved: Salvaged[Model] | None = field(default=None, repr=False)
    unread: Unread = field(default=READ, repr=False)

    def line(self, *path: str | int) -> int:
        """The line of a key, or of the nearest enclosing one; 0 if there is none."""
        return _nearest(self.lines, self.place(path))

    def finding(
        self,
        path: Sequence[str | int],
        what: str,
        fix: str = "",
        id: str = "",
        edits: Sequence[Edit] = (),
    ) -> Finding:
        """A finding at that key."""
        return Finding(self.name, self.line(*path), what, fix, id, tuple(edits))

    def place(self, path: Sequence[str | int]) -> Path_:
        """Where this stands in the text: rows that were left out count there."""
        return self.moved.original(path) if self.moved else tuple(path)

    def is_partial(self, path: Sequence[str | int]) -> bool:
        """Whether something in this table is wrong, so that it may seem to lack what it has."""
        place = self.place(path)
        robbed = self.moved.robbed if self.moved else frozenset[Path_]()
        inside = any(each[: len(place)] == place for each in robbed)
        return inside or self.unread.hides(place, "value_error")

    def within(
        self, path: Sequence[str | int], model: type[BaseModel], context: object = None
    ) -> list[Finding]:
        """What is wrong with a table in it that this model describes, and the file's does not; the
        model's validators are given the context."""
        place, data = self.place(path), loaded(self.text)
        table = value_at(data, place)
        if not isinstance(table, dict | None):
            return []  # said of the file's own shape
        try:
            model.model_validate(table or {}, context=context)
        except ValidationError as error:
            return shape_findings(error, model, data, self.text, self.name, place, self.unread)
        return []

    @property
    def layout(self) -> Layout:
        """Where each part of the text stands, for whoever proposes an edit of it."""
        return Layout.of(self.text)


def read(path: Path, model: type[Model], *, name: str | None = None) -> Authored[Model]:
    """Read and check one file; UsageError if it cannot be read, AuthoredError if it is wrong."""
    return _right(inspect(path, model, name=name))


def inspect(path: Path, model: type[Model], *, name: str | None = None) -> Authored[Model]:
    """Read as much of a file as can be read, for a caller who looks for more mistakes.

    UsageError if it cannot be read at all, AuthoredError if nothing of it can be used; else the
    mistakes in its syntax and shape are in `findings`, and the caller adds its own before it
    raises.
    """
    return inspect_bytes(steady_bytes(path, FILE_BYTES_MAX), model, name=name or str(path))


def inspect_bytes(data: bytes, model: type[Model], *, name: str) -> Authored[Model]:
    """As `inspect`, of a file's bytes that are at hand already."""
    text, findings = decoded(data, name)
    return _inspected(text, model, name, findings)


def parse(text: str, model: type[Model], *, name: str) -> Authored[Model]:
    """Check a file's text; AuthoredError with every finding if it is wrong."""
    return _right(_inspected(text, model, name, ()))


def _right(file: Authored[Model]) -> Authored[Model]:
    if file.findings:
        raise AuthoredError(file.findings)
    return file


def _inspected(
    text: str, model: type[Model], name: str, before: Sequence[Finding]
) -> Authored[Model]:
    """A file's text; `before` are the mistakes in its bytes."""
    reading = read_on(text, name, partial(is_array, model))
    findings = [*before, *reading.findings]
    if reading.data is None:
        raise AuthoredError(findings)
    reading, right, wrong = _shaped(reading, model, name)
    findings += wrong
    if right is not None and reading.whole:
        return Authored(name, reading.text, right, key_lines(reading.text), tuple(findings))
    unread = reading.unread
    left = salvage(reading.data or {}, model, unread)
    if left is None:
        raise AuthoredError(findings)
    lines = key_lines(reading.text)
    for path, error in left.found:
        what, fix = said(error)
        findings.append(Finding(name, _nearest(lines, path), f"`{shown_path(path)}`: {what}", fix))
    return Authored(name, reading.text, left.model, lines, tuple(findings), left.lost, left, unread)


def _shaped(
    reading: Reading, model: type[Model], name: str
) -> tuple[Reading, Model | None, list[Finding]]:
    """What was read, its model and what is wrong with its shape. A key that is misspelt is told and
    then read as it was meant, so that what is wrong with its value is told as well."""
    misspelt: list[Finding] = []
    while True:
        data = reading.data or {}
        data = data if reading.whole else filled_in(data, reading.unread)
        try:
            return reading, model.model_validate(data), misspelt
        except ValidationError as error:
            found = shape_findings(error, model, data, reading.text, name, (), reading.unread)
            edits = {*as_meant(error, model, data, reading.text)}
        text = applied(reading.text, edits)
        try:
            reading = replace(reading, text=text, data=loaded(text)) if edits else reading
        except tomllib.TOMLDecodeError:  # what was meant is there already
            edits = set()
        if not edits:
            return reading, None, misspelt + found
        misspelt += [each for each in found if each.edits and edits.issuperset(each.edits)]


def steady_bytes(path: Path, bytes_max: int) -> bytes:
    """A file's bytes, one more than `bytes_max` at most, read once; UsageError if it cannot be
    read, or changes meanwhile: half of what somebody is writing is nobody's file."""
    try:
        with path.open("rb") as file:
            before = _look(file.fileno())
            data = file.read(bytes_max + 1)
            after = _look(file.fileno())
    except OSError as error:
        raise UsageError(
            f"cannot read `{path}`: {error.strerror}", "check the path and permissions"
        ) from None
    seen = len(data) > bytes_max or len(data) == after.st_size or not S_ISREG(after.st_mode)
    if not seen or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UsageError(f"`{path}` changed while it was read", "wait until it is written")
    return data


def _look(number: int) -> os.stat_result:
    return os.fstat(number)


def instant(value: object, timezone: ZoneInfo) -> Instant:
    """A TOML date-time as seconds since 1970; local ones are read in `timezone`.

    UnfitError, worded for the author, for a bare date, and for a local time that the change of
    the clocks makes ambiguous or skips; `YearError` for a year that is not one of `YEARS`.
    """
    if isinstance(value, datetime):
        if value.year not in YEARS:
            raise YearError
        if value.tzinfo is not None:
            return value.timestamp()
        first = value.replace(tzinfo=timezone, fold=0)
        second = value.replace(tzinfo=timezone, fold=1)
        if first.utcoffset() != second.utcoffset():
            back = first.astimezone(UTC).astimezone(timezone).replace(tzinfo=None)
            kind = "happens twice" if back == value else "does not exist"
            raise UnfitError(
                f"the local time {value.isoformat()} {kind} in {timezone.key} (clocks change)",
                f"write it with an offset, such as {first.isoformat()}",
            )
        return first.timestamp()
    if isinstance(value, date):
        fix = f"write the time too, such as {value.isoformat()}T00:00:00"
        raise UnfitError("a bare date", fix)
    fix = "write it without quotes, such as 2019-10-15T00:00:00"
    raise UnfitError("not a date and time", fix)


def local_time(at: Instant, timezone: ZoneInfo) -> str:
    """An instant as local time with offset, to the millisecond where it is not a whole second."""
    moment = datetime.fromtimestamp(at, timezone)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


# --- lines ------------------------------------------------------------------------------------


def _nearest(lines: dict[Path_, int], path: Sequence[str | int]) -> int:
    for end in range(len(path), -1, -1):
        found = lines.get(tuple(path[:end]))
        if found is not None:
            return found if end else 0
    return 0
