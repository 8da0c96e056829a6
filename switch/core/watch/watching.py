"""Watches while the switch runs: counted from what goes on record, told to their owner.

Nothing is denied, and who is watched does not notice. Without a `[[watch]]` a batch pays one
comparison. Everything is bounded: an hour's counts by key and purpose, a week of hourly totals, and
one number for each terminal and relative of the world. What was counted is put on record once an
hour; a switch that is started again begins its baseline anew (the audit has the whole record).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.lines import Lines
from switch.core.outbox import Outbox
from switch.core.record.journal import Entry
from switch.core.watch.sighting import HOUR_S, Seen, Sighting, Watched
from switch.terms import Instant
from switch.wire.answer import STATUS_KEY, status_body

_ENDS = frozenset(("refused", "released", "no-answer", "withheld", "undelivered"))


class Watching:
    """One for a dispatcher; `look` at every batch, at the latest at `next_deadline`."""

    def __init__(self, world: World, outbox: Outbox, lines: Lines) -> None:
        self._world = world
        self._out = outbox
        self._lines = lines
        self._stack: AccessStack | None = None
        self._epoch = -1
        self._watched: dict[tuple[str, str], Watched] = {}
        self._of: dict[str, list[Watched]] = {}  # by backend
        self._open: dict[tuple[int, int], list[Watched]] = {}  # legs that are watched

    def next_deadline(self) -> Instant | None:
        """The end of the hour, if something was counted in it."""
        if not self._watched:
            return None
        ends = (each.hour + HOUR_S for each in self._watched.values() if each.counted)
        return min(ends, default=None)

    def look(self, stack: AccessStack, records: Sequence[Entry]) -> None:
        """At everything that this batch has put on record."""
        if stack is not self._stack:
            self._follow(stack)
        if not self._watched:
            return
        now, epoch = self._out.now, stack.epoch(self._out.now)
        for each in self._watched.values():
            self._tell(each, each.pass_time(now))
            if epoch != self._epoch:
                each.judge_by(stack, now)
        self._epoch = epoch
        for entry in tuple(records):
            kind = entry["kind"]
            if kind == "query":
                self._query(entry)
            elif kind in _ENDS and self._open:
                self._end(entry)

    def _follow(self, stack: AccessStack) -> None:
        """Another version of some file: a watch that is still there goes on counting."""
        self._stack, self._epoch = stack, -1
        found: dict[tuple[str, str], Watched] = {}
        for name, policy in stack.owners.items():
            for watch in policy.watches:
                old = self._watched.get((name, watch.id))
                if old is None or old.watch != watch:
                    old = Watched(name, watch, stack.directory, self._out.now)
                found[name, watch.id] = old
        self._watched = found
        self._of = {}
        for each in found.values():
            self._of.setdefault(each.backend, []).append(each)

    def _query(self, entry: Entry) -> None:
        common: Mapping[str, Any] = entry["common"].fields if "common" in entry else entry
        for leg in common["legs"]:
            for each in self._of.get(leg["backend"], ()):
                seen = Seen.of(common, leg)
                mine, sightings = each.asked(seen, self._out.now)
                self._tell(each, sightings)
                if mine:
                    self._open.setdefault((entry["query"], leg["leg"]), []).append(each)

    def _end(self, entry: Entry) -> None:
        for each in self._open.pop((entry["query"], entry["leg"]), ()):
            if entry["kind"] == "refused":
                self._tell(each, each.refused(str(entry["terminal"])))

    def _tell(self, watched: Watched, sightings: Iterable[Sighting]) -> None:
        """On record, and to the owner's terminal if the world names one and somebody is there."""
        for sighting in sightings:
            terminal = self._world.backends[watched.backend].watch_terminal  # type: ignore[index]
            line = self._lines.at(terminal) if terminal and sighting.what != "hour" else None
            self._out.record(
                "watch",
                backend=watched.backend,
                watch=watched.watch.id,
                **sighting._asdict(),
                told=terminal if line is not None else "",
            )
            if line is not None:
                received, switch = self._out.receive(), self._world.switch_ori
                text = f"WATCH {watched.watch.id} OF {watched.backend}\n{sighting.said}".upper()
                self._out.send(line, STATUS_KEY, switch, received, None, status_body(text))
