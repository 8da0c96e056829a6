"""The shape of `acl/*.toml`: one model for each table, a closed list of keys (specification, 6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from switch.errors import UnfitError
from switch.files.authored import Row
from switch.files.form import Form, wrong
from switch.files.salvage import FILLED_IN
from switch.files.shape import Mend
from switch.files.toml.layout import literal
from switch.files.words import nearest

SUBJECT = ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")

_ID = re.compile(r"[A-Za-z0-9._:/+?-]{1,40}")  # it stands in answers, journals and tables


ID_MAX = 40


def unused(name: str, used: Collection[str], number: int = 2) -> str:
    """An id like this one that is free: DMV-01-2, DMV-01-3 ..., the first that is tried."""
    while True:
        end = f"-{number}"
        if name[: ID_MAX - len(end)] + end not in used:
            return name[: ID_MAX - len(end)] + end
        number += 1


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        what = "must be 1 to 40 letters, digits and . _ : / + - without spaces"
        raise wrong(what, 'such as "DMV-01"')
    return value


def _texts(values: list[str]) -> list[str]:
    if not all(values):
        raise wrong("has an empty entry", "take it out, or write what it is")
    return values


def _records(values: list[dict[str, str]]) -> list[dict[str, str]]:
    if not all(values) or not all(text for named in values for text in named.values()):
        what = "names nothing in an entry"
        raise wrong(what, 'write the record\'s field, as { OLN = "S0990001" }')
    return values


def _data(value: object) -> object:
    if value in ("any", FILLED_IN):
        return value
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return value
    what = 'must be "any", or data classes in brackets such as ["driver.record"]'
    raise wrong(what, "write what the rule speaks of")


def _format(value: object) -> object:
    if value != FILLED_IN and (type(value) is not int or value != 1):
        raise wrong("must be 1", "write 1")
    return value


def _default(value: str) -> str:
    if value not in ("allow", "deny", FILLED_IN):
        raise wrong('must be "allow" or "deny"', "write one of them")
    return value


def _table(value: object) -> object:
    if isinstance(value, dict):
        raise wrong("stands in single brackets", "write two, one pair for each rule")
    return value


# --- what to write instead: never more open than what is there --------------------------------

_TODO = literal("TODO")  # `acl check` goes on saying that it says nothing


def _rows(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in ("deny", "refer", "allow", "order", "watch", "never", "always"):
        rows = data.get(name)
        yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def named(data: Mapping[str, Any], table: str) -> Iterator[str]:
    """The ids that tests and exceptions speak of, as far as they can be of that table's rules."""
    tests, denies = (data.get(name) for name in ("test", "deny"))
    if table == "allow" and isinstance(denies, list):
        lists = [row.get("except") for row in denies if isinstance(row, dict)]
        yield from (str(name) for names in lists if isinstance(names, list) for name in names)
    if table in ("deny", "refer", "allow", "order") and isinstance(tests, list):
        yield from (str(row["rule"]) for row in tests if isinstance(row, dict) and "rule" in row)


