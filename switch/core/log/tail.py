"""The end of the journal, kept at hand to be searched: packed batches, as they were handed over.

It reaches back so many messages that the switch took in, not so many entries or bytes: how far
somebody can look back must not depend on what others were answered. Keeping it costs the switch one
step a batch and nothing a message: the bytes were packed for the journal anyway.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from switch.core.outbox import Outbox
from switch.core.record.journal import OPENING_KINDS, unpacked
from switch.terms import Instant

MESSAGES_MAX = 5_000  # that it reaches back, unless the world says otherwise


class Kept(NamedTuple):
    """One batch."""

    body: bytes  # msgpack: a list of entries
    at: Instant  # of the last of them
    last: int  # the highest number of a message when it was made


class Reach(NamedTuple):
    """What a search that begins now can look at, in order; nothing is added to it afterwards."""

    kept: tuple[Kept, ...]
    first: int  # the number of the oldest message that it reaches back to

    def opened(self, number: int) -> int:
        """The position of the batch in which the message of that number came, if there is one."""
        return bisect_left(self.kept, number, key=lambda kept: kept.last)

    def until(self, end: Instant) -> int:
        """How many batches hold all that is older than this instant."""
        return min(bisect_left(self.kept, end, key=lambda kept: kept.at) + 1, len(self.kept))

    def messages(self, position: int) -> int:
        """How many messages the switch took in with that batch; 0 where it holds answers alone.

        Neither answers nor batches are counted: what a search looks at must not depend on how
        many of them others caused.
        """
        return self.kept[position].last - self.taken_before(position)

    def taken_before(self, position: int) -> int:
        """The highest number of a message when that batch began."""
        return self.kept[position - 1].last if position else self.first - 1


class LogTail:
    """What was put on record last."""

    def __init__(self, outbox: Outbox, messages_max: int = MESSAGES_MAX) -> None:
        self._out = outbox
        self._messages_max = messages_max
        self._kept: deque[Kept] = deque()

    @property
    def reach(self) -> Reach:
        """What a search that begins now can look at."""
        first = max(1, self._out.last_query - self._messages_max + 1)
        return Reach(tuple(self._kept), first)

    def add(self, body: bytes) -> None:
        """One more batch was handed over to be put on record."""
        self._keep(Kept(body, self._out.now, self._out.last_query))

    def resume(self, bodies: Iterable[bytes]) -> None:
        """The end of a journal that is continued, in its order."""
        last = 0
        for body in bodies:
            entries = unpacked(body)
            numbers = (entry["query"] for entry in entries if entry["kind"] in OPENING_KINDS)
            last = max(last, *numbers, 0)
            self._keep(Kept(body, entries[-1]["at"] if entries else 0.0, last))

    def _keep(self, kept: Kept) -> None:
        self._kept.append(kept)
        first = kept.last - self._messages_max + 1
        # One batch may hold several messages, and later ones of it may still be within reach.
        while self._kept[0].last < first:
            self._kept.popleft()
