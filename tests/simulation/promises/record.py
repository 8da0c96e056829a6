"""House, promise 3: the entry of whatever leaves is on disk before its first byte leaves."""

from __future__ import annotations

import re

from switch.core.record.journal import Entry
from tests.simulation.disk import batches
from tests.simulation.line import Heard
from tests.simulation.promise import Broken, Promise

# What is told without a number on record; the entry by which it is known that it was told.
STATUS = {
    "signed-on": re.compile(r"SIGNED ON "),
    "signed-off": re.compile(r"SIGNED OFF "),
    "sign-on-refused": re.compile(r"\.92\. REFUSED - NOT IDENTIFIED"),
}
# What tells nothing of any record, nor of any rule.
PLAIN = re.compile(r"NOBODY IS SIGNED ON\Z|LINE CLOSED\. ")
TRAINING = "TRAINING - SIMULATED DATA\n"


class RecordThenRelease(Promise):
    """Every message that leaves has its entry on disk, with the same text."""

    def __init__(self) -> None:
        self.last_batch = 0

    def started(self) -> None:
        """Lines are numbered from 1 again."""
        self.pending: set[tuple[int, int]] = set()  # decided, and not on disk
        self.on_disk: dict[tuple[int, int], Entry] = {}
        self.statuses: dict[int, list[Entry]] = {}  # on disk, by line, not told yet
        for batch in batches(self.room.disk, self.last_batch):
            self.last_batch = batch.number

    def decided(self, entry: Entry) -> None:
        """It must not leave yet."""
        if entry.get("sequence"):
            self.pending.add((entry["line"], entry["sequence"]))

    def written(self) -> None:
        """What is on disk may leave."""
        for batch in batches(self.room.disk, self.last_batch):
            self.last_batch = batch.number
            for entry in batch.entries:
                if entry.get("sequence"):
                    message = entry["line"], entry["sequence"]
                    self.on_disk[message] = entry
                    self.pending.discard(message)
                elif entry["kind"] in STATUS:
                    self.statuses.setdefault(entry["line"], []).append(entry)

    def began_to_leave(self, line: int, sequence: int) -> None:
        """Half a message tells as much."""
        if (line, sequence) in self.pending:
            raise Broken(f"message {sequence} of line {line} leaves before its entry is on disk")

    def left(self, line: int, heard: Heard) -> None:
        """Its entry is on disk, and says the same."""
        what = f"message {heard.outbound} of line {line}"
        if not heard.body.startswith(TRAINING):
            raise Broken(f"{what} does not say that it is a simulation: {heard.body[:40]!r}")
        entry = self.on_disk.pop((line, heard.outbound), None)
        if entry is None:
            self._status(line, heard, what)
        elif not says(entry, heard.body):
            raise Broken(f"{what} is not what is on record: {heard.body!r}")

    def _status(self, line: int, heard: Heard, what: str) -> None:
        said = heard.body.removeprefix(TRAINING)
        if PLAIN.match(said):
            return
        for entry in self.statuses.get(line, ()):
            if STATUS[entry["kind"]].match(said):
                self.statuses[line].remove(entry)
                return
        raise Broken(f"{what} leaves without an entry on disk: {heard.key} {said!r}")


def says(entry: Entry, body: str) -> bool:
    """Whether that is what is on record; an ER of what could not be read has its text in parts."""
    text: str = entry["text"]
    return text in body if entry["kind"] == "malformed" else text == body
