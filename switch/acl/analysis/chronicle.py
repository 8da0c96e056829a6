"""What was in force when, and what was ordered but was not yet effective, rule by rule.

A cut-off that is ordered on one day and live twelve days later must be seen (specification, 8).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from switch.acl.analysis.intervals import TEXTS, Said, intervals
from switch.acl.lifecycle import Change, Step
from switch.files.authored import instant
from switch.terms import Instant

_TABLES = ("deny", "refer", "allow", "order", "suspend")
# What these say of a rule changes no verdict.
_NO_MEANING = frozenset(("ordered", "from", "until", *TEXTS))


@dataclass(frozen=True, slots=True)
class Life:
    """One interval of a rule of one file, in which it was in force without a gap."""

    id: str
    effect: str
    ordered: Instant | None
    start: Instant  # by its own date
    end: Instant | None
    live: Instant  # from when on it could refuse anything
    until: Instant | None  # when it ended, or will
    begun: Change  # what brought it
    ended: Change | None  # what ended or dated it; None = as first written, or nothing has
    again: bool = False  # it was in force before

    @property
    def delay_s(self) -> float | None:
        """From the order to the first instant at which it was live; None if it only came back."""
        return None if self.ordered is None or self.again else self.live - self.ordered


def in_force(changes: Iterable[Change]) -> list[Change]:
    """What brought a version into force, oldest first."""
    found = []
    for change in changes:
        waited = change.step is Step.ACTIVATED and change.effective > change.at
        if change.step in (Step.ADOPTED, Step.ACTIVATED, Step.EFFECTIVE) and not waited:
            found.append(change)
    return found


def came_back(changes: Iterable[Change]) -> set[int]:
    """The numbers of what brought back a version that had been replaced, as a rollback does."""
    brought = in_force(changes)
    digests = [change.digest for change in brought]
    return {
        change.number
        for place, change in enumerate(brought)
        if change.digest in digests[:place] and change.digest != digests[place - 1]
    }


def below(changes: Iterable[Change]) -> str | None:
    """The version on which the one in force was put; None if it is the first.

    To come back to a version takes off all that was put on it, so that one rollback after the
    other leads further back, never forth again.
    """
    pile: list[str] = []
    for change in in_force(changes):
        if change.digest in pile:
            del pile[pile.index(change.digest) :]
        pile.append(change.digest)
    return pile[-2] if len(pile) > 1 else None


def lives(changes: Iterable[Change], files: Mapping[str, bytes]) -> list[Life]:
    """Every interval of every rule that was ever in force, rules in order of appearance."""
    brought = in_force(changes)
    versions = [_rules(files[change.digest]) for change in brought]
    said = [{name: row.said for name, row in rules.items()} for rules in versions]
    found = []
    instants = (change.at for change in brought)
    for one in intervals(zip(instants, said, strict=True)):
        row = versions[one.last][one.rule]
        found.append(
            Life(
                *(one.rule, row.effect, row.ordered, row.said.start, row.said.end),
                *(one.live, one.until, brought[one.begun]),
                None if one.ended is None else brought[one.ended],
                one.again,
            )
        )
    return found


class _Row(NamedTuple):
    effect: str
    ordered: Instant | None
    said: Said


def _rules(file: bytes) -> dict[str, _Row]:
    """A version that was in force has been checked: its shape is right."""
    data = tomllib.loads(file.decode())
    zone = ZoneInfo(data["timezone"])
    return {row["id"]: _row(table, row, zone) for table in _TABLES for row in data.get(table, [])}


def _row(table: str, row: dict[str, Any], zone: ZoneInfo) -> _Row:
    ordered, end = (
        instant(row[name], zone) if name in row else None for name in ("ordered", "until")
    )
    meaning = (table, {name: value for name, value in row.items() if name not in _NO_MEANING})
    return _Row(table, ordered, Said(instant(row["from"], zone), end, meaning))
