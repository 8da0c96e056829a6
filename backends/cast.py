"""Records that people wrote: a TOML file of `[[record]]` tables, each with its kind and its fields.

[[record]]
kind  = "driver"
state = "CA"            # optional: only for backends of that state
OLN   = "S0990001"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from backends.search import PUBLISHED, Searches, terms
from switch.errors import AuthoredError, UnfitError
from switch.files.authored import Row, did_you_mean, inspect
from switch.options import Form

VALUE_CHARACTERS_MAX = 200

_Kind = Annotated[str, Form("^[a-z]{2,20}$", "a kind of record in small letters", "driver")]
_State = Annotated[str, Form("^[A-Z]{2}$", "two capital letters", "CA")]


class RecordRow(Row):
    """One `[[record]]`."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    kind: _Kind
    state: _State | None = None

    @model_validator(mode="after")
    def _whole(self) -> RecordRow:
        mistakes = [*_mistakes(self.__pydantic_extra__)]
        if mistakes:
            fix = f'write a code and 1 to {VALUE_CHARACTERS_MAX} capitals, as OLN = "S0990001"'
            raise UnfitError(", ".join(mistakes), fix)
        return self


def _mistakes(fields: dict[str, str]) -> Iterator[str]:
    """What would not survive the line: it knows capital codes and printable capitals only."""
    for code, value in fields.items():
        if not (code.isalnum() and code.isupper() and code.isascii()):
            yield f"`{code}` is not a field code (capital letters and digits)"
        elif not 0 < len(value) <= VALUE_CHARACTERS_MAX:
            yield f"`{code}` has {len(value)} characters"
        elif not (value.isascii() and value.isprintable()) or value != value.upper():
            yield f"`{code}` is not in printable capitals"


class CastFile(Row):
    """The shape of a file of records."""

    record: list[RecordRow]


def read_cast(
    path: Path, kinds: frozenset[str], state: str, searches: Searches = PUBLISHED
) -> list[tuple[str, dict[str, str]]]:
    """The records of these kinds that are of this state or of none; AuthoredError with lines."""
    file = inspect(path, CastFile, name=f"records/{path.name}")
    findings = list(file.findings)
    for number, row in enumerate(file.model.record):
        wrong = unfound(row, searches)
        # What is left of a file with mistakes lacks fields: there only the kind is looked at.
        looked_at = row.kind.isalpha() and row.kind not in searches.telling
        if wrong is not None and (looked_at or not file.findings):
            findings.append(file.finding(("record", number, "kind"), *wrong))
    if findings:
        raise AuthoredError(findings)
    return chosen(file.model.record, kinds, state)


def unfound(row: RecordRow, searches: Searches) -> tuple[str, str] | None:
    """What is wrong with a record that nobody could ever find, and what to write."""
    if row.kind not in searches.telling:
        return f"`{row.kind}` is no kind of record", did_you_mean(row.kind, searches.telling)
    if any(terms(row.kind, row.__pydantic_extra__, searches)):
        return None
    by = ", ".join(searches.telling[row.kind])
    return f"nothing finds this {row.kind}: give it at least one of {by}", f"one of {by}"


def chosen(
    rows: Iterable[RecordRow], kinds: frozenset[str], state: str
) -> list[tuple[str, dict[str, str]]]:
    """The records of these kinds that are of this state or of none."""
    return [
        (row.kind, dict(row.__pydantic_extra__))
        for row in rows
        if row.kind in kinds and row.state in (None, state)
    ]
