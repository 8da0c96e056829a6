"""What the parser of TOML makes of a text: its tables, or the line at which it stopped."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from math import log2
from typing import Any

from switch.errors import UnfitError

NESTING_MAX = 32  # tables in lists in tables; no file that is read here has more than six
FLATTER = f"write it flatter, with less than {NESTING_MAX} tables and lists in each other"
FEWER = "take out what nobody needs"
# Of one text; 10,000 rules are about 110,000 values and 10,000 tables. Each may be a mistake, or
# lack all that it must have, and to tell of 50,000 empty tables takes some fifteen seconds.
VALUES_MAX = 250_000
TABLES_MAX = 50_000
NUMBER_DIGITS_MAX = 4_000  # of a whole number; Python reads and writes no longer ones than 4,300
SHORTER = f"write one of {NUMBER_DIGITS_MAX:,} digits at most"

_BITS_MAX = int(NUMBER_DIGITS_MAX * log2(10))  # it may be written in hexadecimal
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*',
    re.DOTALL,
)
# The parser takes a key's parts times each other: what is too deep is not given to it.
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{NESTING_MAX - 1}}}[\w-]")


def loaded(text: str) -> dict[str, Any]:
    """The tables of a text; UnfitError where a value in them lies `NESTING_MAX` deep, where there
    are more than `VALUES_MAX` or `TABLES_MAX`, or a number has more than `NUMBER_DIGITS_MAX`."""
    if _has_deep_key(text):
        raise _too_deep()
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise _too_deep() from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # of Python itself, which does not read it
        raise _too_long() from None
    level: list[Any] = [data]
    values = tables = 0
    for _ in range(NESTING_MAX):
        level = [value for each in level for value in _inside(each)]
        if not level:
            return data
        values += len(level)
        if any(type(each) is int and each.bit_length() > _BITS_MAX for each in level):
            raise _too_long()
        tables += sum(isinstance(each, dict) for each in level)
        for there, most, what in ((tables, TABLES_MAX, "tables"), (values, VALUES_MAX, "values")):
            if there > most:
                raise UnfitError(f"more than {most:,} {what}", FEWER)
    raise _too_deep()


def _has_deep_key(text: str) -> bool:
    """Whether a key has so many parts that its value lies too deep."""
    if all(line.count(".") < NESTING_MAX - 1 for line in text.split("\n")):
        return False
    return _DEEP_KEY.search(_TEXT.sub("x", text)) is not None


def _too_deep() -> UnfitError:
    return UnfitError("nested too deeply", FLATTER)


def _too_long() -> UnfitError:
    return UnfitError(f"a number of more than {NUMBER_DIGITS_MAX:,} digits", SHORTER)


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
