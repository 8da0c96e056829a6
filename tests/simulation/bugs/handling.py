"""Bugs in what a switch does all day: record, then release; answers; lines; cut-offs; mail."""

from __future__ import annotations

from typing import Any

import pytest

from switch.core import held
from switch.core.dispatcher import Dispatcher
from switch.core.farewell import Farewells
from switch.core.forwarding import Forwarding
from switch.core.held import Store
from switch.core.inquiry.deadlines import Deadlines
from switch.core.inquiry.exchange import Exchange, Leg, LegState
from switch.core.inquiry.inquiries import Inquiries
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.plans import Plans
from switch.core.inquiry.queue import Bulkhead
from switch.core.mail.post import Post
from switch.core.outbox import Outbox
from switch.core.record.journal import CHAIN_START
from switch.shell.connection import Connection
from switch.shell.recorder import Recorder, Turn
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.shell.tables import Record
from switch.terms import Point
from tests.simulation.bugs.planted import bug

# --- record, then release -------------------------------------------------------------------------


@bug("a turn is released as soon as it is handed to the scribe")
def _early(patch: pytest.MonkeyPatch) -> None:
    def commit(self: Recorder, turn: Turn) -> None:
        if turn.records:
            turn.first = self._journal.append(turn.records)
        self._on_disk(turn)

    patch.setattr(Recorder, "commit", commit)


@bug("a turn without records is released before those that wait")
def _overtaking(patch: pytest.MonkeyPatch) -> None:
    real = Recorder.commit

    def commit(self: Recorder, turn: Turn) -> None:
        if not turn.records or not turn.outgoing:
            real(self, turn)
        else:
            turn.first = self._journal.append(turn.records)
            self._unconfirmed.appendleft(turn)

    patch.setattr(Recorder, "commit", commit)


@bug("all that waits is released with the first confirmation")
def _all_at_once(patch: pytest.MonkeyPatch) -> None:
    def release(self: Recorder) -> None:
        while self._unconfirmed:
            self._on_disk(self._unconfirmed.popleft())

    patch.setattr(Recorder, "_release_confirmed", release)


@bug("the scribe confirms a batch and writes it with the next one")
def _confirms_early(patch: pytest.MonkeyPatch) -> None:
    real = Journal._commit
    late: dict[Journal, Record] = {}

    def commit(self: Journal, record: Record) -> None:
        if self in late:
            real(self, late[self])
        late[self] = record

    patch.setattr(Journal, "_commit", commit)


@bug("the queue of turns that wait for the disk has no end")
def _turns(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Recorder, "full", property(lambda self: False))


# --- the journal ----------------------------------------------------------------------------------


@bug("a refusal of what waited is not on record")
def _no_refusal(patch: pytest.MonkeyPatch) -> None:
    real = Outcomes._record_refusal

    def record(self: Outcomes, leg: Leg, point: Point, body: str, sequence: int) -> None:
        if point is not Point.WAITING:
            real(self, leg, point, body, sequence)

    patch.setattr(Outcomes, "_record_refusal", record)


@bug("what cannot be read is answered and not on record")
def _no_malformed(patch: pytest.MonkeyPatch) -> None:
    real = Outbox.record

    def record(self: Outbox, kind: str, **fields: Any) -> None:
        if kind != "malformed":
            real(self, kind, **fields)

    patch.setattr(Outbox, "record", record)


@bug("a withheld answer is on record as released")
def _as_released(patch: pytest.MonkeyPatch) -> None:
    real = Outbox.record

    def record(self: Outbox, kind: str, **fields: Any) -> None:
        if kind == "withheld":
            form = {"records": 0, "late": True, "text": "", "sequence": 0, "key": "DR", "masks": ()}
            more: dict[str, Any] = {"withheld": {}, "unknown_fields": ()}
            real(self, "released", **fields, **form, **more)
        else:
            real(self, kind, **fields)

    patch.setattr(Outbox, "record", record)


@bug("the text of a refusal on record is not what was sent")
def _other_text(patch: pytest.MonkeyPatch) -> None:
    real = Outcomes._record_refusal

    def record(self: Outcomes, leg: Leg, point: Point, body: str, sequence: int) -> None:
        real(self, leg, point, body[:60], sequence)

    patch.setattr(Outcomes, "_record_refusal", record)


@bug("inquiries are numbered from 1 again after a restart")
def _numbers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Scribe, "last_query", lambda self: 0)


