"""Mistakes in the shape of an authored file: from pydantic's errors to findings with their edits.

An edit never opens more than what is written: where only its author can know what was meant, there
are words and no edit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from switch.errors import Edit, Finding, said
from switch.files.salvage import value_at
from switch.files.toml.layout import Layout, Path_, literal
from switch.files.toml.unread import READ, Unread
from switch.files.wording import Bounds, got, is_of_another_kind, wording
from switch.files.words import apart, did_you_mean, is_slip, nearest

_REFUSING = ("deny", "refer", "never", "suspend")


@dataclass(frozen=True, slots=True)
class Mend:
    """On a field: what to write where it is missing, and instead of a value that is wrong.

    `missing` is given the whole file as read and the name of the table that the row is in; `wrong`
    the value. Both give a value as TOML writes it, or None where only the author can know.
    """

    missing: Callable[[Mapping[str, Any], str], str | None] = lambda data, table: None
    wrong: Callable[[Any], str | None] = lambda value: None


def shape_findings(
    error: ValidationError,
    model: type[BaseModel],
    data: dict[str, Any],
    text: str,
    name: str,
    at: Path_ = (),
    unread: Unread = READ,
) -> list[Finding]:
    """One finding for each mistake, on the line of its key or of the nearest thing around it; on
    none where there is no text. `data` is the whole file, and the model that of what stands `at` a
    place in it. What may be no mistake, but for what is `unread`, is left out."""
    items: list[Any] = [
        {**item, "loc": (*at, *item["loc"])} for item in error.errors(include_url=False)
    ]
    shapes = _Shapes(model, data, Layout.of(text), name, items, len(at), unread)
    found: dict[tuple[Path_, bool], list[Any]] = {}
    for item in items:
        path = (*at, *_really(item["loc"][len(at) :], value_at(data, at), item["type"]))
        found.setdefault((path, item["loc"][-1:] == ("[key]",)), []).append(item)
    above = {path[:end] for path, _ in found for end in range(len(path))}
    findings = []
    for (path, _), there in found.items():
        there = [item for item in there if not shapes.is_told(path, item["type"])]
        if not there:
            continue
        if not all(is_of_another_kind(item["type"]) for item in there):
            there = [item for item in there if not is_of_another_kind(item["type"])]
        elif path in above:
            continue  # of a choice, the arm that was meant is the one that was read further
        findings.append(shapes.finding(path, there))
    return findings


def as_meant(
    error: ValidationError, model: type[BaseModel], data: dict[str, Any], text: str
) -> list[Edit]:
    """The edits, each of one line, by which misspelt keys and tables are what they most surely were
    meant to be, so that what stands there can be looked at."""
    items: list[Any] = error.errors(include_url=False)
    shapes = _Shapes(model, data, Layout.of(text), "", items, 0, READ)
    edits: dict[Path_, tuple[Edit, ...]] = {}
    for item in items:
        path = tuple(item["loc"])
        near = shapes.near(path) if item["type"] == "extra_forbidden" else None
        if near is not None and is_slip(str(path[-1]), near):
            edits.setdefault((*path[:-1], near), shapes.renamed(path))
    return [edit for each in edits.values() for edit in each]


def shown(path: Sequence[str | int]) -> str:
    """`deny[2].group`: entries of an array are counted from 1, as a person does."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text


