"""What one reader may see of the log, by one state of the rules: judged before it is looked at.

A message is shown to him only if he would get it himself, with every class and field of it, on
every leg (`core.record.derived`). What cannot be judged is not shown: a message that went nowhere,
or whose inquiry is no longer at hand. What was answered to searches is not searched again, and an
administrative message, which came from no database, only its sender and its receivers may see,
those included to whom it was forwarded later.

The rule that keeps it whole: whether he may see a message is found out without a look at its text,
with the same work for every message. So what he may not see costs a search as much as if it were
not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from switch.acl.engine import AccessStack, Request
from switch.config import World
from switch.core.log.tail import Reach
from switch.core.record.derived import readable_whole
from switch.core.record.journal import Entry, unpacked
from switch.terms import Instant, Mnemonic

_SEARCHED = frozenset(("query", "released", "message"))
_OPENING = frozenset(("query", "message"))
_FORWARDED = b"forwarded"  # as the kind of an entry stands in a packed batch

# Whose data it is, owner by owner; None where he may not see it.
Sources = tuple[str, ...] | None


class Seen(NamedTuple):
    """An entry that the reader may see."""

    entry: Entry
    sources: tuple[str, ...]  # the backends that it came from


class Sight:
    """One reader, at one instant."""

    def __init__(
        self,
        world: World,
        reach: Reach,
        stack: AccessStack,
        reader: Request,
        now: Instant,
    ) -> None:
        self._world = world
        self._reach = reach
        self._stack = stack
        self._reader = reader
        self._now = now
        self._numbers: dict[int, Sources] = {}  # of messages
        self._judged: dict[Any, Sources] = {}  # by what was asked, which many inquiries share
        mine = world.terminals.get(reader.terminal)
        self._agency = None if mine is None else mine.agency
        self._forwarded: frozenset[int] | None = None  # messages to it, once that is asked

    def through(self, entries: Iterable[Entry]) -> Iterator[Seen]:
        """Those of a batch that may be seen, each message once: legs of an answer share one."""
        batch = list(entries)
        self._learn(batch)
        told = set[tuple[int, int]]()
        for entry in batch:
            if entry["kind"] not in _SEARCHED or entry["query"] < self._reach.first:
                continue
            sources = self.sources(entry["query"])
            if sources is None:
                continue
            if entry["kind"] == "released":
                message = (entry["query"], entry["sequence"])
                if message in told:
                    continue
                told.add(message)
            yield Seen(entry, sources)

    def sources(self, number: int) -> Sources:
        """Whose data the message of that number and its answers are; None: not for this reader."""
        if number not in self._numbers:
            position = self._reach.opened(number)
            if position < len(self._reach.kept):
                self._learn(unpacked(self._reach.kept[position].body))
            self._numbers.setdefault(number, None)  # it came there or is no longer at hand
        return self._numbers[number]

    def _learn(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry["kind"] in _OPENING:
                self._numbers[entry["query"]] = self._judge(entry)

    def _judge(self, entry: Entry) -> Sources:
        if entry["kind"] == "message":
            return () if self._took_part(entry) else None
        asked = _asked(entry)
        if asked not in self._judged:
            self._judged[asked] = self._sources(entry)
        return self._judged[asked]

    def _sources(self, query: Entry) -> Sources:
        sources = tuple(dict.fromkeys(leg["backend"] for leg in query.get("legs", ())))
        who = (self._reader.terminal, self._reader.ori, self._reader.operator)
        return sources if readable_whole(self._stack, query, who, self._now) else None

    def _took_part(self, message: Entry) -> bool:
        terminals = self._world.terminals
        present = (message["terminal"], *(message.get("delivered") or ()))
        agencies = {
            terminals[one].agency for each in present if (one := Mnemonic(each)) in terminals
        }
        if self._agency is None:
            return False
        return self._agency in agencies or message["query"] in self._held_first()

    def _held_first(self) -> frozenset[int]:
        """The messages that were held for this agency and forwarded to it."""
        if self._forwarded is None:
            self._forwarded = frozenset(
                entry["query"]
                for kept in self._reach.kept
                if _FORWARDED in kept.body
                for entry in unpacked(kept.body)
                if entry["kind"] == "forwarded" and entry["place"] == self._agency
            )
        return self._forwarded


def _asked(query: Entry) -> tuple[Any, ...]:
    """All that the judgement of a `query` entry for another reader depends on."""
    legs = (
        (leg["backend"], leg.get("key"), tuple(leg["classes"].items()), tuple(leg["masks"]))
        for leg in query.get("legs", ())
    )
    about = (query["key"], query.get("on_behalf_of"), query["image"], query["purpose"])
    return (*about, *legs)
