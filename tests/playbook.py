"""A test language for the dispatcher: events at instants, and what came of them.

    play = Playbook("2019-10-14T23:58:00")
    play.sign_on(1, "ERO1", "ERO1A")
    play.says(1, "DQ.DCICE0900.CA.TXTOLN/S0990001")
    play.at("2019-10-15T00:00:00")

Every step returns the commands of its batch; `heard(line)` gives what a line was sent since the
last look as (key, body) pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from switch.acl.document import load_stack
from switch.acl.engine import AccessStack
from switch.backend import Reply
from switch.config import World
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
from switch.core.record.journal import KINDS, Entry, numbered
from switch.core.record.unbroken import Unbroken
from switch.files.authored import instant
from switch.message import SignOff, SignOn
from switch.terms import Mnemonic, OperatorId
from switch.wire.codec import decode
from switch.wire.spec import Formats
from switch.wire.spec_files import load_formats
from switch.world_file import load_world

ALBITE = {"OLN": "S0990001", "NAM": "ALBITE, MARA QUILL", "RES": "1 EXAMPLE ST", "SOC": "000990001"}


@cache
def golden_state() -> tuple[World, AccessStack, Formats]:
    """The shipped world with its rules, read once: all of it is immutable."""
    world = load_world("golden-state")
    return world, load_stack(world), load_formats()


class Playbook:
    """A dispatcher at an instant, with a log of everything that it asked for."""

    def __init__(
        self,
        starts: str | float = "2019-10-14T23:58:00",
        world: World | None = None,
        carried: Sequence[Entry] = (),
        *,
        stack: AccessStack | None = None,
        last: int = 0,
        unbroken: Sequence[Unbroken] = (),
    ) -> None:
        shipped, rules, self.formats = golden_state()
        self.world = world or shipped
        self.now = self._instant(starts) if isinstance(starts, str) else starts
        self.dispatcher = Dispatcher(self.world, stack or rules, self.formats)
        self.records: list[Entry] = []
        self.asked: list[AskBackend] = []
        self.steps: list[Commands] = []
        self._heard: dict[int, list[tuple[str, str]]] = {}
        last = max((entry.get("query", 0) for entry in carried), default=last)
        known = {"last_query": last, "carried": carried, "unbroken": unbroken}
        self._take(self.dispatcher.start(self.now, **known))  # type: ignore[arg-type]

    def _instant(self, local: str) -> float:
        from datetime import datetime

        return instant(datetime.fromisoformat(local), self.world.timezone)

    def at(self, local: str) -> Commands:
        """Time passes until that local time, and the dispatcher is woken as it asked to be."""
        return self.after(self._instant(local) - self.now)

    def after(self, seconds: float) -> Commands:
        """So much time passes, as with `at`."""
        until = self.now + seconds
        while (due := self.dispatcher.next_deadline()) is not None and due <= until:
            self.now = due
            self.tell()
        self.now = until
        return self.tell()

    def tell(self, *events: Event) -> Commands:
        """One batch."""
        commands = self.dispatcher.handle(events, self.now)
        self._take(commands)
        return commands

    def _take(self, commands: Commands) -> None:
        self.steps.append(commands)
        assert {entry["kind"] for entry in commands.records} <= KINDS
        self.records.extend(numbered(commands.records, len(self.records) + 1))
        self.asked.extend(commands.asks)
        for line, message in commands.sends:
            self._heard.setdefault(line, []).append((message.mke, message.body))

    def sign_on(self, line: int, terminal: str, operator: str, secret: str | None = None) -> None:
        """Open a line and sign on."""
        who = SignOn(Mnemonic(terminal), OperatorId(operator), secret)
        self.tell(LineOpened(line), MessageArrived(line, who))

    def sign_off(self, line: int) -> Commands:
        """The operator leaves."""
        return self.tell(MessageArrived(line, SignOff()))

    def hangs_up(self, line: int) -> Commands:
        """The connection is gone."""
        return self.tell(LineClosed(line))

    def says(self, line: int, *raw: str) -> Commands:
        """Messages arrive on a line, in one batch."""
        messages = (decode(text.encode("latin-1"), self.formats) for text in raw)
        return self.tell(*(MessageArrived(line, message) for message in messages))

    def answers(self, ask: AskBackend, *records: Mapping[str, str]) -> Commands:
        """A worker comes back with the same records for each query of its batch."""
        replies = tuple(Reply(query.id, records) for query in ask.queries)
        return self.tell(RepliesArrived(ask.backend, ask.worker, replies))

    def fails(self, ask: AskBackend) -> Commands:
        """A worker's batch fails."""
        return self.tell(BackendFailed(ask.backend, ask.worker, "crashed"))

    def heard(self, line: int) -> list[tuple[str, str]]:
        """What that line was sent since the last look: message key and body."""
        return self._heard.pop(line, [])

    def kinds(self) -> list[str]:
        """The kinds of the entries since the last look, and forget them."""
        kinds = [entry["kind"] for entry in self.records]
        self.records.clear()
        return kinds

    def recorded(self, kind: str) -> list[Entry]:
        """Entries of a kind."""
        return [entry for entry in self.records if entry["kind"] == kind]
