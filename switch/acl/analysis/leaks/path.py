"""One way from a database to somebody who should not have its data, hop by hop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from switch.acl.rules import Request
from switch.terms import BackendName, Instant, MessageKey


class Way(StrEnum):
    """How the data gets there. The first five are hard: whoever is asked about is in the request;
    the others are soft: somebody related to it gets the data, and can pass it on."""

    LINE = "its own line"
    SERVICING = "a servicing pair"
    HUB = "a line that passes it"
    OPERATOR = "an operator of its own at another desk"
    BEHALF = "asking on its behalf"
    KIN = "a related agency"
    SERVICED = "an agency that it services, or that services it"
    DESK = "a shared desk"
    SEEING_HUB = "a hub sees what passes"
    LOG = "whoever may read the log"

    @property
    def hard(self) -> bool:
        """Whether whoever is asked about is in the request itself."""
        return self in (*OWN_LINE, *OTHER_LINE)


OWN_LINE = (Way.LINE, Way.SERVICING, Way.HUB)  # terminal, ORI or hub: what a suspension looks at
OTHER_LINE = (Way.OPERATOR, Way.BEHALF)  # what only the owners judge


@dataclass(frozen=True, slots=True)
class Path:
    """One way that is open."""

    way: Way
    who: str  # who gets the data, in words
    relation: str  # of a soft path: why this party is suspected; else ""
    backend: BackendName
    key: MessageKey
    condition: str  # such as "with purpose C only"; "" if nothing has to be typed
    witness: Request
    at: Instant  # when the witness asks
    hops: tuple[str, ...]  # from who asks to the database, in words
    opening: str  # why nothing stops it
    closer: str  # whose rule would close it
