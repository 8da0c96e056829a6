"""A seat keeps its traffic for pages that come back, and sends nothing twice."""

from __future__ import annotations

from terminals.traffic import Tone
from terminals.web.seat import WebSeat


async def test_a_message_handed_over_twice_is_sent_once():
    sent = []

    async def say(message: bytes) -> None:
        sent.append(message)

    seat = WebSeat("desk", "BAY2", "CA0990100", "BPD2", say)
    for receipt in ("1", "1", "2"):
        await seat.say(receipt, b"DQ")
    assert sent == [b"DQ", b"DQ"]


async def test_a_page_that_comes_back_gets_what_it_has_not_seen():
    async def say(message: bytes) -> None:
        raise AssertionError(message)

    seat = WebSeat("desk", "BAY2", "CA0990100", "BPD2", say)
    before = seat.changed()
    for text in "abc":
        seat.add(Tone.RADIO, "08:00:00", text, "")
    assert before.is_set()
    assert [item.head for item in seat.since(1)] == ["b", "c"]
    assert seat.since(3) == []
