"""The simulated room: the real switch on simulated lines, disk, clock and databases, without trio.

The real `Switch`, `Recorder`, `Connection`, `Session`, `Dispatcher`, `Scribe`, `Clerk`, `Journal`
run here; the room stands where the system stands otherwise. It reads lines as `switch.shell.hub`
does, resumes what waits for a slow reader, asks the databases, and lets the scribe write.

What a step leaves behind is worked off by `settle`: typed bytes are read, turns are taken, the
scribe writes, terminals read - but for what a step has *held back*: a line, a reader, the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from math import inf
from typing import Any

from switch.acl.document import load_stack
from switch.acl.engine import AccessStack
from switch.acl.policy import Policy
from switch.backend import Query, Record, Reply
from switch.config import World
from switch.core.commands import AskBackend, Commands
from switch.core.events import BackendFailed, Event
from switch.core.held import owed
from switch.core.record.journal import Entry
from switch.errors import JournalError
from switch.shell.app import Switch
from switch.shell.connection import Connection
from switch.shell.past import Past
from switch.terms import BackendName
from switch.wire.spec import Formats
from switch.wire.spec_files import load_formats
from switch.world_file import load_world
from tests.simulation.disk import Disk, LentLines, PowerCut, SimulatedScribe
from tests.simulation.line import SimulatedLine
from tests.simulation.promise import Broken, Promise

STARTS = 1571122680.0  # 2019-10-14T23:58:00 in Los Angeles, two minutes before the cut-off
READ_BYTES = 65_536
ROUNDS_MAX = 1_000  # of `settle`, and wake-ups within one wait: more means that it never ends
TOKENS = {"RQ": "LIC", "RNQ": "LIC", "QV": "LIC"}  # the field that names the query, else NAM

REGIONS = {"E1": ("CA", "NV"), "F1": ("NV", "ZA")}


@cache
def place() -> tuple[World, AccessStack, Formats]:
    """golden-state with limits so tight that every one of them is reached."""
    world = load_world("golden-state")
    limits = replace(
        world.limits,
        lines_max=6,
        in_flight_max=3,
        outbox_bytes_max=2_500,
        late_s=40.0,
        sign_on_s=90.0,
        half_frame_s=20.0,
        held_s=60.0,
    )
    tight = {"inbox_max": 3, "workers": 2, "batch_max": 2}
    backends = {name: replace(entry, **tight) for name, entry in world.backends.items()}
    world = replace(world, limits=limits, backends=backends, regions=REGIONS)
    return world, load_stack(world), load_formats()


@dataclass(slots=True)
class Clock:
    """What time it is; steps move it, in both directions."""

    at: float = STARTS

    def now(self) -> float:
        """See `switch.shell.clock.Clock`."""
        return self.at


@dataclass(slots=True)
class AtWork:
    """A batch at a waiting backend."""

    ask: AskBackend
    since: float
    fails_at: float  # the shell gives up on it


@dataclass(slots=True)
class Cut:
    """An agency is cut off from a backend, or from all (NETWORK): what the room knows of it."""

    rule: str
    backend: str
    agency: str
    start: float
    end: float = inf
    active: bool = False  # the switch has been told, and that is on record
    by_row: bool = False  # of a scenario: its rule is in no version on disk


class Source:
    """A database that answers at once, in the mood that a step has put it in."""

    def __init__(self, mood: Callable[[], str]) -> None:
        self._mood = mood

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """See `switch.backend.InlineBackend`."""
        return answer_of(batch, self._mood())

    def close(self) -> None:
        """Nothing to give back."""


class WaitingSource:
    """A database that is asked, and answers in a step of its own."""

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """The room stands between."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to give back."""


MOODS = ("good", "none", "many", "error", "raises", "partial", "twice", "wrong", "nonsense")


