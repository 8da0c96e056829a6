"""The statements of a text that may be no TOML: where each begins and ends, and whether it is read.

A statement is a header, a key with its value, or lines that are neither. What is wrong with one
says nothing of the others: each is read by itself. A value that is not closed ends where the next
line begins a key or a table. Each part of a text is looked at a fixed number of times.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from switch.errors import UnfitError
from switch.files.toml.parser import loaded, place_of

STATEMENTS_MAX = 200_000  # a rule file of 10,000 rules has 70,000
FLAWS_MAX = 5_000  # of one text; what comes after them is not looked at
KIND_CHARACTERS_MAX = 200  # of a line, by which it is told what it was meant to be
LINES_JOINED_MAX = 200  # that are nothing by themselves, taken as one
TOO_MUCH = "too much of it to read on"

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEY = re.compile(rf"[ \t]*({_PART}(?:[ \t]*\.[ \t]*{_PART})*)[ \t]*=")
# A key whose equals sign is another mark or none, or that has blanks in it.
_LOOSE = re.compile(
    r"[ \t]*[A-Za-z_][\w-]*(?:[ -]\w+)*[ \t]*(?:[:=]|=>)|[ \t]*[A-Za-z_]\w*[ \t]+[\"'\[{\d]"
)
_COLON = re.compile(r"[ \t]*[a-z_]+[ \t]*:[ \t]*[\"'\[{\d]")
_IN_BRACKETS = re.compile(r"[ \t]*\[\[?[ \t]*(?!(?:true|false|inf|nan)\b)[A-Za-z_][\w.-]*[ \t]*\]")
# A header, or what may have been one: with a mark too many or too few, or more behind it.
_HEADER = re.compile(
    r"""[ \t]*(?:\[[^=,]*$|\[\[|.?\[{1,2}[ \t]*[\w.]+[ \t]*\]|[^\s"'=,]*\w[^\s"'=,]*\][ \t]*(#|$)"""
    r"""|[ \t]*\[[^"']*\][ \t]*(#|$)|[^"']*\w\]\][ \t]*(#|$))"""
)
_TOKEN = re.compile(
    r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}]|\n|["\'][^\n]*'
    r"|[^\n\"'#\[\]{}]+"
)
_TRIPLE = ('"""', "'''")


class Kind(Enum):
    """What a statement begins as."""

    HEADER = "header"
    KEY = "key"
    LOOSE = "loose"  # most likely a key, but for its equals sign
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a statement cannot be read: in its line `line` (1-based, from its first), in the words
    of the parser, and the part of the line at which reading ended; with a fix where these words are
    ours already."""

    line: int
    said: str
    rest: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement, from its first line to its last."""

    line: int
    text: str
    kind: Kind
    flaw: Flaw | None = None

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n") + 1

    @property
    def key(self) -> str:
        """The key as it is written; "" if there is none that can be read."""
        match = _KEY.match(self.text)
        return match[1] if match else ""


def pieces(text: str) -> list[Piece]:
    """Every statement of a text, and every comment that cannot be read; the last is what was not
    looked at any more, if there is too much."""
    found: list[Piece] = []
    flaws = 0
    for at, piece in _single(text):
        if found and _continues(found[-1], piece):
            before = found[-1]
            joined = f"{before.text}\n{piece.text}"
            found[-1] = Piece(before.line, joined, before.kind, before.flaw)
            continue
        found.append(piece)
        flaws += piece.flaw is not None
        if at < len(text) and (flaws >= FLAWS_MAX or len(found) >= STATEMENTS_MAX):
            found.append(Piece(piece.line + piece.lines, text[at:], Kind.HEADER, Flaw(1, TOO_MUCH)))
            break
    return found


def flaw_of(text: str) -> Flaw | None:
    """What is wrong with a statement by itself; None if it is read."""
    try:
        loaded(text)
    except tomllib.TOMLDecodeError as error:
        line, said = place_of(error, text)
        if "end of document" in str(error) and "\n" in text:
            line = 1  # what is not closed is told where it begins
        return Flaw(line, said, _rest(text, error))
    except UnfitError as error:
        return Flaw(1, error.what, fix=error.fix)
    return None


def _rest(text: str, error: tomllib.TOMLDecodeError) -> str:
    match = re.search(r"line (\d+), column (\d+)", str(error))
    if match is None:
        return ""
    return text.split("\n")[int(match[1]) - 1][int(match[2]) - 1 :].strip(" \t\r")


def _continues(before: Piece, piece: Piece) -> bool:
    """Whether lines that are nothing by themselves belong to what is wrong above them."""
    if before.line + before.lines != piece.line or before.flaw is None:
        return False
    if before.lines >= LINES_JOINED_MAX:
        return False
    if piece.flaw is None:  # a list alone in its line looks like a header
        listed = before.kind is Kind.KEY and piece.kind is Kind.HEADER
        return listed and flaw_of(before.text + piece.text) is None
    if piece.kind is Kind.OTHER:
        return True
    if before.kind is Kind.HEADER:
        return piece.kind is Kind.HEADER and "]" not in before.text
    return flaw_of(before.text + piece.text) is None  # a line end within a value


def _single(text: str) -> Iterator[tuple[int, Piece]]:
    """Each with the offset of the line after it."""
    at, line = 0, 1
    while at < len(text):
        end = _line_end(text, at)
        bare = text[at:end].strip(" \t\r")
        if bare and not (bare[0] == "#" and bare.replace("\t", " ").isprintable()):
            kind = _kind(text[at:end])
            flaw: Flaw | None = None
            if kind is Kind.KEY:
                end, flaw = _valued(text, at)
            else:
                flaw = flaw_of(text[at:end])
            yield end + 1, Piece(line, text[at:end], kind, flaw)
        line += text.count("\n", at, end) + 1
        at = end + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _kind(line: str) -> Kind:
    if _KEY.match(line):
        return Kind.KEY
    line = line[:KIND_CHARACTERS_MAX].rstrip("\r")
    if _HEADER.match(line):
        return Kind.HEADER
    return Kind.LOOSE if _LOOSE.match(line) else Kind.OTHER


def _valued(text: str, at: int) -> tuple[int, Flaw | None]:
    """Where a key's value ends, and what is wrong with it."""
    end, triple = _value_end(text, at)
    flaw = flaw_of(text[at:end]) if end >= 0 else None
    if end < 0 or (flaw is not None and triple):
        end = _next(text, at, begins if triple else _begins_in_list)
        flaw = flaw_of(text[at:end])
    return end, flaw


def _value_end(text: str, at: int) -> tuple[int, bool]:
    """Past the last line of a value, -1 if it is not closed before the next key; and whether it
    has a mark that may as well open a text as close one."""
    start, depth, triple = at, 0, False
    while (token := _TOKEN.match(text, at)) is not None:
        mark, at = token.group(), token.end()
        if mark == "\n" and depth <= 0:
            return token.start(), triple
        if mark == "\n" and _begins_in_list(text, at):
            return -1, triple
        if mark in _TRIPLE:
            triple = True
            at = _closing(text, start, at, mark)
            if at < 0:
                return -1, True
        elif mark in "[]{}":
            depth += 1 if mark in "[{" else -1
    return (len(text) if depth <= 0 else -1), triple


def _closing(text: str, start: int, at: int, mark: str) -> int:
    """Past the mark that closes a text of several lines; -1 if it is not closed, or only by the
    mark that opens another."""
    while (found := text.find(mark, at)) >= 0:
        slash = found
        while text[slash - 1] == "\\":
            slash -= 1
        if mark == "'''" or (found - slash) % 2 == 0:
            break
        at = found + 1
    else:
        return -1
    line = text.rfind("\n", 0, found) + 1
    opens = _KEY.match(text, line, found)
    if line > start and opens is not None and not text[opens.end() : found].strip():
        return -1
    end = found + 3
    while end < found + 5 and text.startswith(mark[0], end):
        end += 1
    return end


def begins(text: str, at: int) -> bool:
    """Whether a key or a table begins in the line that starts there."""
    return bool(_KEY.match(text, at) or _IN_BRACKETS.match(text, at))


def _begins_in_list(text: str, at: int) -> bool:
    """The same where no text of several lines is open, so that prose is no key."""
    return begins(text, at) or bool(_COLON.match(text, at))


def _next(text: str, at: int, is_next: Callable[[str, int], bool]) -> int:
    """The end of the last line with something in it before the next key or table."""
    end = last = _line_end(text, at)
    while end < len(text) and not is_next(text, end + 1):
        begin, end = end + 1, _line_end(text, end + 1)
        if text[begin:end].strip() and text[begin:end].lstrip()[0] != "#":
            last = end
    return last
