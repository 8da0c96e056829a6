"""A backend's bulkhead: its bounded inbox and its own workers, so that one slow source holds up
nobody else."""

from __future__ import annotations

from collections import deque

from switch.config import BackendEntry
from switch.core.inquiry.exchange import Leg
from switch.terms import Instant

REST_FIRST_S = 0.1  # after a failed batch; doubled with each further one in a row
REST_MAX_S = 5.0


class Bulkhead:
    """What waits for one backend, and which of its workers are idle (lowest number first)."""

    __slots__ = ("_failures", "_idle", "_low", "_waiting", "entry", "rests_until")

    def __init__(self, entry: BackendEntry) -> None:
        self.entry = entry
        self._waiting: deque[Leg] = deque()
        self._low: deque[Leg] = deque()  # of queries to a region: when nothing else waits
        self._idle = list(range(entry.workers, 0, -1))
        self._failures = 0  # batches in a row
        self.rests_until: Instant | None = None  # nothing is handed out before

    @property
    def full(self) -> bool:
        """Whether the next leg must be told TEMPORARILY UNAVAILABLE (`inbox_max` legs wait)."""
        return len(self._waiting) + len(self._low) >= self.entry.inbox_max

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

    def succeeded(self) -> None:
        """A batch came back: whatever was wrong is over."""
        self._failures = 0

    def failed(self, now: Instant) -> None:
        """A batch failed: rest, longer each time in a row, so as not to hammer what is broken."""
        rest_s = min(REST_FIRST_S * 2.0**self._failures, REST_MAX_S)
        self._failures += 1
        self.rests_until = now + rest_s

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
        """The next batch, at most `batch_max` legs, oldest first; a region's after all others."""
        waiting, room = self._waiting, self.entry.batch_max
        batch = [waiting.popleft() for _ in range(min(len(waiting), room))]
        low = min(len(self._low), room - len(batch))
        return batch + [self._low.popleft() for _ in range(low)]

    def start_worker(self) -> int:
        """The number of an idle worker, which is busy from now on."""
        return self._idle.pop()

    def end_worker(self, worker: int) -> None:
        """That worker is idle again."""
        if worker in self._idle or not 1 <= worker <= self.entry.workers:
            raise ValueError(f"worker {worker} of {self.entry.name} was not busy")
        self._idle.append(worker)
        self._idle.sort(reverse=True)
