"""The journal accounts for every message that the switch took: once, in the order of its line."""

from __future__ import annotations

from dataclasses import dataclass, field

from switch.core.record.journal import Entry
from tests.simulation.line import SimulatedLine, Typed
from tests.simulation.promise import Broken, Promise

OPENINGS = ("query", "rejected", "message", "malformed", "signed-on", "sign-on-refused")
SIGN_OFF = "SIGNOFF"


@dataclass(slots=True)
class Book:
    """How far a line's messages are accounted for."""

    done: int = 0  # of what its terminal has typed
    signed_on: bool = False
    queries: set[int] = field(default_factory=set)


class EveryMessageIsOnRecord(Promise):
    """What the switch has read whole and handled has exactly one opening entry."""

    def started(self) -> None:
        """Lines are numbered from 1 again."""
        self.books: dict[int, Book] = {}

    def decided(self, entry: Entry) -> None:
        """The next message of its line, and no other."""
        kind = entry["kind"]
        if kind == "untaken":
            self.books.setdefault(entry["line"], Book()).done += entry["messages"]
        elif kind == "signed-off":
            self._signed_off(entry["line"])
        elif kind in OPENINGS:
            self._opened(entry)

    def _signed_off(self, number: int) -> None:
        line, book = self.room.by_id[number], self.books.setdefault(number, Book())
        book.signed_on = False
        if book.done < len(line.typed) and line.typed[book.done].mark == SIGN_OFF:
            book.done += 1  # else its line was lost

    def _opened(self, entry: Entry) -> None:
        number = entry["line"]
        line, book = self.room.by_id[number], self.books.setdefault(number, Book())
        if entry.get("query") in book.queries:
            return  # one destination of several that is not served
        if "query" in entry:
            book.queries.add(entry["query"])
        self._skip_idle_sign_offs(line, book)
        before, here = line.typed[max(0, book.done - 1) : book.done], line.typed[book.done :][:1]
        if not any(_is_of(entry, typed) or self._spoiled(entry, line, typed) for typed in here):
            if any(self._spoiled(entry, line, typed) for typed in before):
                return  # and its rest did not come either: the line is given up
            wanted = here[0].raw[:60] if here else b"nothing"
            raise Broken(f"line {number}: {entry['kind']} instead of {wanted!r}")
        book.done += 1
        if entry["kind"] == "signed-on":
            book.signed_on = True

    def _skip_idle_sign_offs(self, line: SimulatedLine, book: Book) -> None:
        """A SIGNOFF where nobody is signed on changes nothing, and has no entry."""
        while (
            not book.signed_on
            and book.done < len(line.typed)
            and line.typed[book.done].mark == SIGN_OFF
            and line.typed[book.done].taken is not None
        ):
            book.done += 1

    def _spoiled(self, entry: Entry, line: SimulatedLine, typed: Typed) -> bool:
        """Half a message whose rest came too late, or never."""
        half_s = self.room.world.limits.half_frame_s
        begun, ends = typed.begun, typed.taken if typed.taken is not None else self.room.now
        over = line.done or line.gone
        return (
            entry["kind"] == "malformed" and begun is not None and (over or ends - begun >= half_s)
        )

    def stepped(self) -> None:
        """Nothing that was handled is forgotten."""
        switch = self.room.switch
        if switch._events or switch.recorder.full:
            return
        for state in switch._dispatcher._lines:
            line, book = self.room.by_id[state.id], self.books.setdefault(state.id, Book())
            if state.behind:
                continue
            self._skip_idle_sign_offs(line, book)
            taken = sum(typed.taken is not None for typed in line.typed)
            if book.done < taken and not line.hung_up:
                missing = line.typed[book.done]
                raise Broken(f"line {state.id}: nothing on record of {missing.raw[:60]!r}")


def _is_of(entry: Entry, typed: Typed) -> bool:
    if entry["kind"] in ("signed-on", "sign-on-refused"):
        return typed.mark == f"SIGNON {entry['terminal']} {entry['operator']}"
    where = (entry.get("control"), entry.get("raw"), entry.get("text"))
    return any(typed.mark in str(text) for text in where)
