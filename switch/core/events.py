"""What happened: everything the dispatcher is told, as values in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from switch.backend import Reply
from switch.message import Received
from switch.terms import BackendName, LineId


class LineOpened(NamedTuple):
    """Somebody connected; nobody has signed on yet."""

    line: LineId


class LineClosed(NamedTuple):
    """The connection is gone; whoever was signed on there is signed off."""

    line: LineId


class MessageArrived(NamedTuple):
    """A frame was read on a line: a message, a sign-on, a sign-off, or something malformed."""

    line: LineId
    message: Received


class RepliesArrived(NamedTuple):
    """A worker's batch came back; the worker is idle again. Queries without a reply failed."""

    backend: BackendName
    worker: int
    replies: tuple[Reply, ...]


class BackendFailed(NamedTuple):
    """A worker's whole batch failed; the worker is idle again."""

    backend: BackendName
    worker: int
    reason: str  # one line, for the journal and the log; never for a terminal


class RuleAdded(NamedTuple):
    """A scenario's access row: a rule as it would stand in the owner's file."""

    by: str  # who did it, for the journal: "scenario row `own-cutoff`"
    backend: str  # a backend's name, or "NETWORK"
    effect: str  # "deny", "refer", "allow", "suspend"
    table: Mapping[str, object]


class RuleWithdrawn(NamedTuple):
    """A scenario's access row: a rule ends now."""

    by: str
    backend: str
    rule: str  # the rule's id


Event = (
    LineOpened
    | LineClosed
    | MessageArrived
    | RepliesArrived
    | BackendFailed
    | RuleAdded
    | RuleWithdrawn
)
"""Time passing is not an event: the dispatcher hands out `next_deadline()`."""
