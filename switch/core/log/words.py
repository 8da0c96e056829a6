"""What a search of the log asks for, as a test of one message: RAND's fields [N-RAND].

FND is text that must stand in the message, or ORR instead; AND must stand there too. NAM is a name
with asterisks, each for any characters of the same name. Dates are local, to the minute, both ends
inclusive.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from switch.terms import Instant

ALL = "ALL"
_SEPARATORS = re.compile(r"[./\n]")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search."""

    keys: frozenset[str]  # empty = all
    source: str  # an ORI, the first two characters of one, or ""
    target: str  # a destination or ORI, or ""
    begin: Instant
    end: Instant  # exclusive
    find: tuple[str, ...]  # one of them must stand there
    also: str
    name: tuple[str, ...]  # the parts between the asterisks

    @classmethod
    def of(cls, fields: Mapping[str, str], zone: ZoneInfo) -> Wanted:
        """From the checked fields of NLQ; ValueError where a date is none."""
        keys = {key.strip() for key in fields["TYP"].split(",")}
        find = tuple(_plain(fields[code]) for code in ("FND", "ORR") if code in fields)
        return cls(
            frozenset() if ALL in keys else frozenset(keys),
            fields.get("SRC", ""),
            fields.get("DST", ""),
            _instant(fields["BEG"], zone),
            _instant(fields["END"], zone, after=True),
            find,
            _plain(fields.get("AND", "")),
            tuple(_plain(fields["NAM"]).split("*")) if "NAM" in fields else (),
        )

    def meant(
        self, at: Instant, key: str, source: str, targets: Collection[str], text: str
    ) -> bool:
        """Whether this message is asked for."""
        return (
            self.at(at)
            and (not self.keys or key in self.keys)
            and self.between(source, targets)
            and self.means(text)
        )

    def at(self, at: Instant) -> bool:
        """Whether that is within its time."""
        return self.begin <= at < self.end

    def between(self, source: str, targets: Collection[str]) -> bool:
        """Whether it went from where to where is asked."""
        return source.startswith(self.source) and (
            not self.target or any(target.startswith(self.target) for target in targets)
        )

    def means(self, text: str) -> bool:
        """Whether what is asked stands in this text of a message."""
        whole = _plain(text)
        if self.also and self.also not in whole:
            return False
        if self.find and not any(each in whole for each in self.find):
            return False
        return not self.name or any(
            named(self.name, _plain(each)) for each in _SEPARATORS.split(text)
        )


def named(parts: tuple[str, ...], text: str) -> bool:
    """Whether a name of these parts stands in the text as whole words.

    Each part is looked for once behind the one before, from every place where the first one stands,
    so no pattern takes long.
    """
    first, *others = parts
    start = text.find(first)
    while start >= 0:
        end = start + len(first)
        whole = start == 0 or not text[start - 1].isalpha()
        if whole and _follow(others, text, end):
            return True
        start = text.find(first, start + 1)
    return False


def _follow(parts: list[str], text: str, at: int) -> bool:
    """Whether the rest stands behind, and ends where a word ends unless an asterisk is last."""
    if not parts:
        return at == len(text) or not text[at].isalpha()
    *middle, last = parts
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    found = text.find(last, at)
    while found >= 0:
        at = found + len(last)
        if not last or at == len(text) or not text[at].isalpha():
            return True
        found = text.find(last, found + 1)
    return False


def _plain(text: str) -> str:
    """Single blanks, none behind a comma: however it was typed."""
    return _BLANKS.sub(" ", text).strip().replace(", ", ",")


def _instant(date: str, zone: ZoneInfo, *, after: bool = False) -> Instant:
    """The begin of that day or minute; `after` it, the begin of the next."""
    day, _, minute = date.partition("@")
    local = datetime.strptime(day + (minute or "0000"), "%Y%m%d%H%M").replace(tzinfo=zone)
    if after:
        local += timedelta(minutes=1) if minute else timedelta(days=1)
    return local.timestamp()
