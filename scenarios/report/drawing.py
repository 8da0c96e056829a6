"""Where everything of a drawn run stands: rows, bands and lanes in the units of an SVG picture.

Time runs downwards, but not to scale: rows keep a readable distance, and a long silence is a wider
gap, not a long one. The picture is cut into sheets that fit on a printed page, each with its lanes
named at its head.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scenarios.report.lanes import Kind, Lane, Lanes
from scenarios.report.sequence import Row, Tone
from scenarios.result import Block, Line, Status
from scenarios.script import Act, Script
from switch.core.record.journal import Entry
from switch.terms import Instant

CLOCK_WIDTH = 66
LANE_WIDTH = 92
SCORE_WIDTH = 196
HEAD_HEIGHT = 58
ROW_HEIGHT = 27
GAP_MAX = 26
SHEET_HEIGHT_MAX = 690  # of its rows; with its head it fits a landscape page
BAND_WIDTH = 11
BANDS_MAX = 4  # beside each other in one lane; more lie over each other


class Sheet(NamedTuple):
    """One part of the picture, from `top` to `bottom` of the whole, under an act's heading."""

    act: Act | None
    continued: bool
    top: float
    bottom: float


class Band(NamedTuple):
    """A stretch of time in one lane: a fault, a rule in force, a window that is open."""

    place: int
    beside: int  # 0 = nearest to the lane's line
    top: float
    bottom: float
    what: str  # "fault", "rule", "met", "late", "missed", "open"
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A row at its height; `clock` is shown where the time changes."""

    row: Row
    y: float
    new_time: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole picture."""

    lanes: tuple[Lane, ...]
    rows: tuple[Placed, ...]
    bands: tuple[Band, ...]
    sheets: tuple[Sheet, ...]
    width: float = field(init=False)

    def __post_init__(self) -> None:
        width = CLOCK_WIDTH + LANE_WIDTH * len(self.lanes) + SCORE_WIDTH
        object.__setattr__(self, "width", width)

    def on(self, sheet: Sheet) -> tuple[Placed, ...]:
        """The rows of a sheet."""
        first = bisect_right(self.rows, sheet.top, key=_bottom)
        return self.rows[first : bisect_right(self.rows, sheet.bottom, key=_bottom)]

    def x(self, place: int | None) -> float:
        """The middle of a lane; the left edge for None."""
        return CLOCK_WIDTH if place is None else CLOCK_WIDTH + LANE_WIDTH * (place + 0.5)


def _bottom(placed: Placed) -> float:
    return placed.y + 6


def draw(
    script: Script,
    lanes: Lanes,
    rows: Iterable[Row],
    entries: Sequence[Entry],
    lines: Iterable[Line],
    ended: Instant,
) -> Drawing:
    """Place everything."""
    placed, sheets, heights = _place(list(rows))
    scale = _Scale(script.starts, ended, placed, heights)
    bands = [
        *_faults(script, lanes, scale, ended),
        *_rules(lanes, entries, scale, ended),
        *_windows(script, lanes, lines, scale),
    ]
    return Drawing(lanes.all, tuple(placed), tuple(_beside(bands)), tuple(sheets))


def _place(rows: list[Row]) -> tuple[list[Placed], list[Sheet], float]:
    placed: list[Placed] = []
    sheets: list[Sheet] = []
    y, top, before = 0.0, 0.0, rows[0].at if rows else 0.0
    act: Act | None = None
    continued, clock = False, None
    for row in rows:
        if row.act is not None:
            if y > top:
                sheets.append(Sheet(act, continued, top, y))
            act, continued, top, clock = row.act, False, y, None
            before = row.at
            continue
        gap = min(GAP_MAX, 7 * math.log2(1 + max(0.0, row.at - before)))
        if y - top + gap + ROW_HEIGHT > SHEET_HEIGHT_MAX:
            sheets.append(Sheet(act, continued, top, y))
            top, continued, gap, clock = y, True, 0.0, None
        y += gap + ROW_HEIGHT
        shown = int(row.at)
        placed.append(Placed(row, y - 6, shown != clock))
        clock, before = shown, row.at
    sheets.append(Sheet(act, continued, top, y + 12))
    return placed, sheets, y + 12


