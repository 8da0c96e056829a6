"""What a switch must know of the journal that it goes on with, read before a scribe holds it.

Four things are kept in memory and would be lost: what searches of the log look at, what was
entered in backends of this process and who had asked there in the last days, and what terminals
that acknowledge do not have yet.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, cast

from switch.backend import Backend, InlineBackend, Query
from switch.config import World
from switch.core.inquiry.earlier import KEPT_MAX
from switch.core.inquiry.redelivery import entering, redeliveries, remembered
from switch.core.log.search import reach_of
from switch.core.record.journal import Entry
from switch.core.record.unbroken import Unbroken, unbroken
from switch.shell.asking import waits
from switch.shell.reader import READ_S_MAX, JournalReader
from switch.terms import BackendName
from switch.wire.spec import Formats

BATCH_MAX = 1024  # deliveries at once
OPEN_S_MORE = 1.0  # an inquiry is told that its time is over a little later than it is


class Past(NamedTuple):
    """Nothing, for a journal that is begun."""

    bodies: tuple[bytes, ...] = ()  # the end of the journal, for searches of the log
    deliveries: Mapping[BackendName, tuple[Query, ...]] = {}
    unbroken: tuple[Unbroken, ...] = ()  # terminals that may resume
    inquiries: tuple[Entry, ...] = ()  # of the last days, with their answers, for later entries

    def deliver(self, backends: Mapping[BackendName, Backend]) -> None:
        """Have backends that keep entries in memory hear them again; answers go nowhere.

        A backend that waits is somewhere else and keeps its entries itself.
        """
        for name, queries in self.deliveries.items():
            backend = backends.get(name)
            if backend is None or waits(backend):
                continue
            for start in range(0, len(queries), BATCH_MAX):
                cast("InlineBackend", backend).answer(queries[start : start + BATCH_MAX])


def past_of(world: World, formats: Formats, path: Path, wait_s: float = READ_S_MAX) -> Past:
    """The past of this journal; JournalError where it is none, is damaged, its end was changed, or
    somebody still writes it after so many seconds. Where no file is, nothing was; whether one can
    be there is said by whoever opens it to write."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return Past()
    reader = JournalReader(path, wait_s)
    try:
        reader.check_links(path)
        reach, keys = reach_of(world), entering(formats)
        times = (backend.reply_timeout_s for backend in world.backends.values())
        deliveries, inquiries = _heard_again(world, formats, keys, reader)
        return Past(
            tuple(reader.last_bodies(reach)) if reach else (),
            deliveries,
            unbroken(reader.latest, OPEN_S_MORE + max(times, default=0.0)),
            inquiries,
        )
    finally:
        reader.close()


def _heard_again(
    world: World, formats: Formats, enter: frozenset[str], reader: JournalReader
) -> tuple[Mapping[BackendName, tuple[Query, ...]], tuple[Entry, ...]]:
    """All entries, in their place among the inquiries that may yet meet one; and the latter."""
    ask = remembered(world, formats)
    asked_for = {formats.keys[key].answer for key in ask}
    keys = {*enter, *ask, *asked_for, *(formats.keys[key].answer for key in enter)}
    entries: list[Entry] = []
    inquiries: deque[Entry] = deque(maxlen=2 * KEPT_MAX)  # each with its answer
    lasting_s = world.limits.delayed_inquiry_s
    for entry in reader.entries_with_keys(sorted(keys)):
        if entry["kind"] not in ("query", "released") or entry["key"] not in keys:
            continue
        own = inquiries if entry["key"] in ask or entry["key"] in asked_for else entries
        own.append(entry)
        while inquiries and inquiries[0]["at"] < entry["at"] - lasting_s:
            inquiries.popleft()
    in_order = sorted([*entries, *inquiries], key=itemgetter("n"))
    return redeliveries(in_order, enter | ask), tuple(inquiries)
