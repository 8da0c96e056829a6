"""One running switch: lines, dispatcher, journal and backends, held together by one task.

The *pump* takes whatever has happened since its last turn as one batch (or a driver does that can,
at once), has the dispatcher handle it and inline backends answer, has the records of all that
written to disk, and only then lets its messages leave. No task, event or channel per message
(docs/decisions/0002).

Drivers bring bytes: `switch.shell.attached` serves any line with a task of its own,
`switch.shell.hub` all plain TCP lines with one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
import trio

from switch.acl.engine import AccessStack
from switch.backend import Backend
from switch.config import World
from switch.core.commands import AskBackend, Commands
from switch.core.dispatcher import Dispatcher
from switch.core.events import (
    Event,
    GraceEnded,
    LineClosed,
    LineEnding,
    LineOpened,
    MessageArrived,
)
from switch.core.inquiry.shadow import Tally
from switch.core.services import Outage
from switch.shell.asking import answered, answered_now, waits
from switch.shell.clock import Clock
from switch.shell.connection import GONE, Connection
from switch.shell.past import Past
from switch.shell.recorder import Recorder, Turn, Watch
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.shell.transport import Line
from switch.shell.unfinished import Unfinished
from switch.terms import NEVER, BackendName, Instant, LineId, Mnemonic, quick
from switch.wire.session import Session, WireLimits
from switch.wire.spec import Formats

ROUNDING_S = 1e-5  # seconds since 1970 as a float are exact to some 2.5e-7

_arrived = quick(MessageArrived)

log = structlog.get_logger("wireroom.switch")


class Switch:
    """`run()` it in a nursery, attach lines to it, `stop()` it.

    It runs a `world` and speaks its message `formats`. `watch` is called with each committed batch
    of journal entries, in order.
    """

    def __init__(
        self,
        world: World,
        stack: AccessStack,
        formats: Formats,
        backends: Mapping[BackendName, Backend],
        journal: Journal | Scribe,
        clock: Clock,
        *,
        watch: Watch | None = None,
    ) -> None:
        self.world = world
        self.formats = formats
        self._backends = backends
        self._inline = {name for name, backend in backends.items() if not waits(backend)}
        self._journal = journal
        self.recorder = Recorder(journal, self._release, watch, self._send_rest)
        self._clock = clock
        self._dispatcher = Dispatcher(world, stack, formats)
        if self._dispatcher.log.backends:
            journal.copy_to(self._dispatcher.log.tail.add)
        self._connections: dict[LineId, Connection] = {}
        self._unfinished = Unfinished()
        self._last_line = 0
        self._owed, self._unbroken = Past().owed, Past().unbroken
        self._events: list[Event] = []
        self._happened = trio.Event()
        self._handled = trio.Event()  # set, and made anew, after each turn of the pump
        self._handled_at: Instant = 0.0
        self._due: Instant = NEVER  # when the dispatcher is to be called, if nothing happens
        self._pump_wakes_at: Instant = 0.0  # if nothing happens before
        self._stopping: str | None = None
        self.over = False  # nothing more is handled, and every line is closed
        self._nursery: trio.Nursery | None = None
        limits = world.limits
        self._wire_limits = WireLimits(limits.frame_bytes_max, limits.half_frame_s)

    @property
    def stack(self) -> AccessStack:
        """The access rules in force."""
        return self._dispatcher.stack

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What each staged version of a file would have meant so far."""
        return self._dispatcher.tallies

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Which destinations are out of service."""
        return self._dispatcher.outages

    @property
    def held(self) -> list[str]:
        """For whom each message that is held waits."""
        return self._dispatcher.held

    @property
    def running(self) -> bool:
        """Whether what is posted will be handled."""
        return self._nursery is not None and self._stopping is None

    @property
    def connections(self) -> int:
        """How many lines are open."""
        return len(self._connections)

    # --- from the outside ------------------------------------------------------------------------

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run until `stop()`; what is in flight then has the grace period to end.

        JournalError ends it at once, and nothing of the batch concerned is released.
        """
        async with trio.open_nursery() as nursery:
            self.start(nursery)
            nursery.start_soon(self.recorder.run)
            task_status.started()
            await self._pump()
            await self.recorder.all_released()
            self.over = True
            nursery.cancel_scope.cancel()
        self._nursery = None
        self._handled.set()  # for good: nothing more is handled, and nobody waits for it
        for connection in list(self._connections.values()):
            connection.close("the switch stops")
            connection.line.close()
        stopped = self._dispatcher.stop(self._clock.now(), self._stopping or "ended")
        self.recorder.put(Turn(stopped.records))
        log.info("stopped", reason=self._stopping)

    def start(self, nursery: trio.Nursery) -> None:
        """The first turn: go on where the journal ends. `run` does it, or whoever has no trio."""
        started = self._dispatcher.start(
            self._clock.now(),
            last_query=self._journal.last_query(),
            uses=self._owed.uses,
            carried=self._owed.carried,
            unbroken=self._unbroken,
        )
        self._nursery = nursery
        self._look_ahead()
        self.recorder.commit(Turn(started.records))

    def stop(self, reason: str) -> None:
        """Take no more messages; end when nothing is in flight, which after `grace_s` is ended."""
        if self._stopping is None:
            self._stopping = reason
            log.info("stopping", reason=reason, open_legs=self._dispatcher.open_legs)
            self._happened.set()

    def recall(self, past: Past) -> None:
        """Before it runs: what the journal that it goes on with tells."""
        self._dispatcher.log.tail.resume(past.bodies)
        self._dispatcher.delayed.earlier.resume(past.inquiries, self._clock.now())
        self._owed, self._unbroken = past.owed, past.unbroken
        self._last_line = max((each.line for each in past.unbroken), default=0)

    def post(self, event: Event) -> None:
        """Have the dispatcher told in its next batch."""
        self._events.append(event)
        self._happened.set()

    def wake(self) -> None:
        """Have the pump take a turn."""
        self._happened.set()

    async def handled(self) -> None:
        """Until the pump's present turn is over; its messages leave when it is on disk."""
        await self._handled.wait()

    async def put_on_record(self, *events: Event) -> None:
        """Post events; wait until all that was posted is handled, on disk and watched.

        Returns at once, and nothing is on record, when the switch does not run any more.
        """
        for event in events:
            self.post(event)
        if self._events:
            await self._handled.wait()
        await self.recorder.so_far_released()

    # --- for drivers -----------------------------------------------------------------------------

    def open(self, line: Line, proved: tuple[Mnemonic, ...] | None = None) -> Connection | None:
        """A new connection; None, and the line is closed, when no more are taken."""
        if self._stopping is not None or len(self._connections) >= self.world.limits.lines_max:
            why = self._stopping or "lines_max are open"
            log.warning("line refused", peer=line.peer, lines=len(self._connections), reason=why)
            line.close()
            return None
        self._last_line += 1
        session = Session(
            self.formats, self.world.timezone, self._wire_limits, self.world.control_prefix
        )
        bytes_max = self.world.limits.outbox_bytes_max
        connection = Connection(self._last_line, line, session, bytes_max)
        self._connections[connection.id] = connection
        log.info("line opened", line=connection.id, peer=line.peer, lines=len(self._connections))
        self.post(LineOpened(connection.id, proved))
        return connection

    def receive(self, connection: Connection, chunk: bytes) -> None:
        """Bytes came in; `connection.session.broken` afterwards means: read no more.

        They are handled with the next turn: `turn()` takes it now, `wake()` has the pump take it.
        A switch that stops takes nothing more, and still answers on this line what it took before.
        """
        if self._stopping is not None:
            return
        session, line_id = connection.session, connection.id
        message = session.receive_whole(chunk)
        if message is not None:
            self._events.append(_arrived((line_id, message)))
        else:
            for message in session.receive(chunk, self._clock.now()):
                self._events.append(MessageArrived(line_id, message))
            self._unfinished.note(connection)

    def end(self, connection: Connection) -> None:
        """Nothing more will be read on this line: it is hung up when what it asked is answered."""
        self._unfinished.forget(connection.id)
        for message in connection.session.finish(self._clock.now()):
            self._events.append(MessageArrived(connection.id, message))
        self.post(LineEnding(connection.id))

    def close(self, connection: Connection) -> None:
        """The line is gone, or its time is over."""
        connection.close(GONE)
        self.recorder.take_back(connection)
        connection.line.close()
        if self._connections.pop(connection.id, None) is not None:
            self._unfinished.forget(connection.id)
            self.post(LineClosed(connection.id))

    # --- the pump --------------------------------------------------------------------------------

    async def _pump(self) -> None:
        grace = NEVER
        while True:
            await self._wait_for_work(grace)
            await self.recorder.room()
            if self._stopping is not None:
                grace = min(grace, trio.current_time() + self.world.limits.grace_s)
                if trio.current_time() >= grace:
                    self._events.append(GraceEnded())
            self._happened = trio.Event()
            self._take_turn()
            if self._stopping is not None and not (self._events or self._dispatcher.open_legs):
                return

    def turn(self) -> None:
        """Handle what has come in, now, for a driver that knows that there is room for it."""
        if self.over:
            return
        self._take_turn()
        if self._stopping is not None or self._due < self._pump_wakes_at:
            self.wake()

    def _take_turn(self) -> None:
        """One batch, with the answers of inline backends; recorded, then released."""
        self._events += self._unfinished.overdue(self._clock.now() + ROUNDING_S)
        turn = Turn()
        events, self._events = self._events, []
        self._handle(events, turn)
        self._look_ahead()
        self.recorder.commit(turn)
        self._handled.set()
        self._handled = trio.Event()

    def _look_ahead(self) -> None:
        due = self._dispatcher.next_deadline()
        self._due = NEVER if due is None else due

    async def _wait_for_work(self, until: float) -> None:
        if self._events:
            await trio.lowlevel.checkpoint()
            return
        self._pump_wakes_at = self._due
        until = min(until, self._trio_time(min(self._due, self._unfinished.next_deadline())))
        if until == NEVER:
            await self._happened.wait()
        else:
            with trio.move_on_at(until):
                await self._happened.wait()

    def _trio_time(self, instant: Instant) -> float:
        return trio.current_time() + max(0.0, instant - self._clock.now())

    def _instant(self) -> Instant:
        """The instant of a batch: a wake-up that rounding made a hair early counts as on time.

        Without that a deadline could be missed by less than the clock's resolution, for ever.
        """
        now = self._clock.now()
        if now < self._due <= now + ROUNDING_S:
            now = self._due
        self._handled_at = max(now, self._handled_at)
        return self._handled_at

    def _handle(self, events: Sequence[Event], turn: Turn) -> None:
        """Until nothing is left that can be answered at once."""
        now = self._instant()
        while True:
            commands = self._dispatcher.handle(events, now)
            turn.records += commands.records
            turn.closes |= commands.closes
            self._render(commands, turn.outgoing)
            inline: list[AskBackend] = []
            for ask in commands.asks:
                (inline if ask.backend in self._inline else turn.waiting).append(ask)
            if not inline:
                return
            events = [answered_now(self._backends[ask.backend], ask) for ask in inline]

    def _render(self, commands: Commands, outgoing: dict[Connection, list[bytes]]) -> None:
        for state in commands.logs:
            log.info(state.event, **state.fields)
        for line_id, message in commands.sends:
            if (connection := self._connections.get(line_id)) is not None:
                data = connection.session.send(message)
                if connection in outgoing:
                    outgoing[connection].append(data)
                else:
                    outgoing[connection] = [data]

    def _release(self, turn: Turn) -> None:
        """The records are on disk: messages leave, and waiting backends are asked."""
        assert self._nursery is not None
        for connection, messages in turn.outgoing.items():
            if not connection.send(b"".join(messages)):
                self._nursery.start_soon(connection.drain)
        for ask in turn.waiting:
            self._nursery.start_soon(self._answer, ask)
        for line_id, why in turn.closes.items():
            if line_id in self._connections:
                self._nursery.start_soon(self._hang_up, self._connections[line_id], why)

    async def _hang_up(self, connection: Connection, why: str) -> None:
        await connection.close_when_sent(self.world.limits.grace_s, why)

    async def _answer(self, ask: AskBackend) -> None:
        time_s = self.world.backends[ask.backend].reply_timeout_s + self.world.limits.late_s
        self.post(await answered(self._backends[ask.backend], ask, time_s))

    def _send_rest(self, line_id: LineId, data: bytes) -> None:
        """What the journal's process could not send: the line is slow, or gone."""
        if (connection := self._connections.get(line_id)) is not None:
            connection.lent = False
            if not connection.send(data):
                assert self._nursery is not None
                self._nursery.start_soon(connection.drain)
