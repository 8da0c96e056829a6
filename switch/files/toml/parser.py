"""What the parser of TOML makes of a text: its tables, or the line at which it stopped."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

NESTING_MAX = 32  # tables in lists in tables; no file that is read here has more than six

_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def loaded(text: str) -> dict[str, Any]:
    """The tables of a text; RecursionError where a value in them lies `NESTING_MAX` deep."""
    data = tomllib.loads(text)
    level: list[Any] = [data]
    for _ in range(NESTING_MAX):
        level = [value for each in level for value in _inside(each)]
        if not level:
            return data
    raise RecursionError


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def place_of(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line at which reading ended, and what the parser says without its coordinates."""
    match = _AT.search(str(error))
    line = int(match[1]) if match and match[1] else text.count("\n") + 1
    what = _AT.sub("", str(error))
    return line, what[:1].lower() + what[1:]
