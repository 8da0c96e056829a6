"""Errors as a person reads them."""

from __future__ import annotations

from switch.errors import (
    SAID_CHARACTERS_MAX,
    AuthoredError,
    Edit,
    Exit,
    Finding,
    FormatError,
    UsageError,
)


def test_a_finding_says_where_what_and_what_to_do():
    finding = Finding("acl/X.toml", 7, "group `eros` is unknown", "did you mean `ero`?", "L03")
    assert str(finding) == (
        "acl/X.toml:7: L03: group `eros` is unknown\n    fix: did you mean `ero`?"
    )


def test_findings_are_told_in_the_order_of_files_and_lines():
    error = AuthoredError([Finding("b", 1, "x"), Finding("a", 9, "y"), Finding("a", 2, "z")])
    assert [finding.line for finding in error.findings] == [2, 9, 1]
    assert error.exit_code is Exit.MISUSE


def test_a_format_error_keeps_the_place_apart_from_the_text():
    error = FormatError(".05.", "DOB INVALID or MISSING", offset=20, field="DOB", fix="ccyymmdd")
    assert (str(error), error.offset, error.field) == (".05. DOB INVALID or MISSING", 20, "DOB")


def test_a_usage_error_carries_its_fix():
    assert str(UsageError("no world `x`", "see the list")) == "no world `x`\n    fix: see the list"


def test_a_line_of_millions_of_characters_is_told_by_its_beginning():
    huge = "x" * 7_000_000
    edits = (Edit(1, 1, (huge,)), Edit(2, 0, (huge,) * 2))
    finding = Finding("a", 1, f"unknown `{huge}`", edits=edits)
    assert len(str(finding)) < 5 * SAID_CHARACTERS_MAX
    assert "... (7,000,000 characters)" in str(finding)
    short = "x" * SAID_CHARACTERS_MAX
    assert str(Edit(1, 1, (short,))) == f"in line 1 write: {short}"
