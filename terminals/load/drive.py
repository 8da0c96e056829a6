"""The lines of a load: every terminal sends when its messages are due, whatever it waits for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple

import trio

from switch.errors import UsageError
from terminals.client import Client
from terminals.load.mix import Mix, Station
from terminals.load.tally import Tally

SIGN_ONS_MAX = 32  # at the same time
SIGN_ON_S_MAX = 30.0
HEAD_START_S = 0.1  # between the last sign-on and the first message


class Plan(NamedTuple):
    """What is to be sent: so many messages, `rate` a second in all, evenly over the stations."""

    connect: Callable[[Station], Awaitable[Client]]
    stations: Sequence[Station]
    rate: float
    messages: int
    wait_s: float  # for replies, after the last message was due


async def drive(plan: Plan, mix: Mix, tally: Tally, progress: Callable[[], None]) -> float:
    """Send all of it and take the replies; the seconds from the first instant to the last reply.

    `progress` is called after each message and reply. UsageError if a terminal cannot sign on.
    """
    async with AsyncExitStack() as lines:
        clients = await _signed_on(plan, lines)
        begun = trio.current_time() + HEAD_START_S
        async with trio.open_nursery() as receiving:
            done = _Watch(tally, progress)
            for station, client in zip(plan.stations, clients, strict=True):
                receiving.start_soon(_receive, client, station, tally, done)
            async with trio.open_nursery() as sending:
                for number, (station, client) in enumerate(
                    zip(plan.stations, clients, strict=True)
                ):
                    sending.start_soon(_send, plan, number, station, client, mix, tally, begun)
            with trio.move_on_at(begun + plan.messages / plan.rate + plan.wait_s):
                await done.wait()
            receiving.cancel_scope.cancel()
        tally.finish()
        return max(0.0, trio.current_time() - begun)


class _Watch:
    """Told of every reply; wakes whoever waits for the last one."""

    def __init__(self, tally: Tally, progress: Callable[[], None]) -> None:
        self._tally = tally
        self._progress = progress
        self._came = trio.Event()

    def heard(self) -> None:
        self._progress()
        if not self._tally.open:
            self._came.set()

    async def wait(self) -> None:
        """Until nothing is open; call it when all is sent."""
        while self._tally.open:
            self._came = trio.Event()
            await self._came.wait()


async def _signed_on(plan: Plan, lines: AsyncExitStack) -> list[Client]:
    clients: dict[str, Client] = {}
    refused: list[str] = []
    limit = trio.CapacityLimiter(SIGN_ONS_MAX)

    async def sign_on(station: Station) -> None:
        async with limit:
            client = await plan.connect(station)
            clients[station.terminal] = await lines.enter_async_context(client)
            answer = await client.sign_on(station.terminal, station.operator, station.secret)
            if answer.mke == "ER":
                refused.append(f"{station.terminal}: {answer.body.splitlines()[-1]}")

    try:
        with trio.fail_after(SIGN_ON_S_MAX):
            async with trio.open_nursery() as nursery:
                for station in plan.stations:
                    nursery.start_soon(sign_on, station)
    except BaseExceptionGroup as group:
        raise _first(group) from None
    except trio.TooSlowError:
        what = f"{len(clients)} of {len(plan.stations)} terminals signed on in {SIGN_ON_S_MAX:g} s"
        raise UsageError(what, "see the switch's log, or take fewer terminals") from None
    if refused:
        shown = "\n    ".join(sorted(refused)[:10])
        fix = "serve the world that is named here, and have nobody else on these terminals"
        raise UsageError(f"{len(refused)} terminals cannot sign on:\n    {shown}", fix)
    return [clients[station.terminal] for station in plan.stations]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    one = group.exceptions[0]
    return _first(one) if isinstance(one, BaseExceptionGroup) else one


async def _send(
    plan: Plan, number: int, station: Station, client: Client, mix: Mix, tally: Tally, begun: float
) -> None:
    for turn in range(number, plan.messages, len(plan.stations)):
        inquiry = mix.next(station.ori, f"L{turn:07d}")
        due = begun + turn / plan.rate
        await trio.sleep_until(due)
        tally.asked(inquiry, station.terminal, due, trio.current_time())
        try:
            await client.send(inquiry.raw)
        except UsageError:
            return  # the receiver tells of it


async def _receive(client: Client, station: Station, tally: Tally, watch: _Watch) -> None:
    try:
        while (message := await client.receive()) is not None:
            tally.came(message, station.terminal, trio.current_time())
            watch.heard()
    except UsageError:
        pass
    tally.lost(station.terminal)
