"""The switch itself: events in, commands out.

Pure and deterministic: the same events at the same instants give the same commands, byte for byte.
Nothing here waits, and nothing here knows a socket, a file or the time of day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from switch.acl.engine import AccessStack
from switch.acl.orders import UNUSED
from switch.config import World
from switch.core.access import Access
from switch.core.acknowledging import Acknowledging
from switch.core.commands import Commands
from switch.core.events import (
    BackendFailed,
    Event,
    GraceEnded,
    LineClosed,
    LineEnding,
    LineOpened,
    MessageArrived,
    Noted,
    RepliesArrived,
    ServiceChanged,
)
from switch.core.farewell import Farewells
from switch.core.forwarding import Forwarding
from switch.core.held import Store
from switch.core.inquiry.forms import Forms
from switch.core.inquiry.holding import HeldInquiries
from switch.core.inquiry.inquiries import Inquiries
from switch.core.inquiry.outcomes import Outcomes
from switch.core.inquiry.routing import Routes
from switch.core.inquiry.shadow import Tally
from switch.core.lines import Lines, LineState
from switch.core.log.search import LogSearch
from switch.core.mail.addresses import Addresses
from switch.core.mail.administrative import Administrative
from switch.core.mail.confirming import ANSWER, REQUEST, Confirming
from switch.core.mail.delayed import Delayed
from switch.core.mail.post import Post
from switch.core.outbox import Outbox
from switch.core.presence import Presence
from switch.core.record.journal import Entry
from switch.core.record.unbroken import Unbroken
from switch.core.services import Outage, Services
from switch.core.watch.watching import Watching
from switch.message import (
    Acknowledged,
    Heartbeat,
    InputMessage,
    Malformed,
    Resume,
    SignOff,
    SignOn,
)
from switch.terms import Instant
from switch.wire.answer import ERROR_KEY, error_body
from switch.wire.spec import Formats


class Dispatcher:
    """One switch. Handle batches with `handle()`, at the latest at `next_deadline()`."""

    def __init__(self, world: World, stack: AccessStack, formats: Formats) -> None:
        self._world = world
        self._formats = formats
        self._out = Outbox()
        self._lines = Lines(world)
        self._farewells = Farewells(self._lines)
        forms = Forms(world, formats)
        self._outcomes = Outcomes(world, formats, forms, self._out)
        self._services = services = Services()
        store, addresses = Store(world.limits, self._out), Addresses(world, formats)
        held = HeldInquiries(
            world, formats, self._out, self._outcomes, self._lines, services, store
        )
        routes = Routes(world, formats)
        self._inquiries = Inquiries(
            world, stack, self._out, self._outcomes, forms, routes, held, services
        )
        self.post = Post(world, formats, self._out, self._lines, services, store)
        self._forwarding = Forwarding(
            world, formats, self._out, self._lines, services, self.post, self._inquiries, held
        )
        self._confirming = Confirming(world, self._out, self._lines)
        self._administrative = Administrative(
            world, formats, self._out, self._outcomes, addresses, self.post, self._confirming
        )
        self._acknowledging = Acknowledging(world, formats, self._out, self._lines, self._farewells)
        self._presence = Presence(
            world, self._out, self._lines, self._farewells, self._acknowledging
        )
        self._access = Access(self._inquiries, self._out)
        self.delayed = Delayed(world, forms, self._out, self._lines, self._outcomes, services)
        self._watching = Watching(world, self._out, self._lines)
        self.log = LogSearch(world, self._out, self._inquiries)
        self._inquired = {
            mke: spec for mke, spec in formats.keys.items() if spec.answer and mke != REQUEST
        }
        self._asked: dict[tuple[str, int], tuple[int, ...]] = {}  # query ids at each busy worker

    @property
    def stack(self) -> AccessStack:
        """The access rules in force."""
        return self._inquiries.stack

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Which destinations are out of service."""
        return tuple(self._services)

    @property
    def held(self) -> list[str]:
        """For which agency or backend each message that is held waits."""
        return [item.place for item in self.post.store]

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What each staged version would have meant so far, by backend."""
        return self._access.shadow.tallies

    @property
    def open_legs(self) -> int:
        """How many legs still wait for an outcome."""
        return len(self._inquiries.open_legs)

    def start(
        self,
        now: Instant,
        *,
        last_query: int = 0,
        uses: Mapping[tuple[str, str], int] = UNUSED,
        carried: Sequence[Entry] = (),
        unbroken: Sequence[Unbroken] = (),
    ) -> Commands:
        """The first batch. Of a journal that is continued, `last_query` is the highest number,
        `uses` how often each court order was used, `carried` what is still owed, `unbroken` who may
        resume: the numbers of those lines are not to be used again."""
        self._out.start(now)
        self._out.resume(last_query)
        self._inquiries.orders.resume(uses)
        self._forwarding.start(carried)
        self._confirming.start(carried)
        self.delayed.start(carried)
        self._access.start(now)
        self._out.record(
            "started",
            world=self._world.id,
            switch_ori=self._world.switch_ori,
            backends=list(self._world.backends),
            versions=dict(self.stack.versions),
        )
        self._acknowledging.take_over(unbroken, self.stack)
        self._acknowledging.finish(self.stack)
        return self._out.finish()

    def stop(self, now: Instant, reason: str) -> Commands:
        """The last batch."""
        self._out.start(now)
        self._acknowledging.stop()
        self._out.record("stopped", reason=reason)
        return self._out.finish()

    def next_deadline(self) -> Instant | None:
        """When `handle()` must be called even if nothing happens."""
        known = (
            self._inquiries.next_deadline(),
            self._access.next_change,
            self._lines.next_deadline(),
            self._watching.next_deadline(),
            self._acknowledging.next_deadline(),
            self._forwarding.next_deadline(),
            self._confirming.next_deadline(),
            self.log.next_deadline(),
            self.delayed.next_deadline(),
        )
        return min((due for due in known if due is not None), default=None)

    def handle(self, events: Iterable[Event], now: Instant) -> Commands:
        """One batch: first what time has brought, then the events in their order."""
        self._out.start(now)
        self._inquiries.judge_by(self.stack)
        self._access.pass_time(now)
        self._inquiries.pass_time()
        self._forwarding.pass_time()
        self._confirming.pass_time()
        self._acknowledging.start()
        for event in events:
            if type(event) is MessageArrived:
                self._arrived(event)
            else:
                self._on(event)
        self._farewells.catch_up(self._take_counted)
        self._presence.overdue()
        self.log.advance(self.stack)
        self.delayed.finish(self.stack, moved=self._forwarding.moved)
        self._forwarding.finish(self.stack)
        self._inquiries.issue()
        self._watching.look(self.stack, self._out.records)
        if self._acknowledging:
            self._acknowledging.finish(self.stack)
        commands = self._out.finish()
        for ask in commands.asks:
            self._asked[ask.backend, ask.worker] = tuple(query.id for query in ask.queries)
        return commands

    def _on(self, event: Event) -> None:
        match event:
            case RepliesArrived():
                self._replies(event)
            case BackendFailed():
                self._backend_failed(event)
            case MessageArrived() | LineEnding():
                self._arrived(event)
            case LineOpened():
                self._lines.open(event.line, self._out.now, event.proved)
            case LineClosed():
                self._presence.closed(event.line)
            case ServiceChanged():
                self._forwarding.on(event)
            case GraceEnded():
                self._inquiries.give_up()
            case Noted():
                self._out.record("noted", **{**event.fields, "by": event.by})
            case _:
                if self._acknowledging:
                    self._acknowledging.keep(self.stack)  # what was sent so far, by these rules
                self._access.on(event)

    # --- lines --------------------------------------------------------------------------------

    def _arrived(self, event: MessageArrived | LineEnding) -> None:
        line = self._lines.get(event.line)
        if line is None:
            return  # it closed in the same batch; what came before was handled
        if type(event) is MessageArrived and not line.careful:
            message = event.message
            if type(message) is InputMessage and line.terminal is not None:
                spec = self._inquired.get(message.mke)
                if spec is not None:
                    self._inquiries.accept(line, message, spec)  # nearly always
                    return
        self._arrived_carefully(line, event)

    def _arrived_carefully(self, line: LineState, event: MessageArrived | LineEnding) -> None:
        if isinstance(event, MessageArrived):
            self._acknowledging.hear(line)
            if line.acknowledges and isinstance(event.message, Acknowledged | Heartbeat):
                self._take(line, event)  # these wait for nothing
                return
        if not line.behind and not self._farewells.must_wait(line, event):
            self._take_counted(line, event)
        elif not self._farewells.hold(line, event):
            self._presence.hang_up(line, "TOO MUCH WAITS BEHIND A SIGN-OFF")

    def _take_counted(self, line: LineState, event: MessageArrived | LineEnding) -> None:
        if isinstance(event, MessageArrived):
            self._acknowledging.count(line, event.message)
        self._take(line, event)

    def _take(self, line: LineState, event: MessageArrived | LineEnding) -> None:
        if isinstance(event, LineEnding):
            self._presence.end(line)
            return
        message = event.message
        match message:
            case InputMessage():
                self._input(line, message)
            case SignOn():
                if self._presence.sign_on(line, message):
                    self._forwarding.came()
            case Resume():
                self._resume(line, message)
            case Acknowledged():
                wrong = self._acknowledging.acknowledge(line, message, self.stack)
                if wrong is not None:
                    self._malformed(line, wrong)
            case Heartbeat():
                self._acknowledging.say(line, "HEARTBEAT")
            case SignOff():
                self._presence.sign_off(line)
            case Malformed():
                self._malformed(line, message)
            case _:
                assert_never(message)

    def _resume(self, line: LineState, wanted: Resume) -> None:
        resumed = self._presence.resume(line, wanted, self.stack)
        if isinstance(resumed, Malformed):
            self._malformed(line, resumed)
        elif resumed is line:  # signed on afresh
            self._forwarding.came()

    def _input(self, line: LineState, message: InputMessage) -> None:
        spec = self._formats.keys.get(message.mke)
        if line.terminal is None:
            text = "REFUSED - NOT IDENTIFIED. SIGN ON FIRST: SIGNON TERMINAL OPERATOR"
            self._reject(line, message, ".92.", text)
        elif message.mke in self._inquired:
            self._inquiries.accept(line, message, self._inquired[message.mke])
        elif spec is not None and (spec.free_text or message.mke in (REQUEST, ANSWER)):
            self._administrative.accept(line, message, self.stack)
        elif spec is not None and spec.from_terminals:
            where = " ".join(message.destinations)
            text = f"MESSAGE TYPE NOT ALLOWED TO DESTINATION - {message.mke} TO {where}"
            self._reject(line, message, ".02.", text)
        else:
            text = f"INVALID HEADER INFORMATION - {message.mke} IS NOT SENT BY TERMINALS"
            self._reject(line, message, ".01.", text)

    def _reject(self, line: LineState, message: InputMessage, number: str, text: str) -> None:
        received, query = self._out.receive(), self._out.next_query()
        self._outcomes.reject(line, message, received, query, number, text)

    def _malformed(self, line: LineState, message: Malformed) -> None:
        error = message.error
        details = [error.fix.upper()] if error.fix else []
        body = error_body(error.code, error.text, message.raw, details)
        received, switch = self._out.receive(), self._world.switch_ori
        sequence = self._out.send(line, ERROR_KEY, switch, received, message.control, body)
        self._out.record(
            "malformed",
            line=line.id,
            terminal=line.terminal,
            code=error.code,
            text=error.text,
            field=error.field,
            offset=error.offset,
            raw=message.raw.decode("latin-1"),
            control=message.control,
            sequence=sequence,
        )

    # --- backends -----------------------------------------------------------------------------

    def _replies(self, event: RepliesArrived) -> None:
        asked = self._asked.pop((event.backend, event.worker), ())
        if event.backend in self.log.backends:
            self._inquiries.settle()
            self.log.begin(event)
        else:
            self._inquiries.worker_ended(event.backend, event.worker, failed=False)
            if self._inquiries.express.answered(event):
                return
            self._inquiries.settle()
            for reply in event.replies:
                self._inquiries.replied(event.backend, reply)
        if len(event.replies) < len(asked):
            answered = {reply.id for reply in event.replies}
            for query in (each for each in asked if each not in answered):
                self._inquiries.failed(query)

    def _backend_failed(self, event: BackendFailed) -> None:
        self._inquiries.settle()
        if self._inquiries.worker_ended(event.backend, event.worker, failed=True):
            self._out.log("backend down", backend=event.backend, reason=event.reason)
        for query in self._asked.pop((event.backend, event.worker), ()):
            self._inquiries.failed(query)
