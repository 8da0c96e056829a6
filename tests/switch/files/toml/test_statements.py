"""Where the statements of a broken text begin and end."""

from __future__ import annotations

import pytest

from switch.files.toml import statements
from switch.files.toml.statements import Kind, begins, flaw_of, pieces


def shape(text: str) -> list[tuple[int, int, str, bool]]:
    return [(p.line, p.lines, p.kind.value, p.flaw is None) for p in pieces(text)]


def test_each_statement_is_read_by_itself_and_blank_lines_and_comments_are_none():
    text = '# a comment\na = 1\n\n[t]\nb = "x\n  # another\nc = [\n  1, # one\n  2,\n]\n'
    assert shape(text) == [
        (2, 1, "key", True),
        (4, 1, "header", True),
        (5, 1, "key", False),
        (7, 4, "key", True),
    ]


@pytest.mark.parametrize(
    "value",
    ['["a", "b"', '[\n  "a",\n  "b",', '"""one\ntwo', "'''one\ntwo", '"one\ntwo"', "{ a = 1"],
)
def test_a_value_that_is_not_closed_ends_before_the_next_key_or_table(value: str):
    for following in ("k = 1", "[t]", "[[t]]", '"k" = """x"""', 'k = """\nx\n"""'):
        broken, right = pieces(f"v = {value}\n\n{following}\n")
        assert (broken.text, broken.flaw is None) == (f"v = {value}", False)
        assert (right.text, right.flaw) == (following, None)


def test_a_text_of_several_lines_may_look_like_keys_and_tables():
    assert shape('a = """\nb = 1\n[t]\n\\"""\n"""\nc = 1\n') == [
        (1, 5, "key", True),
        (6, 1, "key", True),
    ]


def test_lines_that_are_nothing_are_told_once_with_what_is_wrong_above_them():
    assert shape("First, some words.\nAnd more.\na = 1\n") == [
        (1, 2, "other", False),
        (3, 1, "key", True),
    ]
    assert shape('a = "one\ntwo"\n[[de\nny]]\n') == [(1, 2, "key", False), (3, 2, "header", False)]
    assert shape('a =\n["one"]\n["t"]\n') == [(1, 2, "key", False), (3, 1, "header", True)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("[[deny]", Kind.HEADER),
        ("[[de,ny]]", Kind.HEADER),
        (",[deny]]", Kind.HEADER),
        ("deny]]", Kind.HEADER),
        ("[[deny]] id = 1", Kind.HEADER),
        ("id: 1", Kind.LOOSE),
        ('id "a"', Kind.LOOSE),
        ("on behalf of = 1", Kind.LOOSE),
        ('id == "a"', Kind.KEY),
        ("= 1", Kind.OTHER),
        ("# \x01", Kind.OTHER),
    ],
)
def test_what_a_broken_line_was_most_likely_meant_to_be(line: str, kind: Kind):
    (piece,) = pieces(line)
    assert (piece.kind, piece.flaw is None) == (kind, False)


def test_what_is_not_closed_is_told_where_it_begins_and_the_rest_where_it_stands():
    flaws = [flaw_of("a = [\n1,\n2"), flaw_of("a = [\n1\n2]"), flaw_of('a = "b" c')]
    assert [flaw and flaw.line for flaw in flaws] == [1, 3, 1]
    assert flaws[2] is not None
    assert flaws[2].rest == "c"
    assert flaw_of("a = 1") is None


def test_a_line_of_a_list_begins_nothing():
    for line in ("[1, 2],", "[true]", '"a",', "1,", "]"):
        assert not begins(line, 0)


@pytest.mark.parametrize("of", ["a", "a-", "[", "]", "a]", "a ", "'", "= ", "\\"])
def test_a_line_of_any_length_is_looked_at_once(of: str):
    (piece,) = pieces("?" + of * 200_000)
    assert piece.flaw is not None


def test_a_text_of_nothing_but_mistakes_is_given_up_at_a_limit(monkeypatch):
    monkeypatch.setattr(statements, "FLAWS_MAX", 3)
    monkeypatch.setattr(statements, "LINES_JOINED_MAX", 2)
    *_, last = found = pieces("a=\n" * 10)
    assert len(found) == 4
    assert (last.line, last.lines, last.kind) == (4, 8, Kind.HEADER)
    assert [piece.lines for piece in pieces("x\n" * 7)][:2] == [2, 2]
    monkeypatch.setattr(statements, "STATEMENTS_MAX", 2)
    assert len(pieces("a = 1\n" * 10)) == 3
