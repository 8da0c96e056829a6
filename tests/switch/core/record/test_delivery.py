"""Heads and receipts as lines: what is written is what is read, and nonsense is passed over."""

from __future__ import annotations

import json

import pytest

from switch.backend import Query
from switch.core.record.delivery import (
    Opening,
    Receipt,
    head_line,
    opening_line,
    read_lines,
    receipt,
    receipt_line,
)
from switch.core.record.ledger import Head

HEAD = Head("CADMV", 3, 17, b"h" * 32, 1571122800.123456)
QUERY = Query(12001, "DQ", "CA", {"OLN": "S1"}, False, None, 1571122800.25)


def test_what_is_written_is_what_is_read():
    one = receipt([QUERY])
    lines = [opening_line("an owner", HEAD), head_line(HEAD._replace(page=4)), receipt_line(one)]
    keeping = read_lines(lines)
    assert keeping.backend == "CADMV"
    assert keeping.kept == (Opening(HEAD), HEAD._replace(page=4), one)
    assert [head.page for head in keeping.heads] == [3, 4]
    assert keeping.receipts == [one]


def test_every_line_says_that_it_is_training():
    for line in (opening_line("o", HEAD), head_line(HEAD), receipt_line(receipt([QUERY]))):
        assert json.loads(line)["training"] is True
        assert line.count("\n") == 1


@pytest.mark.parametrize(
    "change",
    [{"id": 12002}, {"key": "RQ"}, {"fields": {"OLN": "S2"}}, {"image": True}, {"purpose": "C"}],
)
def test_a_receipt_is_for_exactly_what_was_asked(change: dict):
    assert receipt([QUERY._replace(**change)]).digest != receipt([QUERY]).digest
    assert receipt([QUERY]) == receipt([QUERY])


@pytest.mark.parametrize(
    "line",
    [
        *("{", "[]", "7", "null", "[" * 100_000, '{"page":1}', '{"asked":["1"],"sha256":""}'),
        '{"page":"1","rows":1,"hash":"00","at":1}',
        '{"page":1,"rows":1,"hash":"zz","at":1}',
        '{"opened":7,"page":1,"rows":1,"hash":"00","at":1}',
    ],
)
def test_a_line_that_is_none_is_passed_over_and_counted(line: str):
    keeping = read_lines([opening_line("o", HEAD), line, head_line(HEAD)])
    assert (len(keeping.kept), keeping.unreadable) == (2, (2,))


def test_a_receipt_names_every_number_that_was_asked():
    assert receipt([QUERY, QUERY._replace(id=13001)]).asked == (12001, 13001)
    assert Receipt((1,), "x").asked == (1,)
