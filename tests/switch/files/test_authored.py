"""Authored files: every mistake at once, each on its line."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from switch.errors import AuthoredError, UsageError
from switch.files import authored
from switch.files.authored import Row, did_you_mean, inspect_bytes, instant, local_time, parse, read
from switch.files.toml.layout import key_lines

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


class Rule(Row):
    id: str
    group: list[str] = []


class File(Row):
    format: int
    deny: list[Rule] = []


def findings(text: str) -> list[tuple[int, str]]:
    with pytest.raises(AuthoredError) as caught:
        parse(text, File, name="x.toml")
    return [(finding.line, finding.what) for finding in caught.value.findings]


def test_all_mistakes_are_reported_together_each_on_its_line():
    text = 'format = "1"\nextra = 1\n[[deny]]\nid = 3\ngrop = ["a"]\n\n[[deny]]\ngroup = "a"\n'
    assert findings(text) == [
        (1, "`format` must be a whole number (got '1')"),
        (2, "`extra` is not a key here"),
        (4, "`deny[1].id` must be a text in quotes (got 3)"),
        (5, "`deny[1].grop` is not a key here"),
        (7, "`deny[2].id` is missing"),
        (8, "`deny[2].group` must be a list in brackets (got 'a')"),
    ]


def test_a_misspelt_key_names_the_nearest_one():
    with pytest.raises(AuthoredError) as caught:
        parse('format = 1\n[[deny]]\nid = "a"\ngrop = []\n', File, name="x.toml")
    assert caught.value.findings[0].fix == "did you mean `group`?"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (
            '[[deny]]\nid = "a"\ngrup = "a"\n',
            ["`deny[1].group` must be a list in brackets (got 'a')"],
        ),
        (
            "[[deny]]\nid = 'a'\ngrup = [1, 'a']\n",
            ["`deny[1].group[1]` must be a text in quotes (got 1)"],
        ),
        (
            "[[dney]]\nid = 'a'\ngroup = 'a'\n",
            ["`deny[1].group` must be a list in brackets (got 'a')"],
        ),
        (
            "[[dney]]\nid = 'a'\ngrup = 'a'\n",
            [
                "`deny[1].group` must be a list in brackets (got 'a')",
                "`deny[1].grup` is not a key here",
            ],
        ),
        ("[[deny]]\nid = 'a'\ngrup = []\ngrop = 'a'\n", ["`deny[1].grop` is not a key here"]),
        ("[[deny]]\nid = 'a'\ngrup = []\n", []),
    ],
)
def test_a_misspelt_name_hides_no_mistake_of_what_it_names(text: str, more: list[str]):
    found = [what for _, what in findings(f"format = 1\n{text}")]
    (misspelt,) = [what for what in found if what not in more]
    assert misspelt in ("`deny[1].grup` is not a key here", "`dney` is not a key here")
    assert [what for what in found if what in more] == more


def test_a_table_beside_a_misspelt_one_is_told_of_once():
    text = "format = 1\n[[dney]]\nid = 'a'\n[[deny]]\nid = 3\n"
    assert findings(text) == [
        (2, "`dney` is not a key here"),
        (5, "`deny[2].id` must be a text in quotes (got 3)"),
    ]


def test_what_is_no_toml_hides_no_mistake_of_shape():
    text = 'format = "1"\n[[deny]\nid = "a"\ngroup = ["x"\n[[deny]]\nid = 3\n'
    assert findings(text) == [
        (1, "`format` must be a whole number (got '1')"),
        (2, "not TOML: a header is not closed"),
        (4, "not TOML: a list lacks a comma, or its end"),
        (6, "`deny[2].id` must be a text in quotes (got 3)"),
    ]


def test_a_required_key_that_is_misspelt_is_one_mistake():
    assert findings("formt = 1\n") == [(1, "`formt` is not a key here")]


def test_bytes_that_are_no_utf8_hide_no_mistake():
    data = b'\xef\xbb\xbf# a\n# \xff\nformat = "\n'
    found = inspect_bytes(data, File, name="x.toml").findings
    assert sorted(finding.line for finding in found) == [1, 2, 3]


def test_lines_are_found_past_strings_comments_and_arrays_that_look_like_keys():
    text = (
        'a = [ # b = 1\n  "]",\n]\nb = """\nc = 2\n"""\n'
        '"d e".f = {g = 1, h = [1,\n2]}\n[t.u]\nk = 1\n'
    )
    lines = key_lines(text)
    assert lines["a",] == 1
    assert lines["b",] == 4
    assert ("c",) not in lines
    assert lines["d e", "f"] == 7
    assert lines["t", "u", "k"] == 10


def test_a_file_that_is_not_utf8_is_one_finding_with_its_line(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"format = 1\n# \xff\n")
    with pytest.raises(AuthoredError) as caught:
        read(path, File)
    assert caught.value.findings[0].line == 2


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("switch.files.toml.encoding.FILE_BYTES_MAX", 10)
    path = tmp_path / "x.toml"
    path.write_text("format = 1\n# and more\n")
    with pytest.raises(AuthoredError, match="longer than 10 bytes"):
        read(path, File)


def test_a_missing_file_says_so(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot read"):
        read(tmp_path / "none.toml", File)


def test_local_times_are_read_in_the_timezone_of_the_file():
    assert instant(datetime.fromisoformat("2019-10-15T00:00:00"), LOS_ANGELES) == 1571122800
    assert instant(datetime.fromisoformat("2019-10-15T07:00:00+00:00"), LOS_ANGELES) == 1571122800


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime.fromisoformat("2019-11-03T01:30:00"), "happens twice"),
        (datetime.fromisoformat("2019-03-10T02:30:00"), "does not exist"),
        (date(2019, 10, 15), "bare date"),
        ("2019-10-15T00:00:00", "without quotes"),
    ],
)
def test_times_that_are_not_one_instant_are_refused(value, said):
    with pytest.raises(ValueError, match=said):
        instant(value, LOS_ANGELES)


def test_an_instant_is_shown_as_local_time_with_its_offset():
    assert local_time(1571122800, LOS_ANGELES) == "2019-10-15T00:00:00-07:00"
    assert local_time(1571122800.25, LOS_ANGELES) == "2019-10-15T00:00:00.250-07:00"


def test_an_unknown_word_gets_its_neighbour_or_the_list():
    assert did_you_mean("BAYPD", ["BAY-PD", "NV-HP"]) == "did you mean `BAY-PD`?"
    assert did_you_mean("zzz", ["BAY-PD"]) == "known: BAY-PD"
    assert did_you_mean("zzz", []) == "none are declared"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        f"a = {'[' * 40}{']' * 40}",
        f"{'.'.join('a' * 40)} = 1",
        f"{'.'.join('a' * 150_000)} = 1",
        f"[limits.{'.'.join('a' * 150_000)}]",
    ],
)
def test_what_is_nested_too_deeply_is_told_and_hides_nothing(text: str):
    found = findings(f'format = "x"\n{text}\n')
    assert [(line, what) for line, what in found if "deep" in what] == [
        (2, "not TOML: nested too deeply")
    ]
    assert found[0][0] == 1


def test_what_is_nested_too_deeply_with_its_header_alone_is_told_in_its_line():
    deep = ".".join("a" * 20)
    found = findings(f"format = 1\n[{deep}]\nb = 1\n{deep} = 1\nc = 1\n")
    assert found == [(2, "`a` is not a key here"), (4, "not TOML: nested too deeply")]


def test_a_misspelt_table_is_reported_where_it_stands():
    assert findings("format = 1\n\n[[denny]]\nid = 'a'\n")[0][0] == 3


def test_a_byte_order_mark_is_named(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfformat = 1\n")
    with pytest.raises(AuthoredError, match="byte order mark"):
        read(path, File)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch):
    path = tmp_path / "x.toml"
    path.write_text("size = 1\n")
    looks: list[int] = []

    def growing(number: int) -> os.stat_result:
        if looks:
            with path.open("a") as file:
                file.write("more = 2\n")
        looks.append(number)
        return path.stat()

    monkeypatch.setattr(authored, "_look", growing)
    with pytest.raises(UsageError, match="changed while it was read"):
        read(path, File)


def test_a_table_with_a_mistake_in_it_is_partial():
    text = b'format = 1\n[[deny]]\nid = "a"\n[[deny]]\nid = 3\n[[deny]]\nid = "c\n'
    file = inspect_bytes(text, File, name="x.toml")
    assert [file.is_partial(("deny", number)) for number in range(3)] == [False, True, True]
