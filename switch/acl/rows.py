"""The shape of `acl/*.toml`: one model for each table, a closed list of keys (specification, 6)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from switch.authored import Row
from switch.salvage import FILLED_IN

SUBJECT = ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")

_ID = re.compile(r"[A-Za-z0-9._:/+?-]{1,40}")  # it stands in answers, journals and tables


def _wrong(what: str) -> PydanticCustomError:
    """A mistake in words, to which nothing is added when the rest of the file is read."""
    return PydanticCustomError("wrong", what)


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise _wrong("must be 1 to 40 letters, digits and . _ : / + - without spaces")
    return value


def _texts(values: list[str]) -> list[str]:
    if not all(values):
        raise _wrong("has an empty entry")
    return values


def _records(values: list[dict[str, str]]) -> list[dict[str, str]]:
    if not all(values) or not all(text for named in values for text in named.values()):
        raise _wrong(
            'names nothing in an entry; write the record\'s field, as { OLN = "S0990001" }'
        )
    return values


def _data(value: object) -> object:
    if value in ("any", FILLED_IN):
        return value
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return value
    raise _wrong('must be "any", or data classes in brackets such as ["driver.record"]')


def _format(value: object) -> object:
    if value != FILLED_IN and (type(value) is not int or value != 1):
        raise _wrong("must be 1")
    return value


def _default(value: str) -> str:
    if value not in ("allow", "deny", FILLED_IN):
        raise _wrong('must be "allow" or "deny"')
    return value


def _table(value: object) -> object:
    if isinstance(value, dict):
        raise _wrong("stands in single brackets; write two, one pair for each rule")
    return value


_Entry = TypeVar("_Entry")
_Tables = Annotated[list[_Entry], BeforeValidator(_table)]
_Id = Annotated[str, AfterValidator(_id)]
_Texts = Annotated[list[str], Field(min_length=1), AfterValidator(_texts)]
_Data = Annotated[Literal["any", "?"] | _Texts, BeforeValidator(_data)]
_Format = Annotated[Any, AfterValidator(_format)]
_Default = Annotated[str, AfterValidator(_default)]
_Purpose = Annotated[str, Field(pattern=r"^[A-Z0-9]$")]


class SubjectRow(Row):
    """Whom a row speaks of."""

    everyone: Literal[True] | None = None
    agency: _Texts | None = None
    group: _Texts | None = None
    function: _Texts | None = None
    ori: _Texts | None = None
    ori_prefix: _Texts | None = None
    terminal: _Texts | None = None
    operator: _Texts | None = None

    @model_validator(mode="after")
    def _somebody(self) -> SubjectRow:
        given = [name for name in SUBJECT if getattr(self, name) is not None]
        if self.everyone and given:
            raise ValueError("`everyone` stands alone; take the other selectors away")
        if not self.everyone and not given:
            raise ValueError(f"no subject; add one of {', '.join(SUBJECT)} or everyone = true")
        return self


class TimedRow(SubjectRow):
    id: _Id
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="until")] = None
    ordered: Any = None
    reason: str
    cite: str
    tell: str = ""


class DataRow(TimedRow):
    data: _Data
    key: _Texts | None = None
    purpose: Annotated[list[_Purpose], Field(min_length=1)] | None = None
    image: bool | None = None


class DenyRow(DataRow):
    """`[[deny]]`."""

    exceptions: Annotated[_Texts | None, Field(alias="except")] = None


class ReferRow(DataRow):
    """`[[refer]]`."""


class AllowRow(DataRow):
    """`[[allow]]`."""

    mask: _Texts | None = None
    notice: str = ""


class SuspendRow(TimedRow):
    """`[[suspend]]` of NETWORK.toml."""


class PromiseRow(SubjectRow):
    """`[[never]]` and `[[always]]`."""

    id: _Id
    data: _Data
    start: Annotated[Any, Field(alias="from")]
    reason: str = ""
    cite: str = ""


class OrderRow(Row):
    """`[[order]]`: a court order for named records of one agency."""

    id: _Id
    agency: str
    records: Annotated[list[dict[str, str]], Field(min_length=1), AfterValidator(_records)]
    data: _Data
    count: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
    lifts: _Texts
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="until")]
    ordered: Any = None
    notice: str = ""
    reason: str
    cite: Annotated[str, Field(min_length=1)]


class WatchRow(SubjectRow):
    """`[[watch]]`: whom and what to keep an eye on without denying."""

    id: _Id
    data: _Data
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="until")] = None
    times: Annotated[float, Field(gt=1, le=1_000)] = 3.0
    denials: Annotated[int, Field(ge=2, le=1_000)] = 3
    reason: str = ""


class TestRow(Row):
    """`[[test]]`: one request and its expected verdict."""

    at: Any
    terminal: str
    ori: str
    key: str
    expect: str
    operator: str | None = None
    on_behalf_of: str | None = None
    purpose: _Purpose | None = None
    image: bool = False
    fields: dict[str, str] | None = None
    rule: str | None = None
    id: str = ""


class AcceptRow(Row):
    """`[[accept]]`: a lint that the owner knows and means, for one rule or for the whole file."""

    lint: str
    rule: str | None = None
    reason: Annotated[str, Field(min_length=1)]


class OwnerFile(Row):
    """The shape of `acl/<BACKEND>.toml`."""

    format: _Format
    backend: str
    owner: str
    timezone: str
    default: _Default
    never_notice: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[mhd]$")] = "24h"
    deny: _Tables[DenyRow] = []
    refer: _Tables[ReferRow] = []
    allow: _Tables[AllowRow] = []
    never: _Tables[PromiseRow] = []
    always: _Tables[PromiseRow] = []
    order: _Tables[OrderRow] = []
    watch: _Tables[WatchRow] = []
    test: _Tables[TestRow] = []
    accept: _Tables[AcceptRow] = []


class NetworkFile(Row):
    """The shape of `acl/NETWORK.toml`."""

    format: _Format
    timezone: str
    suspend: _Tables[SuspendRow] = []
