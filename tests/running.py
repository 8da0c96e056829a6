"""A running switch with stand-in backends, for tests of what goes on around it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import trio

from switch.backend import Query, Reply
from switch.shell.app import Switch
from switch.shell.attached import attach
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.shell.transport import MemoryStream, memory_line
from tests.playbook import ALBITE, golden_state

START = 1571122680.0  # 2019-10-14T23:58:00 in Los Angeles
LICENCE = "DQ.CA0990100.CA.*A1.TXTOLN/S0990001"


class VirtualClock:
    """Trio's own time, as an instant of that evening."""

    def now(self) -> float:
        return START + trio.current_time()


class Inline:
    """Answers every query with the same record."""

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        return [Reply(query.id, (ALBITE,)) for query in batch]

    def close(self) -> None:
        pass


@asynccontextmanager
async def running(
    cadmv: object = None,
    journal: Journal | Scribe | None = None,
    kind: Callable[..., Switch] = Switch,
) -> AsyncIterator[Switch]:
    """A switch in a nursery of its own (`switch.nursery`), stopped at the end."""
    world, stack, formats = golden_state()
    backends = {name: Inline() for name in world.backends} | {"CADMV": cadmv or Inline()}
    book = journal or Journal.in_memory()
    switch = kind(world, stack, formats, backends, book, VirtualClock())  # type: ignore[arg-type]
    async with trio.open_nursery() as nursery:
        await nursery.start(switch.run)
        switch.nursery = nursery  # type: ignore[attr-defined]
        yield switch
        switch.stop("test")


@contextmanager
def disk_at_work(scribe: Scribe) -> Iterator[None]:
    """Nothing of what is handed to the scribe meanwhile is written, let out or confirmed."""
    os.kill(scribe._process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(scribe._process.pid, signal.SIGCONT)


def connect(switch: Switch) -> MemoryStream:
    """A line in memory."""
    near, far = memory_line()
    switch.nursery.start_soon(attach, switch, near)  # type: ignore[attr-defined]
    return far


async def ask(far: trio.abc.Stream, *lines: str) -> str:
    """Type lines; as many answers."""
    await far.send_all("".join(f"{line}\n" for line in lines).encode())
    return await answers(far, len(lines))


async def answers(far: trio.abc.Stream, count: int) -> str:
    """What comes until so many blank lines came, or the line was closed."""
    text = b""
    while text.count(b"\n\n") < count:
        chunk = await far.receive_some()
        if not chunk:
            break
        text += chunk
    return text.decode()
