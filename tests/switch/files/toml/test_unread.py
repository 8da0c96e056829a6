"""What is not read makes no mistake elsewhere."""

from __future__ import annotations

from switch.files.toml.unread import READ, Unread, words_of


def test_of_a_file_that_is_read_nothing_is_hidden():
    for kind in ("missing", "value_error", "string_type"):
        assert not READ.hides(("deny", 0, "id"), kind)


def test_a_key_that_could_not_be_read_is_not_missing_and_its_row_does_not_contradict_itself():
    unread = Unread(keys={("deny", 0, "group"): 4})
    assert unread.hides(("deny", 0, "group"), "list_type")
    assert unread.hides(("deny", 0), "value_error")
    assert unread.hides((), "value_error")
    assert not unread.hides(("deny", 1), "value_error")
    assert not unread.hides(("deny", 0, "id"), "missing")
    assert not unread.hides(("deny", 0, "group"), "extra_forbidden")


def test_in_a_table_with_a_line_that_is_nothing_no_key_is_missing():
    unread = Unread(tables=frozenset({("deny", 0)}))
    assert unread.hides(("deny", 0, "id"), "missing")
    assert unread.hides(("deny", 0), "value_error")
    assert not unread.hides(("deny", 0, "id"), "string_type")
    assert not unread.hides(("deny",), "missing")


def test_every_word_in_it_may_be_a_name_even_one_that_the_mistake_split():
    words = words_of(['id = "BAY"-PD"\n', 'name = "NV\n-HP', "group = [ero, driver.record"])
    assert {"BAY-PD", "NV-HP", "ero", "driver.record"} <= words
