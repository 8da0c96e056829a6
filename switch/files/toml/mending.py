"""What to write instead of a statement that is no TOML: the first small change that makes it one.

Nothing is guessed from the parser's words. Each usual slip has its mending (a quote not closed, a
colon for an equals sign ...); a mending counts only if the text can then be read past that place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from switch.errors import Edit, UnfitError
from switch.files.toml.parser import loaded, place_of

LINE_CHARACTERS_MAX = 2_000  # a longer line is nobody's slip, and trying would take long
SPLITS_MAX = 8  # places at which a line is tried as two
LINES_BACK_MAX = 12  # an open bracket or quote is noticed further down than it stands

_PAIR = re.compile(r"(\s*)([A-Za-z_][\w-]*)(\s*)=(\s*)(.*?)(\s*(?:#.*)?)$")
_LOOSE = re.compile(r"(\s*)([A-Za-z_][\w-]*)(\s*)(?::=|==|=>|:|=|\s)\s*([^\s#].*)$")
_BLANKS = re.compile(r"(\s*)([A-Za-z_]\w*(?:[ -]\w+)+)(\s*)(?:=|:)\s*(\S.*)$")
_NEXT = re.compile(r"(?<=[\s\"'\]}\d])[A-Za-z_]\w*[ \t]*=(?!=)")
_ENDS = ("]", '"""', "'''")
# Double and single quotes as word processors set them: high, low, and pointed.
_SMART = str.maketrans("\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a", '"""""' + "'''")
_WORDS = {"true": "true", "false": "false", "yes": "true", "no": "false"}
_OFFSET = r"(Z|[+-]\d\d:?\d\d)?$"
_YMD = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?)?" + _OFFSET
)
_MDY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})" + _OFFSET)
_QUOTES = "\"'"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ENTRY = re.compile(r'"[^"]*"|\'[^\']*\'|[^\s,\[\]"\']+')


def mended(text: str, line: int) -> tuple[Edit, ...]:
    """One edit after which a statement is read further than this line; none if none is known."""
    lines = [each.rstrip("\r") for each in text.split("\n")]
    if 1 < len(lines) <= LINES_BACK_MAX and _reaches("".join(lines), len(lines), 0):
        return (Edit(1, len(lines), ("".join(lines),)),)  # a line was broken in two
    for number in range(min(line, len(lines)), max(0, line - LINES_BACK_MAX), -1):
        written = lines[number - 1]
        if not written.strip() or written.lstrip().startswith("#"):
            continue
        if len(written) > LINE_CHARACTERS_MAX:
            continue
        for match in islice(_NEXT.finditer(written), SPLITS_MAX):
            two = (written[: match.start()].rstrip(" \t,;"), written[match.start() :])
            if all(_reaches(each, 1, 0) for each in two):
                return (Edit(number, 1, two),)
        for candidate in _candidates(written):
            new = [*lines]
            new[number - 1] = candidate
            if candidate != written and _reaches("\n".join(new), line, 0):
                return (Edit(number, 1, (candidate,)),)
    for mark in _ENDS if len(lines) > 1 else ():
        if _reaches("\n".join((*lines, mark)), len(lines), 1):
            return (Edit(len(lines) + 1, 0, (mark,)),)
    return ()


def _reaches(text: str, line: int, more: int) -> bool:
    try:
        loaded(text)
    except tomllib.TOMLDecodeError as error:
        return place_of(error, text)[0] > line + more + 1
    except UnfitError:
        return False
    return True


def _candidates(line: str) -> Iterator[str]:
    """The line as it may have been meant, the smallest change first."""
    for change in (_other_marks, _closed, _as_pair, _entry):
        yield from change(line)


def _other_marks(line: str) -> Iterator[str]:
    """Quotes of a word processor, comments of other languages, a mark after the value."""
    yield line.translate(_SMART)
    for mark in ("//", ";", "--"):
        if line.lstrip().startswith(mark):
            yield line.replace(mark, "#", 1)
        at = line.rfind(f" {mark}")
        if at > 0:
            yield f"{line[: at + 1]}#{line[at + 1 + len(mark) :]}"
    if line.rstrip()[-1:] in (";", ",", "."):
        yield line.rstrip()[:-1]
    yield line.translate(_SMART).rstrip(";, ")


