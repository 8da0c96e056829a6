"""What a new version of a rule file changes in words: paragraph by paragraph, as an owner reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from switch.acl.rows import SUBJECT, NetworkFile, OwnerFile

_TABLES = ("deny", "refer", "allow", "order", "watch", "suspend", "never", "always", "test")
_VERBS = {
    "deny": "refuses {whom} {data}",
    "refer": "refuses {whom} {data} and tells to ask in writing",
    "allow": "allows {whom} {data}",
    "order": "lets {whom} have {data} by order of a court",
    "watch": "keeps an eye on {whom} asking for {data}",
    "suspend": "takes {whom} off the network",
    "never": "promises that {whom} never gets {data}",
    "always": "promises that {whom} always gets {data}",
}
_NARROWING = (
    ("key", "by key {}"),
    ("purpose", "with purpose {}"),
    ("except", "except for what {} lets through"),
    ("mask", "without the fields {}"),
    ("lifts", "past {}"),
)


class Step(StrEnum):
    """What happened to a paragraph."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Worded:
    """One paragraph that is new, gone or another."""

    step: Step
    table: str  # "" for the head of the file
    id: str
    sentence: str  # what it says, as it is now, or was
    parts: tuple[tuple[str, str, str], ...] = ()  # of a changed one: key, old, new


def wording(old: OwnerFile | NetworkFile, new: OwnerFile | NetworkFile) -> list[Worded]:
    """Every difference of what is written; comments and order are none."""
    before, after = (model.model_dump(by_alias=True, exclude_none=True) for model in (old, new))
    found = [*_head(before, after)]
    for table in _TABLES:
        found += _table(table, _rows(before.get(table, [])), _rows(after.get(table, [])))
    return found


def _rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """By id; a test has none that it keeps, so it is what it says."""
    return {str(row.get("id") or sorted(row.items())): row for row in rows}


def _head(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Worded]:
    heads = [
        {key: value for key, value in each.items() if not isinstance(value, list)}
        for each in (before, after)
    ]
    parts = _parts(*heads)
    if parts:
        words = "the head of the file"
        if before.get("default") != after.get("default"):
            words += f': whoever is named by no rule meets "{after.get("default")}"'
        yield Worded(Step.CHANGED, "", "", words, parts)


def _table(
    table: str, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[Worded]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            yield Worded(Step.NEW, table, _id(new), sentence(table, new))
        elif new is None and old is not None:
            yield Worded(Step.GONE, table, _id(old), sentence(table, old))
        elif old is not None and new is not None and old != new:
            yield Worded(Step.CHANGED, table, _id(new), sentence(table, new), _parts(old, new))


def _id(row: Mapping[str, Any]) -> str:
    return str(row["id"])


def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    keys = dict.fromkeys((*old, *new))
    return tuple(
        (key, _value(old.get(key)), _value(new.get(key)))
        for key in keys
        if old.get(key) != new.get(key)
    )


def sentence(table: str, row: Mapping[str, Any]) -> str:
    """A paragraph as one sentence."""
    if table == "test":
        asks = f"{row['key']} from {row['terminal']} as {row['ori']}"
        return f"{asks} at {_value(row['at'])} is to be {row['expect']}"
    data = "any data" if row.get("data") == "any" else _value(row.get("data"))
    words = _VERBS[table].format(whom=_whom(row), data=data)
    words += "".join(f", {text.format(_value(row[key]))}" for key, text in _NARROWING if key in row)
    if "image" in row:
        words += ", with an image asked for" if row["image"] else ", without an image asked for"
    words += f", from {_value(row['from'])}"
    return words + (f" until {_value(row['until'])}" if "until" in row else "")


def _whom(row: Mapping[str, Any]) -> str:
    if row.get("everyone"):
        return "everybody"
    lists = [f"{name.replace('_', ' ')} {_value(row[name])}" for name in SUBJECT if name in row]
    return " and ".join(lists)


def _value(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()  # as the file has it
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_value(each) for each in value)
    if isinstance(value, dict):
        return " ".join(f"{key}/{part}" for key, part in value.items())
    return str(value)
