"""Journal entries against the patterns of a scenario: do they match, and if not, where they differ.

An entry is about one terminal and goes one way: it was *sent* by the terminal (an inquiry, a
message, something malformed) or *received* by it (an answer, a refusal, a message of another).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from scenarios.script import Receives, Seat, Sends
from switch.core.record.journal import Entry


class Way(Enum):
    """Which way a message went, from a terminal's point of view."""

    SENT = "sent"
    RECEIVED = "received"


_WAYS = {
    "query": Way.SENT,
    "message": Way.SENT,
    "refused": Way.RECEIVED,
    "released": Way.RECEIVED,
    "no-answer": Way.RECEIVED,
    "told": Way.RECEIVED,
    "rejected": Way.RECEIVED,
    "malformed": Way.RECEIVED,
    "delivered": Way.RECEIVED,
    "sign-on-refused": Way.RECEIVED,
}
_ERRORS = ("refused", "rejected", "malformed", "sign-on-refused")


def way(entry: Entry) -> Way | None:
    """Which way an entry's message went; None for entries about no message of a terminal."""
    return _WAYS.get(entry["kind"])


def received_key(entry: Entry) -> str | None:
    """The message key that the terminal saw on what it received."""
    if entry["kind"] in _ERRORS:
        return "ER"
    if entry["kind"] in ("no-answer", "told"):
        return "SM"
    return str(entry.get("key", "AM"))


def destinations(sends: Sends, seats: Mapping[str, Seat]) -> tuple[str, ...]:
    """Destinations as they stand on the line: names of seats and actors become their ORIs."""
    return tuple(seats[name].ori if name in seats else name for name in sends.to)


def sent_differences(sends: Sends, seats: Mapping[str, Seat], entry: Entry) -> tuple[str, ...]:
    """Where a message differs from what was to be sent; empty = it matches."""
    return tuple(_sent(sends, seats, entry))


def _sent(sends: Sends, seats: Mapping[str, Seat], entry: Entry) -> Iterator[str]:
    if entry["key"] != sends.key:
        yield _unlike("key", sends.key, entry["key"])
    to, went = destinations(sends, seats), tuple(entry["destinations"])
    if to and set(to) != set(went) and set(to) != {_agency(one, seats) for one in went}:
        yield _unlike("to", " ".join(to), " ".join(went))
    if sends.control is not None and entry.get("control") != sends.control:
        yield _unlike("control", sends.control, entry.get("control"))
    fields = entry.get("fields") or {}
    for name, value in sends.fields.items():
        if fields.get(name) != value:
            yield _unlike(name, value, fields.get(name))
    if sends.text is not None and sends.text.upper() not in (entry.get("text") or "").upper():
        yield _unlike("text", sends.text, entry.get("text"))


def _agency(destination: str, seats: Mapping[str, Seat]) -> str:
    """Whoever names a seat's terminal reaches the seat as well as by its ORI."""
    return next((s.ori for s in seats.values() if s.terminal == destination), destination)


def received_differences(pattern: Receives, entry: Entry, reply_to: int | None) -> tuple[str, ...]:
    """Where an answer differs from what was to come; `reply_to` is the inquiry it must answer."""
    return tuple(_received(pattern, entry, reply_to))


def _received(pattern: Receives, entry: Entry, reply_to: int | None) -> Iterator[str]:
    if pattern.reply_to is not None and (reply_to is None or entry.get("query") != reply_to):
        yield f"it does not answer the message of `{pattern.reply_to}`"
    if pattern.key is not None and received_key(entry) != pattern.key:
        yield _unlike("key", pattern.key, received_key(entry))
    for name in ("backend", "verdict", "network", "owner", "point", "records", "late"):
        wanted = getattr(pattern, name)
        if wanted is not None and entry.get(name) != wanted:
            yield _unlike(name, wanted, entry.get(name))
    rules = entry.get("rules") or ()
    for rule in pattern.rule:
        if rule not in rules:
            yield _unlike("rule", rule, " ".join(rules))
    for data_class in pattern.withheld:
        if data_class not in (entry.get("withheld") or {}):
            yield _unlike("withheld", data_class, " ".join(entry.get("withheld") or ()))
    for code in pattern.masked:
        if code not in (entry.get("masks") or ()):
            yield _unlike("masked", code, " ".join(entry.get("masks") or ()))
    yield from _text(pattern, entry.get("text") or "")


def _text(pattern: Receives, text: str) -> Iterator[str]:
    for name, value in (pattern.fields or {}).items():
        if f"{name}/{value}" not in text:
            yield f"{name}/{value} does not stand in it"
    for wanted in pattern.text:
        if wanted not in text:
            yield f"`{wanted}` does not stand in it"
    for unwanted in pattern.without:
        if unwanted in text:
            yield f"`{unwanted}` stands in it"


def _unlike(name: str, wanted: Any, found: Any) -> str:
    shown = "nothing" if found in (None, "") else f"`{found}`"
    return f"{name}: `{wanted}` was expected, {shown} came"