class _Shapes:
    def __init__(
        self,
        model: type[BaseModel],
        data: dict[str, Any],
        layout: Layout,
        name: str,
        items: Sequence[Any],
        above: int,
        unread: Unread,
    ) -> None:
        self._model, self._data, self._layout, self._name = model, data, layout, name
        self._unread = unread
        self._above = above  # so many parts of each path lead to the model
        # What a misspelt key was meant to be is not missing.
        self._meant: set[Path_] = set()
        self._missing: dict[tuple[Mend, str], str | None] = {}  # the same for all rows of a table
        for item in items:
            path = tuple(item["loc"])
            near = self.near(path) if item["type"] == "extra_forbidden" else None
            if near is not None:
                self._meant.add((*path[:-1], near))

    def is_told(self, path: Path_, kind: str) -> bool:
        """Whether it is said already by what is wrong with a key's name, or with its syntax."""
        if kind == "missing" and () in self._unread.tables:  # it may stand below a broken header
            names = [part for part in path[self._above :] if isinstance(part, str)]
            if is_array(self._model, names) is not None:
                return True
        meant = kind == "missing" and path in self._meant
        return meant or self._unread.hides(path, kind)

    def finding(self, path: Path_, items: Sequence[Any]) -> Finding:
        """What is wrong there; several items are the arms of a choice, of which none fits."""
        said = [self._said(path, item) for item in items]
        what, fix, edits = said[0]
        for other, another, more in said[1:]:
            if other != what:
                what = what.partition(" (got")[0] + other.replace(" must be", ", or", 1)
                fix = f"{fix}; or {another}"
            edits = edits or more
        if edits and items[0]["type"] not in ("missing", "extra_forbidden", "value_error"):
            fix = ""  # the edit is all there is to say
        what = f"`{shown(path)}`{what}" if path else what.removeprefix(": ")
        return Finding(self._name, self._line(path), what, fix, edits=edits)

    def _line(self, path: Path_) -> int:
        if not self._layout.text:
            return 0
        if path in self._unread.keys:
            return self._unread.keys[path]
        for end in range(len(path), 0, -1):
            for tried in (path[:end], (*path[:end], 0)):
                if line := self._layout.line(tried):
                    return line
        return 1

    def _said(self, path: Path_, item: Any) -> tuple[str, str, tuple[Edit, ...]]:
        kind, value = item["type"], item["input"]
        if kind == "extra_forbidden":
            known = self._known(path)
            fix = did_you_mean(str(path[-1]), known) if known else "take it out"
            return " is not a key here", fix, self.renamed(path)
        if kind == "missing":
            return " is missing", f"add `{path[-1]} = ...`", self._added(path)
        context = item.get("ctx", {})
        if kind == "value_error":
            what, fix = said(context["error"])
            edits = self._alone(path) if "stands alone" in what else self._rewritten(path, value)
            return f": {what}", fix, edits
        if kind == "wrong":
            return f" {item['msg']}{got(value)}", context["fix"], self._rewritten(path, value)
        what, fix = wording(kind, context, value, self._bounds(path))
        return f" {what}{got(value)}", fix, self._converted(path, kind, value)

    def _bounds(self, path: Path_) -> Bounds:
        """Of the number that a key holds."""
        field = _field(self._model, path[self._above :])
        there = {type(each).__name__: each for each in (field.metadata if field else ())}
        above, least, most = there.get("Gt"), there.get("Ge"), there.get("Le")
        lower = above.gt if above else least.ge if least else None
        return Bounds(lower, most.le if most else None, above is not None)

    def _known(self, path: Path_) -> list[str]:
        """The keys that could stand in the place of this one."""
        return _known_keys(self._model, path[self._above : -1])

    def _mend(self, path: Path_) -> Mend | None:
        field = _field(self._model, path[self._above :])
        return next((m for m in field.metadata if isinstance(m, Mend)), None) if field else None

    # --- edits -----------------------------------------------------------------------------------

    def near(self, path: Path_) -> str | None:
        """The key that was most likely meant; None where it stands there as well."""
        near = nearest(str(path[-1]), self._known(path))
        holder = value_at(self._data, path[:-1])
        there = isinstance(holder, dict) and near in holder and not self._tables(path)
        return None if there else near

    def _tables(self, path: Path_) -> int:
        """How many tables of this name there are."""
        value = value_at(self._data, path)
        return len(value) if isinstance(value, list) and value and isinstance(value[0], dict) else 0

    def renamed(self, path: Path_) -> tuple[Edit, ...]:
        """A misspelt key, or every table of a misspelt name, as it was most likely meant."""
        near, tables = self.near(path), self._tables(path)
        if near is None or not tables:
            return self._layout.rename(path, near) if near is not None else ()
        every = (self._layout.rename((*path, number), near) for number in range(tables))
        return tuple(edit for edits in every for edit in edits)

    def _added(self, path: Path_) -> tuple[Edit, ...]:
        mend = self._mend(path)
        if mend is None:
            return ()
        asked = (mend, str(path[0]))
        if asked not in self._missing:
            self._missing[asked] = mend.missing(self._data, asked[1])
        value = self._missing[asked]
        return self._layout.add_key(path[:-1], str(path[-1]), value) if value is not None else ()

    def _rewritten(self, path: Path_, value: Any) -> tuple[Edit, ...]:
        """A value that its own field knows how to mend."""
        mend = self._mend(path)
        if isinstance(value, dict) and path and isinstance(path[-1], str):
            return self._layout.double(path)
        if isinstance(value, list) and "" in value:
            return self._layout.without_entry(path, "")
        new = mend.wrong(value) if mend else None
        return self._put(path, value, new) if new is not None else ()

    def _alone(self, path: Path_) -> tuple[Edit, ...]:
        """Everybody and somebody: who is named, but of a refusal everybody."""
        row = value_at(self._data, path)
        if not isinstance(row, dict):
            return ()
        if path[0] not in ("deny", "refer"):
            return self._layout.take_out((*path, "everyone"))
        others = ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")
        every = (self._layout.take_out((*path, name)) for name in others if name in row)
        return tuple(edit for edits in every for edit in edits)

    def _put(self, path: Path_, old: Any, new: str) -> tuple[Edit, ...]:
        if isinstance(path[-1], int):  # an entry of a list
            values = value_at(self._data, path[:-1])
            if isinstance(old, str) and isinstance(values, list):
                return self._layout.entry(path[:-1], old, new.strip('"'))
            return ()
        return self._layout.value(path, new)

    def _converted(self, path: Path_, kind: str, value: Any) -> tuple[Edit, ...]:
        if kind == "list_type" and isinstance(value, dict):
            return self._layout.double(path)
        mend = self._mend(path)
        new = mend.wrong(value) if mend else None
        if new is None and kind == "string_type":
            new = _as_text(value)
        elif new is None and kind in ("list_type", "tuple_type") and isinstance(value, str):
            new = literal(apart(value))
        elif new is None and kind in ("bool_type", "literal_error"):
            new = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false"}.get(
                str(value).lower()
            )
            if kind == "literal_error" and new != "true":
                return self._layout.take_out(path) if new == "false" else ()
        elif kind == "too_short" and (path[0] in _REFUSING or path[-1] == "mask"):
            return self._layout.take_out(path)  # a refusal with one condition less refuses more
        return self._put(path, value, new) if new is not None else ()


