"""L21: an order under which nobody gets anything more."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.acl.analysis.lints.every import lint
from switch.acl.analysis.lints.ground import Ground
from switch.acl.analysis.lints.orders import idle_orders
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


def said(folder: Path, file: bytes) -> list[str]:
    linted = lint(document(folder, file.decode()), DIRECTORY)
    return [str(each) for each in linted.mistakes if each.id.startswith("L21")]


TAKE_OUT = (
    "take it out, or see that its agency has a line and its data is asked for; take out lines"
)


def test_it_is_told_word_for_word_where_the_order_says_what_it_lifts(tmp_path: Path):
    another = DENY.replace(b"DMV-09", b"DMV-10") + DENY.replace(b"DMV-09", b"DMV-11")
    (one,) = said(tmp_path, FILE + another)
    assert one == (
        "CADMV.toml:58: L21 idle-order: DMV-O1 lets nothing through that would not leave without"
        " it: DMV-10, DMV-11 still refuses its agency\n"
        "    fix: add DMV-10, DMV-11 to `lifts` if the court's order says so"
    )
    idle = ORDER.replace(b'"BAY-PD"', b'"CBP"').replace(b"DMV-O1", b"DMV-O2")
    (one,) = said(tmp_path, FILE + idle)
    first, _, fix = one.partition("\n    fix: ")
    assert first.endswith(
        "L21 idle-order: DMV-O2 lets nothing through that would not leave without it"
    )
    assert fix.startswith(TAKE_OUT)
    found = lint(document(tmp_path, (FILE + idle).decode()), DIRECTORY).mistakes
    assert "lifts" in (FILE + idle).decode().splitlines()[found[0].line - 1]


@pytest.mark.parametrize(
    "deny",
    [
        (b"from   = 2019-10-10", b"from   = 2019-10-20"),
        (b"from   = 2019-10-10", b"until = 2019-10-15T00:00:00\nfrom   = 2019-10-10"),
        (b'data   = "any"', b'data   = ["driver.photo"]'),
    ],
)
def test_a_rule_of_another_time_or_of_other_data_does_not_stand_in_its_way(tmp_path: Path, deny):
    other = ORDER.replace(b'"BAY-PD"', b'"CBP"')
    rule = DENY.replace(b"DMV-09", b"DMV-10").replace(b'"BAY-PD"', b'"CBP"').replace(*deny)
    (one,) = said(tmp_path, FILE.replace(ORDER, other) + rule)
    assert "still refuses its agency" not in one


def test_it_is_found_under_the_orders_own_id(tmp_path: Path):
    other = FILE.replace(ORDER, ORDER.replace(b'"BAY-PD"', b'"CBP"'))
    made = Ground(document(tmp_path, other.decode()), DIRECTORY)
    assert [each.rule for each in idle_orders(made)] == ["DMV-O1"]