@bug("the chain begins anew after a restart")
def _chain(patch: pytest.MonkeyPatch) -> None:
    real = Journal.__init__

    def begin(self: Journal, *given: Any) -> None:
        real(self, *given)
        self._hash = CHAIN_START

    patch.setattr(Journal, "__init__", begin)


@bug("the ledger of one owner misses a page")
def _page(patch: pytest.MonkeyPatch) -> None:
    real = Journal._commit

    def commit(self: Journal, record: Record) -> None:
        real(self, record._replace(heads=record.heads[:1]))

    patch.setattr(Journal, "_commit", commit)


@bug("entries and heads are committed one after the other")
def _two_commits(patch: pytest.MonkeyPatch) -> None:
    def commit(self: Journal, record: Record) -> None:
        self._database.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", record.batch)
        for head in record.heads:
            values = (record.batch.number, *head)
            self._database.execute("INSERT INTO head VALUES (?, ?, ?, ?, ?, ?)", values)

    patch.setattr(Journal, "_commit", commit)


# --- outcomes -------------------------------------------------------------------------------------


@bug("a leg is forgotten when its backend fails")
def _forgotten(patch: pytest.MonkeyPatch) -> None:
    def failed(self: Inquiries, query: int) -> None:
        leg = self._legs.get(query)
        if leg is not None:
            self._forget(leg)

    patch.setattr(Inquiries, "failed", failed)


