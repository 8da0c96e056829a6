"""Edits of a TOML text: they change what they name and nothing else."""

from __future__ import annotations

import tomllib

import pytest

from switch.errors import Edit
from switch.files.toml.layout import EDIT_CHARACTERS_MAX, Layout, applied, key_lines, literal

TEXT = """\
# a file
format  = 1
owner   = "x = [y] # z"   # a comment

[[deny]]                  # the first
id     = "A"
group  = ["ero", 'hsi']   # who
data   = [
    "driver.record",      # first
    "driver.photo",
]

[[deny]]
id = "B"
group = ["ero"]
"""


def after(edits: tuple[Edit, ...], text: str = TEXT) -> str:
    assert edits
    return applied(text, edits)


@pytest.mark.parametrize(
    ("edits", "line", "now"),
    [
        (
            Layout(TEXT).entry(("deny", 0, "group"), "hsi", "cbp"),
            7,
            'group  = ["ero", "cbp"]   # who',
        ),
        (Layout(TEXT).value(("owner",), '"q"'), 3, 'owner   = "q"   # a comment'),
        (
            Layout(TEXT).rename(("deny", 0, "group"), "agency"),
            7,
            "agency = [\"ero\", 'hsi']   # who",
        ),
        (Layout(TEXT).rename(("deny", 1, "group"), "ori"), 15, 'ori   = ["ero"]'),
        (
            Layout(TEXT).reworded(("deny", 0, "group"), "agency", '["x"]'),
            7,
            'agency = ["x"]   # who',
        ),
        (Layout(TEXT).reworded(("deny", 1, "group"), "ori", "[]"), 15, "ori   = []"),
        (Layout(TEXT).rename(("deny", 1), "allow"), 13, "[[allow]]"),
        (Layout(TEXT).entry(("deny", 0, "data"), "driver.photo", "x"), 10, '    "x",'),
        (Layout(TEXT).without_entry(("deny", 0, "group"), "ero"), 7, 'group  = ["hsi"]   # who'),
        (Layout(TEXT).add_key(("deny", 0), "key", '["DQ"]'), 12, 'key    = ["DQ"]'),
        (Layout(TEXT).add_key(("deny", 1), "cite", '""'), 16, 'cite  = ""'),
        (Layout(TEXT).add_key((), "default", '"deny"'), 4, 'default = "deny"'),
    ],
)
def test_an_edit_changes_its_own_line_and_no_other(edits, line, now):
    text = after(edits)
    tomllib.loads(text)
    lines, old = text.split("\n"), TEXT.split("\n")
    assert lines[line - 1] == now
    rest = lines[: line - 1] + lines[line:]
    assert rest == (old if len(lines) > len(old) else old[: line - 1] + old[line:])


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (("deny", 0, "group"), ["group"]),
        (("deny", 0, "data"), ["data"]),
    ],
)
def test_what_is_taken_out_is_gone_with_all_its_lines(path, gone):
    text = after(Layout(TEXT).take_out(path))
    table = tomllib.loads(text)["deny"][0]
    assert not set(gone) & set(table)
    assert len(table) == 2


def test_a_table_is_taken_out_whole_and_another_is_put_after_one():
    assert [
        row["id"] for row in tomllib.loads(after(Layout(TEXT).take_out(("deny", 0))))["deny"]
    ] == ["B"]
    more = Layout(TEXT).add_table(("deny", 0), ["[[never]]", 'id = "N"'])
    assert ']\n\n[[never]]\nid = "N"\n\n[[deny]]' in after(more)


def test_a_list_whose_last_text_goes_is_taken_out_as_a_whole():
    assert (
        "group"
        not in tomllib.loads(after(Layout(TEXT).without_entry(("deny", 1, "group"), "ero")))[
            "deny"
        ][1]
    )


def test_single_brackets_become_double_ones():
    text = "a = 1\n[deny]   # x\nid = 2\n"
    assert after(Layout(text).double(("deny",)), text) == "a = 1\n[[deny]]   # x\nid = 2\n"


def test_lines_keep_their_endings():
    text = TEXT.replace("\n", "\r\n")
    edits = Layout(text).entry(("deny", 1, "group"), "ero", "hsi")
    assert applied(text, edits) == TEXT.replace('group = ["ero"]', 'group = ["hsi"]').replace(
        "\n", "\r\n"
    )
    assert Layout(text).statements(("deny", 1), ["id"]) == ['id = "B"']


