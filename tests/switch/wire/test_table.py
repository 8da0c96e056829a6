"""The tables of keys and fields, and that the page which holds them is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.wire.spec_files import load_formats
from switch.wire.table import KeyRow, field_rows, key_rows, markdown, rewritten

FORMATS = load_formats()
PAGE = Path(__file__).parents[3] / "docs" / "formats.md"


def test_the_tables_of_the_page_are_those_of_the_formats():
    """If this fails: wireroom message keys --write docs/formats.md"""
    page = PAGE.read_text("utf-8")
    assert rewritten(page, FORMATS) == page


def test_every_key_of_a_terminal_has_a_row():
    rows = key_rows(FORMATS)
    assert [row.key for row in rows] == list(FORMATS.terminal_keys)
    assert all(row.source for row in rows)


@pytest.mark.parametrize(
    ("key", "destinations", "fields"),
    [
        ("KQ", "1: states", "NAM DOB SEX | OLN; [RSN] [PUR] [ATN] [IMQ] [OBO]"),
        ("GQ", "FA", "ATN, then REG | SER | NAM; [OBO]"),
        ("SOQ", "1-5: states", "PUR/ATN, then NAM DOB SEX | SOC; [IMQ] [OBO]"),
        ("CWQ", "1: states", "NAM DOB and/or SOC and/or PER; [OBO]"),
        ("VQ", "1-5: provinces, CN", "LIC (to provinces) | VIN (to CN); [OBO]"),
        ("QW", "none", "NAM DOB [SEX] [RAC]; [OBO]"),
        ("HQ", "1-5: states", "free text"),
    ],
)
def test_a_row_says_where_a_key_goes_and_what_it_takes(key, destinations, fields):
    row = next(row for row in key_rows(FORMATS) if row.key == key)
    assert (row.destinations, row.fields) == (destinations, fields)


def test_what_a_place_changes_and_what_a_key_becomes_are_said():
    rows = {row.key: row.fields for row in key_rows(FORMATS)}
    assert "For MO: VMA and VYR with VIN" in rows["RQ"]
    assert "For a region: NAM DOB SEX only. To a region as DQG" in rows["DQ"]
    assert "A state is asked under DQ" in rows["DQG"]


def test_a_field_has_one_row_and_one_more_for_each_other_shape():
    rows = {row.field: row for row in field_rows(FORMATS)}
    assert rows["REG"].value.startswith("1 to 10")
    assert rows["REG in GQ"].value.startswith("1 to 6")
    assert rows["MNU"].source.endswith("*simulated*")
    assert rows["PUR"].source == "N-KQ"  # simulated in some keys, which those say themselves


def test_a_bar_in_a_cell_does_not_end_it():
    row = KeyRow("A", "B", "c", "d", "E | F", "g")
    assert markdown([row]).split("\n")[-1] == r"| A | B | c | d | E \| F | g |"
    assert markdown([]) == ""


@pytest.mark.parametrize("missing", ["<!-- keys -->\n", "<!-- /keys -->", "<!-- fields -->\n"])
def test_a_page_without_a_marker_is_not_rewritten(missing):
    page = PAGE.read_text("utf-8").replace(missing, "")
    with pytest.raises(ValueError, match="no `<!--"):
        rewritten(page, FORMATS)
