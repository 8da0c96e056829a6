"""The shape of `acl/*.toml`: one model for each table, a closed list of keys (specification, 6)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from switch.authored import Row

SUBJECT = ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")

_Texts = Annotated[list[str], Field(min_length=1)]
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
    id: Annotated[str, Field(min_length=1, max_length=40)]
    start: Annotated[Any, Field(alias="from")]
    end: Annotated[Any, Field(alias="until")] = None
    ordered: Any = None
    reason: str
    cite: str
    tell: str = ""


class DataRow(TimedRow):
    data: Literal["any"] | _Texts
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

    id: Annotated[str, Field(min_length=1, max_length=40)]
    data: Literal["any"] | _Texts
    start: Annotated[Any, Field(alias="from")]
    reason: str = ""
    cite: str = ""


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
    rule: str | None = None
    id: str = ""


class OwnerFile(Row):
    """The shape of `acl/<BACKEND>.toml`."""

    format: Literal[1]
    backend: str
    owner: str
    timezone: str
    default: Literal["allow", "deny"]
    never_notice: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[mhd]$")] = "24h"
    deny: list[DenyRow] = []
    refer: list[ReferRow] = []
    allow: list[AllowRow] = []
    never: list[PromiseRow] = []
    always: list[PromiseRow] = []
    test: list[TestRow] = []


class NetworkFile(Row):
    """The shape of `acl/NETWORK.toml`."""

    format: Literal[1]
    timezone: str
    suspend: list[SuspendRow] = []
