"""What is wrong with a statement that is no TOML, in our words, and what to write.

The parser's words are only looked up here. A test goes through all that it can say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from switch.files.toml.statements import TOO_MUCH, Flaw, Kind, Piece
from switch.files.wording import Said

REST_CHARACTERS_MAX = 40  # of what stands where it cannot

_PAIR = "write key = value, or a header such as [name]"
_VALUE = 'write a text in quotes, a number, true or false, a date, or a list such as ["A", "B"]'
_COMMA = "write a comma between its entries and ] at its end"
_SLASH = "write two of them for a backslash"
_TEXT = Said("a text is not closed", "write the same quotes at its end as at its beginning")
_NEITHER = Said("neither a key with a value nor a header", _PAIR)
_DAY = Said("a day or a time that there is not", "write it as 2019-10-15T00:00:00")
_DATED = re.compile(r"=\s*\d+[-/.]\d+[-/.]\d")
_TWICE = Said("stands twice, or as two different things", "keep one of them")
_ESCAPE = Said("a backslash with something that has no meaning after it", _SLASH)

_WORDS: Sequence[tuple[str, Said]] = (
    (r"illegal character '\\n'|unterminated string|expected \"'+\"", _TEXT),
    (r"(illegal|found invalid) character", Said("a character that may not be written", "")),
    (r"invalid date", _DAY),
    (r"unclosed array", Said("a list lacks a comma, or its end", _COMMA)),
    (
        r"unclosed inline",
        Said("a table in braces lacks a comma, or its end", "write { a = 1, b = 2 } in one line"),
    ),
    (r"duplicate inline", Said("a key stands twice in one table", "keep one of them")),
    (r"unescaped|scalar value|hex value", _ESCAPE),
    (r"'\]+' at the end", Said("a header is not closed", "write it as [name] or [[name]]")),
    (r"expected '=' after|initial character|invalid statement", _NEITHER),
    (r"invalid value", Said("not a value", _VALUE)),
    (
        r"expected newline",
        Said("something stands behind the end", "take it out, or write # before it"),
    ),
    (r"twice|overwrite|mutate|redefine", _TWICE),
    (TOO_MUCH, Said("too much is wrong to read on here", "mend first what stands above")),
)
_UNKNOWN = Said("cannot be read", _PAIR)


def slip(piece: Piece, flaw: Flaw) -> Said:
    """The words for what is wrong with a statement."""
    if flaw.fix:
        return Said(flaw.said, flaw.fix)
    what, fix = next((said for words, said in _WORDS if re.search(words, flaw.said)), _UNKNOWN)
    if piece.kind is Kind.HEADER and (what, fix) == _NEITHER:
        what, fix = "not a header", "write it as [name] or [[name]]"
    if _DATED.search(piece.text) and "behind" in what:
        return _DAY
    if not fix:
        return _character(what, flaw)
    if what == "not a value" and not flaw.rest:
        what = "a key without a value"
    elif what in ("not a value", "something stands behind the end"):
        what = f"{what}: {_printable(flaw.rest[:REST_CHARACTERS_MAX])}"
    return Said(what, fix)


def _character(what: str, flaw: Flaw) -> Said:
    named = re.search(r"character (.+)$", flaw.said)
    shown = named[1].strip("'") if named else ""
    if shown == "\\r":
        return Said(f"{what}: a carriage return alone", "end each line as the others end")
    return Said(f"{what}: {shown}", "take it out")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
