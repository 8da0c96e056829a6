"""A message of the log, as it is searched and as it is shown.

It has a number: a thousand times the switch's number of the inquiry, plus the leg for an answer.
Like everything else that is shown it does not depend on what others were answered.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from switch.backend import printed
from switch.config import World
from switch.core.inquiry.exchange import correlation
from switch.core.record.journal import Entry
from switch.terms import TRAINING_LINE, BackendName, Instant, Ori

LINES_MAX = 200  # of a message in full
SHORT_CHARACTERS_MAX = 60  # of what a hit shows of its message

Record = dict[str, str]


class LogLine(NamedTuple):
    """One message of the log."""

    number: int
    at: Instant
    key: str
    source: str
    targets: tuple[str, ...]
    text: str  # one line or more, without the TRAINING line


def line_of(world: World, entry: Entry) -> LogLine:
    """The message of a `query`, `released` or `message` entry."""
    targets: tuple[str, ...]
    if entry["kind"] == "released":
        backend = world.backends.get(BackendName(entry["backend"]))
        source = backend.ori if backend is not None else world.switch_ori
        targets, text = (entry["ori"],), entry["text"].removeprefix(TRAINING_LINE).lstrip("\n")
    else:
        source, targets = Ori(entry["ori"]), tuple(map(str, entry["destinations"]))
        text = entry["text"] if entry["kind"] == "message" else printed(entry["fields"])
    number = correlation(entry["query"], entry.get("leg", 0))
    return LogLine(number, entry["at"], str(entry["key"]), source, targets, text)


def hit(world: World, line: LogLine) -> Record:
    """One message in the list of NLR."""
    return {**_about(world, line), "TXT": _short(line.text)}


def in_full(world: World, line: LogLine) -> list[Record]:
    """One message as NFR shows it."""
    return [_about(world, line), *({"TXT": each} for each in line.text.split("\n")[:LINES_MAX])]


def minute(world: World, at: Instant) -> str:
    """As BEG and END are written."""
    return f"{datetime.fromtimestamp(at, world.timezone):%Y%m%d@%H%M}"


def _about(world: World, line: LogLine) -> Record:
    return {
        "MRI": str(line.number),
        "DAT": minute(world, line.at),
        "MKE": line.key,
        "SRC": line.source,
        **({"DST": " ".join(line.targets)} if line.targets else {}),
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT_CHARACTERS_MAX else f"{line[:SHORT_CHARACTERS_MAX]}..."