def _closed(line: str) -> Iterator[str]:
    """A quote or a bracket more, or one less."""
    pair = _PAIR.match(line)
    if pair is None:
        return
    head, value = line[: pair.start(5)], pair[5]
    yield f"{head}{value}]{pair[6]}"
    if value.startswith("{"):
        yield f"{head}{value} }}{pair[6]}"
        return
    yield f'{head}{value}"{pair[6]}'
    yield f'{head}"{value}{pair[6]}'
    yield f"{head}[{value}{pair[6]}"
    if value.startswith("["):
        yield f'{head}{value.rstrip("]")}"]{pair[6]}'
    if value[-1:] in ("]", '"', "'"):
        yield f"{head}{value[:-1]}{pair[6]}"
    if "\\" in value:
        yield head + value.replace("\\", "\\\\") + pair[6]
    if "#" in line:
        yield f'{line.rstrip()}"'


def _entry(line: str) -> Iterator[str]:
    """An entry of a list on several lines without its comma or a quote."""
    bare = line.rstrip(" \t,")
    yield f"{bare},"
    yield f'{bare}",'
    at = len(line) - len(line.lstrip())
    yield f'{line[:at]}"{bare[at:]},'


def _as_pair(line: str) -> Iterator[str]:
    """Another mark between key and value, blanks in a key, and a value that lacks its quotes."""
    for pattern in (_PAIR, _BLANKS, _LOOSE):
        match = pattern.match(line)
        if match is None or (pattern is _PAIR and match[5].startswith(("=", ">", ":"))):
            continue
        key = re.sub(r"[ -]+", "_", match[2].strip())
        if pattern is _PAIR:
            value, comment = match[5], match[6]
        else:
            value, comment = _without_comment(match[4])
        blank = match[3] or " "
        for written in _values(value.strip().translate(_SMART)):
            yield f"{match[1]}{key}{blank}= {written}{comment}"


def _without_comment(value: str) -> tuple[str, str]:
    at = value.find(" #")
    return (value[:at], value[at:]) if at >= 0 and value.count('"', 0, at) % 2 == 0 else (value, "")


def _values(value: str) -> Iterator[str]:
    yield value
    for read in _READINGS:
        found = read(value)
        if found is not None:
            yield found


def _word(value: str) -> str | None:
    return _WORDS.get(value.strip("\"'").lower())


def date(value: str) -> str | None:
    """A day, or a day and a time, of any usual writing, as TOML; None if it is none."""
    bare = value.strip().strip("\"'")
    if match := _MDY.match(bare):
        month, day = int(match[1]), int(match[2])
        if month <= 12:  # as it is written where these records are
            return _real(f"{match[3]}-{month:02}-{day:02}T00:00:00{match[4] or ''}")
    if match := _YMD.match(bare):
        hour, minute, second = (int(part or 0) for part in match.groups()[3:6])
        clock = f"{hour:02}:{minute:02}:{second:02}"
        return _real(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}T{clock}{match[7] or ''}")
    return None


def _real(time: str) -> str | None:
    """A time that the calendar has."""
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return None
    return time


def _listed(value: str) -> str | None:
    """A list whose commas, quotes or brackets are not all there."""
    if "[" not in value and "]" not in value:
        return None
    entries = _ENTRY.findall(value)
    if all(_NUMBER.fullmatch(entry) for entry in entries):
        return f"[{', '.join(entries)}]"
    return f"[{', '.join(_quoted(entry.strip(_QUOTES)) for entry in entries)}]"


def _text(value: str) -> str | None:
    if _YMD.match(value) or value.startswith("{"):
        return None  # a day that the calendar does not have, or a table
    return _quoted(value.strip("\"'")) if value else None


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


_READINGS: tuple[Callable[[str], str | None], ...] = (_word, date, _listed, _text)
