"""One field: every key that edits, and none that does not."""

from __future__ import annotations

import pytest

from terminals.screen.entry import Entry, typed_into

ABC = Entry("ABC", 1)


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("x", Entry("AxBC", 2)),
        ("\n", Entry("A\nBC", 2)),
        ("left", Entry("ABC", 0)),
        ("right", Entry("ABC", 2)),
        ("home", Entry("ABC", 0)),
        ("end", Entry("ABC", 3)),
        ("backspace", Entry("BC", 0)),
        ("delete", Entry("AC", 1)),
        ("ctrl u", Entry("", 0)),
        ("f12", None),
        ("\x07", None),
    ],
)
def test_a_key_edits_where_the_cursor_stands(key: str, after):
    assert typed_into(ABC, key, 10) == after


def test_the_ends_are_no_mistake():
    assert typed_into(Entry("A", 0), "left", 10) == Entry("A", 0)
    assert typed_into(Entry("A", 0), "backspace", 10) == Entry("A", 0)
    assert typed_into(Entry("A", 1), "right", 10) == Entry("A", 1)
    assert typed_into(Entry("A", 1), "delete", 10) == Entry("A", 1)


def test_what_is_too_long_is_not_taken():
    assert typed_into(ABC, "x", 3) == ABC
