"""A terminal that acknowledges, whose line drops and whose switch is killed at any moment: exactly
once, both ways.

The terminal does what docs/line-protocol.md demands of it and no more: it ignores numbers that it
has, says on its next line which it has, and sends again what was not taken. The real dispatcher is
at the other end; what is under way on a line that drops is lost, and so is, when the switch is
killed, a batch that is not on record yet, of which nothing has left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

import msgpack

from switch.backend import Reply
from switch.core.commands import AskBackend, Commands
from switch.core.dispatcher import Dispatcher
from switch.core.events import Event, LineClosed, LineOpened, MessageArrived, RepliesArrived
from switch.core.record.journal import Entry, unpacked
from switch.core.record.unbroken import unbroken
from switch.message import Acknowledged, Heartbeat, OutputMessage, Resume
from switch.terms import Mnemonic, OperatorId
from switch.wire.codec import decode
from tests.playbook import ALBITE, golden_state
from tests.simulation.promise import Broken

STEPS = 80
REACH_S = 60.0  # longer than any source of the world may take
STARTS = 1571122680.0
_TAKEN = re.compile(r"RESUMED BAY2 BPD2\. (\d+) TAKEN, (\d+) FOLLOW")
WHO = Mnemonic("BAY2"), OperatorId("BPD2")


class Resuming:
    """The switch, its backends, and one terminal on one line after the other."""

    def __init__(self, seed: int) -> None:
        _, _, self.formats = golden_state()
        self.dice = Random(seed)
        self.journal: list[bytes] = []  # packed batches
        self.kills = 0
        self.now = STARTS
        self.lines = 0
        self.on_its_way: list[OutputMessage] = []  # from the switch, on the present line
        self.typed: list[bytes] = []  # since the sign-on, in order
        self.heard: dict[int, OutputMessage] = {}
        self.last = 0  # the last number that the terminal has
        self.asks: list[AskBackend] = []
        self.queries: Counter[str] = Counter()  # on record, by control field
        self.starts()
        self.comes_back(noticed=True)

    def starts(self) -> None:
        """The switch starts on what is on record; what it had asked of backends is lost."""
        world, stack, formats = golden_state()
        self.dispatcher, self.asks = Dispatcher(world, stack, formats), []
        found = unbroken(self.latest, REACH_S)
        last = sum(self.queries.values())
        self._follow(self.dispatcher.start(self.now, last_query=last, unbroken=found))

    def latest(self, *kinds: str) -> Iterator[list[Entry]]:
        """As of `JournalReader`; which batches hold those kinds is its business."""
        return (unpacked(body) for body in reversed(self.journal))

    def tell(self, *events: Event) -> None:
        """One batch."""
        self._follow(self.dispatcher.handle(events, self.now))

    def _follow(self, commands: Commands) -> None:
        self.asks += commands.asks
        if commands.records:
            self.journal.append(msgpack.packb(commands.records))
        for entry in commands.records:
            if entry["kind"] == "query":
                self.queries[entry["control"]] += 1
        self.on_its_way += [message for line, message in commands.sends if line == self.lines]

    # --- what the terminal does -------------------------------------------------------------------

    def types(self, *, lost: bool) -> None:
        """One more inquiry; if it is lost, nothing that comes behind it on this line arrives."""
        mark = f"R{len(self.typed):05d}"
        self.typed.append(f"DQ.CA0990100.CA.*{mark}.TXTOLN/S0990001".encode())
        if lost:
            self.comes_back(noticed=self.dice.random() < 0.5)
        else:
            self.tell(MessageArrived(self.lines, decode(self.typed[-1], self.formats)))

    def hears(self, count: int) -> None:
        """So many of the messages that are on their way."""
        for message in self.on_its_way[:count]:
            self._take(message)
        del self.on_its_way[:count]

    def _take(self, message: OutputMessage) -> None:
        number = message.sent.sequence
        if number == 0 or number in self.heard:
            return
        if number != self.last + 1:
            raise Broken(f"number {number} comes behind {self.last}")
        self.last = number
        self.heard[number] = message

    def acknowledges(self) -> None:
        """All that it has."""
        self.tell(MessageArrived(self.lines, Acknowledged(self.last)))

    def comes_back(self, *, noticed: bool) -> None:
        """Its line drops, whether the switch notices or not; it resumes on another one."""
        if noticed and self.lines:
            self.tell(LineClosed(self.lines))
        if self.dice.random() < 0.4:
            self.answers()  # while it is away
        self.lines += 1
        self.on_its_way.clear()
        self.tell(LineOpened(self.lines), MessageArrived(self.lines, Resume(*WHO, self.last, None)))
        told = [_TAKEN.search(message.body) for message in self.on_its_way[:1]]
        if told and told[0] is not None:
            follow = [message for message in self.on_its_way if message.sent.sequence]
            if len(follow) != int(told[0][2]):
                raise Broken(f"{told[0][2]} are said to follow, and {len(follow)} do")
            for raw in self.typed[int(told[0][1]) :]:
                self.tell(MessageArrived(self.lines, decode(raw, self.formats)))
        elif self.heard:
            raise Broken(f"it is not resumed: {self.on_its_way[:1]}")

    def is_killed(self) -> None:
        """`kill -9` of the switch, perhaps in the middle of a batch; it comes back, and so does the
        terminal."""
        self.kills += 1
        if self.dice.random() < 0.5:
            mark = f"R{len(self.typed):05d}"
            self.typed.append(f"DQ.CA0990100.CA.*{mark}.TXTOLN/S0990001".encode())
            taken = MessageArrived(self.lines, decode(self.typed[-1], self.formats))
            self.dispatcher.handle([taken], self.now)  # of which nothing was written
        self.on_its_way.clear()
        self.starts()
        self.comes_back(noticed=False)

    # --- what else happens ------------------------------------------------------------------------

    def answers(self) -> None:
        """One backend comes back."""
        if self.asks:
            ask = self.asks.pop(self.dice.randrange(len(self.asks)))
            replies = tuple(Reply(query.id, (ALBITE,)) for query in ask.queries)
            self.tell(RepliesArrived(ask.backend, ask.worker, replies))

    def waits(self) -> None:
        """Time passes; the terminal says that it is there."""
        self.now += self.dice.choice([0.1, 1.0, 3.0])
        self.tell(MessageArrived(self.lines, Heartbeat()))

    def step(self) -> None:
        """Something, by chance."""
        match self.dice.choices(range(7), [8, 8, 8, 3, 3, 2, 1])[0]:
            case 0:
                self.types(lost=self.dice.random() < 0.2)
            case 1:
                self.answers()
            case 2:
                self.hears(self.dice.randint(1, 4))
            case 3:
                self.acknowledges()
            case 4:
                self.comes_back(noticed=self.dice.random() < 0.5)
            case 5:
                self.waits()
            case _:
                self.is_killed()

    def ends(self) -> None:
        """It comes back for the last time, and hears everything."""
        self.comes_back(noticed=True)
        while self.asks:
            self.answers()
        self.hears(len(self.on_its_way))


def exactly_once(seed: int) -> int:
    """Play one terminal; how many messages it had. Broken if one was lost, or came twice."""
    room = Resuming(seed)
    room.hears(1)
    for _ in range(STEPS):
        room.step()
    room.ends()
    marks = [f"R{number:05d}" for number in range(len(room.typed))]
    if wrong := _not_once(marks, room.queries):
        raise Broken(f"taken not once: {wrong}")
    answered = Counter(str(message.control) for message in room.heard.values() if message.control)
    late = {message.control for message in room.heard.values() if "LATE ANSWER" in message.body}
    if wrong := [one for one in _not_once(marks, answered) if not one.startswith(tuple(late))]:
        raise Broken(f"answered not once: {wrong}")
    return len(room.heard)


def _not_once(marks: Iterable[str], counted: Counter[str]) -> list[str]:
    return [f"{mark}: {counted[mark]}" for mark in marks if counted[mark] != 1]
