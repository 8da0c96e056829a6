"""The express lane: plain inquiries that are answered in the batch that brought them.

Nearly all traffic is one inquiry to one source that answers at once. It needs none of what makes an
inquiry wait, run out of time or be judged again: between its route and its release no time passes
and no rule changes. So it travels as an *errand*, a bare tuple, and gets by without an exchange, a
leg, a place in the inbox and a deadline.

The rule that keeps it whole: before anything else can happen to an errand it becomes an ordinary
leg (`Inquiries.settle`), and what its terminal and the journal see is the same, byte for byte, as
if it had been one from the start. tests/switch/core/inquiry/test_express.py holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from switch.backend import Query
from switch.core.commands import AskBackend
from switch.core.events import RepliesArrived
from switch.core.inquiry.exchange import LEGS_MAX, Errand
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.queue import Bulkhead
from switch.core.outbox import Outbox
from switch.terms import BackendName, quick

_make_query = quick(Query)

_NUMBER = 1  # of the only leg of a plain inquiry


class Settled(NamedTuple):
    """An errand that must go on as an ordinary leg."""

    errand: Errand
    asked: bool  # it is at its backend; else it waits for a worker


class Express:
    """All errands that are under way."""

    __slots__ = ("_at_work", "_bulkheads", "_out", "_outcomes", "_waiting")

    def __init__(
        self, bulkheads: Mapping[BackendName, Bulkhead], out: Outbox, outcomes: Outcomes
    ) -> None:
        self._bulkheads = bulkheads
        self._out = out
        self._outcomes = outcomes
        self._waiting: dict[BackendName, list[Errand]] = {}
        self._at_work: dict[tuple[BackendName, int], list[Errand]] = {}

    def __bool__(self) -> bool:
        return bool(self._at_work or self._waiting)

    def take(self, errand: Errand) -> bool:
        """Whether there is room for one more: nothing else waits, and the inbox is not full."""
        plain = errand[5].plain
        assert plain is not None
        backend = plain.entry.backend
        bulkhead = self._bulkheads[backend]
        if bulkhead.waiting:
            return False
        waiting = self._waiting.get(backend)
        if waiting is None:
            self._waiting[backend] = [errand]
        elif len(waiting) < bulkhead.entry.inbox_max:
            waiting.append(errand)
        else:
            return False
        errand[1].in_flight += 1
        return True

    def issue(self, bulkhead: Bulkhead) -> None:
        """Hand errands to its idle workers; what finds none goes on waiting until it is settled."""
        backend, batch_max = bulkhead.entry.name, bulkhead.entry.batch_max
        errands = self._waiting.pop(backend, None)
        while errands and bulkhead.idle(self._out.now):
            batch, errands = errands[:batch_max], errands[batch_max:]
            worker = bulkhead.start_worker()
            self._at_work[backend, worker] = batch
            self._out.ask(AskBackend(backend, worker, tuple(map(_query, batch))))
        if errands:
            self._waiting[backend] = errands

    def answered(self, event: RepliesArrived) -> bool:
        """Release what a worker brought for its errands, all of it; or nothing, and False.

        All is what it nearly always is: a reply without an error for each, in their order, and
        everybody who asked is still there.
        """
        errands = self._at_work.get((event.backend, event.worker))
        if errands is None or len(errands) != len(event.replies):
            return False
        replies = event.replies
        for errand, (id, _, error) in zip(errands, replies, strict=True):
            if id != errand[0] * LEGS_MAX + _NUMBER or error is not None:
                return False
            if errand[1].session != errand[2]:
                return False
        del self._at_work[event.backend, event.worker]
        release = self._outcomes.release
        for (query, line, _, message, received, plan), reply in zip(errands, replies, strict=True):
            assert plan.form is not None
            release(line, query, message, received, _NUMBER, plan.form, reply.records, False)
            line.in_flight -= 1
        return True

    def settle(self) -> list[Settled]:
        """All that is under way, in the order of arrival at each backend; none is afterwards."""
        at_work = [Settled(errand, True) for batch in self._at_work.values() for errand in batch]
        waiting = [Settled(errand, False) for batch in self._waiting.values() for errand in batch]
        self._at_work.clear()
        self._waiting.clear()
        return at_work + waiting


def _query(errand: Errand) -> Query:
    number, _, _, message, received, plan = errand
    assert plan.plain is not None
    entry, request = plan.plain.entry, plan.plain.request
    fields, id = message.fields or message.words, number * LEGS_MAX + _NUMBER
    key, destination, at = entry.key, entry.destination, received.at
    return _make_query(
        (id, key, destination, fields, request.image, request.purpose, at, request.ori)
    )
