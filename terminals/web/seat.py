"""One seat as its pages see it: any number of open pages, one line behind them."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import trio

from terminals.traffic import Item, Tone
from terminals.web.rate import Rate

TRAFFIC_MAX = 2_000  # items kept for a page that comes back
RECEIPTS_MAX = 500  # ids of messages that were sent, by which one that is sent again is known
Say = Callable[[bytes], Awaitable[None]]


class WebSeat:
    """Traffic is numbered from 1, so that a page that comes back says what it has seen."""

    def __init__(
        self,
        id: str,
        terminal: str,
        ori: str,
        operator: str,
        say: Say,
        came_or_left: Callable[[], None] = lambda: None,
    ) -> None:
        self.id = id
        self.terminal = terminal
        self.ori = ori
        self.operator = operator  # who is meant to sit there
        self.signed_on = ""  # who has signed on; "" = nobody
        self.stand_in = False
        self.rate = Rate(20, 4.0)
        self.pages = 0  # open in browsers now
        self.traffic: deque[Item] = deque(maxlen=TRAFFIC_MAX)
        self._say = say
        self._came_or_left = came_or_left  # called when a page is opened or closed
        self._count = 0
        self._receipts: deque[str] = deque(maxlen=RECEIPTS_MAX)
        self._turn = trio.Lock()
        self._changed = trio.Event()

    def add(self, tone: Tone, at: str, head: str, body: str, raw: str = "") -> None:
        """One more thing to show."""
        self._count += 1
        self.traffic.append(Item(self._count, tone, at, head, body, raw))
        self.touch()

    def touch(self) -> None:
        """Something about the seat changed: have every page look."""
        self._changed.set()
        self._changed = trio.Event()

    @contextmanager
    def page(self) -> Iterator[None]:
        """While a page is open in a browser."""
        self._count_page(1)
        try:
            yield
        finally:
            self._count_page(-1)

    def _count_page(self, more: int) -> None:
        self.pages += more
        self.touch()
        self._came_or_left()

    def changed(self) -> trio.Event:
        """Set as soon as something changes."""
        return self._changed

    def since(self, n: int) -> list[Item]:
        """What a page that has seen `n` items has not seen."""
        return [item for item in self.traffic if item.n > n]

    async def say(self, receipt: str, message: bytes) -> None:
        """Send a message once, however often a page that lost its connection hands it over.

        First come, first sent; returns when it is on the line. What is given up before that counts
        as never handed over.
        """
        async with self._turn:
            if receipt not in self._receipts:
                await self._say(message)
                self._receipts.append(receipt)