class _Scale:
    """From an instant to a height, straight between the rows that are drawn."""

    def __init__(
        self, starts: Instant, ended: Instant, placed: Sequence[Placed], height: float
    ) -> None:
        known = {starts: 0.0}
        for one in placed:
            known.setdefault(one.row.at, one.y)  # of several at one instant, the first
        known.setdefault(ended, height)
        self._at = sorted(known)
        self._y = [known[at] for at in self._at]

    def y(self, at: Instant) -> float:
        """The height of an instant."""
        place = bisect_right(self._at, at)
        if place == 0:
            return self._y[0]
        if place == len(self._at):
            return self._y[-1]
        (a, b), (top, bottom) = self._at[place - 1 : place + 1], self._y[place - 1 : place + 1]
        return top + (bottom - top) * (at - a) / (b - a)


def _faults(script: Script, lanes: Lanes, scale: _Scale, ended: Instant) -> Iterable[Band]:
    for fault in script.faults:
        place = lanes.place(fault.backend or fault.seat)
        start, end = script.starts + fault.at, min(script.starts + fault.until, ended)
        if place is not None and start < ended:
            yield Band(place, 0, scale.y(start), scale.y(end), "fault", fault.kind.value)


def _rules(lanes: Lanes, entries: Iterable[Entry], scale: _Scale, ended: Instant) -> Iterable[Band]:
    """Rules that came into force in the run, as long as they were."""
    since: dict[tuple[str, str], Instant] = {}
    until: list[tuple[str, str, Instant, Instant]] = []
    for entry in entries:
        changes = _changes(entry)
        for rule, begins in changes:
            key = (entry["backend"], rule)
            if begins:
                since[key] = entry["at"]
            elif key in since:
                until.append((*key, since.pop(key), entry["at"]))
    until += [(*key, at, ended) for key, at in since.items()]
    for backend, rule, start, end in sorted(until, key=lambda one: one[2:]):
        place = lanes.owner(backend)
        if place is not None:
            yield Band(place, 0, scale.y(start), scale.y(end), "rule", rule)


def _changes(entry: Entry) -> list[tuple[str, bool]]:
    """Rules that an entry says begin (True) or end."""
    if entry["kind"] == "effective":
        ended = [(rule, False) for rule in entry["ended"]]
        return [*ended, *((rule, True) for rule in entry["started"])]
    if entry["kind"] == "access" and not entry["error"]:
        verb, _, rule = entry["change"].partition(" ")
        if verb == "withdrew":
            return [(rule, False)]
        if verb == "added":
            return [(rule.split()[-1], True)]
    return []


_WINDOWS = {
    Status.MET: "met",
    Status.LATE: "late",
    Status.MISSED: "missed",
    Status.OPEN: "open",
}


def _windows(script: Script, lanes: Lanes, lines: Iterable[Line], scale: _Scale) -> Iterable[Band]:
    """From the opening of each window to what met it, or to its end."""
    within = {row.id: row.within for row in script.expects}
    for line in lines:
        place = lanes.place(line.seat)
        if line.block is not Block.EXPECT or line.since is None or place is None:
            continue
        end = line.since + within[line.id]
        if line.status in (Status.MET, Status.LATE) and line.at is not None:
            end = line.at
        if end > line.since:
            what = _WINDOWS[line.status]
            yield Band(place, 0, scale.y(line.since), scale.y(end), what, line.id)


def _beside(bands: Iterable[Band]) -> Iterable[Band]:
    """Bands of one lane that overlap stand beside each other."""
    taken: dict[tuple[int, int], float] = {}
    for band in sorted(bands, key=lambda band: (band.top, band.bottom)):
        beside = next(
            (n for n in range(BANDS_MAX) if taken.get((band.place, n), -1.0) <= band.top),
            BANDS_MAX - 1,
        )
        taken[band.place, beside] = max(band.bottom, taken.get((band.place, beside), 0.0))
        yield band._replace(beside=beside)


__all__ = ["Band", "Drawing", "Kind", "Placed", "Sheet", "Tone", "draw"]
