"""What the parser of TOML makes of a text, and how deep its tables may lie."""

from __future__ import annotations

import time
import tomllib

import pytest

from switch.errors import UnfitError
from switch.files.toml.parser import (
    NESTING_MAX,
    NUMBER_DIGITS_MAX,
    TABLES_MAX,
    VALUES_MAX,
    loaded,
    place_of,
)


def nested(depth: int) -> str:
    """A text whose innermost value lies so deep; that of a key alone lies 1 deep."""
    return "a = " + "[" * (depth - 1) + "1" + "]" * (depth - 1)


def test_what_lies_as_deep_as_the_limit_is_too_deep():
    assert list(loaded(nested(NESTING_MAX - 1))) == ["a"]
    with pytest.raises(UnfitError, match="nested too deeply"):
        loaded(nested(NESTING_MAX))
    assert list(loaded(f"{'.'.join('a' * (NESTING_MAX - 1))} = 1")) == ["a"]


@pytest.mark.parametrize("dot", [".", " . "])
@pytest.mark.parametrize("part", ["a", '"a"', "'a'", '"a b"'])
@pytest.mark.parametrize(
    "text", ["{} = 1", "[{}]", "[[{}]]", "b = {{ {} = 1 }}", '"#" = 1\n{} = 1']
)
def test_a_key_of_many_parts_is_not_given_to_a_parser_that_takes_them_times_each_other(
    text: str, part: str, dot: str
):
    key = dot.join([part] * 300_000)
    began = time.process_time()
    with pytest.raises(UnfitError, match="nested too deeply"):
        loaded(text.format(key))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["a = '{}'", 'a = "{}"', 'a = """\n{}\n"""', "a = 1 # {}"])
def test_dots_in_a_text_or_a_comment_are_no_parts_of_a_key(text: str):
    assert list(loaded(text.format("a." * 1_000))) == ["a"]


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("[[a]]\n" * (TABLES_MAX - 1), "[b]", f"more than {TABLES_MAX:,} tables"),
        (f"a = [{'1,' * (VALUES_MAX - 1)}]", "b = 1", f"more than {VALUES_MAX:,} values"),
    ],
)
def test_no_more_is_read_than_can_be_looked_at(text: str, more: str, said: str):
    assert list(loaded(text)) == ["a"]
    with pytest.raises(UnfitError, match=said):
        loaded(f"{text}\n{more}\n[c]")


@pytest.mark.parametrize("digits", ["1" * (NUMBER_DIGITS_MAX + 1), "1" * 5_000, "0x" + "f" * 8_000])
def test_a_number_that_is_longer_than_python_reads_or_writes_is_told(digits: str):
    assert loaded(f"a = {'1' * NUMBER_DIGITS_MAX}")
    with pytest.raises(UnfitError, match="a number of more than 4,000 digits"):
        loaded(f"a = 1\n[[b]]\nc = [{digits}]")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = 2 3\nc = 2\n", 2, "expected newline or end of document after a statement"),
        ("a = 1\nb = [\n  1,\n", 4, "invalid value"),  # the end of the text
    ],
)
def test_the_line_is_the_one_at_which_reading_ended_and_coordinates_are_not_said(
    text: str, line: int, said: str
):
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        loaded(text)
    assert place_of(caught.value, text) == (line, said)