@bug("a reply that comes twice is delivered twice")
def _twice(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied
    ended: dict[int, Leg] = {}

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        leg = self._legs.get(reply.id)
        if leg is None and reply.id in ended:
            leg = self._legs[reply.id] = ended[reply.id]
            leg.state = LegState.ASKED
        elif leg is not None:
            ended[reply.id] = leg
        real(self, backend, reply)

    patch.setattr(Inquiries, "replied", replied)


@bug("a reply that nobody knows goes to the oldest inquiry of its backend")
def _nearest(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        for leg in self._legs.values():
            if reply.id not in self._legs and leg.entry.backend == backend:
                reply = reply._replace(id=leg.id)
                break
        real(self, backend, reply)

    patch.setattr(Inquiries, "replied", replied)


@bug("a timer is dropped where the clock has jumped over it")
def _jumped(patch: pytest.MonkeyPatch) -> None:
    real = Deadlines.due

    def due(self: Deadlines, now: float) -> Any:
        return [leg for leg in real(self, now) if now - leg.due < 30]

    patch.setattr(Deadlines, "due", due)


@bug("a late answer has no label")
def _unlabelled(patch: pytest.MonkeyPatch) -> None:
    real: Any = Outcomes.release
    patch.setattr(Outcomes, "release", lambda self, *given: real(self, *given[:-1], False))


@bug("a merged answer is not sent where a source was silent")
def _unmerged(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries._complete

    def complete(self: Inquiries, merge: Any) -> None:
        if merge is None or not merge.silent:
            real(self, merge)

    patch.setattr(Inquiries, "_complete", complete)


@bug("open inquiries are counted down twice where a leg is refused while it waits")
def _down_twice(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries._refuse

    def refuse(self: Inquiries, leg: Leg, point: Point) -> None:
        real(self, leg, point)
        if point is Point.WAITING and leg.exchange.asker is not None:
            leg.exchange.line.in_flight -= 1

    patch.setattr(Inquiries, "_refuse", refuse)


@bug("the count of open inquiries leaks where a leg runs out of time")
def _leaks(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries._out_of_time

    def out(self: Inquiries, leg: Leg) -> None:
        if leg.state is LegState.ASKED:
            leg.exchange.line.in_flight += 1
        real(self, leg)

    patch.setattr(Inquiries, "_out_of_time", out)


@bug("a worker whose batch failed never works again")
def _worker(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.worker_ended

    def ended(self: Inquiries, backend: Any, worker: int, *, failed: bool) -> None:
        if not failed:
            real(self, backend, worker, failed=failed)

    patch.setattr(Inquiries, "worker_ended", ended)


# --- who hears it ---------------------------------------------------------------------------------


@bug("an answer is delivered to the next operator on the line")
def _next_operator(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Exchange, "asker", property(lambda self: self.line))
    patch.setattr(Farewells, "must_wait", lambda self, line, event: False)


@bug("a sign-off does not wait for what was asked before it")
def _impatient(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Farewells, "must_wait", lambda self, line, event: False)


@bug("what comes behind a sign-off is dropped")
def _dropped(patch: pytest.MonkeyPatch) -> None:
    real = Farewells.catch_up

    def catch_up(self: Farewells, take: Any) -> None:
        for line in self._waiting.values():
            while len(line.behind) > 1:
                line.behind.pop()
        real(self, take)

    patch.setattr(Farewells, "catch_up", catch_up)


@bug("the events of a batch are handled last first")
def _reversed(patch: pytest.MonkeyPatch) -> None:
    real = Dispatcher.handle
    patch.setattr(
        Dispatcher, "handle", lambda self, events, now: real(self, list(events)[::-1], now)
    )


@bug("a number of a line is left out")
def _skips(patch: pytest.MonkeyPatch) -> None:
    real = Outbox.send

    def send(self: Outbox, line: Any, mke: Any, *given: Any) -> int:
        line.sequence += mke == "SM" and line.sequence > 2
        return real(self, line, mke, *given)

    patch.setattr(Outbox, "send", send)


@bug("the highest number of a line has six digits")
def _six_digits(patch: pytest.MonkeyPatch) -> None:
    from switch.core import outbox

    patch.setattr(outbox, "SEQUENCE_MAX", 999_999)


# --- cut-offs -------------------------------------------------------------------------------------


@bug("the decision at the route holds for ever")
def _for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Inquiries, "_judge_again", lambda self, leg: leg.decision)


@bug("routes worked out under earlier rules are kept")
def _stale_plans(patch: pytest.MonkeyPatch) -> None:
    def judge_by(self: Plans, stack: Any, now: float) -> None:
        self._stack, self._epoch, self._now = self._stack or stack, stack.epoch(now), now

    patch.setattr(Plans, "judge_by", judge_by)


@bug("an answer that comes after its refusal is let out")
def _after_refusal(patch: pytest.MonkeyPatch) -> None:
    real = Inquiries.replied

    def replied(self: Inquiries, backend: Any, reply: Any) -> None:
        leg = self._legs.get(reply.id)
        if leg is not None and leg.state is LegState.REFUSED and leg.exchange.asker is not None:
            form, exchange = self._outcomes.form(leg), leg.exchange
            self._outcomes.release(
                exchange.line,
                exchange.query,
                exchange.message,
                exchange.received,
                leg.number,
                form,
                reply.records,
                True,
            )
        real(self, backend, reply)

    patch.setattr(Inquiries, "replied", replied)


# --- limits, and slow readers ---------------------------------------------------------------------


@bug("an inbox has no end")
def _inbox(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Bulkhead, "full", property(lambda self: False))


@bug("what waits for a slow reader has no end")
def _outbox(patch: pytest.MonkeyPatch) -> None:
    def keep(self: Connection, unsent: bytes) -> None:
        self._unsent = unsent

    patch.setattr(Connection, "_keep", keep)


@bug("a batch is larger than its backend takes")
def _batch(patch: pytest.MonkeyPatch) -> None:
    def take(self: Bulkhead) -> list[Leg]:
        found = [*self._waiting, *self._low]
        self._waiting.clear()
        self._low.clear()
        return found

    patch.setattr(Bulkhead, "take", take)


@bug("what is sent while a line drains replaces what waits")
def _replaces(patch: pytest.MonkeyPatch) -> None:
    real = Connection.send

    def send(self: Connection, data: bytes) -> bool:
        if self.unsent:
            self._unsent = b""
        return real(self, data)

    patch.setattr(Connection, "send", send)


# --- store and forward ----------------------------------------------------------------------------


@bug("what is held is forgotten by a restart")
def _held_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Forwarding, "start", lambda self, carried: None)


@bug("what was forwarded is held again after a restart")
def _held_again(patch: pytest.MonkeyPatch) -> None:
    def carried(entries: Any) -> list[Any]:
        return [entry for entry in entries if entry["kind"] in ("held", "service")]

    patch.setattr(held, "carried_over", carried)


@bug("what is forwarded is not on record as such")
def _not_ended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Store, "end", lambda self, item, how, **more: self.take(item))


@bug("a suspended agency gets the messages to it")
def _suspended_mail(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Post, "_suspended", lambda self, *given: False)


@bug("what is held waits for ever")
def _never_expires(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Store, "expired", lambda self, now: [])
    patch.setattr(Store, "next_deadline", lambda self: None)


@bug("a terminal that signs on is not told what waits for it")
def _not_forwarded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Forwarding, "came", lambda self: None)
