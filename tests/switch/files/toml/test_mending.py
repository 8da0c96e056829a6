"""What to write instead of a statement that is no TOML."""

from __future__ import annotations

import pytest

from switch.files.toml.layout import applied
from switch.files.toml.mending import LINE_CHARACTERS_MAX, date, mended


def mend(text: str, line: int = 1) -> str:
    return applied(text, mended(text, line))


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
        ('desk = { ori = "A"', 'desk = { ori = "A" }'),
        ("size = [1 10]", "size = [1, 10]"),
        ('group = ["ero"', 'group = ["ero"]'),
        ('group = "ero"]', 'group = ["ero"]'),
        ('group = ["ero"] // them', 'group = ["ero"] # them'),
        ('on behalf of = "X"', 'on_behalf_of = "X"'),
        ("from = 10/15/2019", "from = 2019-10-15T00:00:00"),
        ("from = 2019-10-15 8:30", "from = 2019-10-15T08:30:00"),
        ("from = 2019-10-15T00:00-07:00", "from = 2019-10-15T00:00:00-07:00"),
        ('image = true reason = "an order"', 'image = true\nreason = "an order"'),
        ("count = 7, image = true", "count = 7\nimage = true"),
        ('group = ["ero"]; image = true', 'group = ["ero"]\nimage = true'),
        ('reason = "an\n order"', 'reason = "an order"'),
        ('group = [\n  "a"\n  "b",\n]', 'group = [\n  "a",\n  "b",\n]'),
        ('group = [\n  "a",\n  "b",', 'group = [\n  "a",\n  "b",\n]'),
        ('note = """\nan order', 'note = """\nan order\n"""'),
    ],
)
def test_a_usual_slip_is_mended_in_its_line_and_nowhere_else(wrong: str, right: str):
    assert mend(wrong, wrong.count("\n") + 1) == right


@pytest.mark.parametrize("line", ["from = 2019-02-30T00:00:00", "= 12", "{{{{", "a = { b = X }"])
def test_what_only_its_author_can_know_gets_no_edit(line: str):
    assert mend(line) == line


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10/15/2019", "2019-10-15T00:00:00"),
        ("2019-10-15", "2019-10-15T00:00:00"),
        ('"2019-10-15T08:00:00-08:00"', "2019-10-15T08:00:00-08:00"),
        ("15/10/2019", None),  # no month
        ("2019-13-15", None),
        ("2/30/2019", None),
        ("soon", None),
    ],
)
def test_a_day_of_any_usual_writing_is_a_date_and_time(written: str, meant: str | None):
    assert date(written) == meant


def test_for_a_line_that_is_nobodys_slip_nothing_is_proposed():
    assert mended("x" * (LINE_CHARACTERS_MAX + 1), 1) == ()
    assert mended('x: "' + "x" * 100, 1) != ()