def answer_of(batch: Sequence[Query], mood: str) -> Sequence[Reply]:
    """What a database makes of a batch. Every record names the query that it was found for."""
    if mood == "raises":
        raise RuntimeError("the database is on fire")
    if mood == "nonsense":
        return [query.id for query in batch]  # type: ignore[misc]
    if mood == "none":
        return [Reply(query.id) for query in batch]
    if mood == "error":
        return [Reply(query.id, (), "cannot say") for query in batch]
    replies = [Reply(query.id, _records(query, 9 if mood == "many" else 1)) for query in batch]
    if mood == "partial":
        return replies[1:]
    if mood == "twice":
        return [*replies, *replies]
    if mood == "wrong":
        return [reply._replace(id=reply.id + 1_000_000_000) for reply in replies]
    return replies


def _records(query: Query, count: int) -> tuple[Record, ...]:
    code = TOKENS.get(query.key, "NAM")
    return tuple(Record({code: f"Q{query.id}E", "STA": "X" * 40}) for _ in range(count))


class SimulatedSwitch(Switch):
    """The real one, whose waiting is done by the room."""

    room: Room

    def watched(self, room: Room) -> SimulatedSwitch:
        """The promises are told of every batch that its dispatcher handles."""
        self.room, handle = room, self._dispatcher.handle

        def handled(events: Iterable[Event], now: float) -> Commands:
            commands = handle(events, now)
            for promise in room.promises:
                promise.handled(commands, now)
            return commands

        self._dispatcher.handle = handled  # type: ignore[method-assign]
        return self

    async def _answer(self, ask: AskBackend) -> None:
        self.room.asked(ask)

    async def _hang_up(self, connection: Connection, why: str) -> None:
        self.room.hanging_up[connection.id] = self.room.now + self.world.limits.grace_s


class Tasks:
    """Stands where trio's nursery stands: runs what waits for nothing but its own line."""

    def __init__(self) -> None:
        self._running: list[Coroutine[Any, Any, None]] = []

    def start_soon(self, function: Callable[..., Coroutine[Any, Any, None]], *given: Any) -> None:
        """Run it up to where it waits."""
        self._running.append(function(*given))
        self.resume()

    def resume(self) -> None:
        """Run everything on, as far as it goes."""
        for task in list(self._running):
            try:
                task.send(None)
            except StopIteration:
                self._running.remove(task)

    def cancel(self) -> None:
        """The process is gone."""
        for task in self._running:
            task.close()
        self._running.clear()


