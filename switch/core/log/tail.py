"""The end of the journal, kept at hand to be searched: packed batches, as they were handed over.

It reaches back so many messages that the switch took in, not so many entries or bytes: how far
somebody can look back must not depend on what others were answered. Keeping it costs the switch one
step a batch and nothing a message: the bytes were packed for the journal anyway.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgpack

from switch.core.outbox import Outbox
from switch.core.record.journal import OPENING_KINDS, Entry, unpacked
from switch.terms import Instant

MESSAGES_MAX = 5_000  # that it reaches back, unless the world says otherwise


class Kept(NamedTuple):
    """One batch."""

    body: bytes  # msgpack: a list of entries
    at: Instant  # of the last of them
    last: int  # the highest number of a message when it was made


class LogTail:
    """What was put on record last."""

    def __init__(self, outbox: Outbox, messages_max: int = MESSAGES_MAX) -> None:
        self._out = outbox
        self._messages_max = messages_max
        self._kept: deque[Kept] = deque()

    @property
    def first(self) -> int:
        """The number of the oldest message that it reaches back to."""
        return max(1, self._out.last_query - self._messages_max + 1)

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

    def newest_first(
        self, needles: Sequence[str] = (), since: Instant = 0.0
    ) -> Iterator[list[Entry]]:
        """Batches from the last one back, those in which one of the needles stands.

        Needles are plain printable text, which stands in a packed body as it is. The search ends
        with the last batch that may hold anything of `since` or after.
        """
        wanted = tuple(needle.encode() for needle in needles if needle)
        for kept in reversed(self._kept):
            if kept.at < since:
                return
            if not wanted or any(needle in kept.body for needle in wanted):
                yield unpacked(kept.body)

    def since(self, number: int) -> Iterator[list[Entry]]:
        """Batches in which the message of that number or its answers may stand: from the one in
        which it was taken in, which is found at once, to the last."""
        packed: bytes = msgpack.packb(number)
        opened = bisect_left(self._kept, number, key=lambda kept: kept.last)
        for kept in islice(self._kept, opened, None):
            if packed in kept.body:
                yield unpacked(kept.body)
