"""What happened: everything the dispatcher is told, as values in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from switch.acl.policy import Policy
from switch.acl.rules import Request
from switch.backend import Reply
from switch.core.services import Service
from switch.message import Received
from switch.terms import BackendName, Instant, LineId, Mnemonic


class LineOpened(NamedTuple):
    """Somebody connected; nobody has signed on yet.

    `proved` are the terminals that the far end's certificate names; None where sign-on needs no
    proof beyond the operator's secret, if he has one.
    """

    line: LineId
    proved: tuple[Mnemonic, ...] | None = None


class LineClosed(NamedTuple):
    """The connection is gone; whoever was signed on there is signed off."""

    line: LineId


class LineEnding(NamedTuple):
    """The far end will send nothing more on a line, and may still read: what it has asked is
    answered first, then the line is closed."""

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


class PolicyActivated(NamedTuple):
    """A checked version of one file comes into force, whole, between two messages."""

    by: str  # "owner of CADMV, key 1f2e..."
    policy: Policy
    change: str  # in words, for the journal
    signed: Mapping[str, object]  # what else stands in the `access` entry: sequence, signature ...


class PolicyStaged(NamedTuple):
    """A checked version is judged beside the one in force and logged, not acted on."""

    by: str
    policy: Policy
    change: str
    signed: Mapping[str, object]


class ChangeNoted(NamedTuple):
    """A change of a file that changes nothing yet, or never will: proposed, waiting, refused."""

    by: str
    backend: str
    change: str
    error: str  # why it was refused, else ""
    signed: Mapping[str, object]


class ProbesOrdered(NamedTuple):
    """Find out at every point whether a rule is live: what would be decided on these requests."""

    backend: str
    rule: str
    requests: tuple[Request, ...]


class ServiceChanged(NamedTuple):
    """A destination goes out of service for some keys, or comes back into it."""

    by: str  # who says so, for the journal
    destination: str  # two characters, an ORI, or a backend's name; NL = the whole network
    service: Service
    keys: tuple[str, ...] = ()  # none = all
    until: Instant | None = None  # when it ends by itself


class GraceEnded(NamedTuple):
    """The switch stops: what is still unanswered will not be."""


class Noted(NamedTuple):
    """Something about the run itself that its journal must hold, in its place among the rest."""

    by: str  # who says so
    fields: Mapping[str, object]  # plain values; not `kind`, `at`, `by`, `n` or `common`


Event = (
    LineOpened
    | LineClosed
    | LineEnding
    | MessageArrived
    | RepliesArrived
    | BackendFailed
    | RuleAdded
    | RuleWithdrawn
    | PolicyActivated
    | PolicyStaged
    | ChangeNoted
    | ProbesOrdered
    | ServiceChanged
    | GraceEnded
    | Noted
)
"""Time passing is not an event: the dispatcher hands out `next_deadline()`."""
