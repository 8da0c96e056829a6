"""Whether the end of a journal follows from itself: asked before a switch goes on with it.

A batch written on a record that was changed would make it look whole to whoever reads the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from switch.core.record.journal import CHAIN_START, link
from switch.errors import JournalFileError

CHECKED_MAX = 256  # batches, the last ones, megabytes at most; `journal verify` looks at all


def sealed(first: int, count: int, body: bytes) -> bytes:
    """What the chain covers: the numbering too, so that renumbered rows are found."""
    return b"%d %d " % (first, count) + body


_TYPES = (int, int, int, bytes, bytes)


def is_row(row: tuple[Any, ...]) -> bool:
    """Whether number, first, count, body and hash are what they were written as: SQLite keeps any
    value in any column, and reads what was cut off as nothing."""
    return tuple(map(type, row)) == _TYPES


LAST = "SELECT number, first, count, body, hash FROM batch ORDER BY number DESC LIMIT ?"


def check_links(last: Iterable[tuple[Any, ...]], name: str) -> None:
    """JournalFileError that names the first batch that does not follow; `last` is what `LAST`
    finds, one more than `CHECKED_MAX`."""
    rows = list(last)
    if len(rows) <= CHECKED_MAX:
        rows.append((0, 1, 0, b"", CHAIN_START))
    for before, after in pairwise(reversed(rows)):
        number, first, count, body, hash_ = after
        follows = is_row(before) and is_row(after)
        follows = follows and number == before[0] + 1 and first == before[1] + before[2]
        if not follows or link(before[4], sealed(first, count, body)) != hash_:
            raise JournalFileError(
                f"`{name}` is BROKEN: batch {number} does not follow from the one before;"
                " nothing is written on it\n"
                f"    fix: `wireroom journal verify {name}` tells all that is wrong; keep the file"
                " and begin a new one with --journal"
            )


__all__ = ["CHECKED_MAX", "LAST", "check_links", "is_row", "sealed"]