class Room:
    """One run: its switch, which may crash and start again, and everything around it."""

    def __init__(self, disk: Disk, inline: frozenset[BackendName], promises: list[Promise]) -> None:
        self.world, self._first_stack, self.formats = place()
        self.disk = disk
        self.inline = inline
        self.promises = promises
        self.clock = Clock()
        self.runs = 0
        self.moods: dict[BackendName, str] = {}
        self.activated: dict[str, Policy] = {}  # versions on the disk of the owners' office
        self.cuts: list[Cut] = []
        self.lines: list[SimulatedLine] = []  # open ones
        self.by_id: dict[int, SimulatedLine] = {}  # all of this run, by the switch's number
        self.connections: dict[int, Connection] = {}  # by the line's number
        self.connected = 0
        self.at_work: list[AtWork] = []
        self.hanging_up: dict[int, float] = {}
        self.held_back: set[int] = set()  # lines whose typed bytes do not arrive
        self.slow: set[int] = set()  # lines whose terminal does not read
        self.lazy_disk = False
        self.sends_left: int | None = None  # of the scribe's, before the machine loses its power
        self._ending: set[int] = set()
        self._moved = False  # something happened in this round of `settle`
        for promise in promises:
            promise.room = self
        self.start()

    @property
    def now(self) -> float:
        """What the clock shows."""
        return self.clock.at

    @property
    def stack(self) -> AccessStack:
        """The rules in force."""
        return self.switch.stack

    # --- the process -----------------------------------------------------------------------------

    def start(self) -> None:
        """The switch starts on what is on disk."""
        self.runs += 1
        stack = self._first_stack
        for policy in self.activated.values():
            stack = stack.with_policy(policy)
        backends: dict[BackendName, Any] = {
            name: Source(partial(self._mood, name)) if name in self.inline else WaitingSource()
            for name in self.world.backends
        }
        lines = LentLines(self._committed, self._scribe_sends)
        self.scribe = SimulatedScribe(self.disk, self._recorded, lines)
        self.switch = SimulatedSwitch(
            self.world, stack, self.formats, backends, self.scribe, self.clock
        ).watched(self)
        self.switch.recall(Past(owed=owed(self.scribe.on_record())))
        self.switch.recorder.scribe()  # it is heard by the room, as by a hub
        self.tasks = Tasks()
        for promise in self.promises:
            promise.started()
        self.switch.start(self.tasks)  # type: ignore[arg-type]

    def _mood(self, name: BackendName) -> str:
        return self.moods.get(name, "good")

    def crash(self, *, machine: bool) -> None:
        """The switch is killed; of the whole machine nothing is left but the disk."""
        self.tasks.cancel()
        if machine:
            self.disk.crash()
        else:
            self._finish_writing()
        for line in self.lines:
            line.hung_up = True
        self.sends_left = None
        for cut in self.cuts:
            cut.end = -inf if cut.by_row else cut.end
        self.lines, self.connections, self.by_id, self.at_work = [], {}, {}, []
        self.hanging_up, self.held_back, self.slow, self._ending = {}, set(), set(), set()
        self.lazy_disk = False
        for promise in self.promises:
            promise.crashed()
        self.start()

    def _finish_writing(self) -> None:
        """A scribe that is left alone writes what it was handed, sends it, and ends."""
        with suppress(PowerCut, JournalError):
            self.scribe.write(self.scribe.owed)
        self.disk.crash()

    def _recorded(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            for promise in self.promises:
                promise.decided(entry)

    def asked(self, ask: AskBackend) -> None:
        """A waiting backend has its batch."""
        entry = self.world.backends[ask.backend]
        time_s = entry.reply_timeout_s + self.world.limits.late_s
        self.at_work.append(AtWork(ask, self.now, self.now + time_s))
        for promise in self.promises:
            promise.asked(ask)

    # --- lines -----------------------------------------------------------------------------------

    def connect(self, framing: str, *, lent: bool = False) -> SimulatedLine:
        """A terminal connects; a plain line is lent to the scribe, as the hub does."""
        self.connected += 1
        line = SimulatedLine(self.connected, framing, self._left)
        connection = self.switch.open(line)
        if connection is not None:
            self.lines.append(line)
            self.connections[line.number] = connection
            self.by_id[connection.id] = line
            if lent:
                self.switch.recorder.lend(connection, connection.id)
        return line

    def _scribe_sends(self, number: int, data: bytes) -> int:
        """The scribe sends on a line that was lent to it, by the switch's number of it."""
        if self.sends_left is not None:
            self.sends_left -= 1
            if self.sends_left < 0:
                raise PowerCut
        self._moved, line = True, self.by_id[number]
        return 0 if line.gone or line.hung_up else line.send_now(data)

    def open_lines(self) -> list[SimulatedLine]:
        """Those on which a terminal can still type."""
        return [line for line in self.lines if not (line.gone or line.done or line.hung_up)]

    def read(self, line: SimulatedLine, size: int = READ_BYTES) -> None:
        """The switch reads a line, as the hub does."""
        connection = self.connections[line.number]
        if connection.closed:
            self._give_back(line)
        elif line.number in self._ending:
            if line.gone:
                self._give_back(line)
        elif not connection.unsent:
            self._take(line, connection, size)

    def _take(self, line: SimulatedLine, connection: Connection, size: int) -> None:
        chunk = line.take(size, self.now)
        if chunk:
            self._moved = True
            self.switch.receive(connection, chunk)
        over = (line.done or line.gone) and not line.outgoing
        if over or connection.session.broken:
            self._moved = True
            self._ending.add(line.number)
            self.switch.end(connection)

    def _give_back(self, line: SimulatedLine) -> None:
        self._moved = True
        connection = self.connections.pop(line.number)
        self.hanging_up.pop(connection.id, None)
        self.switch.close(connection)
        self._ending.discard(line.number)
        self.lines.remove(line)
        self.held_back.discard(line.number)
        self.slow.discard(line.number)

    def _left(self, line: SimulatedLine, data: bytes) -> None:
        """Bytes leave the switch."""
        number = self.connections[line.number].id
        for heard in line.ear.feed(data):
            for promise in self.promises:
                promise.left(number, heard)
        beginning = line.ear.beginning
        if beginning is not None:
            for promise in self.promises:
                promise.began_to_leave(number, beginning)

    # --- what happens ----------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Something that does not come from a line."""
        self.switch.post(event)

    def settle(self) -> None:
        """Work off what can be worked off at this instant."""
        try:
            self._work_off()
        except JournalError:
            self.crash(machine=False)  # the switch has ended: fail closed
            self._work_off()
        except PowerCut:
            self.crash(machine=True)
            self._work_off()
        for promise in self.promises:
            promise.stepped()

    def _work_off(self) -> None:
        for _ in range(ROUNDS_MAX):
            self._moved = False
            for line in list(self.lines):
                if line.number not in self.held_back:
                    self.read(line)
            self._hang_up_in_time()
            if not self.switch.recorder.full:
                before = len(self.switch._events)
                self.switch.turn()
                self._moved |= before > 0
            self.tasks.resume()
            if not self.lazy_disk:
                self.write(self.scribe.owed)
                self.hear()
            for line in self.lines:
                if line.number not in self.slow:
                    self.listen(line, len(line.unread))
            if not self._moved:
                return
        raise Broken("the switch never comes to rest")

    def _hang_up_in_time(self) -> None:
        """What `_hang_up` waits for: all is sent, or the grace period is over."""
        for line in list(self.lines):
            connection = self.connections[line.number]
            until = self.hanging_up.get(connection.id)
            if until is not None and (not connection.unsent or self.now >= until):
                del self.hanging_up[connection.id]
                connection.close("the switch hangs up")
                self._moved = True

    def write(self, size: int) -> None:
        """The scribe takes so many bytes."""
        if size:
            self._moved = True
            try:
                self.scribe.write(size)
            except JournalError as error:
                self.scribe.fail(str(error))
            self._committed()

    def _committed(self) -> None:
        for promise in self.promises:
            promise.written()

    def hear(self) -> None:
        """The switch hears what the scribe has confirmed."""
        if self.scribe.has_spoken:
            self._moved = True
            self.switch.recorder.hear()

    def listen(self, line: SimulatedLine, size: int) -> None:
        """A terminal reads so many bytes."""
        if size and line.unread:
            self._moved = True
            del line.unread[:size]

    def next_deadline(self) -> float | None:
        """When something happens although nothing comes in."""
        dues = [work.fails_at for work in self.at_work]
        dues += self.hanging_up.values()
        for connection in self.connections.values():
            due = connection.session.next_deadline()
            if due is not None:
                dues.append(due)
        due = self.switch._dispatcher.next_deadline()
        return min(dues if due is None else [*dues, due], default=None)

    def wait(self, seconds: float) -> None:
        """Time passes; whoever asked to be woken is woken."""
        until = self.now + seconds
        for _ in range(ROUNDS_MAX):
            due = self.next_deadline()
            if due is None or due > until:
                self.clock.at = max(self.now, until)
                self.pass_time()
                return
            self.clock.at = max(self.now, due)
            self.pass_time()
            if self.switch.recorder.full:
                self.clock.at = max(self.now, until)  # nothing can be handled before the disk has
                return
        raise Broken("the switch is woken again and again for the same thing")

    def pass_time(self) -> None:
        """What has become due by now, the shell's own patience with a backend included."""
        for work in list(self.at_work):
            if work.fails_at <= self.now:
                self.at_work.remove(work)
                reason = "took longer than its time and late_s"
                self.tell(BackendFailed(work.ask.backend, work.ask.worker, reason))
        self.settle()