def _as_text(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return literal(value[0])
    if isinstance(value, list | dict):
        return None
    return literal(value if isinstance(value, str) else str(value).removesuffix(" 00:00:00"))


# --- the model at a path ----------------------------------------------------------------


def _really(path: Path_, data: Any, kind: str) -> Path_:
    """The path without the parts that only the model has (the arms of a choice)."""
    found: list[str | int] = []
    for position, part in enumerate(path):
        inside = value_at(data, (*found, part)) is not None
        last = position == len(path) - 1 and kind in ("missing", "extra_forbidden")
        if inside or last:
            found.append(part)
    return tuple(found)


def is_array(model: type[BaseModel], names: Sequence[str]) -> bool | None:
    """Whether a table of this name stands in double brackets; None if it is no table there."""
    current: Any = model
    double: bool | None = None
    for name in names:
        fields = getattr(current, "model_fields", {})
        field = next((f for n, f in fields.items() if name in (n, f.alias)), None)
        if field is None:
            return False if double is False and not fields else None
        current, kind = _row_in(field.annotation), getattr(field.annotation, "__origin__", None)
        double = None if current is None else kind in (list, tuple)
        if kind is dict:  # its next name is anybody's
            return False
    return double


def _field(model: type[BaseModel], path: Sequence[str | int]) -> Any:
    """The field of the last name in a path; None if there is none."""
    current: Any = model
    field, named = None, False
    for part in path:
        if isinstance(part, int) or named:
            named = False  # in a table of any names, one of them
            continue
        fields = getattr(current, "model_fields", {})
        field = next((f for n, f in fields.items() if part in (n, f.alias)), None)
        current = _row_in(field.annotation) if field else None
        named = field is not None and getattr(field.annotation, "__origin__", None) is dict
    return field


def _known_keys(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys of the model at that path, so that a misspelt one can be named."""
    names = [part for part in path if isinstance(part, str)]
    field = _field(model, names) if names else None
    current = (_row_in(field.annotation) if field else None) if names else model
    fields = getattr(current, "model_fields", {})
    return [f.alias or n for n, f in fields.items()]


def _row_in(annotation: Any) -> Any:
    """The model inside `tuple[Row, ...]`, `dict[str, Row]` or `Row | None`."""
    if hasattr(annotation, "model_fields"):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _row_in(argument)
        if found is not None:
            return found
    return None
