"""What to write instead of a line that is no TOML."""

from __future__ import annotations

import tomllib

import pytest

from switch.files.layout import applied
from switch.files.syntax import LINE_CHARACTERS_MAX, date, mended, place_of

BEFORE, AFTER = '[[deny]]\nid = "D-1"\n', '\ndata = "any"\n\n[[test]]\nkey = "DQ"\n'


def mend(text: str) -> str:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    return applied(text, mended(text, *place_of(caught.value, text)))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('reason = "an order', 'reason = "an order"'),
        ('reason = an order"', 'reason = "an order"'),
        ("reason = an order, at last", 'reason = "an order, at last"'),
        ("reason = \u201can order\u201d", 'reason = "an order"'),
        ('reason: "an order"', 'reason = "an order"'),
        ('reason == "an order"', 'reason = "an order"'),
        ('reason "an order"', 'reason = "an order"'),
        ('reason = "an order";', 'reason = "an order"'),
        ('reason = "C:\\orders"', 'reason = "C:\\\\orders"'),
        ("image = True", "image = true"),
        ("group = [ero, hsi]", 'group = ["ero", "hsi"]'),
        ('group = ["ero" "hsi"]', 'group = ["ero", "hsi"]'),
        ('group = ["ero"', 'group = ["ero"]'),
        ('group = "ero"]', 'group = ["ero"]'),
        ('group = ["ero"] // them', 'group = ["ero"] # them'),
        ('on behalf of = "X"', 'on_behalf_of = "X"'),
        ("from = 10/15/2019", "from = 2019-10-15T00:00:00"),
        ("from = 2019-10-15 8:30", "from = 2019-10-15T08:30:00"),
        ("from = 2019-10-15T00:00-07:00", "from = 2019-10-15T00:00:00-07:00"),
        ('id = "D-2"', ""),  # it stands there already
        ("[[never]", "[[never]]"),
        ("never", "[[never]]"),
    ],
)
def test_a_usual_slip_is_mended_in_its_line_and_nowhere_else(wrong: str, right: str):
    line = f"{right}\n" if right else ""
    assert mend(f"{BEFORE}{wrong}{AFTER}") == f"{BEFORE}{line}{AFTER[1:]}"


def test_a_table_in_single_brackets_among_others_gets_two():
    assert mend('[deny]\nid = "A"\n\n[[deny]]\nid = "B"\n').startswith("[[deny]]")
    assert mend('[[deny]]\nid = "A"\n\n[deny]\nid = "B"\n').endswith('[[deny]]\nid = "B"\n')


@pytest.mark.parametrize("line", ["from = 2019-02-30T00:00:00", "= 12", "{{{{"])
def test_what_only_its_author_can_know_gets_no_edit(line: str):
    text = f"{BEFORE}{line}{AFTER}"
    assert mend(text) == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10/15/2019", "2019-10-15T00:00:00"),
        ("2019-10-15", "2019-10-15T00:00:00"),
        ('"2019-10-15T08:00:00-08:00"', "2019-10-15T08:00:00-08:00"),
        ("15/10/2019", None),  # no month
        ("soon", None),
    ],
)
def test_a_day_of_any_usual_writing_is_a_date_and_time(written: str, meant: str | None):
    assert date(written) == meant


def test_for_a_line_that_is_nobodys_slip_nothing_is_proposed():
    assert mended("x" * (LINE_CHARACTERS_MAX + 1), 1, "expected `=`") == ()
    assert mended("deny", 1, "expected `=`") != ()
