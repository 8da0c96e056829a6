"""Store and forward: what is held ends once, is delivered once, and survives every crash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from switch.core.held import Held
from switch.core.record.journal import Entry
from switch.core.services import Service
from switch.terms import AgencyId, BackendName
from tests.simulation.disk import batches
from tests.simulation.promise import Broken, Promise

if TYPE_CHECKING:
    from tests.simulation.room import Room

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
        for item in post.store:
            if item.expires < room.now:
                raise Broken(f"{item.name} waits longer than {room.world.limits.held_s} s")
            if self._inquiry_can_go_on(item) if item.leg else self._mail_can_go_on(item):
                raise Broken(f"{item.name} waits, and could go on")

    def _mail_can_go_on(self, item: Held) -> bool:
        """Somebody is there who takes it, and may have it."""
        room, agency = self.room, AgencyId(item.place)
        post, oris = room.switch._dispatcher.post, room.world.agencies[agency].oris
        there = [
            line
            for line in post._lines.at_agency(agency)
            if room.stack.suspension(line.terminal, oris[0], room.now) is None
        ]
        up = post._services.of((*oris, item.destination), item.key) is Service.UP
        return bool(there) and up and not item.barred

    def _inquiry_can_go_on(self, item: Held) -> bool:
        """Who asked is there, its source is up, and there is room for it."""
        dispatcher = self.room.switch._dispatcher
        post, name = dispatcher.post, BackendName(item.place)
        assert item.terminal is not None
        asker = post._lines.at(item.terminal)
        if asker is None or asker.operator != item.operator:
            return False
        bulkhead, limits = dispatcher._inquiries._bulkheads[name], self.room.world.limits
        at_work = len(bulkhead._idle) < bulkhead.entry.workers  # when it is back, one more goes on
        full = asker.in_flight >= limits.in_flight_max or at_work or bulkhead.full
        return not full and post._services.of((name, item.destination), item.key) is Service.UP


def held_on_disk(room: Room) -> Iterable[Entry]:
    """What a switch that starts now holds: the `held` entry of each."""
    (mail,) = (one for one in room.promises if isinstance(one, MailIsForwardedOnce))
    return mail.on_disk.values()


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
