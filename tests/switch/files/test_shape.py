"""Mistakes in the shape of a file, each with the edit that mends it."""

from __future__ import annotations

import pytest

from switch.acl.rows import OwnerFile
from switch.errors import AuthoredError
from switch.files.authored import parse
from switch.files.toml.layout import applied
from tests.switch.acl.shipped import TEXT, changed


def findings(text: str):
    with pytest.raises(AuthoredError) as caught:
        parse(text, OwnerFile, name="CADMV.toml")
    return caught.value.findings


@pytest.mark.parametrize(
    ("old", "wrong", "now"),
    [
        ('tell   = "A', 'tel    = "A', 'tell   = "A'),
        ('group  = ["ero"]', 'Group  = ["ero"]', 'group  = ["ero"]'),
        ("[[always]]", "[[alway]]", "[[always]]"),
        ("[[always]]", "[always]", "[[always]]"),
        ('group  = ["ero"]', 'group  = "ero"', 'group  = ["ero"]'),
        ('group  = ["ero"]', 'group  = ["", "ero"]', 'group  = ["ero"]'),
        ('data   = "any"', 'data   = "all"', 'data   = "any"'),
        ('data   = "any"', 'data   = "driver.record"', 'data   = ["driver.record"]'),
        ('purpose = ["C"]', 'purpose = ["c"]', 'purpose = ["C"]'),
        ("format   = 1", 'format   = "1"', "format   = 1"),
        ('default  = "allow"', 'default  = "allowed"', 'default  = "allow"'),
        ('id     = "DMV-01"', 'id     = "DMV 01"', 'id     = "DMV-01"'),
        ('cite   = "Gov. Code 7284.8(b)"', "cite   = 7284", 'cite   = "7284"'),
    ],
)
def test_a_wrong_shape_is_mended_where_it_stands(old: str, wrong: str, now: str):
    text = changed((old, wrong))
    edits = [edit for finding in findings(text) for edit in finding.edits]
    assert applied(text, edits) == changed((old, now))


def test_what_a_misspelt_key_was_meant_to_be_is_not_missing_as_well():
    text = changed(('cite   = "Gov', 'cit    = "Gov'))
    (misspelt,) = findings(text)
    assert len(misspelt.edits) == 1


@pytest.mark.parametrize(
    ("key", "added"),
    [
        ('cite   = "Gov. Code 7284.8(b)"\n', 'cite   = "TODO"'),
        ('default  = "allow"\n', 'default  = "deny"'),
        ('data   = "any"\n', 'data   = "any"'),
        ('id     = "DMV-01"\n', 'id     = "DMV-01"'),  # a test speaks of it, and nobody has it
    ],
)
def test_a_missing_key_is_added_so_that_no_more_is_open_than_before(key: str, added: str):
    (finding,) = findings(changed((key, "")))
    assert [line for edit in finding.edits for line in edit.text] == [added]


def test_what_an_allow_allows_only_its_author_knows():
    (finding,) = findings(changed(('data    = ["driver.record", "vehicle.registration"]\n', "")))
    assert finding.edits == ()


def test_everybody_and_somebody_is_everybody_where_it_refuses_and_somebody_where_it_allows():
    for old, gone in (('group  = ["ero"]', 'group  = ["ero"]'), ('group   = ["hsi"]', "everyone")):
        text = TEXT.replace(old, f"{old}\neveryone = true", 1)
        (finding,) = findings(text)
        (edit,) = finding.edits
        assert text.split("\n")[edit.line - 1].startswith(gone)