class FreeIds:
    """Ids that nobody in a file has, each given once. To give one takes no longer in a large file:
    what was looked at for the one before is not looked at again."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._used = {str(row.get("id")) for row in _rows(data)}
        self._spoken: dict[str, Iterator[str]] = {}
        self._given: Counter[str] = Counter()

    def next(self, table: str, wish: str) -> str:
        """For a rule of that table: one that others speak of, or one as wished."""
        spoken = self._spoken.setdefault(table, named(self._data, table))
        found = next((name for name in spoken if name not in self._used), None)
        if found is None:
            found = unused(wish, self._used, 2 + self._given[wish])
            self._given[wish] += 1
        self._used.add(found)
        return found


def _free_id(data: Mapping[str, Any], table: str) -> str:
    wish = f"{data.get('backend', 'RULE')}-{table}"[:30]
    return literal(FreeIds(data).next(table, wish))


def _id_instead(value: object) -> str | None:
    """The same id without what cannot stand in one."""
    name = re.sub(r"[^A-Za-z0-9._:/+?-]+", "-", str(value)).strip("-")[:ID_MAX]
    return literal(name) if name and isinstance(value, str | int) else None


def _moment_of_others(data: Mapping[str, Any], table: str) -> str | None:
    """When the other rules of the file begin: of a refusal the first time, else the last."""
    times = [row["from"] for row in _rows(data) if isinstance(row.get("from"), datetime)]
    times.sort(key=lambda time: time.replace(tzinfo=None))
    return times[-1 if table in ("allow", "always") else 0].isoformat() if times else None


def _all_data(data: Mapping[str, Any], table: str) -> str | None:
    """Of what is refused, everything; what is allowed only its author can know."""
    return None if table in ("allow", "always") else literal("any")


def _data_instead(value: object) -> str | None:
    if isinstance(value, str) and value:
        words = value.lower().strip(" .")
        return literal("any") if words in ("any", "all", "*") else literal([words])
    return None


def _one(value: object) -> str:
    return "1"


_DEFAULTS = {"permit": "allow", "accept": "allow", "grant": "allow", "open": "allow"}


def _default_instead(value: object) -> str:
    word = nearest(str(value), ("allow", "deny", *_DEFAULTS)) or "deny"
    return literal(_DEFAULTS.get(word, word))


def _notice_instead(value: object) -> str:
    match = re.match(r"\s*([1-9][0-9]{0,3})\s*([mhd])", str(value))
    return literal(match[1] + match[2] if match else "24h")


def _purpose_instead(value: object) -> str | None:
    found = str(value).strip().upper()[:1]
    return literal(found) if found.isalnum() and found.isascii() else None


_Entry = TypeVar("_Entry")
_Tables = Annotated[list[_Entry], BeforeValidator(_table)]
_Id = Annotated[str, AfterValidator(_id), Mend(_free_id, _id_instead)]
_Texts = Annotated[list[str], Field(min_length=1), AfterValidator(_texts)]
_Data = Annotated[
    Literal["any", "?"] | _Texts, BeforeValidator(_data), Mend(_all_data, _data_instead)
]
_Format = Annotated[Any, AfterValidator(_format), Mend(lambda data, table: "1", _one)]
_Default = Annotated[
    str, AfterValidator(_default), Mend(lambda data, table: literal("deny"), _default_instead)
]
_Purpose = Annotated[str, Form(r"^[A-Z0-9]$", "one capital letter or digit", "C")]
_Purposes = Annotated[list[_Purpose], Field(min_length=1)]
_From = Annotated[Any, Field(alias="from"), Mend(_moment_of_others)]
_Paper = Annotated[str, Mend(lambda data, table: _TODO)]


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
            fix = "take the other selectors away"
            raise UnfitError("`everyone` stands alone", fix, {"everyone": None})
        if not self.everyone and not given:
            fix = f"add one of {', '.join(SUBJECT)} or everyone = true"
            raise UnfitError("no subject", fix, {"agency": [FILLED_IN]})
        return self


class TimedRow(SubjectRow):
    id: _Id
    start: _From
    end: Annotated[Any, Field(alias="until")] = None
    ordered: Any = None
    reason: _Paper
    cite: _Paper
    tell: str = ""


class DataRow(TimedRow):
    data: _Data
    key: _Texts | None = None
    purpose: Annotated[_Purposes | None, Mend(wrong=_purpose_instead)] = None
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
    start: _From
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
    start: _From
    end: Annotated[Any, Field(alias="until")]
    ordered: Any = None
    notice: str = ""
    reason: _Paper
    cite: Annotated[_Paper, Field(min_length=1)]


class WatchRow(SubjectRow):
    """`[[watch]]`: whom and what to keep an eye on without denying."""

    id: _Id
    data: _Data
    start: _From
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
    purpose: Annotated[_Purpose | None, Mend(wrong=_purpose_instead)] = None
    image: bool = False
    fields: dict[str, str] | None = None
    rule: str | None = None
    id: str = ""


class AcceptRow(Row):
    """`[[accept]]`: a lint that the owner knows and means, for one rule or for the whole file."""

    lint: str
    rule: str | None = None
    reason: Annotated[
        str, Field(min_length=1), Mend(lambda data, table: _TODO, lambda value: _TODO)
    ]


class OwnerFile(Row):
    """The shape of `acl/<BACKEND>.toml`."""

    format: _Format
    backend: str
    owner: _Paper
    timezone: str
    default: _Default
    never_notice: Annotated[
        str,
        Form(r"^[1-9][0-9]{0,3}[mhd]$", "a number of minutes, hours or days", "24h"),
        Mend(wrong=_notice_instead),
    ] = "24h"
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
