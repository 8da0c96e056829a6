"""One room played twice in virtual time, with different records; and what the cut-off agency saw.

It is the stage of the rehearsals: the same session, dispatcher and journal as on TCP. Every byte
and every instant that reaches a terminal of the cut-off agency is compared, and the whole journal
as each of its terminals may read it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import trio

from scenarios.clock import ScenarioClock, run_virtually
from scenarios.script import Seat
from scenarios.stage import Stage
from scenarios.standin import Frame
from switch.core.record.derived import shown
from switch.core.record.journal import Entry
from switch.shell.store import Journal
from switch.terms import Instant, Mnemonic, OperatorId, Ori
from tests.noninterference.rooms import LENGTH_S, Room, Shelf, room

ROOMS_KEPT = 64

Heard = tuple[Instant, str, bytes]


class Seen(NamedTuple):
    """What reached the cut-off agency, and what it may read of the journal."""

    heard: tuple[Heard, ...]
    log: tuple[Mapping[str, Any], ...]
    released: int  # answers on record, of whomever: a room in which nothing happens proves nothing


def seen(one: Room, version: int) -> Seen:
    """Play the room with one version of its records."""
    entries: list[Entry] = []
    heard: list[Heard] = []

    async def play() -> None:
        clock = ScenarioClock(one.opened.script.starts)
        shelves = {name: Shelf(one, name, version, clock) for name in one.opened.world.backends}

        def listen(seat: Seat, frame: Frame) -> None:
            if seat.id in one.watched:
                heard.append((clock.now(), seat.id, frame.raw))

        journal = Journal.in_memory()
        stage = Stage(one.opened, shelves, journal, clock, entries.extend)
        async with trio.open_nursery() as nursery:
            await stage.set_up(nursery, listen)
            for at, seat, raw in one.traffic:
                await trio.sleep(max(0.0, at - clock.now()))
                await stage.people[seat].say(raw)
            await trio.sleep(LENGTH_S)
            stage.strike()
        journal.close()

    with _without_chance():
        run_virtually(play, one.opened.script.seed)
    released = sum(entry["kind"] == "released" for entry in entries)
    return Seen(tuple(heard), tuple(_log(one, entries)), released)


class _Still:
    """In place of the scheduler's chance: tasks that wake together go in the order in which they
    were begun. Else whoever is first at one instant would depend on how many tasks others woke."""

    def shuffle(self, batch: object) -> None: ...

    def random(self) -> float:
        return 1.0

    def getstate(self) -> None: ...

    def setstate(self, state: object) -> None: ...

    def seed(self, seed: object) -> None: ...


@contextmanager
def _without_chance() -> Iterator[None]:
    from trio._core import _run as scheduler

    chance, scheduler._r = scheduler._r, _Still()  # type: ignore[assignment]
    try:
        yield
    finally:
        scheduler._r = chance


def _log(one: Room, entries: Sequence[Entry]) -> Iterable[Mapping[str, Any]]:
    queries = {entry["query"]: entry for entry in entries if entry["kind"] == "query"}
    end = one.opened.script.starts + 2 * LENGTH_S
    for seat_id in one.watched:
        seat = one.opened.script.seats[seat_id]
        reader = (Mnemonic(seat.terminal), Ori(seat.ori), OperatorId(seat.operator))
        read = (shown(one.opened.stack, entry, queries, reader, end) for entry in entries)
        kept = (entry for entry in read if entry is not None)
        yield from ({**entry, "n": number} for number, entry in enumerate(kept, 1))


@lru_cache(ROOMS_KEPT)
def _drawn(seed: int) -> Room:
    """Drawn once, for every leak that is looked for in it: nothing changes a room."""
    with tempfile.TemporaryDirectory() as folder:
        return room(seed, Path(folder))


def leak(seed: int) -> str | None:
    """The first difference that the cut-off agency can see in the room of a seed; None if none."""
    one = _drawn(seed)
    first, second = seen(one, 0), seen(one, 1)
    for what, here, there in (
        ("heard", first.heard, second.heard),
        ("read in the journal", first.log, second.log),
    ):
        if here != there:
            pairs = zip([*here, None], [*there, None], strict=False)
            a, b = next((a, b) for a, b in pairs if a != b)
            return f"room {seed}: {one.cut} {what}\n  {a!r}\nand with other records\n  {b!r}"
    return None
