"""Counts: for the owner as they are, for the public so that nobody can be counted out of them.

What is published are disjoint cells, one for each whole calendar month and outcome, and nothing
else: no total, no share, no second table over the same inquiries. A cell of 1 to 4 is not shown.
Since no published number contains a suppressed one, a suppressed cell may be anything from 1 to 4
whatever else is known of the page; a test replaces each by every other and compares the bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from switch.audit.inquiries import Fate, Inquiry, Way
from switch.terms import DataClass, Instant

SMALL_CELL_MAX = 4  # counts from 1 to this are never published; the same for every page
OUTCOMES = ("answered", "refused", "other")


@dataclass(frozen=True, slots=True)
class Line:
    """How often something happened, and between when and when."""

    what: tuple[str, ...]
    count: int
    first: Instant
    last: Instant
    records: int = 0


def grouped(
    inquiries: Iterable[tuple[tuple[str, ...], Inquiry]],
) -> tuple[Line, ...]:
    """Inquiries counted by what they have in common, most frequent first."""
    found: dict[tuple[str, ...], list[Inquiry]] = {}
    for what, inquiry in inquiries:
        found.setdefault(what, []).append(inquiry)
    lines = [
        Line(what, len(group), group[0].at, group[-1].at, sum(each.records for each in group))
        for what, group in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.what)))


def received(inquiries: Iterable[tuple[Way, Inquiry]]) -> tuple[Line, ...]:
    """What left, by way, key and data classes."""
    return grouped(
        ((way.value, each.request.key, _classes(each.released)), each)
        for way, each in inquiries
        if each.fate is Fate.ANSWERED
    )


def _classes(names: Sequence[DataClass]) -> str:
    return ", ".join(names)


# --- purposes ------------------------------------------------------------------------------------

MONOTONE_MIN = 20  # inquiries with a purpose, before one code for nearly all says anything
MONOTONE_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Vague:
    """Purposes that explain nothing."""

    what: str
    count: int
    among: int


def vague_purposes(inquiries: Sequence[Inquiry], codes: dict[str, frozenset[str]]) -> list[Vague]:
    """No purpose, a purpose that the key does not know, one code for nearly everything.

    `codes` are the purposes that the catalog lists for a key; empty = any or none will do.
    """
    found = []
    none = sum(each.request.purpose is None for each in inquiries)
    if none:
        found.append(Vague("no purpose given", none, len(inquiries)))
    strange = sum(
        each.request.purpose is not None
        and bool(codes.get(each.request.key))
        and each.request.purpose not in codes[each.request.key]
        for each in inquiries
    )
    if strange:
        found.append(Vague("a purpose that the key does not take", strange, len(inquiries)))
    given = Counter(each.request.purpose for each in inquiries if each.request.purpose is not None)
    total = given.total()
    if total >= MONOTONE_MIN:
        code, count = given.most_common(1)[0]
        if count >= MONOTONE_SHARE * total:
            found.append(Vague(f"the same purpose {code} for nearly everything", count, total))
    return found


# --- for the public ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """One whole calendar month; None = from 1 to 4, not shown."""

    month: str  # 2019-10
    cells: tuple[int | None, ...]  # as OUTCOMES


def public(
    inquiries: Iterable[Inquiry], first: Instant, until: Instant, timezone: ZoneInfo
) -> tuple[Month, ...]:
    """Every month that was over at `until`, from that of `first` on."""
    counted: dict[str, Counter[str]] = {}
    for each in inquiries:
        outcome = each.fate.value if each.fate in (Fate.ANSWERED, Fate.REFUSED) else "other"
        counted.setdefault(_month(each.at, timezone), Counter())[outcome] += 1
    last, month, found = _month(until, timezone), _month(first, timezone), []
    while month < last:
        counts = counted.get(month, Counter())
        found.append(Month(month, tuple(_shown(counts[name]) for name in OUTCOMES)))
        month = _next(month)
    return tuple(found)


def _shown(count: int) -> int | None:
    return None if 1 <= count <= SMALL_CELL_MAX else count


def _month(at: Instant, timezone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, timezone).strftime("%Y-%m")


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
