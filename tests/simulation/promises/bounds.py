"""Every queue has a limit: inboxes, workers, batches, open inquiries, slow readers, the disk."""

from __future__ import annotations

from switch.core.commands import AskBackend
from switch.core.farewell import BEHIND_MAX
from switch.shell.recorder import TURNS_UNCONFIRMED_MAX
from tests.simulation.promise import Broken, Promise

TURNS_AHEAD_MAX = TURNS_UNCONFIRMED_MAX + 1


class EverythingHasALimit(Promise):
    """The limits of `world.toml` and of the code, looked at after every step."""

    def asked(self, ask: AskBackend) -> None:
        """A batch has a size, and its backend so many workers."""
        entry = self.room.world.backends[ask.backend]
        if not 1 <= len(ask.queries) <= entry.batch_max:
            raise Broken(f"{ask.backend} has a batch of {len(ask.queries)}")
        busy = [work.ask.worker for work in self.room.at_work if work.ask.backend == ask.backend]
        if len(busy) > entry.workers or len(set(busy)) < len(busy):
            raise Broken(f"{ask.backend} is asked by its workers {busy}")

    def stepped(self) -> None:
        """All that can wait."""
        room, dispatcher = self.room, self.room.switch._dispatcher
        limits = room.world.limits
        for name, bulkhead in dispatcher._inquiries._bulkheads.items():
            count = len(bulkhead._waiting)
            if count > bulkhead.entry.inbox_max:
                raise Broken(f"{count} legs wait for {name}")
        for line in dispatcher._lines:
            if line.in_flight > limits.in_flight_max:
                raise Broken(f"line {line.id} has {line.in_flight} open inquiries")
            if len(line.behind) > BEHIND_MAX + 1:
                raise Broken(f"{len(line.behind)} messages wait behind a sign-off")
        for connection in room.connections.values():
            count = len(connection._unsent)
            if count > limits.outbox_bytes_max and not connection.closed:
                raise Broken(f"{count} bytes wait for a slow reader")
        ahead = len(room.switch.recorder._unconfirmed)
        if ahead > TURNS_AHEAD_MAX:
            raise Broken(f"{ahead} turns wait for the disk")
        if len(room.connections) > limits.lines_max:
            raise Broken(f"{len(room.connections)} lines are open")
