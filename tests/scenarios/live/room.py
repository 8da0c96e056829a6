"""A live run in virtual time: the same run as in a class, nobody has to wait for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from scenarios.live.run import LiveRun
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from tests.rehearsal_room import inline, opened

MORE = """
[[inject]]
id = "hello"
at = "5m"
actor = "far"
sends = { key = "AM", to = "desk", text = "HELLO" }
"""


@asynccontextmanager
async def running(
    earlier=(), more=(), journal: Journal | Scribe | None = None
) -> AsyncIterator[LiveRun]:
    """The small scenario, live; use it with `autojump_clock`, unless it has a scribe."""
    scenario = opened(MORE, *more)
    async with trio.open_nursery() as nursery:
        book = journal or Journal.in_memory()
        run = LiveRun(scenario, inline(scenario), book, earlier, "digest")
        await nursery.start(run.run)
        try:
            yield run
        finally:
            run.close()
            await run.gone.wait()
            book.close()
            nursery.cancel_scope.cancel()


async def settle(run: LiveRun) -> None:
    """Until everything that was asked for has been done."""
    await trio.testing.wait_all_tasks_blocked()


def heads(run: LiveRun, seat: str = "desk") -> list[str]:
    return [item.head for item in run.seats.web[seat].traffic]


def moves(run: LiveRun) -> list[str]:
    return [entry["move"] for entry in run.tape.entries if entry["kind"] == "noted"]
