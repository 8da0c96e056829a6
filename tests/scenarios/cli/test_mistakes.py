"""A mistake is shown with its line and a mark beneath what is meant."""

from __future__ import annotations

import pytest

from scenarios.cli.mistakes import told
from switch.errors import AuthoredError, Finding

TEXT = 'one = 1\n\tterminal = "BAY9", within = "soon"\n'


@pytest.mark.parametrize(
    ("what", "mark"),
    [
        ("no terminal `BAY9`", "                ^^^^"),
        ("`expect[2].within`: 'soon' is not a duration", "                                 ^^^^"),
        ("`scenario.terminal` is not a key here", "    ^^^^^^^^"),
        ("something else", "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"),
    ],
)
def test_the_mark_stands_beneath_what_is_named(what, mark):
    text = told(AuthoredError([Finding("a.toml", 2, what, "mend it")]), {"a.toml": TEXT})
    assert text.splitlines() == [
        f"a.toml:2: {what}",
        '    2 |     terminal = "BAY9", within = "soon"',
        f"      | {mark}",
        "    fix: mend it",
        "1 mistake",
    ]


def test_a_name_within_another_is_not_marked():
    text = told(AuthoredError([Finding("a.toml", 1, "no `on`")]), {"a.toml": "one on\n"})
    assert "      |     ^^" in text


def test_files_that_are_not_at_hand_and_whole_files_have_no_excerpt():
    error = AuthoredError([Finding("b.toml", 2, "wrong"), Finding("a.toml", 0, "too long")])
    assert told(error, {"a.toml": TEXT}) == "a.toml: too long\nb.toml:2: wrong\n2 mistakes\n"


def test_a_line_without_end_is_cut():
    text = told(AuthoredError([Finding("a.toml", 1, "no `x`")]), {"a.toml": "y" * 5000 + " x"})
    assert max(map(len, text.splitlines())) < 200