def test_a_place_that_is_not_there_gives_no_edit():
    layout = Layout('a = { b = "c" }\n')
    for edits in (
        layout.value(("a", "b"), "1"),
        layout.entry(("a",), "x", "y"),
        layout.entry(("z",), "x", "y"),
        layout.rename(("z",), "y"),
        layout.reworded(("z",), "y", "1"),
        layout.double(("a",)),
        layout.take_out(("z",)),
        layout.add_key(("z",), "a", "b"),
        layout.add_table(("z",), ["a"]),
        layout.without_entry(("a",), "c"),
    ):
        assert edits == ()


def test_several_edits_are_applied_together_and_of_two_on_one_line_the_first():
    one, two, clash = Edit(1, 1, ("A",)), Edit(3, 1, ()), Edit(3, 1, ("C",))
    assert applied("a\nb\nc\nd", [two, one, clash]) == "A\nb\nd"
    assert applied("a\nb", [Edit(2, 0, ("x",)), Edit(2, 1, ("y",))]) == "a\nx\ny"
    assert applied("a", [Edit(2, 0, ("x",))]) == "a\nx"


@pytest.mark.parametrize(
    ("value", "written"), [("a", '"a"'), (["a", 'b"'], '["a", "b\\""]'), (True, "true"), (1, "1")]
)
def test_a_literal_is_toml(value, written):
    assert literal(value) == written
    assert tomllib.loads(f"x = {written}")["x"] == value


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit(9, 1, ("a  = 1",)), "in line 9 write: a  = 1"),
        (Edit(9, 2, ("a",)), "instead of lines 9 to 10 write: a"),
        (Edit(9, 0, ("a",)), "after line 8 add: a"),
        (Edit(9, 0, ("", "[[a]]", "b = 1")), "after line 8 add:\n        [[a]]\n        b = 1"),
        (Edit(9, 1, ()), "take out line 9"),
        (Edit(9, 3, ()), "take out lines 9 to 11"),
    ],
)
def test_an_edit_says_what_to_write(edit, said):
    assert str(edit) == said


def test_tables_and_their_lines_are_found_by_name():
    layout = Layout("a = 1\n[[deny]]\nid = 1\n\n[[allow]]\n[[deny]]\n")
    places = layout.tables(("deny",))
    assert places == [("deny", 0), ("deny", 1)]
    assert [layout.line(place) for place in places] == [2, 6]
    assert layout.line(("never",)) == 0


def test_each_entry_of_a_list_on_several_lines_has_its_own():
    text = """\
a = [
    "one", "two",  # "three",
    [1,
     2], { b = 1, c = [3,
     4] },

    "last"
]
b = ["x", "y"]
[[t]]
c = [
  "z"]
"""
    lines = key_lines(text)
    assert [lines[("a", n)] for n in range(5)] == [2, 2, 3, 4, 7]
    assert ("a", 5) not in lines
    assert ("b", 0) not in lines
    assert lines[("t", 0, "c", 0)] == 12
    assert Layout(text).line(("a", 4)) == 7
    assert Layout(text).line(("b", 1)) == 0


def test_a_header_below_another_is_renamed_in_its_last_part():
    text = "[[a]]\n[a.optoin]  # of a\nx = 1\n[[a.b.entrys]]\n"
    first, second = (Layout(text).rename(path, "new") for path in (("a", 0, "optoin"), NESTED))
    assert applied(text, (*first, *second)) == "[[a]]\n[a.new]  # of a\nx = 1\n[[a.b.new]]\n"


NESTED = ("a", 0, "b", "entrys", 0)


def test_the_line_of_a_table_without_a_header_is_that_of_the_first_thing_in_it():
    layout = Layout("a = 1\n[b.c.d]\ne.f = 1\n")
    assert [layout.line(path) for path in (("b",), ("b", "c"), ("b", "c", "d", "e"))] == [2, 2, 3]


def test_a_line_that_is_longer_than_any_edit_is_not_edited():
    text = f'a = ["{"x" * (EDIT_CHARACTERS_MAX - 8)}"]'
    assert len(text) == EDIT_CHARACTERS_MAX
    assert Layout(text).value(("a",), "1") == (Edit(1, 1, ("a = 1",)),)
    assert Layout(text.replace("x", "xx", 1)).value(("a",), "1") == ()
