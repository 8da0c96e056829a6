"""After all faults are healed and all time limits are over, nothing is under way any more."""

from __future__ import annotations

from tests.simulation.promise import Broken, Promise


class EverythingDrains(Promise):
    """No leg, worker, byte or turn is left behind."""

    def drained(self) -> None:
        """Look into every corner."""
        room, dispatcher = self.room, self.room.switch._dispatcher
        inquiries, recorder = dispatcher._inquiries, room.switch.recorder
        left = {
            "open legs": dispatcher.open_legs,
            "legs that are remembered": len(inquiries._legs),
            "errands": int(bool(inquiries.express)),
            "batches at a backend": len(room.at_work),
            "batches that the dispatcher waits for": len(dispatcher._asked),
            "turns that wait for the disk": len(recorder._unconfirmed),
            "bytes that the scribe owes": room.scribe.owed,
            "events": len(room.switch._events),
            "bytes that nobody has sent": sum(len(c._unsent) for c in room.connections.values()),
            "messages behind a sign-off": sum(len(line.behind) for line in dispatcher._lines),
            "lines that are still lent": len(room.scribe.lent - {*room.switch._connections}),
            "open inquiries of lines": sum(line.in_flight for line in dispatcher._lines),
        }
        for bulkhead in inquiries._bulkheads.values():
            name = bulkhead.entry.name
            left[f"legs that wait for {name}"] = len(bulkhead._waiting)
            left[f"workers of {name} at work"] = bulkhead.entry.workers - len(bulkhead._idle)
        if found := {what: count for what, count in left.items() if count}:
            raise Broken(f"left behind: {found}")
