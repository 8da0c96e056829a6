"""The switch's own log, searched: NLQ answers a list, NFQ one message in full [N-RAND, NW-10].

Whoever searches has been let in by the log's own rules. What he is shown is besides judged by the
rules of whoever it came from, now and for him (`core.log.sight`): an answer that he could not get
himself, with every class and field of it, is not found, not counted and not hinted at.

A search has a budget, so that it neither holds up the switch nor tells by its time that something
was withheld. It looks at `LOOKED_AT_MAX` messages, the latest first, and at `TURN_MAX` of them in
one turn of the switch; then everybody else has a turn. Budgets are counted in messages that the
switch took in, whatever became of them, and not in answers or batches: others cause more or fewer
of those by what they are answered. (A turn ends besides after `TURN_BATCHES_MAX` batches, which
takes hundreds of answers to few messages, or a long time in which nobody sent any.) A search that
has found enough takes as many turns: whoever is next in line must not be able to tell how much
another has found. Where it stops before the time that was asked, it says how far it came. When the
rules change meanwhile it begins again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from typing import NamedTuple

import msgpack

from switch.acl.engine import AccessStack
from switch.backend import Reply
from switch.config import World
from switch.core.events import RepliesArrived
from switch.core.inquiry.exchange import Leg, leg_of
from switch.core.inquiry.inquiries import Inquiries
from switch.core.log.shown import LogLine, Record, hit, in_full, line_of, minute
from switch.core.log.sight import Sight
from switch.core.log.tail import MESSAGES_MAX, LogTail, Reach
from switch.core.log.words import Wanted
from switch.core.outbox import Outbox
from switch.core.record.derived import LOG_KIND
from switch.core.record.journal import Entry, unpacked
from switch.terms import Instant, MessageKey

HITS_MAX = 20  # of one answer
LOOKED_AT_MAX = 20_000  # messages that one search looks at
TURN_MAX = 50  # messages that are looked at in one turn of the switch, by all searches
TURN_BATCHES_MAX = 400  # batches of the journal that are looked at in one turn
_SEARCH, _FULL = MessageKey("NLQ"), MessageKey("NFQ")

# Some messages were looked at; at the end, what the answer shows, and whose data it is.
Looking = Generator[int, None, "Found"]


class Found(NamedTuple):
    """What one search brings."""

    records: tuple[Record, ...] = ()
    read: tuple[tuple[LogLine, tuple[str, ...]], ...] = ()  # messages and whose data they are


class Task(NamedTuple):
    """One search that is asked for."""

    event: RepliesArrived  # with which it came
    reply: Reply
    last: bool  # of its event: its worker is idle afterwards


def reach_of(world: World) -> int:
    """How many messages the log of this world reaches back; 0 where nobody may search it."""
    logs = (each for each in world.backends.values() if each.kind == LOG_KIND)
    reach = (each.options.get("messages_max", MESSAGES_MAX) for each in logs)
    return max((each for each in reach if isinstance(each, int)), default=0)


class LogSearch:
    """Fills in the answers of the backends of kind `log`, which say only that they may be asked.

    True while a search is under way; one after the other, in the order in which they came. A
    worker of the log is busy until all searches of its batch are through.
    """

    def __init__(self, world: World, outbox: Outbox, inquiries: Inquiries) -> None:
        self._world = world
        self._out = outbox
        self._inquiries = inquiries
        self.backends = frozenset(
            each.name for each in world.backends.values() if each.kind == LOG_KIND
        )
        self.tail = LogTail(outbox, reach_of(world))
        self._tasks: deque[Task] = deque()
        self._looking: Looking | None = None  # of the first task
        self._rules: tuple[AccessStack, int] | None = None  # by which it is judged

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def next_deadline(self) -> Instant | None:
        """At once, while a search is under way."""
        return self._out.now if self._tasks else None

    def begin(self, event: RepliesArrived) -> None:
        """A worker of the log came back: its searches may begin."""
        last = len(event.replies) - 1
        self._tasks.extend(
            Task(event, reply, number == last) for number, reply in enumerate(event.replies)
        )
        if last < 0:
            self._inquiries.worker_ended(event.backend, event.worker, failed=False)

    def advance(self, stack: AccessStack) -> None:
        """What one turn of the switch has for searches; what is found is released at once."""
        looked_at, batches = 0, 0
        while self._tasks and looked_at < TURN_MAX and batches < TURN_BATCHES_MAX:
            batches += 1
            task = self._tasks[0]
            looking = self._following(task, stack)
            try:
                looked_at += next(looking)
            except StopIteration as end:
                self._end(task, end.value)

    def _following(self, task: Task, stack: AccessStack) -> Looking:
        """The first task, begun if it was not, and begun again if the rules have changed."""
        rules = (stack, stack.epoch(self._out.now))
        if self._looking is None or rules != self._rules:
            self._rules = rules
            self._looking = self._look(task, stack)
        return self._looking

    def _look(self, task: Task, stack: AccessStack) -> Looking:
        leg = self._inquiries.leg(task.reply.id)
        if task.reply.error is not None or leg is None or leg.exchange.asker is None:
            return Found()
        reach, world = self.tail.reach, self._world
        sight = Sight(world, reach, stack, leg.request, self._out.now)
        fields = leg.exchange.message.fields or {}
        if leg.entry.key == _FULL:
            return (yield from whole(world, reach, sight, int(fields["MRI"])))
        return (yield from listed(world, reach, sight, Wanted.of(fields, world.timezone)))

    def _end(self, task: Task, found: Found) -> None:
        """One search is through: its answer is released, as far as the log's own rules let it."""
        self._tasks.popleft()
        self._looking = None
        leg = self._inquiries.leg(task.reply.id)
        if leg is not None:
            self._record(leg, found)
        reply = task.reply._replace(records=found.records)
        self._inquiries.replied(task.event.backend, reply)
        if task.last:
            self._inquiries.worker_ended(task.event.backend, task.event.worker, failed=False)

    def _record(self, leg: Leg, found: Found) -> None:
        """Each owner's ledger says who read in the log what it had answered."""
        for line, sources in found.read:
            of, of_leg = leg_of(line.number)
            for backend in sources:
                self._out.record(
                    "read-in-log",
                    line=leg.exchange.line.id,
                    query=leg.exchange.query,
                    leg=leg.number,
                    backend=backend,
                    terminal=leg.request.terminal,
                    ori=leg.request.ori,
                    operator=leg.request.operator,
                    of=of,
                    of_leg=of_leg,
                )


