"""Inquiries that are remembered: how long, how many, and what their askers could get then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from switch.core.events import RuleAdded
from switch.core.inquiry import earlier
from switch.core.inquiry.earlier import Asked, Earlier
from switch.core.inquiry.exchange import correlation
from tests.switch.core.mail.test_delayed import LOOK, WORLD, Desk

FIRST = correlation(1, 1)


def kept(desk: Desk) -> Asked:
    found = desk.dispatcher.delayed.earlier.get(FIRST, desk.now)
    assert found is not None
    return found


def again(desk: Desk) -> Earlier:
    """As a switch knows it that goes on with the journal."""
    made = Earlier(WORLD)
    made.resume(desk.records, desk.now)
    return made


def test_what_is_on_record_tells_the_same_as_was_known():
    desk = Desk("BAY2")
    desk.types("BAY2", LOOK)
    assert again(desk).get(FIRST, desk.now) == kept(desk)
    assert kept(desk).request.terminal == "BAY2"
    assert "OFF" in kept(desk).may_leave


def test_what_was_masked_then_stays_so_after_a_restart():
    desk = Desk("BAY2")
    since = datetime.fromisoformat("2019-10-14T00:00:00-07:00")
    rule = {"id": "M-1", "agency": ["BAY-PD"], "data": "any", "mask": ["OFF"], "from": since}
    desk.tell(RuleAdded("test", "CAWPS", "allow", {**rule, "reason": "a test", "cite": "none"}))
    desk.types("BAY2", LOOK)
    assert "OFF" not in kept(desk).may_leave
    assert again(desk).get(FIRST, desk.now) == kept(desk)


def test_it_is_forgotten_when_its_time_is_over():
    desk = Desk("BAY2")
    desk.types("BAY2", LOOK)
    later = desk.now + WORLD.limits.delayed_inquiry_s
    assert desk.dispatcher.delayed.earlier.get(FIRST, later) is None
    desk.after(WORLD.limits.delayed_inquiry_s)
    desk.types("BAY2", LOOK)
    assert list(desk.dispatcher.delayed.earlier._kept) == [correlation(2, 1)]
    made = Earlier(WORLD)
    made.resume(desk.records, desk.now)
    assert list(made._kept) == [correlation(2, 1)]


def test_no_more_than_the_latest_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(earlier, "KEPT_MAX", 2)
    desk = Desk("BAY2")
    for _ in range(3):
        desk.types("BAY2", LOOK)
    assert list(desk.dispatcher.delayed.earlier._kept) == [correlation(2, 1), correlation(3, 1)]


def test_what_the_world_does_not_know_any_more_is_forgotten():
    desk = Desk("BAY2")
    desk.types("BAY2", LOOK)
    fields = kept(desk).fields_on_record
    assert Earlier(WORLD).on_record(fields) == kept(desk)
    assert Earlier(WORLD).on_record({**fields, "terminal": "GONE"}) is None
    assert Earlier(replace(WORLD, catalog=())).on_record(fields) is None


def test_who_entered_reads_when_and_by_whom_it_was_asked():
    desk = Desk("BAY2")
    desk.types("BAY2", LOOK)
    line = desk.dispatcher.delayed.earlier.line_of(kept(desk))
    assert line == "20191101@0000 CA0990100 QW NAM/SIMROCK, IDA.DOB/19900102"
