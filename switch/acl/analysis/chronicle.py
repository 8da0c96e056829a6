"""What was in force when, and what was ordered but was not yet effective, rule by rule.

A cut-off that is ordered on one day and live twelve days later must be seen (specification, 8).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from switch.acl.lifecycle import Change, Step
from switch.files.authored import instant
from switch.terms import Instant

_TABLES = ("deny", "refer", "allow", "order", "suspend")


@dataclass(frozen=True, slots=True)
class Life:
    """One rule's life in one file."""

    id: str
    effect: str
    ordered: Instant | None
    start: Instant
    end: Instant | None
    activated: Instant  # when a version with it came into force for the first time
    removed: Instant | None  # when a version without it came into force

    @property
    def live(self) -> Instant:
        """From when on it could refuse anything."""
        return max(self.start, self.activated)

    @property
    def delay_s(self) -> float | None:
        """From the order to the first instant at which it was live."""
        return None if self.ordered is None else self.live - self.ordered


def in_force(changes: Iterable[Change]) -> list[tuple[Instant, str]]:
    """Which version came into force when, oldest first."""
    found = []
    for change in changes:
        waited = change.step is Step.ACTIVATED and change.effective > change.at
        if change.step in (Step.ADOPTED, Step.ACTIVATED, Step.EFFECTIVE) and not waited:
            found.append((change.at, change.digest))
    return found


def lives(versions: Iterable[tuple[Instant, str]], files: Mapping[str, bytes]) -> list[Life]:
    """The life of every rule that was ever in force, in the order in which they appeared."""
    found: dict[str, Life] = {}
    for at, digest in versions:
        rules = _rules(files[digest])
        for name, (effect, ordered, start, end) in rules.items():
            first = found[name].activated if name in found else at
            found[name] = Life(name, effect, ordered, start, end, first, None)
        for name in found.keys() - rules.keys():
            life = found[name]
            if life.removed is None:
                found[name] = replace(life, removed=at)
    return list(found.values())


def _rules(file: bytes) -> dict[str, tuple[str, Instant | None, Instant, Instant | None]]:
    """A version that was in force has been checked: its shape is right."""
    data = tomllib.loads(file.decode())
    zone = ZoneInfo(data["timezone"])
    found = {}
    for table in _TABLES:
        for row in data.get(table, []):
            ordered, end = (
                instant(row[name], zone) if name in row else None for name in ("ordered", "until")
            )
            found[row["id"]] = (table, ordered, instant(row["from"], zone), end)
    return found
