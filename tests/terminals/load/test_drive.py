"""The lines of a load, in virtual time against a switch in memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
import trio

from switch.backend import Query, Reply
from switch.errors import UsageError
from terminals.client import Client
from terminals.load.drive import Plan, drive
from terminals.load.mix import Mix, Station, Template, stations
from terminals.load.tally import Tally
from tests.playbook import ALBITE, golden_state
from tests.running import Inline, connect, running

WORLD, _, FORMATS = golden_state()
LICENCE = "DQ.{ORI}.CA.TXTOLN/S0990001"


def mix(*texts: str) -> Mix:
    return Mix([Template(text) for text in texts], FORMATS, "*", Random(1).randrange)


def plan(switch, seats: Sequence[Station], rate: float, messages: int, wait_s: float = 15.0):
    async def line(_: Station) -> Client:
        return Client(connect(switch))

    return Plan(line, seats, rate, messages, wait_s)


class Slow:
    """Answers after two seconds."""

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        await trio.sleep(2)
        return [Reply(query.id, (ALBITE,)) for query in batch]

    def close(self) -> None:
        pass


class Silent(Slow):
    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        await trio.sleep(60)
        return []


async def test_messages_leave_when_they_are_due_and_every_reply_is_counted(autojump_clock):
    tally, heard = Tally(FORMATS), []
    async with running() as switch:
        seats = stations(WORLD, 2)
        told = lambda: heard.append(trio.current_time())  # noqa: E731
        took = await drive(plan(switch, seats, 4.0, 12), mix(LICENCE), tally, told)
    assert (tally.sent, tally.replied, tally.wrong, tally.missing) == (12, 12, 0, 0)
    assert took == pytest.approx(11 / 4)
    assert [round(b - a, 6) for a, b in pairwise(heard)] == [0.25] * 11


async def test_the_rate_does_not_wait_for_answers_and_waiting_is_charged(autojump_clock):
    tally = Tally(FORMATS)
    async with running(cadmv=Slow()) as switch:
        seats = stations(WORLD, 1)
        await drive(plan(switch, seats, 10.0, 30), mix(LICENCE), tally, lambda: None)
    (row,) = (row for row in tally.rows() if row.key == "all")
    assert (row.outcome, row.messages, tally.sent) == ("answered", 30, 30)
    assert row.p50_ms is not None
    assert row.p50_ms > 2000  # what came while the backend was busy waited for its turn as well
    assert tally.behind_s == 0


async def test_what_is_not_answered_by_the_end_of_the_wait_is_missing(autojump_clock):
    tally = Tally(FORMATS)
    async with running(cadmv=Silent()) as switch:
        seats = stations(WORLD, 1)
        await drive(plan(switch, seats, 10.0, 3, wait_s=1), mix(LICENCE), tally, lambda: None)
    assert (tally.missing, tally.open) == (3, 0)


async def test_a_terminal_that_cannot_sign_on_is_named(autojump_clock):
    stranger = Station("BAY9", "BPD2", None, "CA0990100")
    async with running(cadmv=Inline()) as switch:
        with pytest.raises(UsageError, match=r"BAY9: .*NOT KNOWN"):
            await drive(
                plan(switch, [stranger], 1.0, 1), mix(LICENCE), Tally(FORMATS), lambda: None
            )


async def test_a_line_that_the_switch_closes_is_told(autojump_clock):
    tally = Tally(FORMATS)
    async with running() as switch:
        seats = stations(WORLD, 1)
        async with trio.open_nursery() as nursery:

            async def stop() -> None:
                await trio.sleep(2.05)
                switch.stop("test")

            nursery.start_soon(stop)
            await drive(plan(switch, seats, 10.0, 100, 1), mix(LICENCE), tally, lambda: None)
    assert tally.closed == ["BAY1"]
    assert tally.sent < 100
