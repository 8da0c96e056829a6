"""Store and forward: what is held ends once, is delivered once, and survives every crash."""

from __future__ import annotations

from collections.abc import Mapping

from switch.core.record.journal import Entry
from switch.core.services import Service
from tests.simulation.disk import batches
from tests.simulation.promise import Broken, Promise

ENDS = ("forwarded", "expired", "removed")
Name = tuple[int, int, str]


class MailIsForwardedOnce(Promise):
    """What the journal holds as owed is what the switch holds, after every step and every start."""

    def __init__(self) -> None:
        self.last_batch = 0
        self.on_disk: dict[Name, Entry] = {}
        self.delivered: set[tuple[int, str]] = set()  # on disk: query and terminal

    def started(self) -> None:
        """What is on disk is owed; what was decided and is not there has never happened."""
        self.written()
        self.waiting = dict(self.on_disk)

    def decided(self, entry: Entry) -> None:
        """As the switch sees it now."""
        _follow(self.waiting, entry)

    def written(self) -> None:
        """As any later switch will see it."""
        for batch in batches(self.room.disk, self.last_batch):
            self.last_batch = batch.number
            for entry in batch.entries:
                _follow(self.on_disk, entry)
                if entry["kind"] == "delivered":
                    self._delivered(entry)

    def _delivered(self, entry: Entry) -> None:
        name = entry["query"], entry["terminal"]
        if name in self.delivered:
            raise Broken(f"message {name[0]} is delivered to {name[1]} twice")
        self.delivered.add(name)

    def stepped(self) -> None:
        """Nothing is lost, nothing is kept, and nothing waits for somebody who is there."""
        room = self.room
        post = room.switch._dispatcher._forwarding._post
        held = {item.name for item in post.store}
        if held != self.waiting.keys():
            raise Broken(f"held {held ^ self.waiting.keys()}: the journal says otherwise")
        if room.switch._events or room.switch.recorder.full:
            return
        limits = room.world.limits
        for item in post.store:
            if item.expires < room.now:
                raise Broken(f"{item.name} waits longer than {limits.held_s} s")
            if item.leg or item.barred:
                continue
            oris = room.world.agencies[item.place].oris  # type: ignore[index]
            there = [
                line
                for line in post._lines.at_agency(item.place)
                if room.stack.suspension(line.terminal, oris[0], room.now) is None
            ]
            if there and post._services.of((*oris, item.destination), item.key) is Service.UP:
                raise Broken(f"{item.name} waits, though somebody is there")


def _follow(waiting: dict[Name, Entry], entry: Mapping[str, object]) -> None:
    """One entry changes what is owed."""
    kind = entry["kind"]
    if kind != "held" and kind not in ENDS:
        return
    name: Name = (entry["query"], entry["leg"], entry["place"])  # type: ignore[assignment]
    if (kind == "held") == (name in waiting):
        raise Broken(f"{name} is {kind}, and was not as it must be before")
    if kind == "held":
        waiting[name] = dict(entry)
    else:
        del waiting[name]
