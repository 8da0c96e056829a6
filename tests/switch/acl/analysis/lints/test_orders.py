"""L21: an order under which nobody gets anything more."""

from __future__ import annotations

from pathlib import Path

from switch.acl.analysis.lints.every import lint
from tests.switch.acl.shipped import DIRECTORY, document
from tests.switch.core.inquiry.test_orders import DENY, FILE, ORDER


def found(folder: Path, file: bytes) -> list[str]:
    linted = lint(document(folder, file.decode()), DIRECTORY)
    return [each.what + " / " + each.fix for each in linted.mistakes if each.id.startswith("L21")]


def test_an_order_that_lets_something_through_is_none(tmp_path: Path):
    assert found(tmp_path, FILE) == []


def test_what_else_refuses_its_agency_is_named(tmp_path: Path):
    another = DENY.replace(b"DMV-09", b"DMV-10")
    (one,) = found(tmp_path, FILE + another)
    assert "DMV-10 still refuses its agency" in one
    assert "add DMV-10 to `lifts`" in one


def test_an_agency_that_nobody_refuses_needs_no_order(tmp_path: Path):
    other = ORDER.replace(b'"BAY-PD"', b'"CBP"')
    (one,) = found(tmp_path, FILE.replace(ORDER, other))
    assert "lets nothing through that would not leave without it" in one
