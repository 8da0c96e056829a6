"""Record, then release: what a turn of the switch lets out leaves when it is on disk, not before.

A journal of this process is on disk when `append` returns. A scribe's says so later, and meanwhile
the switch may handle the next turns, up to a limit. What leaves on a line that is lent to the
scribe, the scribe sends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import trio

from switch.core.commands import AskBackend
from switch.core.record.journal import Entry, numbered
from switch.shell.connection import Connection
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.terms import LineId

TURNS_UNCONFIRMED_MAX = 6  # that may wait for the disk while the next one is handled

Watch = Callable[[Sequence[Entry]], None]


class Turn:
    """What one turn of the pump has to put on record, and then to let out."""

    __slots__ = ("closes", "first", "frame", "lent", "outgoing", "records", "waiting")

    def __init__(self, records: Sequence[Entry] = ()) -> None:
        self.first = 0  # number of its first entry, once it is put on record
        self.frame = 0  # of the scribe's, which it is done with
        self.records = list(records)
        self.outgoing: dict[Connection, list[bytes]] = {}
        self.lent: dict[LineId, bytes] = {}  # of that, what the scribe sends
        self.waiting: list[AskBackend] = []
        self.closes: dict[LineId, str] = {}  # and why


class Recorder:
    """Calls `release` with each turn that is on disk, in their order, and `left` with what a scribe
    could not send, which comes before all else on its line.

    `watch` is called with each committed batch of journal entries, in order.
    """

    def __init__(
        self,
        journal: Journal | Scribe,
        release: Callable[[Turn], None],
        watch: Watch | None,
        left: Callable[[LineId, bytes], None] = lambda line, data: None,
    ) -> None:
        self._journal = journal
        self._scribe = journal if isinstance(journal, Scribe) else None
        self._release = release
        self._left = left
        self.watch = watch
        self._heard_by_driver = False
        self._unconfirmed: deque[Turn] = deque()  # handed to the scribe, not yet on disk
        self._released = trio.Event()  # set, and made anew, whenever turns were released

    async def run(self) -> None:
        """Release what a scribe confirms, until cancelled; JournalError if it has failed.

        Not needed where a driver listens to the scribe itself: see `scribe`.
        """
        while self._scribe is not None and not self._heard_by_driver:
            await self._scribe.wait()
            self._release_confirmed()

    def scribe(self) -> int | None:
        """For a driver that listens to the scribe with its lines: its descriptor, if there is one.

        `hear` is then to be called whenever it can be read.
        """
        self._heard_by_driver = self._scribe is not None
        return None if self._scribe is None else self._scribe.descriptor

    def hear(self) -> None:
        """Release what the scribe has just confirmed; JournalError if it has failed."""
        assert self._scribe is not None
        self._scribe.hear()
        self._release_confirmed()

    def _release_confirmed(self) -> None:
        assert self._scribe is not None
        for frame, line, taken in self._scribe.short():
            turn = next(each for each in self._unconfirmed if each.frame == frame)
            self._left(line, turn.lent[line][taken:])
        while self._unconfirmed and self._unconfirmed[0].frame <= self._scribe.done:
            self._on_disk(self._unconfirmed.popleft())
        self._released.set()
        self._released = trio.Event()

    def commit(self, turn: Turn) -> None:
        """Put a turn on record, and release it as soon as it is on disk."""
        if self._scribe is not None and (turn.records or self._unconfirmed):
            _part(turn)
            turn.first = self._scribe.append(turn.records, turn.lent)
            turn.frame = self._scribe.frames
            self._unconfirmed.append(turn)
            return
        if turn.records:
            turn.first = self._journal.append(turn.records)
        elif self._scribe is not None:
            self._scribe.let_go()
        self._on_disk(turn)

    def lend(self, connection: Connection, descriptor: int) -> None:
        """Have the scribe, if there is one and it may, send what leaves on this line."""
        if self._scribe is not None and self._heard_by_driver and self._scribe.may_send:
            self._scribe.lend(connection.id, descriptor)
            connection.lent = True

    def take_back(self, connection: Connection) -> None:
        """The line is closed."""
        if self._scribe is not None and connection.lent:
            connection.lent = False
            self._scribe.take_back(connection.id)

    def put(self, turn: Turn) -> None:
        """Put the last turn on record: it has nothing to release, and nobody waits for it."""
        turn.first = self._journal.append(turn.records)
        self._tell(turn)

    @property
    def full(self) -> bool:
        """Whether no further turn may be handled before the disk has caught up."""
        return len(self._unconfirmed) >= TURNS_UNCONFIRMED_MAX

    async def room(self) -> None:
        """Until another turn may be handled."""
        while self.full:
            await self._released.wait()

    async def all_released(self) -> None:
        """Until nothing waits for the disk."""
        while self._unconfirmed:
            await self._released.wait()

    async def so_far_released(self) -> None:
        """Until every turn up to now is on disk, watched and released, whatever comes after it."""
        last = self._unconfirmed[-1] if self._unconfirmed else None
        while last in self._unconfirmed:
            await self._released.wait()

    def _on_disk(self, turn: Turn) -> None:
        self._tell(turn)
        self._release(turn)

    def _tell(self, turn: Turn) -> None:
        if self.watch is not None and turn.records:
            self.watch(list(numbered(turn.records, turn.first)))


def _part(turn: Turn) -> None:
    """Set apart what leaves on lines that are lent."""
    own: dict[Connection, list[bytes]] = {}
    for connection, messages in turn.outgoing.items():
        if connection.lent:
            turn.lent[connection.id] = b"".join(messages)
        else:
            own[connection] = messages
    turn.outgoing = own
