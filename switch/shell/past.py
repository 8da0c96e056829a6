"""What a switch must know of the journal that it goes on with, read before a scribe holds it.

Six things are kept in memory and would be lost: how often court orders were used, what waits for
somebody or for an answer, what searches of the log look at, what was entered in backends of this
process and who had asked there in the last days, and what terminals that acknowledge do not have
yet. The journal is gone through once for all that may stand anywhere in it; for the rest it is read
from its end, as far as needed.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, cast

from switch.backend import Backend, InlineBackend, Query
from switch.config import World
from switch.core.held import OWING, Owed, owed
from switch.core.inquiry.earlier import KEPT_MAX
from switch.core.inquiry.redelivery import entering, redeliveries, remembered
from switch.core.log.search import reach_of
from switch.core.record.journal import CHAIN_START, Entry
from switch.core.record.unbroken import TELLING, Unbroken, unbroken
from switch.errors import JournalFileError
from switch.shell.asking import waits
from switch.shell.reader import READ_S_MAX, JournalReader
from switch.shell.tables import Head, Restored, having
from switch.terms import BackendName
from switch.wire.spec import Formats

BATCH_MAX = 1024  # deliveries at once
OPEN_S_MORE = 1.0  # an inquiry is told that its time is over a little later than it is
# Not `kept`: where there are terminals that acknowledge, hardly a batch is without.
_LOOKED_AT = (*OWING, *(kind for kind in TELLING if kind != "kept"))


class Past(NamedTuple):
    """Nothing, for a journal that is begun."""

    head: Head = Head(0, CHAIN_START.hex())  # where it ended
    owed: Owed = Owed()
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

    def must_end(self, head: Head, path: Path) -> None:
        """JournalFileError where another switch has written the journal since."""
        if head != self.head:
            raise JournalFileError(
                f"another switch wrote `{path}` while this one started\n    fix: start it again"
            )


def past_of(world: World, formats: Formats, path: Path, wait_s: float = READ_S_MAX) -> Past:
    """The past of this journal; JournalError where it is none, is damaged, its end was changed, or
    somebody still writes it after so many seconds. Where no file is, nothing was; whether one can
    be there is said by whoever opens it to write."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return Past()
    reader = JournalReader(path, wait_s)
    try:
        reader.check_links(path)
        head, reach = reader.head, reach_of(world)
        whole = _Whole(world, formats)
        owing = owed(whole.pass_through(reader.batches()))
        times = (backend.reply_timeout_s for backend in world.backends.values())
        reach_s = OPEN_S_MORE + max(times, default=0.0)
        return Past(
            head,
            owing,
            tuple(reader.last_bodies(reach)) if reach else (),
            whole.deliveries(),
            unbroken(reader.latest, reach_s) if whole.kept else (),
            tuple(whole.inquiries),
        )
    finally:
        reader.close()


class _Whole:
    """What is looked for in the whole of a journal, each batch of which is restored once: entries
    that backends took, in their place among the inquiries that may yet meet one, and the latter;
    whether a terminal that acknowledges was there after the switch started last."""

    def __init__(self, world: World, formats: Formats) -> None:
        self._enter, self._ask = entering(formats), remembered(world, formats)
        self._asking = self._ask | {formats.keys[key].answer for key in self._ask}
        self._keys = self._asking | self._enter | {formats.keys[k].answer for k in self._enter}
        self._lasting_s = world.limits.delayed_inquiry_s
        self._entries: list[Entry] = []
        self.inquiries: deque[Entry] = deque(maxlen=2 * KEPT_MAX)  # each with its answer
        self.kept = False

    def pass_through(self, batches: Iterable[Restored]) -> Iterator[Entry]:
        """All entries of the batches that have any to look at, in order."""
        of_kind, kept = having("kind", _LOOKED_AT), having("kind", ["kept"])
        of_key = having("key", self._keys)
        for batch in batches:
            if of_kind(batch.body) or of_key(batch.body):
                for entry in batch.entries():
                    self._look(entry)
                    yield entry
            self.kept = self.kept or kept(batch.body) is not None

    def _look(self, entry: Entry) -> None:
        if entry["kind"] == "started":
            self.kept = False  # who was there before has an entry in this batch
        if entry["kind"] not in ("query", "released") or entry["key"] not in self._keys:
            return
        own = self.inquiries if entry["key"] in self._asking else self._entries
        own.append(entry)
        while self.inquiries and self.inquiries[0]["at"] < entry["at"] - self._lasting_s:
            self.inquiries.popleft()

    def deliveries(self) -> Mapping[BackendName, tuple[Query, ...]]:
        """What backends have to hear again."""
        in_order = sorted([*self._entries, *self.inquiries], key=itemgetter("n"))
        return redeliveries(in_order, self._enter | self._ask)
