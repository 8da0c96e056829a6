"""One journal entry for whoever wants to know exactly: bytes, fields, decision, rules, points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scenarios.report.words import Words
from scenarios.result import Line, Status
from switch.core.record.journal import Entry

Pairs = tuple[tuple[str, str], ...]

# What an entry has for the machine's sake, or what is shown elsewhere on its card.
_ELSEWHERE = frozenset(
    ("kind", "at", "n", "line", "raw", "text", "fields", "legs", "tell", "unknown_fields", "offset")
)
# Bidirectional marks could make a line read otherwise than it is.
_UNSEEN = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Facts(NamedTuple):
    """A card."""

    number: int
    at: float
    kind: str
    bytes: str  # as they stood on the line, framing left out
    fields: Pairs
    decision: Pairs
    legs: tuple[Pairs, ...]
    grounds: tuple[str, ...]
    lines: tuple[Line, ...]


def facts(
    entries: Iterable[Entry], lines: Iterable[Line], words: Words, raw: Mapping[int, str]
) -> Iterator[Facts]:
    """A card for each entry; `raw` are the bytes of answers, where they were kept."""
    told: dict[int, list[Line]] = {}
    for line in lines:
        if line.entry is not None:
            told.setdefault(line.entry, []).append(line)
    for entry in entries:
        grounds = (ground.text for ground in (*words.grounds(entry), *words.own_grounds(entry)))
        yield Facts(
            number=entry["n"],
            at=entry["at"],
            kind=entry["kind"],
            bytes=raw.get(entry["n"]) or entry.get("raw") or entry.get("text") or "",
            fields=_pairs(entry.get("fields") or {}),
            decision=_pairs({k: v for k, v in entry.items() if k not in _ELSEWHERE}),
            legs=tuple(_pairs(leg) for leg in entry.get("legs", ())),
            grounds=tuple(dict.fromkeys(grounds)),
            lines=tuple(told.get(entry["n"], ())),
        )


def _pairs(values: Mapping[str, object]) -> Pairs:
    """What is not empty, in words."""
    return tuple((name, text) for name, value in values.items() if (text := _text(value)))


def _text(value: object) -> str:
    if value is True:
        return "yes"
    if value is None or value is False:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_text(inner)}".rstrip(": ") for name, inner in value.items())
    if isinstance(value, list | tuple):
        return " ".join(_text(inner) for inner in value)
    return str(value)


def outcome(line: Line) -> str:
    """One judged row in a few words: `+10 run-plate`."""
    sign = {
        Status.MET: "\N{CHECK MARK}",
        Status.HELD: "\N{CHECK MARK}",
        Status.LATE: "!",
        Status.MISSED: "\N{MULTIPLICATION X}",
        Status.BROKEN: "\N{MULTIPLICATION X}",
    }.get(line.status, "\N{MIDDLE DOT}")
    points = f" {line.earned:+d}" if line.earned else ""
    word = "" if line.status.good else f" {line.status.value}"
    return f"{sign}{points} {line.id}{word}"


def visible(text: object) -> str:
    """A text of unknown origin: line ends stay, every other control character becomes a picture."""
    whole = str(text).replace("\r\n", "\n").translate(_UNSEEN)
    return _CONTROL.sub(lambda found: _picture(found[0]), whole)


def _picture(control: str) -> str:
    code = ord(control)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
