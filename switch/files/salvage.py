"""What can still be read of a file with mistakes in its shape.

All mistakes of a file are told at once. To look for unknown names in a file that has a misspelt key
as well, the rest of it must be read: a wrong key is left out, a missing one and a wrong text of a
list are filled in, and a row that cannot be helped so is left out whole.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from switch.errors import UnfitError
from switch.files.toml.unread import READ, Unread
from switch.files.words import apart


class FilledIn(str):
    """Told from what somebody wrote, for a reader that can make do without a value."""

    __slots__ = ()


FILLED_IN: str = FilledIn("?")  # stands where something is missing; nobody looks for mistakes in it
ROUNDS_MAX = 12  # each leaves out at least one thing; a file that is worse is not read further

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(slots=True)
class Salvaged(Generic[Model]):
    """A model of what is left; `moved` tells where its rows stood, `lost` what else was named."""

    model: Model
    moved: dict[Path, list[int]] = field(default_factory=dict)  # list -> original indexes
    lost: frozenset[str] = frozenset()
    found: list[tuple[Path, ValueError]] = field(default_factory=list)  # that others had hidden
    robbed: frozenset[Path] = frozenset()  # tables in the file that had more in them

    def original(self, path: Sequence[str | int]) -> Path:
        """The place in the file of a place in the model."""
        return _original(path, self.moved)


def filled_in(data: dict[str, Any], unread: Unread) -> dict[str, Any]:
    """The data with something in the place of each key that could not be read, so that the key
    itself can be looked at."""
    whole = copy.deepcopy(data)
    for path in unread.keys:
        holder = value_at(whole, path[:-1])
        if isinstance(holder, dict):
            holder.setdefault(path[-1], FILLED_IN)
    return whole


def salvage(
    data: dict[str, Any], model: type[Model], unread: Unread = READ
) -> Salvaged[Model] | None:
    """What is left of the data once its wrong parts are gone; None if nothing usable is. `unread`
    is what the data lacks because it could not be read."""
    rest = copy.deepcopy(data)
    moved: dict[Path, list[int]] = {}
    lost = {FILLED_IN, *unread.names}
    found: list[tuple[Path, ValueError]] = []
    tried: set[Path] = set()
    robbed: set[Path] = set()  # tables from which a key was taken, so that one may be missing now
    for number in range(ROUNDS_MAX):
        try:
            left = model.model_validate(rest)
            return Salvaged(left, moved, frozenset(lost), found, frozenset(robbed))
        except ValidationError as error:
            wrong = [(tuple(item["loc"]), item) for item in error.errors(include_url=False)]
        if number:
            found += [
                (_original(path, moved), item["ctx"]["error"])
                for path, item in wrong
                if item["type"] == "value_error" and item["input"] != FILLED_IN
                if not (_lacks(item) and _original(path, moved) in robbed)
                if not unread.hides(_original(path, moved), "value_error")
            ]
        robbed |= {_original(path[:-1], moved) for path, _ in wrong}
        if not _leave_out(rest, wrong, tried, moved, lost):
            return None
    return None


def _leave_out(
    rest: dict[str, Any],
    wrong: list[tuple[Path, Any]],
    tried: set[Path],
    moved: dict[Path, list[int]],
    lost: set[str],
) -> bool:
    """Take out each wrong key, and rows that lack one; False if a part cannot be taken out."""
    rows: set[Path] = set()
    for path, item in wrong:
        if path[-1] == "[key]":  # so pydantic says that the name itself is wrong
            path = path[:-1]
        holder, there = value_at(rest, path[:-1]), value_at(rest, path)
        if isinstance(holder, dict) and path[-1] not in holder:
            holder[path[-1]] = FILLED_IN
            continue
        made_up = _made_up(item) if there == FILLED_IN and path not in tried else None
        if made_up is not None:
            holder[path[-1]] = made_up
            tried.add(path)
            continue
        if isinstance(there, dict) and path not in tried and _mended(there, item):
            tried.add(path)
            continue
        last = path[-1]
        if isinstance(holder, dict) and there != FILLED_IN:
            if item["type"] == "list_type" and isinstance(there, str):
                holder[last] = apart(there)  # what it names can be looked for all the same
            else:
                _remember({last: holder.pop(last)}, lost)
            continue
        if isinstance(last, int) and isinstance(there, str) and there != FILLED_IN:
            _remember(there, lost)
            holder[last] = FILLED_IN
            continue
        row = _row(rest, path)
        if row is None:
            return False
        rows.add(row)

    def place(row: Path) -> tuple[int, Path]:
        return len(row), row[:-1]

    for (_, path), of_one_list in groupby(sorted(rows, key=place, reverse=True), key=place):
        gone = {row[-1] for row in of_one_list}
        holder = value_at(rest, path)
        assert isinstance(holder, list)
        indexes = moved.setdefault(_original(path, moved), list(range(len(holder))))
        _remember([each for index, each in enumerate(holder) if index in gone], lost)
        indexes[:] = [each for index, each in enumerate(indexes) if index not in gone]
        holder[:] = [each for index, each in enumerate(holder) if index not in gone]
    return True


def _lacks(item: Any) -> bool:
    """Whether a table is wrong because something does not stand in it."""
    return any(value is not None for value in _instead(item).values())


def _instead(item: Any) -> Mapping[str, object]:
    error = item.get("ctx", {}).get("error")
    return error.instead if isinstance(error, UnfitError) else {}


def _mended(table: dict[str, Any], item: Any) -> bool:
    """Whether a table could be made to pass as its own model says; see `UnfitError`."""
    instead = _instead(item)
    for key, value in instead.items():
        table.pop(key, None)
        if value is not None:
            table[key] = value
    return bool(instead)


def _made_up(item: Any) -> object:
    """Something that can stand where a text that stands for nothing cannot; None if unknown."""
    match item["type"]:
        case "list_type":
            return [FILLED_IN]
        case "dict_type":
            return {FILLED_IN: FILLED_IN}
        case "model_type":
            return {}
        case "wrong":
            return item["ctx"]["example"]
        case "int_type" | "literal_error":
            return 1
        case _:
            return None


def _original(path: Sequence[str | int], moved: dict[Path, list[int]]) -> Path:
    found: list[str | int] = []
    for part in path:
        indexes = moved.get(tuple(found))
        if isinstance(part, int) and indexes is not None and part < len(indexes):
            found.append(indexes[part])
        else:
            found.append(part)
    return tuple(found)


def _row(data: object, path: Path) -> Path | None:
    """The innermost list entry on the way to a path."""
    for end in range(len(path), 0, -1):
        last = path[end - 1]
        holder = value_at(data, path[: end - 1])
        if isinstance(last, int) and isinstance(holder, list) and last < len(holder):
            return path[:end]
    return None


def value_at(data: Any, path: Path) -> Any:
    """What stands at a path of tables and lists; None if nothing does."""
    for part in path:
        in_table = isinstance(data, dict) and part in data
        in_list = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if not in_table and not in_list:
            return None
        data = data[part]
    return data


def _remember(part: object, lost: set[str]) -> None:
    """Names that were declared in what is left out are not unknown, only wrong."""
    if isinstance(part, str):
        lost.add(part)
    elif isinstance(part, dict):
        for name, value in part.items():
            lost.add(name)
            _remember(value, lost)
    elif isinstance(part, list):
        for value in part:
            _remember(value, lost)
