"""One running switch: lines, dispatcher, journal and backends, held together by two tasks.

The *pump* takes whatever has happened since its last turn as one batch, has the dispatcher handle
it, and has inline backends answer at once. The *committer* puts the records of all batches that
wait on disk in one write, and only then lets their messages leave. While the disk works, the pump
prepares the next batch. No task, event or channel per message: see docs/performance.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

import structlog
import trio

from switch.acl.engine import AccessStack
from switch.backend import Backend, InlineBackend, Reply, WaitingBackend
from switch.clock import Clock
from switch.config import World
from switch.connection import Connection
from switch.core.commands import AskBackend, Commands
from switch.core.dispatcher import Dispatcher
from switch.core.events import (
    BackendFailed,
    Event,
    LineClosed,
    LineOpened,
    MessageArrived,
    RepliesArrived,
)
from switch.core.journal import Entry
from switch.store import Journal
from switch.terms import BackendName, Instant, LineId
from switch.transport import Line
from switch.wire.session import Session, WireLimits
from switch.wire.spec import Formats

Watch = Callable[[Sequence[Entry]], None]

# Batches that may wait for the disk; above, the pump (and so every reader) waits as well.
UNCOMMITTED_MAX = 64
# Events that may wait for the pump; above, lines are not read.
EVENTS_MAX = 16_384
# Seconds since 1970 as a float are exact to about a quarter of a microsecond.
ROUNDING_S = 1e-5

log = structlog.get_logger("wireroom.switch")


class Switch:
    """`run()` it in a nursery, `attach()` lines to it, `stop()` it.

    `watch` is called with each committed batch of journal entries, in order.
    """

    def __init__(
        self,
        world: World,
        stack: AccessStack,
        formats: Formats,
        backends: Mapping[BackendName, Backend],
        journal: Journal,
        clock: Clock,
        *,
        watch: Watch | None = None,
    ) -> None:
        self._world = world
        self._formats = formats
        self._backends = backends
        self._inline = {name for name, backend in backends.items() if not _waits(backend)}
        self._journal = journal
        self._clock = clock
        self._watch = watch
        self._dispatcher = Dispatcher(world, stack, formats)
        self._connections: dict[LineId, Connection] = {}
        self._last_line = 0
        self._events: list[Event] = []
        self._happened = trio.Event()
        self._room = trio.Event()  # set when the pump has taken a full list of events
        self._uncommitted: list[_Prepared] = []
        self._prepared = trio.Event()
        self._committed = trio.Event()
        self._handled_at: Instant = 0.0
        self._stopping: str | None = None
        self._nursery: trio.Nursery | None = None
        self._wire_limits = WireLimits(
            frame_bytes_max=world.limits.frame_bytes_max, half_frame_s=world.limits.half_frame_s
        )

    @property
    def stack(self) -> AccessStack:
        """The access rules in force."""
        return self._dispatcher.stack

    @property
    def connections(self) -> int:
        """How many lines are open."""
        return len(self._connections)

    # --- for the outside ----------------------------------------------------------------------

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run until `stop()`; what is in flight then has the grace period to end."""
        last_query = self._journal.last_query()
        start = self._dispatcher.start(self._clock.now(), last_query=last_query)
        await self._commit(start.records)
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            nursery.start_soon(self._committer)
            nursery.start_soon(self._pump)
            task_status.started()
        self._nursery = None
        for connection in list(self._connections.values()):
            connection.close()
        end = self._dispatcher.stop(self._clock.now(), self._stopping or "ended")
        await self._commit(end.records)

    def stop(self, reason: str) -> None:
        """Take no more messages; end when nothing is in flight, at the latest after `grace_s`."""
        if self._stopping is None:
            self._stopping = reason
            log.info("stopping", reason=reason, open_legs=self._dispatcher.open_legs)
            self._happened.set()

    def post(self, event: Event) -> None:
        """Have the dispatcher told in its next batch."""
        self._events.append(event)
        self._happened.set()

    async def attach(self, line: Line) -> None:
        """Serve one connection until either end closes it; never raises for the far end's sake."""
        if self._stopping is not None or len(self._connections) >= self._world.limits.lines_max:
            log.warning("line refused", lines=len(self._connections))
            line.close()
            return
        self._last_line += 1
        line_id = self._last_line
        session = Session(
            self._formats, self._world.timezone, self._wire_limits, self._world.control_prefix
        )
        connection = Connection(line, session, self._world.limits.outbox_bytes_max)
        self._connections[line_id] = connection
        self.post(LineOpened(line_id))
        try:
            await self._read(line_id, connection)
        finally:
            connection.close()
            del self._connections[line_id]
            self.post(LineClosed(line_id))

    # --- reading ------------------------------------------------------------------------------

    async def _read(self, line_id: LineId, connection: Connection) -> None:
        session, events = connection.session, self._events
        while not session.broken:
            deadline = session.next_deadline()
            if deadline is None:
                chunk = await connection.line.receive()
            else:
                with trio.move_on_at(self._trio_time(deadline)) as waited:
                    chunk = await connection.line.receive()
                if waited.cancelled_caught:
                    received = session.on_deadline(self._clock.now())
                    events.extend([MessageArrived(line_id, message) for message in received])
                    self._happened.set()
                    continue
            if not chunk or self._stopping is not None:
                break
            received = session.receive(chunk, self._clock.now())
            if received:
                events.extend([MessageArrived(line_id, message) for message in received])
                self._happened.set()
            if connection.unsent:
                await connection.wait_sent()
            while len(events) > EVENTS_MAX:
                await self._room.wait()
        await self._last_words(connection)

    async def _last_words(self, connection: Connection) -> None:
        """A broken line is closed only after the error that says why has left."""
        if connection.session.broken:
            with trio.move_on_after(self._world.limits.grace_s):
                await self._turn()
                await connection.wait_sent()

    async def _turn(self) -> None:
        """Until all that has happened up to now is handled and committed."""
        while self._events or self._uncommitted:
            committed = self._committed
            await committed.wait()

    def _trio_time(self, instant: float) -> float:
        return trio.current_time() + max(0.0, instant - self._clock.now())

    # --- handling -----------------------------------------------------------------------------

    async def _pump(self) -> None:
        grace: float | None = None
        while True:
            await self._wait_for_work(grace)
            if self._stopping is not None and grace is None:
                grace = trio.current_time() + self._world.limits.grace_s
            while len(self._uncommitted) >= UNCOMMITTED_MAX:
                await self._committed.wait()
            events, self._happened = self._events[:], trio.Event()
            self._events.clear()
            self._room.set()
            self._room = trio.Event()
            self._handle(events)
            if grace is not None and self._ended(grace):
                break
        await self._finish()

    async def _wait_for_work(self, grace: float | None) -> None:
        if self._events:
            await trio.lowlevel.checkpoint()
            return
        deadline = self._dispatcher.next_deadline()
        until = float("inf") if deadline is None else self._trio_time(deadline)
        if grace is not None:
            until = min(until, grace)
        if until == float("inf"):
            await self._happened.wait()
        else:
            with trio.move_on_at(until):
                await self._happened.wait()

    def _instant(self) -> Instant:
        """The instant of a batch: a wake-up that rounding made a hair early counts as on time.

        Without that a deadline could be missed by less than the clock's resolution, for ever.
        """
        now, due = self._clock.now(), self._dispatcher.next_deadline()
        if due is not None and now < due <= now + ROUNDING_S:
            now = due
        self._handled_at = max(now, self._handled_at)
        return self._handled_at

    def _ended(self, grace: float) -> bool:
        return not self._events and (
            self._dispatcher.open_legs == 0 or trio.current_time() >= grace
        )

    async def _finish(self) -> None:
        """Let the committer empty its hands, then end everything else."""
        while self._uncommitted:
            await self._committed.wait()
        assert self._nursery is not None
        self._nursery.cancel_scope.cancel()

    def _handle(self, events: Sequence[Event]) -> None:
        """One batch, and the batches that inline backends' answers make of it."""
        now = self._instant()
        while True:
            commands = self._dispatcher.handle(events, now)
            inline = [ask for ask in commands.asks if ask.backend in self._inline]
            if inline:
                commands.asks = [ask for ask in commands.asks if ask.backend not in self._inline]
            self._prepare(commands)
            if not inline:
                return
            events = [self._answer_inline(ask) for ask in inline]

    def _prepare(self, commands: Commands) -> None:
        """Render what is to be sent; it leaves after the records are committed."""
        for state in commands.logs:
            log.info(state.event, **state.fields)
        outgoing: dict[Connection, list[bytes]] = {}
        for line_id, message in commands.sends:
            connection = self._connections.get(line_id)
            if connection is not None:
                outgoing.setdefault(connection, []).append(connection.session.send(message))
        if commands.records or commands.asks or outgoing or commands.closes:
            self._uncommitted.append(_Prepared(commands, outgoing))
            self._prepared.set()

    def _answer_inline(self, ask: AskBackend) -> Event:
        backend = cast("InlineBackend", self._backends[ask.backend])
        try:
            return _replies(ask, backend.answer(ask.queries))
        except Exception as error:
            # A backend is a stranger's code: whatever it does ends its batch, not the switch.
            return BackendFailed(ask.backend, ask.worker, _reason(error))

    async def _answer_waiting(self, ask: AskBackend) -> None:
        backend = cast("WaitingBackend", self._backends[ask.backend])
        limits, entry = self._world.limits, self._world.backends[ask.backend]
        event: Event = BackendFailed(
            ask.backend, ask.worker, "took longer than its time and late_s"
        )
        with trio.move_on_after(entry.reply_timeout_s + limits.late_s):
            try:
                event = _replies(ask, await backend.answer(ask.queries))
            except Exception as error:
                event = BackendFailed(ask.backend, ask.worker, _reason(error))
        self.post(event)

    # --- recording, then releasing ------------------------------------------------------------

    async def _committer(self) -> None:
        while True:
            await self._prepared.wait()
            batch, self._prepared = self._uncommitted[:], trio.Event()
            await self._commit([entry for each in batch for entry in each.commands.records])
            self._release(batch)
            del self._uncommitted[: len(batch)]
            if self._uncommitted:
                self._prepared.set()
            self._committed.set()
            self._committed = trio.Event()

    async def _commit(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        if self._journal.inline:
            self._journal.append(entries)
        else:
            await trio.to_thread.run_sync(self._journal.append, entries)
        if self._watch is not None:
            self._watch(entries)

    def _release(self, batch: Sequence[_Prepared]) -> None:
        """The records are on disk: messages leave, waiting backends are asked, lines close."""
        assert self._nursery is not None
        outgoing: dict[Connection, list[bytes]] = {}
        for each in batch:
            for connection, messages in each.outgoing.items():
                outgoing.setdefault(connection, []).extend(messages)
        for connection, messages in outgoing.items():
            if not connection.send(b"".join(messages)):
                self._nursery.start_soon(connection.drain)
        for each in batch:
            for ask in each.commands.asks:
                self._nursery.start_soon(self._answer_waiting, ask)
            for line_id in each.commands.closes:
                if line_id in self._connections:
                    self._connections[line_id].close()


class _Prepared(NamedTuple):
    """A handled batch whose messages are rendered and wait for its records to be on disk."""

    commands: Commands
    outgoing: dict[Connection, list[bytes]]


def _waits(backend: Backend) -> bool:
    return inspect.iscoroutinefunction(backend.answer)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _replies(ask: AskBackend, replies: Sequence[Reply]) -> RepliesArrived:
    """The replies of a batch; ValueError for nonsense, which must end here, not in the codec."""
    for reply in replies:
        if type(reply) is not Reply:
            raise ValueError(f"answered {type(reply).__name__} instead of Reply")
        for record in reply.records:
            for value in record.values():
                if type(value) is not str:
                    raise ValueError(f"a record holds {type(value).__name__} instead of text")
    return RepliesArrived(ask.backend, ask.worker, tuple(replies))
