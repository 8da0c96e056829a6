"""The journal goes on where it ended: what was confirmed is there, chained, no number twice."""

from __future__ import annotations

from switch.core.record.journal import OPENING_KINDS
from switch.shell.tables import Head
from tests.simulation.disk import batches, faults
from tests.simulation.promise import Broken, Promise


class TheJournalGoesOn(Promise):
    """Across every crash."""

    def __init__(self) -> None:
        self.confirmed = Head(0, "")
        self.seen = 0  # batches
        self.last_query = 0

    def written(self) -> None:
        """The numbers of inquiries go up, through all runs."""
        for batch in batches(self.room.disk, self.seen):
            self.seen = batch.number
            for entry in batch.entries:
                if entry["kind"] in OPENING_KINDS and entry["query"] != self.last_query:
                    if entry["query"] < self.last_query:
                        raise Broken(f"query {entry['query']} after {self.last_query}")
                    self.last_query = entry["query"]
                elif entry["kind"] == "query":
                    raise Broken(f"query {entry['query']} is opened twice")

    def stepped(self) -> None:
        """What the switch knows to be on disk must survive from now on."""
        self.confirmed = max(self.confirmed, self.room.scribe.head)

    def started(self) -> None:
        """After a crash."""
        if problems := faults(self.room.disk):
            raise Broken(f"the journal is damaged: {problems}")
        heads = {batch.last: batch.hash for batch in batches(self.room.disk)}
        number, hash_ = self.confirmed
        if number and heads.get(number) != hash_:
            raise Broken(f"entry {number} was confirmed, and is not on disk")
        self.written()

    def drained(self) -> None:
        """At the end."""
        self.started()
