"""Records that people wrote: a TOML file of `[[record]]` tables, each with its kind and its fields.

[[record]]
kind  = "driver"
state = "CA"            # optional: only for backends of that state
OLN   = "S0990001"
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from switch.authored import Row, read

_Kind = Annotated[str, Field(pattern="^(driver|vehicle|wanted|stolen|identity|incident)$")]


class _RecordRow(Row):
    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    kind: _Kind
    state: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None

    @model_validator(mode="after")
    def _codes(self) -> _RecordRow:
        for code in self.__pydantic_extra__:
            if not (code.isalnum() and code.isupper() and code.isascii()):
                raise ValueError(f"`{code}` is not a field code (capital letters and digits)")
        return self


class CastFile(Row):
    """The shape of a file of records."""

    record: list[_RecordRow]


def read_cast(path: Path, kinds: frozenset[str], state: str) -> list[tuple[str, dict[str, str]]]:
    """The records of these kinds that are of this state or of none; AuthoredError with lines."""
    file = read(path, CastFile, name=f"records/{path.name}")
    return [
        (row.kind, dict(row.__pydantic_extra__))
        for row in file.model.record
        if row.kind in kinds and row.state in (None, state)
    ]
