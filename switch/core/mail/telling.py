"""What the switch has to say to whoever sent a message, long after he did."""

from __future__ import annotations

from switch.config import World
from switch.core.lines import Lines
from switch.core.outbox import Outbox
from switch.message import Stamp
from switch.terms import Mnemonic
from switch.wire.answer import STATUS_KEY, status_body


class Telling:
    """Tells, and puts on record that it was told."""

    def __init__(self, world: World, out: Outbox, lines: Lines) -> None:
        self._world = world
        self._out = out
        self._lines = lines

    def sender(
        self, terminal: Mnemonic, query: int, text: str, received: Stamp, control: str | None
    ) -> None:
        """At the terminal that sent it, or, if nobody is there, at the others of its agency."""
        at_desk = self._lines.at(terminal)
        agency = self._world.terminals[terminal].agency
        body, switch = status_body(text), self._world.switch_ori
        for line in [at_desk] if at_desk is not None else self._lines.at_agency(agency):
            sequence = self._out.send(line, STATUS_KEY, switch, received, control, body)
            about = {"line": line.id, "query": query, "terminal": line.terminal}
            self._out.record("told", **about, text=body, sequence=sequence)
