"""What shall happen: everything the dispatcher asks of the shell, in the order of its lists.

The order is a promise (house, promise 3): the records of a batch are on disk before its asks and
its sends leave, so nothing is disclosed that is not on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from switch.backend import Query
from switch.core.record.journal import Entry
from switch.message import OutputMessage
from switch.terms import BackendName, LineId

# Render a message in the framing of its line and send it.
SendMessage = tuple[LineId, OutputMessage]


class AskBackend(NamedTuple):
    """Hand a batch to one idle worker of a backend."""

    backend: BackendName
    worker: int
    queries: tuple[Query, ...]


class LogState(NamedTuple):
    """A change of state for the log; never one per message."""

    event: str
    fields: Mapping[str, object]


@dataclass(slots=True)
class Commands:
    """One batch of commands."""

    records: list[Entry] = field(default_factory=list)
    asks: list[AskBackend] = field(default_factory=list)
    sends: list[SendMessage] = field(default_factory=list)
    closes: dict[LineId, str] = field(default_factory=dict)  # and why
    logs: list[LogState] = field(default_factory=list)
