"""What a switch must know of the journal that it goes on with, read before a scribe holds it.

Two things are kept in memory and would be lost: what searches of the log look at, and what was
entered in backends of this process.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from switch.backend import Backend, InlineBackend, Query
from switch.config import World
from switch.core.inquiry.redelivery import entering, redeliveries
from switch.core.log.search import reach_of
from switch.errors import JournalError
from switch.shell.asking import waits
from switch.shell.store import JournalReader
from switch.terms import BackendName
from switch.wire.spec import Formats

BATCH_MAX = 1024  # deliveries at once


class Past(NamedTuple):
    """Nothing, for a journal that is begun."""

    bodies: tuple[bytes, ...] = ()  # the end of the journal, for searches of the log
    deliveries: Mapping[BackendName, tuple[Query, ...]] = {}

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


def past_of(world: World, formats: Formats, path: Path) -> Past:
    """The past of this journal; JournalError where it is damaged. What else is wrong with the file
    is said by whoever opens it to write."""
    if not path.exists():
        return Past()
    try:
        reader = JournalReader(path)
    except JournalError:
        return Past()
    try:
        reach, keys = reach_of(world), entering(formats)
        keys |= {formats.keys[key].answer for key in keys}
        return Past(
            tuple(reader.last_bodies(reach)) if reach else (),
            redeliveries(reader.entries_with_keys(sorted(keys)), formats),
        )
    finally:
        reader.close()
