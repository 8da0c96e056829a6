"""A seat keeps its traffic for pages that come back, and sends nothing twice."""

from __future__ import annotations

import trio
import trio.testing

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


async def test_what_a_page_took_back_by_leaving_is_sent_when_it_comes_again_and_then_once():
    sent, free = [], trio.Event()

    async def say(message: bytes) -> None:
        await free.wait()
        sent.append(message)

    seat = WebSeat("desk", "BAY2", "CA0990100", "BPD2", say)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(seat.say, "1", b"DQ")
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    async with trio.open_nursery() as nursery:
        for _ in range(2):  # its old connection is not known to be dead yet
            nursery.start_soon(seat.say, "1", b"DQ")
        await trio.testing.wait_all_tasks_blocked()
        assert sent == []
        free.set()
    assert sent == [b"DQ"]


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
