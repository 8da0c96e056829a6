"""Inquiries from arrival to outcome: fan-out into legs, judged at every point, one outcome each.

Judged at route (all legs, before anything is asked), while waiting (an access change takes effect),
at dequeue (taken out of an inbox), and at release (before an answer leaves). Whoever refuses, the
terminal gets an answer at once, and the journal says at which point it was refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from switch.acl.engine import AccessStack, Decision
from switch.backend import Query, Reply
from switch.config import World
from switch.core.commands import AskBackend
from switch.core.inquiry.deadlines import Deadlines
from switch.core.inquiry.exchange import Exchange, Leg, LegState, Merge, correlation
from switch.core.inquiry.express import Express
from switch.core.inquiry.forms import Forms
from switch.core.inquiry.holding import HeldInquiries
from switch.core.inquiry.ingress import Ingress
from switch.core.inquiry.orders import OrderBook
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.plans import PlannedLeg, Plans
from switch.core.inquiry.queue import Bulkhead
from switch.core.inquiry.routing import Routes
from switch.core.inquiry.shadow import Shadow
from switch.core.inquiry.verdicts import no_answer_text
from switch.core.lines import LineState
from switch.core.outbox import Outbox
from switch.core.services import Services
from switch.message import InputMessage
from switch.terms import BackendName, Instant, Point
from switch.wire.spec import KeySpec

_OPEN = (LegState.WAITING, LegState.ASKED, LegState.HELD)  # no outcome yet


class Inquiries:
    """Every open inquiry; `judge_by` opens each batch, and follows each change of the rules."""

    def __init__(
        self,
        world: World,
        stack: AccessStack,
        outbox: Outbox,
        outcomes: Outcomes,
        forms: Forms,
        routes: Routes,
        held: HeldInquiries,
        services: Services,
    ) -> None:
        self.stack = stack
        self.shadow: Shadow | None = None  # while some version is staged
        self._limits = world.limits
        self._out = outbox
        self._outcomes = outcomes
        self._ingress = Ingress(routes, outbox, outcomes)
        self.plans = Plans(routes, forms, services)
        self._held = held
        self._bulkheads = {name: Bulkhead(entry) for name, entry in world.backends.items()}
        self.express = Express(self._bulkheads, outbox, outcomes)
        self.orders = OrderBook(outbox)
        self._legs: dict[int, Leg] = {}  # every leg that can still change, by correlation id
        self._due = Deadlines()  # when a leg times out, and when it is forgotten
        self._fresh: list[Leg] = []  # those whose time has not begun to be counted
        self._passed: Instant | None = None
        self._epoch = 0  # of the stack, at the instant of the batch

    def judge_by(self, stack: AccessStack) -> None:
        """These rules hold from now on."""
        self.stack = stack
        self._epoch = stack.epoch(self._out.now)
        self.plans.judge_by(stack, self._out.now)

    @property
    def open_legs(self) -> list[Leg]:
        """Those that still wait for an answer, or for their turn."""
        self.settle()
        unanswered = (LegState.WAITING, LegState.ASKED)
        return [leg for leg in self._legs.values() if leg.state in unanswered]

    # --- arrival ------------------------------------------------------------------------------

    def accept(self, line: LineState, message: InputMessage, spec: KeySpec) -> None:
        """Take an inquiry of a signed-on line up to its backends' inboxes, or to its outcome."""
        assert line.terminal is not None
        assert line.operator is not None
        plan = self.plans.of(line.terminal, line.operator, message)
        if plan.orders:
            plan = self.plans.under_orders(plan, message.fields or message.words, self.orders.uses)
        query, received = self._out.next_query(), self._out.receive()
        self._outcomes.record_query(line, query, message, plan.common)
        if plan.plain is not None and self.shadow is None:
            errand = (query, line, line.session, message, received, plan)
            if line.in_flight < self._limits.in_flight_max and self.express.take(errand):
                return
        exchange = Exchange(query, line, line.session, message, received, plan)
        if self.shadow is not None:
            self.shadow.judge(exchange, self.orders.uses)
        if (plan.at_ingress or not plan.legs) and self._ingress.refuses(exchange, self.stack):
            return
        for destination in plan.misrouted:
            self._ingress.reject(exchange, spec, destination)
        if plan.legs:
            self._route_all(exchange)

    def _route_all(self, exchange: Exchange) -> None:
        plan, line = exchange.plan, exchange.line
        if plan.to_ask:
            self.settle()  # who came before goes before
        exchange.open_legs = len(plan.legs)
        line.in_flight += 1
        crowded = line.in_flight > self._limits.in_flight_max
        merges = {group: Merge(group, exchange, group.asked) for group in plan.groups}
        for planned in plan.legs:
            id, group = correlation(exchange.query, planned.number), planned.group
            leg = self._legs[id] = Leg(id, exchange, planned, merges[group] if group else None)
            bulkhead = self._bulkheads[planned.entry.backend]
            if planned.number in plan.to_ask and not crowded and not bulkhead.full:
                bulkhead.put(leg, low=group is not None and group.low)
                self._fresh.append(leg)
            else:
                self._do_not_ask(leg, planned, crowded)

    def _do_not_ask(self, leg: Leg, planned: PlannedLeg, crowded: bool) -> None:
        backend = leg.entry.backend
        if not leg.decision.released:
            self._refuse(leg, Point.ROUTE)
        elif planned.purpose_missing:
            text = f"{backend} TAKES PURPOSES {' '.join(leg.entry.purposes)} ONLY"
            self._end_unanswered(leg, "purpose", text)
        elif planned.service and not crowded:
            if text := self._held.hold(leg, planned.service):
                self._end_unanswered(leg, "out-of-service", text)
            else:
                self._end(leg)
        else:
            why = "crowded" if crowded else "busy"
            self._end_unanswered(leg, "busy", no_answer_text(why, backend))

    def room_at(self, backend: BackendName) -> int:
        """How many more legs may wait for it."""
        self.settle()
        return self._bulkheads[backend].room

    def go_on(self, legs: Sequence[Leg]) -> None:
        """Legs that were held go on, before all that came since; the caller has looked for room."""
        self.settle()
        for leg in reversed(legs):
            leg.exchange.line.in_flight += 1
            self._legs[leg.id] = leg
            (bulkhead := self._bulkheads[leg.entry.backend]).put_first([leg])
            self._due.add(leg, self._out.now, bulkhead.entry.reply_timeout_s)

    def settle(self) -> None:
        """Make ordinary legs of all errands, before anything but their answer happens to them."""
        if not self.express:
            return
        waiting: dict[BackendName, list[Leg]] = {}
        for (query, line, session, message, received, plan), asked in self.express.settle():
            assert plan.plain is not None
            exchange = Exchange(query, line, session, message, received, plan, open_legs=1)
            id = correlation(query, plan.plain.number)
            leg = self._legs[id] = Leg(id, exchange, plan.plain)
            self._fresh.append(leg)
            if asked:
                leg.state = LegState.ASKED
            else:
                waiting.setdefault(leg.entry.backend, []).append(leg)
        for backend, legs in waiting.items():
            self._bulkheads[backend].put_first(legs)

    # --- to the backends and back -------------------------------------------------------------

    def issue(self) -> None:
        """Hand what waits to idle workers; each leg is judged on its way out of the inbox."""
        while self.orders.run_out():
            self.judge_waiting()
        for bulkhead in self._bulkheads.values():
            self.express.issue(bulkhead)
            while bulkhead.waiting and bulkhead.idle(self._out.now):
                queries = self._queries(bulkhead.take())
                if queries:
                    worker = bulkhead.start_worker()
                    self._out.ask(AskBackend(bulkhead.entry.name, worker, queries))

    def _queries(self, legs: list[Leg]) -> tuple[Query, ...]:
        queries = []
        for leg in legs:
            if not self._judge_again(leg).released:
                self._refuse(leg, Point.DEQUEUE)
                continue
            leg.state = LegState.ASKED
            queries.append(leg.query)
        return tuple(queries)

    def _judge_again(self, leg: Leg) -> Decision:
        """Facets as at request time, at the present instant; the stricter of both decisions."""
        earlier = leg.decision
        asked_at, now = leg.exchange.received.at, self._out.now
        if earlier.order:
            leg.decision = self.orders.judge(leg, asked_at, self.stack)
        elif earlier.epoch != self._epoch or earlier.versions is not self.stack.versions:
            leg.decision = self.stack.decide_release(leg.request, asked_at, earlier, now)
        return leg.decision  # unchanged by the same rules in the same epoch

    def worker_ended(self, backend: BackendName, worker: int, *, failed: bool) -> bool:
        """That worker is idle again; after a failed batch its backend rests for a while.
        Whether it is down from now on."""
        bulkhead = self._bulkheads[backend]
        bulkhead.end_worker(worker)
        if not failed and bulkhead.succeeded():
            self._out.log("backend up", backend=backend)
        return failed and bulkhead.failed(self._out.now)

    def replied(self, backend: BackendName, reply: Reply) -> None:
        """One reply: released, withheld, or put on record as unmatched; never lost."""
        leg = self._legs.get(reply.id)
        unasked = (LegState.WAITING, LegState.HELD)
        if leg is None or leg.entry.backend != backend or leg.state in unasked:
            self._out.record("unmatched", backend=backend, reply=reply.id)
            self._out.log("reply without a query", backend=backend, reply=reply.id)
        elif reply.error is not None:
            self._out.log("backend could not answer", backend=backend, error=reply.error)
            self.failed(reply.id)
        elif leg.state is LegState.REFUSED:
            self._judge_again(leg)
            self._outcomes.withhold(leg)
            self._forget(leg)
        else:
            self._release(leg, reply)

    def leg(self, query: int) -> Leg | None:
        """The leg that a backend was asked for under this number, while it can still change."""
        return self._legs.get(query)

    def failed(self, query: int) -> None:
        """No answer can come for this query any more."""
        leg = self._legs.get(query)
        if leg is not None and leg.state is LegState.ASKED:
            self._end_unanswered(leg, "failed")
        elif leg is not None:
            self._forget(leg)

    def _release(self, leg: Leg, reply: Reply) -> None:
        late = leg.state is LegState.TIMED_OUT
        line = leg.exchange.asker
        released = self._judge_again(leg).released
        if not released and late:
            self._outcomes.withhold(leg)
            self._forget(leg)
        elif not released:
            self._refuse(leg, Point.RELEASE)
        elif leg.merge is not None and not late:
            leg.merge.hold(leg, reply)
            self._complete(leg.merge)
        elif line is None:
            self._outcomes.undelivered(leg)
            self._end(leg)
        else:
            reply = self.orders.use(leg, reply, self.stack)
            self._outcomes.release_leg(line, leg, reply.records, late)
            self._end(leg)

    def _complete(self, merge: Merge | None) -> None:
        """All sources of a merged answer are through: judge what was held once more, and send."""
        if merge is None or merge.open > 0:
            return
        kept, line = [], merge.exchange.asker
        for leg, reply in merge.held:
            if not self._judge_again(leg).released:
                self._refuse(leg, Point.RELEASE)
            elif line is None:
                kept.append((leg, reply))
            else:
                kept.append((leg, self.orders.use(leg, reply, self.stack)))
        merge.held = []
        if line is not None:
            self._outcomes.release_merged(line, merge, kept)
        for leg, _ in kept:
            if line is None:
                self._outcomes.undelivered(leg)
            self._end(leg)

    # --- time, access changes, lost lines -----------------------------------------------------

    def next_deadline(self) -> Instant | None:
        """When the next leg runs out of time, or a backend for which one waits has rested."""
        self.settle()
        rested = [b.rests_until for b in self._bulkheads.values() if b.rests_until and b.waiting]
        self._count_time()
        due = self._due.next()
        return min(rested if due is None else [due, *rested], default=None)

    def pass_time(self) -> None:
        """End what has run out of time; forget what was late for too long."""
        if self._out.now == self._passed:
            return  # nothing runs out of time within one instant
        self._passed = self._out.now
        self.settle()
        self._count_time()
        for leg in self._due.due(self._out.now):
            self._out_of_time(leg)

    def _count_time(self) -> None:
        """Nearly every leg is answered in the batch that brought it: only the others are due."""
        for leg in self._fresh:
            if leg.state in _OPEN:
                timeout_s = self._bulkheads[leg.entry.backend].entry.reply_timeout_s
                self._due.add(leg, leg.exchange.received.at, timeout_s)
        self._fresh.clear()

    def _out_of_time(self, leg: Leg) -> None:
        match leg.state:
            case LegState.WAITING:
                self._bulkheads[leg.entry.backend].remove(leg)
                self._end_unanswered(leg, "time")
            case LegState.ASKED:
                self._unanswered(leg, "time")
                self._count_down(leg)
                leg.state = LegState.TIMED_OUT
                self._due.add(leg, self._out.now, self._limits.late_s)
                self._complete(leg.merge)
            case LegState.HELD:
                pass  # the other sources run out of time as well, or end before
            case LegState.TIMED_OUT | LegState.REFUSED | LegState.DONE:
                self._forget(leg)
            case _:
                assert_never(leg.state)

    def give_up(self) -> None:
        """The switch stops: what has no outcome by now ends without an answer, and is told so."""
        for leg in self.open_legs:
            if leg.state is LegState.WAITING:
                self._bulkheads[leg.entry.backend].remove(leg)
            self._end_unanswered(leg, "stopped")

    def judge_waiting(self) -> None:
        """An access change took effect: refuse at once whatever waits and may not go on."""
        self.settle()
        for leg in list(self._legs.values()):
            if leg.state in _OPEN:
                if self._judge_again(leg).released:
                    continue
                if leg.state is LegState.WAITING:
                    self._bulkheads[leg.entry.backend].remove(leg)
                if leg.state is LegState.HELD and leg.merge is not None:
                    leg.merge.held = [held for held in leg.merge.held if held[0] is not leg]
                self._refuse(leg, Point.WAITING)

    # --- ends ---------------------------------------------------------------------------------

    def _refuse(self, leg: Leg, point: Point) -> None:
        """Refused, which is the leg's outcome; at a backend, it is kept until its answer came."""
        self._outcomes.refuse(leg.exchange.asker if leg.merge is None else None, leg, point)
        if leg.merge is not None:
            leg.merge.refusals.append(leg.decision)
        if leg.state is LegState.ASKED and point is Point.WAITING:
            self._count_down(leg)
            leg.state = LegState.REFUSED
            self._due.add(leg, self._out.now, self._limits.late_s)
        else:
            was_held = leg.state is LegState.HELD
            self._end(leg)
            if was_held:
                return  # its merged answer waits for others, or is being completed
        self._complete(leg.merge)

    def _unanswered(self, leg: Leg, reason: str, text: str = "") -> None:
        """No answer: told at once, or counted in the answer that it is part of."""
        line = leg.exchange.asker if leg.merge is None else None
        text = text or no_answer_text(reason, leg.entry.backend)
        self._outcomes.no_answer(line, leg, reason, text)
        if leg.merge is not None:
            leg.merge.silent.append(leg.entry.destination)

    def _end_unanswered(self, leg: Leg, reason: str, text: str = "") -> None:
        self._unanswered(leg, reason, text)
        self._end(leg)
        self._complete(leg.merge)

    def _end(self, leg: Leg) -> None:
        if leg.state is not LegState.TIMED_OUT:  # that outcome has been counted
            self._count_down(leg)
        self._forget(leg)

    def _count_down(self, leg: Leg) -> None:
        """One outcome more; after the last one its line has one open inquiry less."""
        exchange = leg.exchange
        exchange.open_legs -= 1
        if leg.merge is not None and leg.state is not LegState.HELD:
            leg.merge.open -= 1
        if exchange.open_legs == 0 and exchange.line.session == exchange.session:
            exchange.line.in_flight -= 1

    def _forget(self, leg: Leg) -> None:
        leg.state = LegState.DONE
        self._legs.pop(leg.id, None)
