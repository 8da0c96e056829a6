"""What the parser of TOML makes of a text, and how deep its tables may lie."""

from __future__ import annotations

import tomllib

import pytest

from switch.files.toml.parser import NESTING_MAX, loaded, place_of


def nested(depth: int) -> str:
    """A text whose innermost value lies so deep; that of a key alone lies 1 deep."""
    return "a = " + "[" * (depth - 1) + "1" + "]" * (depth - 1)


def test_what_lies_as_deep_as_the_limit_is_too_deep():
    assert list(loaded(nested(NESTING_MAX - 1))) == ["a"]
    with pytest.raises(RecursionError):
        loaded(nested(NESTING_MAX))


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
