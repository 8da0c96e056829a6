"""Names: enough of them, and nobody's."""

from __future__ import annotations

from backends import names


def test_there_are_enough_names_and_no_one_twice():
    assert len(set(names.LAST_NAMES)) == len(names.LAST_NAMES) > 500
    for first_names in names.FIRST_NAMES.values():
        assert len(set(first_names)) == len(first_names) >= 25


def test_no_last_name_is_a_common_one():
    common = {"SMITH", "JOHNSON", "WILLIAMS", "BROWN", "JONES", "GARCIA", "MILLER", "DAVIS"}
    assert not common & set(names.LAST_NAMES)


def test_a_name_fits_its_field():
    longest = (
        max(map(len, names.LAST_NAMES))
        + 2
        + max(len(name) for first_names in names.FIRST_NAMES.values() for name in first_names)
    )
    assert longest <= 30
