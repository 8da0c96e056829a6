"""Inquiries that a file remembers: which of them a record meets."""

from __future__ import annotations

import pytest

from backends import asked
from backends.asked import Asked
from tests.backends.small import query

PERSON = {"NAM": "SIMROCK, IDA", "DOB": "19900102"}
RECORD = {**PERSON, "NAM": "SIMROCK, IDA MAE", "OFF": "DRILL CHARGE"}


def asked_for(*fields: dict[str, str]) -> Asked:
    """Wanted persons, numbered from 1."""
    made = Asked()
    for number, one in enumerate(fields, 1):
        made.keep(query("QW", id=number, **one))
    return made


def test_an_inquiry_finds_a_record_as_it_would_have_found_it():
    made = asked_for(PERSON, {**PERSON, "DOB": "19900103"}, {**PERSON, "NAM": "SIMROCK, ADA"})
    assert made.that_find("wanted", RECORD) == {1}


def test_an_inquiry_that_is_delivered_again_is_remembered_once():
    made = asked_for(PERSON)
    made.keep(query("QW", **PERSON))
    assert made.that_find("wanted", RECORD) == {1}


def test_no_more_than_the_latest_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asked, "INQUIRIES_MAX", 2)
    made = asked_for(PERSON, PERSON, PERSON)
    assert made.that_find("wanted", RECORD) == {2, 3}
    assert len(made._by_term) == 1


def test_what_no_file_searches_is_not_remembered():
    made = Asked()
    made.keep(query("ZZQ", **PERSON))
    assert made._terms == {}
