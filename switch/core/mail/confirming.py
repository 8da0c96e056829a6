"""Hit confirmation: who was asked (YQ), by when he must answer, and what he answered (YR).

A hit is a reason to ask the agency that entered the record. It has ten minutes if the request is
urgent and an hour if it is routine, and says yes, no, or how much more time it needs; without an
answer the asker sends a second request, then goes up the line [WI-HIT]. The switch carries both,
keeps the clock, and tells the asker when time is over; a third request is copied to whom the world
names. Which limit goes with which priority, and who is copied, are the world's to say [GK].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from switch.config import World
from switch.core.lines import Lines, LineState
from switch.core.mail.telling import Telling
from switch.core.outbox import Outbox
from switch.core.record.journal import Entry
from switch.message import InputMessage
from switch.terms import Instant, MessageKey, Mnemonic, Ori

REQUEST, ANSWER = MessageKey("YQ"), MessageKey("YR")
THIRD = "3"
OPEN_MAX = 1_000  # requests whose answer is awaited; of more, the oldest is not timed any more
MINUTE_S = 60.0

_NEXT = {"1": "SEND THE SECOND REQUEST", "2": "SEND THE THIRD REQUEST", "3": "GO UP THE LINE"}


class Asked(NamedTuple):
    """One request, the latest of its number, whose answer is awaited."""

    oca: str
    nic: str
    asker: Ori
    terminal: Mnemonic  # that asked
    owners: tuple[str, ...]  # who was asked
    rno: str
    pri: str
    query: int
    due: Instant | None  # None: its time is over, and the asker was told

    @property
    def name(self) -> tuple[str, str, str]:
        """By which an answer is matched."""
        return self.oca, self.nic, self.asker

    @classmethod
    def of(cls, entry: Entry) -> Asked:
        """From its entry."""
        values = {name: entry[name] for name in cls._fields}
        return cls(**{**values, "owners": tuple(entry["owners"])})


class Confirming:
    """All requests whose answer is awaited."""

    def __init__(self, world: World, out: Outbox, lines: Lines) -> None:
        self._world = world
        self._out = out
        self._telling = Telling(world, out, lines)
        self._open: dict[tuple[str, str, str], Asked] = {}
        self._first: Instant | None = None  # when the next of them has waited for too long

    def start(self, entries: Iterable[Entry]) -> None:
        """What an earlier run of the switch left open."""
        for entry in entries:
            if entry["kind"] == "confirmation":
                self._keep(Asked.of(entry))

    def copies(self, message: InputMessage) -> tuple[Ori, ...]:
        """Who is copied on this request: on a third one, whom the world names."""
        third = message.mke == REQUEST and (message.fields or {}).get("RNO") == THIRD
        return self._world.third_request_copies if third else ()

    def sent(self, line: LineState, message: InputMessage, query: int) -> list[str]:
        """A request or an answer went out; what else its sender is told."""
        fields = message.fields or {}
        if message.mke == REQUEST:
            return self._asked(line, message, fields, query)
        return self._answered(message, fields, query)

    def _asked(
        self, line: LineState, message: InputMessage, fields: Mapping[str, str], query: int
    ) -> list[str]:
        assert line.terminal is not None
        limits, urgent = self._world.limits, fields["PRI"] == "U"
        limit_s = limits.confirm_urgent_s if urgent else limits.confirm_routine_s
        asked = Asked(
            fields["OCA"],
            fields["NIC"],
            message.ori,
            line.terminal,
            message.destinations,
            fields["RNO"],
            fields["PRI"],
            query,
            self._out.now + limit_s,
        )
        first = self._open.get(asked.name)
        self._keep(asked)
        self._record("asked", asked)
        known = first is not None or asked.rno == "1"
        return [] if known else [f"NO EARLIER REQUEST OF {_about(asked)} IS OPEN"]

    def _answered(self, message: InputMessage, fields: Mapping[str, str], query: int) -> list[str]:
        asked = self._open.get((fields["OCA"], fields["NIC"], message.destinations[0]))
        if asked is None or message.ori not in (*asked.owners, *self._world.third_request_copies):
            about = f"OCA {fields['OCA']} NIC {fields['NIC']}"
            return [f"NO REQUEST OF {about} BY {message.destinations[0]} IS OPEN"]
        if fields["CON"] == "M":
            later = asked._replace(due=self._out.now + int(fields["MIN"]) * MINUTE_S)
            self._keep(later)
            self._record("more-time", later, answer=query)
        else:
            del self._open[asked.name]
            self._look()
            self._record("answered", asked, answer=query, says=fields["CON"])
        return []

    def _keep(self, asked: Asked) -> None:
        self._open.pop(asked.name, None)
        if len(self._open) >= OPEN_MAX:
            del self._open[next(iter(self._open))]
        self._open[asked.name] = asked
        self._look()

    def _look(self) -> None:
        times = (asked.due for asked in self._open.values())
        self._first = min((due for due in times if due is not None), default=None)

    # --- time -------------------------------------------------------------------------------------

    def next_deadline(self) -> Instant | None:
        """When the next request has waited for too long."""
        return self._first

    def pass_time(self) -> None:
        """Tell askers whose request was not answered in time."""
        if self._first is None or self._first > self._out.now:
            return
        for asked in list(self._open.values()):
            if asked.due is not None and asked.due <= self._out.now:
                over = self._open[asked.name] = asked._replace(due=None)
                self._record("overdue", over)
                self._remind(asked)
        self._look()

    def _remind(self, asked: Asked) -> None:
        text = f"NO ANSWER TO REQUEST {asked.rno} OF {_about(asked)} IN TIME. {_NEXT[asked.rno]}"
        self._telling.sender(asked.terminal, asked.query, text, self._out.receive(), None)

    def _record(self, what: str, asked: Asked, **more: Any) -> None:
        self._out.record("confirmation", what=what, **asked._asdict(), **more)


def _about(asked: Asked) -> str:
    return f"OCA {asked.oca} NIC {asked.nic}"
