"""A text is read on past its syntax mistakes, and nothing is blamed for them that is right."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from switch.files.toml import reading
from switch.files.toml.layout import applied
from switch.files.toml.reading import Reading, read_on
from tests.switch.files.one_edit import broken

DENY = '[[deny]]\nid = "D-1"\n'


def is_array(names: Sequence[str]) -> bool | None:
    return {("deny",): True, ("world",): False}.get(tuple(names))


def read(text: str) -> Reading:
    return read_on(text, "x.toml", is_array)


def told(text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.what) for finding in read(text).findings]


def test_a_right_text_is_read_as_it_is():
    right = read('a = 1\n[world]\nid = "w"\n')
    assert (right.data, right.findings) == ({"a": 1, "world": {"id": "w"}}, ())
    assert right.whole


def test_every_syntax_mistake_is_told_and_the_rest_is_read_on_its_lines():
    text = 'a = "x\nb = 2\nc = [1\n\n[world]\nd = 2019-10-41\ne = \ng = 6\n= 4\nf = 5\n'
    broken = read(text)
    assert [finding.line for finding in broken.findings] == [1, 3, 6, 7, 9]
    assert broken.data == {"b": 2, "world": {"g": 6, "f": 5}}
    assert broken.text.split("\n")[9] == "f = 5"
    assert not broken.whole


def test_a_key_that_is_set_aside_is_known_to_have_been_there():
    broken = read(f'{DENY}group = ["a"\nid: 3\n{DENY}junk\n')
    assert broken.unread.keys == {("deny", 0, "group"): 3, ("deny", 0, "id"): 4}
    assert broken.unread.tables == {("deny", 1)}
    assert {"group", "a", "junk"} <= broken.unread.names


def test_of_a_line_with_two_keys_none_is_said_to_be_missing():
    broken = read(f'{DENY}a = "x"b = 2\n')
    assert broken.unread.tables == {("deny", 0)}
    (finding,) = broken.findings
    assert finding.edits[0].text == ('a = "x"', "b = 2")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("[[deny]", "[[deny]]"),
        ("[deny]]", "[[deny]]"),
        ("deny", "[[deny]]"),
        ("deny   # them", "[[deny]] # them"),
        (",[deny]]", "[[deny]]"),
        ("[[de,ny]]", "[[deny]]"),
        ("[[de\nny]]", "[[deny]]"),
        ("[[deny]],", "[[deny]]"),
        ("[deny", "[[deny]]"),
        ("[[deny # them", "[[deny]] # them"),
        ("[[deny]] // them", "[[deny]] # them"),
        ("[[deny]]  ; them all", "[[deny]] # them all"),
        ("world]", "[world]"),
        ("[wor]ld]", "[world]"),
        ("[world]b", "[world]"),
        ("[[world]", "[world]"),
    ],
)
def test_a_header_with_a_name_is_read_as_it_was_meant(wrong: str, right: str):
    broken = read(f"{DENY}{wrong}\nb = 2\n")
    (finding,) = broken.findings
    assert applied(wrong, [type(e)(1, e.removed, e.text) for e in finding.edits]) == right
    assert broken.data is not None
    assert broken.data["deny"][0] == {"id": "D-1"}
    assert {"b": 2} in (broken.data.get("world"), *broken.data["deny"])


@pytest.mark.parametrize("header", ["[[d?e]]", "[", "[[zzz]", "[sea=ts]"])
def test_what_stands_below_a_header_without_a_name_is_nobodys(header: str):
    broken = read(f'{DENY}{header}\nid = "D-2"\nb = "\n')
    assert broken.data == {"deny": [{"id": "D-1"}]}
    assert broken.unread.tables == {()} | broken.unread.tables
    assert "D-2" in broken.unread.names
    assert [finding.line for finding in broken.findings] == [3, 5]


@pytest.mark.parametrize("header", ["[[de,??]]", "[[other]]"])
def test_a_table_of_one_that_is_not_known_is_nobodys(header: str):
    broken = read(f"{DENY}{header}\nb = 1\n[deny.sub]\nc = 2\n[world]\nd = 3\n[deny.sub]\nx\n")
    assert broken.data is not None
    assert broken.data["deny"] == [{"id": "D-1", "sub": {}}]
    assert broken.data["world"] == {"d": 3}


def test_a_header_with_a_key_behind_it_is_both():
    broken = read('[[deny]]id = "D-1"\nb = 1\n')
    (finding,) = broken.findings
    assert finding.edits[0].text == ("[[deny]]", 'id = "D-1"')
    assert broken.data == {"deny": [{"b": 1}]}
    assert broken.unread.tables == {("deny", 0)}


def test_a_key_twice_is_told_with_the_first_and_taken_out():
    (finding,) = read(f'{DENY}id = "D-2"\n').findings
    assert (finding.line, finding.what) == (3, "`id` stands twice in this table (first in line 2)")
    assert str(finding.edits[0]) == "take out line 3"


def test_two_rows_under_one_header_are_one_mistake():
    broken = read(f'{DENY}b = 1\n\nid = "D-2"\nb = 2\nc = 3\n')
    (finding,) = broken.findings
    assert (finding.line, broken.data) == (5, {"deny": [{"id": "D-1", "b": 1}]})
    assert "D-2" in broken.unread.names


@pytest.mark.parametrize("headers", [("[deny]", "[[deny]]"), ("[[deny]]", "[deny]")])
def test_a_table_in_single_brackets_among_others_gets_two(headers: tuple[str, str]):
    text = "{}\nid = 1\n{}\nid = 2\n".format(*headers)
    broken = read(text)
    (finding,) = broken.findings
    assert finding.line == (1 if headers[0] == "[deny]" else 3)
    assert broken.data == {"deny": [{"id": 1}, {"id": 2}]}
    assert applied(text, finding.edits) == "[[deny]]\nid = 1\n[[deny]]\nid = 2\n"


def test_of_a_table_that_stands_twice_the_first_is_read():
    broken = read("[world]\na = 1\n[world]\nb = 2\n")
    assert told("[world]\na = 1\n[world]\nb = 2\n") == [
        (3, "`[world]` stands twice (first in line 1)")
    ]
    assert broken.data == {"world": {"a": 1}}


def test_what_clashes_in_another_way_is_found_by_reading_the_whole():
    broken = read("world = 1\n[world]\na = 1\n[t]\nb.c = 1\nb = 2\nd = 3\n")
    assert [finding.line for finding in broken.findings] == [2, 6]
    assert broken.data == {"world": 1, "t": {"b": {"c": 1}, "d": 3}}


def test_a_text_in_which_everything_clashes_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "ROUNDS_MAX", 2)
    text = "".join(f"a{n}.c = 1\na{n} = 2\n" for n in range(4))
    assert read(text).data is None


def test_lines_that_end_as_on_windows_are_no_mistake():
    broken = read('a = "x\r\nb = 2\r\n')
    assert (broken.data, len(broken.findings)) == ({"b": 2}, 1)


def test_of_a_thousand_mistakes_a_hundred_are_told_in_time_and_the_others_counted():
    text = "".join(f'[[deny]\nid = "D-{n}\ngroup = ["a"\ndata = 1\n' for n in range(1_000))
    began = time.process_time()
    broken = read(text)
    assert time.process_time() - began < 5
    assert len(broken.findings) == reading.TOLD_MAX + 1
    assert broken.findings[-1].what == "2900 more places that are not TOML"
    assert broken.data is not None
    assert broken.data["deny"] == [{"data": 1}] * 1_000


def test_of_files_with_one_character_changed_hardly_any_tells_more_than_that():
    told = [each.well_told for each in broken(100)]
    assert sum(told) >= 96
