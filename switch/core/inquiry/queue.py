"""A backend's bulkhead: its bounded inbox and its own workers, so that one slow source holds up
nobody else."""

from __future__ import annotations

from collections import deque

from switch.config import BackendEntry
from switch.core.inquiry.exchange import Leg
from switch.terms import Instant

REST_FIRST_S = 0.1  # after a failed batch; doubled with each further one in a row
REST_MAX_S = 5.0
LOW_TURN = 8  # one batch in so many begins with a region's legs, however much else waits


class Bulkhead:
    """What waits for one backend, and which of its workers are idle (lowest number first)."""

    __slots__ = ("_failures", "_idle", "_low", "_passed_over", "_waiting", "entry", "rests_until")

    def __init__(self, entry: BackendEntry) -> None:
        self.entry = entry
        self._waiting: deque[Leg] = deque()
        self._low: deque[Leg] = deque()  # of queries to a region: behind all else
        self._passed_over = 0  # batches in a row that left all of those waiting
        self._idle = list(range(entry.workers, 0, -1))
        self._failures = 0  # batches in a row
        self.rests_until: Instant | None = None  # nothing is handed out before

    @property
    def full(self) -> bool:
        """Whether the next leg must be told TEMPORARILY UNAVAILABLE (`inbox_max` legs wait)."""
        return self.room <= 0

    @property
    def room(self) -> int:
        """How many more legs may wait."""
        return self.entry.inbox_max - len(self._waiting) - len(self._low)

    @property
    def waiting(self) -> bool:
        """Whether anything waits for it."""
        return bool(self._waiting or self._low)

    def idle(self, now: Instant) -> bool:
        """Whether a batch can be handed out now, if there is one."""
        if self.rests_until is not None:
            if now < self.rests_until:
                return False
            self.rests_until = None
        return bool(self._idle)

    def succeeded(self) -> bool:
        """A batch came back: whatever was wrong is over. Whether anything was."""
        was_wrong, self._failures = self._failures > 0, 0
        return was_wrong

    def failed(self, now: Instant) -> bool:
        """A batch failed: rest, longer each time in a row, so as not to hammer what is broken.
        Whether it is the first in a row."""
        rest_s = min(REST_FIRST_S * 2.0**self._failures, REST_MAX_S)
        self._failures += 1
        self.rests_until = now + rest_s
        return self._failures == 1

    def put(self, leg: Leg, *, low: bool = False) -> None:
        """Append to the inbox, or behind all others in it; the caller has looked at `full`."""
        (self._low if low else self._waiting).append(leg)

    def put_first(self, legs: list[Leg]) -> None:
        """Back to the front of the inbox, in this order."""
        self._waiting.extendleft(reversed(legs))

    def remove(self, leg: Leg) -> None:
        """Take a leg out of the middle: it was refused, or timed out, while it waited."""
        (self._waiting if leg in self._waiting else self._low).remove(leg)

    def take(self) -> list[Leg]:
        """The next batch, at most `batch_max` legs, oldest first; a region's after all others, but
        for every `LOW_TURN`th batch, so that they are not left for ever."""
        their_turn = self._passed_over >= LOW_TURN - 1
        order = (self._low, self._waiting) if their_turn else (self._waiting, self._low)
        low, room = len(self._low), self.entry.batch_max
        batch: list[Leg] = []
        for legs in order:
            batch += [legs.popleft() for _ in range(min(len(legs), room - len(batch)))]
        self._passed_over = self._passed_over + 1 if low and len(self._low) == low else 0
        return batch

    def start_worker(self) -> int:
        """The number of an idle worker, which is busy from now on."""
        return self._idle.pop()

    def end_worker(self, worker: int) -> None:
        """That worker is idle again."""
        if worker in self._idle or not 1 <= worker <= self.entry.workers:
            raise ValueError(f"worker {worker} of {self.entry.name} was not busy")
        self._idle.append(worker)
        self._idle.sort(reverse=True)