# --- the two keys ---------------------------------------------------------------------------------


def listed(world: World, reach: Reach, sight: Sight, wanted: Wanted) -> Looking:
    """The messages that are meant and may be seen, the latest first."""
    read: list[tuple[LogLine, tuple[str, ...]]] = []
    stopped = ""
    position = reach.until(wanted.end)
    end = reach.taken_before(position)
    while position > 0 and reach.kept[position - 1].at >= wanted.begin:
        if end - reach.taken_before(position) >= LOOKED_AT_MAX:
            back_to = minute(world, reach.kept[position].at)
            stopped = f"SEARCHED BACK TO {back_to}. FOR MORE, ASK WITH THAT END"
            break
        position -= 1
        if len(read) <= HITS_MAX:  # else no more is looked for, and it takes as many turns
            batch = reversed(unpacked(reach.kept[position].body))
            for line, sources in _lines(world, sight, batch):
                if wanted.meant(line.at, line.key, line.source, line.targets, line.text):
                    read.append((line, sources))
        yield reach.messages(position)
    else:
        if position == 0 and reach.first > 1 and reach.kept:
            stopped = f"THE LOG REACHES BACK TO {minute(world, reach.kept[0].at)}"
    if len(read) > HITS_MAX:
        stopped = f"MORE THAN {HITS_MAX} FOUND. ASK FOR LESS TIME, OR MORE WORDS"
    hits = [hit(world, line) for line, _ in read[:HITS_MAX]]
    remark = [{"REM": stopped if hits else f"NOT ON FILE. {stopped}"}] if stopped else []
    return Found((*hits, *remark), tuple(read[:HITS_MAX]))


def whole(world: World, reach: Reach, sight: Sight, number: int) -> Looking:
    """One message in full; nothing if it may not be seen, and as quickly."""
    query, _ = leg_of(number)
    if query < reach.first or sight.sources(query) is None:
        return Found()
    packed: bytes = msgpack.packb(query)
    for position in range(reach.opened(query), len(reach.kept)):
        body = reach.kept[position].body
        for line, sources in _lines(world, sight, unpacked(body) if packed in body else ()):
            if line.number == number:
                return Found(tuple(in_full(world, line)), ((line, sources),))
        yield reach.messages(position)
    return Found()


def _lines(
    world: World, sight: Sight, entries: Iterable[Entry]
) -> Iterable[tuple[LogLine, tuple[str, ...]]]:
    return ((line_of(world, seen.entry), seen.sources) for seen in sight.through(entries))
