"""Words for what is no TOML."""

from __future__ import annotations

import inspect
import re
import sys
import tomllib

import pytest

from switch.files.toml.parser import VALUES_MAX
from switch.files.toml.slips import REST_CHARACTERS_MAX, slip
from switch.files.toml.statements import pieces

WRONG = [
    ('a = "b', "a text is not closed"),
    ("a = 'b", "a text is not closed"),
    ('a = """b', "a text is not closed"),
    ("a = [1", "a list lacks a comma, or its end"),
    ("a = {b = 1", "a table in braces lacks a comma, or its end"),
    ("a = {b = 1, b = 2}", "a key stands twice in one table"),
    ("a = 2019-10-41", "a day or a time that there is not"),
    ('a = "\\q"', "a backslash with something that has no meaning after it"),
    ('a = "\\ud800"', "a backslash with something that has no meaning after it"),
    ('a = "\\u12"', "a backslash with something that has no meaning after it"),
    ('a = "\x01"', "a character that may not be written: \\x01"),
    ("# \x01", "a character that may not be written: \\x01"),
    ("a = 1 # \r x", "a character that may not be written: a carriage return alone"),
    ("[a", "a header is not closed"),
    ("[[a]", "a header is not closed"),
    ("[]", "not a header"),
    ("a", "neither a key with a value nor a header"),
    ("a b = 1", "neither a key with a value nor a header"),
    ("= 1", "neither a key with a value nor a header"),
    ("a =", "a key without a value"),
    ("a = yes", "not a value: yes"),
    ("a = 1 2", "something stands behind the end: 2"),
    ("a = " + "[" * 9_000, "nested too deeply"),
    (f"a = [{'1,' * VALUES_MAX}]", "more than 250,000 values"),
]


@pytest.mark.parametrize(("text", "what"), WRONG)
def test_each_slip_is_told_in_words_of_ours_with_what_to_write(text: str, what: str):
    (piece,) = pieces(text)
    assert piece.flaw is not None
    said = slip(piece, piece.flaw)
    assert said.what == what
    assert said.fix


def test_the_words_of_the_parser_are_all_known():
    source = inspect.getsource(sys.modules[tomllib.loads.__module__])
    said = re.findall(r'(?:suffixed_err|TOMLDecodeError)\(\s*\w+,\s*\w+,\s*f?"([^"]+)"', source)
    assert len(said) > 20
    for words in said:
        (piece,) = pieces("= 1")
        assert piece.flaw is not None
        flaw = piece.flaw
        words = words.replace("{expect!r}", '"\'"')
        named = re.sub(r"\{[^}]*\}", "'x'", words)
        lower = named[:1].lower() + named[1:]
        assert slip(piece, type(flaw)(1, lower)).what != "cannot be read", words


def test_what_stands_there_is_told_in_part_and_can_be_printed():
    (piece,) = pieces("a = 1 \x02" + "x" * 100)
    assert piece.flaw is not None
    what = slip(piece, piece.flaw).what
    assert what.isprintable()
    assert len(what) < REST_CHARACTERS_MAX + 40
