"""The lines of a result, made of what a judge has seen."""

from __future__ import annotations

from dataclasses import replace

from scenarios.forbidden import Forbidden
from scenarios.invariants import Watch
from scenarios.result import Block, Line, Nearest, Status
from scenarios.script import Expect, Forbid
from switch.core.record.journal import Entry
from switch.terms import Instant


def met(row: Expect, since: Instant, status: Status, entry: Entry, why: str = "") -> Line:
    """What was expected came, in time or late; its window opened at `since`."""
    return replace(_line(row, Block.EXPECT, status, entry, why), since=since)


def missed(row: Expect, since: Instant, near: Nearest | None, why: str) -> Line:
    """It did not come; what came nearest is named."""
    line = replace(_line(row, Block.EXPECT, Status.MISSED, None, why), since=since)
    return line if near is None else replace(line, entry=near.entry, at=near.at, nearest=near)


def still_open(row: Expect, since: Instant) -> Line:
    """It may still come."""
    return replace(_line(row, Block.EXPECT, Status.OPEN, None, ""), since=since)


def not_reached(row: Expect) -> Line:
    """Its trigger never came."""
    return _line(row, Block.EXPECT, Status.NOT_REACHED, None, f"`{row.when.after}` never came")


def forbidden(seen: Forbidden) -> Line:
    """A forbid, held or broken."""
    row, entry = seen.row, seen.broken_by
    if entry is None:
        return _line(row, Block.FORBID, Status.HELD, None, "")
    why = f"seen {seen.seen} times, {row.more_than} allowed"
    return _line(row, Block.FORBID, Status.BROKEN, entry, why)


def asserted(watch: Watch) -> Line:
    """An assert, held or broken."""
    row = watch.row
    if watch.broken is None:
        return Line(row.id, Block.ASSERT, "", Status.HELD, 0, None, None, "")
    why, entry = watch.broken
    return Line(row.id, Block.ASSERT, "", Status.BROKEN, 0, entry["n"], entry["at"], why)


def _line(
    row: Expect | Forbid, block: Block, status: Status, entry: Entry | None, why: str
) -> Line:
    number, at = (None, None) if entry is None else (entry["n"], entry["at"])
    return Line(row.id, block, row.seat, status, row.points, number, at, why)
