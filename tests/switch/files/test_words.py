"""The word that was most likely meant."""

from __future__ import annotations

import pytest

from switch.files.words import apart, did_you_mean, is_slip, nearest


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("resaon", ("reason", "cite"), "reason"),
        ("ERO", ("ero", "hsi"), "ero"),
        ("cadmv", ("CADMV", "CAWPS"), "CADMV"),
        ("xyz", ("reason", "cite"), None),
        ("x", (), None),
        ("DX", ("CW", "DQ", "XW"), "DQ"),
        ("QX", ("CW", "XQ"), "XQ"),
        ("DX", ("CW", "XW"), None),
        ("xw", ("DQ", "XW"), "XW"),
        ("photo.driver", ("driver.photo", "plate"), "driver.photo"),
        ("RQX", ("RNQ", "RQ", "XRQ"), "RQ"),
        ("a" * 101, ("a" * 100 + "b", "ab"), "a" * 100 + "b"),
    ],
)
def test_the_nearest_known_word_is_found_whatever_its_case(word, known, found):
    assert nearest(word, known) == found


def test_a_word_without_a_neighbour_gets_the_list():
    assert did_you_mean("xyz", ("b", "a")) == "known: a, b"
    assert did_you_mean("xyz", ()) == "none are declared"


@pytest.mark.parametrize(
    ("word", "near", "surely"),
    [("grup", "group", True), ("form", "from", True), ("Group", "group", True), ("a", "at", False)],
)
def test_a_slip_is_a_letter_too_many_too_few_or_elsewhere(word: str, near: str, surely: bool):
    assert is_slip(word, near) is surely


@pytest.mark.parametrize(
    ("text", "names"), [("", []), ("A", ["A"]), ("A, B;C  D,", ["A", "B", "C", "D"]), (" ,", [])]
)
def test_the_names_in_a_text_are_told_apart_whatever_stands_between_them(text, names):
    assert apart(text) == names
