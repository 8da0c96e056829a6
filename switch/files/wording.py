"""What is wrong with a value, in our words: one table for every kind of mistake that a model finds.

The names of the kinds are pydantic's, and nothing else of it is shown to a person. A test goes
through all that the models of authored files can find and looks for each of them here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from switch.files.words import did_you_mean


class Said(NamedTuple):
    """What is wrong, as the end of a sentence that begins with the key; and what to write."""

    what: str
    fix: str


class Bounds(NamedTuple):
    """Of a number, both ends included unless `above` says that the lower one is not."""

    least: float | None = None
    most: float | None = None
    above: bool = False

    def __str__(self) -> str:
        most = "" if self.most is None else _digits(self.most)
        if self.least is None:
            return f"{most} or less"
        least = _digits(self.least)
        if self.above:
            return f"more than {least} and at most {most}" if most else f"more than {least}"
        return f"{least} to {most}" if most else f"{least} or more"


def _digits(number: float) -> str:
    """As a file may have it."""
    whole = number == int(number)
    return f"{int(number):_}" if whole and abs(number) >= 10_000 else f"{number:g}"


NO_BOUNDS = Bounds()
Context = Mapping[str, Any]

_NOT_OF_ITS_KIND: Mapping[str, Said] = {
    "string_type": Said("must be a text in quotes", "write it in quotes"),
    "int_type": Said("must be a whole number", "write digits alone, without quotes"),
    "int_from_float": Said("must be a whole number", "write digits alone"),
    "float_type": Said("must be a number", "write it without quotes, such as 2.5"),
    "finite_number": Said("must be a number with an end", "write digits"),
    "bool_type": Said("must be true or false", "write true or false, without quotes"),
    "list_type": Said("must be a list in brackets", 'write each entry in it, as in ["A", "B"]'),
    "dict_type": Said("must be a table", "write it as { key = value }, or below [its name]"),
    "model_type": Said("must be a table", "write it as { key = value }, or below [its name]"),
    "datetime_type": Said(
        "must be a date and time without quotes", "write it as 2019-10-15T00:00:00"
    ),
}
_UNKNOWN = Said("is not what can stand here", "see the documentation of this file for its form")


def got(value: object) -> str:
    """What stands there instead, where that is short to say."""
    match value:
        case dict() | list():
            return ""
        case bool():
            return f" (got {str(value).lower()})"
        case str():
            return f" (got {value!r})"
        case _:
            return f" (got {value})"


def is_of_another_kind(kind: str) -> bool:
    """Whether a mistake means that something else altogether was expected there."""
    return kind in _NOT_OF_ITS_KIND or kind == "literal_error"


def wording(kind: str, context: Context, value: object, bounds: Bounds = NO_BOUNDS) -> Said:
    """The words for a mistake of this kind with this context; `bounds` if the key has any."""
    if kind == "list_type" and isinstance(value, dict):
        return Said("stands in single brackets", "write two, one pair for each")
    if kind == "model_type" and isinstance(value, list):
        return Said("stands in double brackets", "write one: it is there once")
    if kind in _NOT_OF_ITS_KIND:
        return _NOT_OF_ITS_KIND[kind]
    return _WORDED[kind](context, value, bounds) if kind in _WORDED else _UNKNOWN


def _too_small(context: Context, value: object, bounds: Bounds) -> Said:
    least = context.get("ge", context.get("gt"))
    within = bounds if bounds.least is not None else Bounds(least, above="gt" in context)
    return Said("is too small", f"write a number: {within}")


def _too_large(context: Context, value: object, bounds: Bounds) -> Said:
    within = bounds if bounds.most is not None else Bounds(most=context["le"])
    return Said("is too large", f"write a number: {within}")


def _too_few(context: Context, value: object, bounds: Bounds) -> Said:
    least, there = context["min_length"], context["actual_length"]
    what = "is empty" if not there else f"has only {_counted(there, 'entry', 'entries')}"
    return Said(what, f"write {_counted(least, 'entry', 'entries')} at least")


def _too_many(context: Context, value: object, bounds: Bounds) -> Said:
    there = len(value) if isinstance(value, list | dict) else "more"
    return Said(
        f"has {there} entries", f"write {_counted(context['max_length'], 'entry', 'entries')}"
    )


def _too_short(context: Context, value: object, bounds: Bounds) -> Said:
    return Said("is empty" if value == "" else "is too short", "write what it is")


def _too_long(context: Context, value: object, bounds: Bounds) -> Said:
    most = _counted(context["max_length"], "character", "characters")
    return Said(f"has {len(str(value))} characters", f"write {most} at most")


def _none_of_these(context: Context, value: object, bounds: Bounds) -> Said:
    """A closed list of words; what only stands for a missing value is not offered."""
    words = str(context["expected"]).replace(" or ", ", ").split(", ")
    words = [word for word in words if word not in ("'?'", "''")]
    known = [word.strip("'") for word in words]
    shown = [f'"{word[1:-1]}"' if word.startswith("'") else word.lower() for word in words]
    if len(shown) == 1:
        return Said(f"must be {shown[0]}", f"write {shown[0]}")
    what = f"must be {', '.join(shown[:-1])} or {shown[-1]}"
    return Said(what, did_you_mean(value, known) if isinstance(value, str) else "write one")


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


_WORDED: Mapping[str, Callable[[Context, object, Bounds], Said]] = {
    "greater_than": _too_small,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "too_short": _too_few,
    "too_long": _too_many,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "literal_error": _none_of_these,
}
