"""What one watch has seen: this hour's counts, its own baseline, and when that is worth telling.

Four things are told: each hour that had something in it (on record only); a rate of so many times
the mean hour before; so many refusals of one terminal within an hour; and a relative of whoever is
watched that asks more since they were cut off than chance explains.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from switch.acl.analysis.kin import relation_of
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.rules import Effect, Facets, index_keys_of
from switch.acl.watches import Watch
from switch.core.watch.chance import CHANCE_MAX, chance_of
from switch.terms import AgencyId, DataClass, Instant, Mnemonic, OperatorId, Ori

HOUR_S = 3600.0
BASELINE_HOURS_MAX = 168  # a week
BASELINE_HOURS_MIN = 3  # before that an hour is not compared with anything
RATE_MIN = 10  # inquiries in an hour, below which no rate is told
_HOURS_AFTER_MIN = 1  # of a cut-off, before a relative is compared


class Seen(NamedTuple):
    """One leg of a `query` entry."""

    terminal: Mnemonic
    operator: OperatorId | None
    ori: Ori
    on_behalf_of: Ori | None
    key: str
    purpose: str | None
    classes: tuple[DataClass, ...]

    @classmethod
    def of(cls, query: Mapping[str, Any], leg: Mapping[str, Any]) -> Seen:
        """Out of the entry's shared part and one of its legs."""
        who = (query["terminal"], query["operator"], query["ori"], query["on_behalf_of"])
        return cls(*who, leg.get("key") or query["key"], query["purpose"], tuple(leg["classes"]))


class Sighting(NamedTuple):
    """Something worth telling, as it stands in a `watch` entry."""

    what: str  # hour, rate, denials, displacement
    hour: Instant  # its first instant
    counts: Mapping[str, Mapping[str, int]]
    total: int
    refused: int
    baseline: float | None
    who: str
    said: str


@dataclass(slots=True)
class _Relative:
    relation: str
    before: int = 0
    after: int = 0
    told: bool = False


class Watched:
    """One watch and what it has counted."""

    def __init__(self, backend: str, watch: Watch, directory: Directory, now: Instant) -> None:
        self.backend = backend
        self.watch = watch
        self.hour = now // HOUR_S * HOUR_S
        self._directory = directory
        self._since = now
        self._cut: Instant | None = None  # when they were cut off, while it looked on
        self._was_cut: bool | None = None
        self._past: deque[int] = deque(maxlen=BASELINE_HOURS_MAX)
        agencies = directory.world.agencies
        self._named = [name for name in agencies if self._meets(self._plain(name))]
        self._relatives = {
            name: _Relative(relation)
            for name in agencies
            if name not in self._named and (relation := relation_of(directory, name, self._named))
        }
        self._begin(self.hour)

    def _begin(self, hour: Instant) -> None:
        self.hour = hour
        self._counts: dict[str, dict[str, int]] = {}
        self._total = self._refusals = 0
        self._by_terminal: dict[str, int] = {}
        self._rate_told = False

    @property
    def counted(self) -> bool:
        """Whether there is anything to put on record at the end of the hour."""
        return bool(self._total or self._refusals)

    @property
    def baseline(self) -> float | None:
        """The mean hour before this one; None while there were too few."""
        past = self._past
        return sum(past) / len(past) if len(past) >= BASELINE_HOURS_MIN else None

    # --- who is meant ----------------------------------------------------------------------------

    def _plain(self, agency: AgencyId) -> Facets:
        oris = self._directory.world.agencies[agency].oris
        return Facets(Mnemonic(""), None, (*oris, Ori(""))[0], None, (agency, agency), (), ())

    def _facets(self, seen: Seen, now: Instant) -> Facets:
        """As far as the names are known: what is refused as a stranger is watched too."""
        directory = self._directory
        terminal = directory.world.terminals.get(seen.terminal)
        line = [terminal.agency] if terminal is not None else []
        oris = [seen.ori] if seen.ori in directory.agency_of else []
        line += [directory.agency_of[ori] for ori in oris]
        behalf = directory.agency_of.get(seen.on_behalf_of) if seen.on_behalf_of else None
        others = [behalf] if behalf is not None else []
        people = directory.operator_agencies(seen.operator, now)
        hubs = directory.hubs(seen.terminal)
        who = (seen.terminal, seen.operator, seen.ori, seen.on_behalf_of)
        return Facets(*who, tuple(line), tuple(people), (*others, *hubs))

    def _meets(self, facets: Facets) -> bool:
        return self.watch.subject.met_by_any(facets, self._directory) is not None

    # --- what happens ----------------------------------------------------------------------------

    def judge_by(self, stack: AccessStack, now: Instant) -> None:
        """The rules in force: were those who are watched cut off just now?"""
        cut = any(self._is_cut(stack, name, now) for name in self._named)
        if cut and self._was_cut is False:
            self._cut = now
            for relative in self._relatives.values():
                relative.after, relative.told = 0, False
        self._was_cut = cut

    def _is_cut(self, stack: AccessStack, agency: AgencyId, now: Instant) -> bool:
        facets = self._plain(agency)
        keys = tuple(index_keys_of(facets, self._directory))
        return any(
            rule.effect in (Effect.DENY, Effect.SUSPEND)
            and rule.subject.met_by_any(facets, self._directory) is not None
            for policy in (stack.owners[self.backend], stack.network)
            for rule in policy.candidates(keys, now)
        )

    def asked(self, seen: Seen, now: Instant) -> tuple[bool, list[Sighting]]:
        """Whether this inquiry is watched, and what is worth telling of it."""
        watch = self.watch
        if not watch.in_force(now):
            return False, []
        self._count_relatives(seen)
        if watch.data is not None and not watch.data & set(seen.classes):
            return False, []
        if not self._meets(self._facets(seen, now)):
            return False, []
        purposes = self._counts.setdefault(seen.key, {})
        purpose = seen.purpose or "none"
        purposes[purpose] = purposes.get(purpose, 0) + 1
        self._total += 1
        baseline = self.baseline
        if (
            self._rate_told
            or baseline is None
            or self._total < max(RATE_MIN, watch.times * baseline)
        ):
            return True, []
        self._rate_told = True
        hours = len(self._past)
        said = (
            f"{self._total} inquiries this hour; the mean of {hours} hours before is {baseline:.1f}"
        )
        return True, [self._sighting("rate", "", said)]

    def _count_relatives(self, seen: Seen) -> None:
        terminal = self._directory.world.terminals.get(seen.terminal)
        relative = self._relatives.get(terminal.agency) if terminal is not None else None
        if relative is not None:
            if self._cut is None:
                relative.before += 1
            else:
                relative.after += 1

    def refused(self, terminal: str) -> list[Sighting]:
        """A watched inquiry was refused."""
        self._refusals += 1
        count = self._by_terminal[terminal] = self._by_terminal.get(terminal, 0) + 1
        if count != self.watch.denials:
            return []
        said = f"{count} refusals of terminal {terminal} within this hour"
        return [self._sighting("denials", terminal, said)]

    def pass_time(self, now: Instant) -> list[Sighting]:
        """The hour is over: what it held, and who has moved."""
        if now < self.hour + HOUR_S:
            return []
        told = list(self._displaced(now))
        if self.counted:
            said = f"{self._total} inquiries, {self._refusals} refusals in the hour"
            told.insert(0, self._sighting("hour", "", said))
        gone = int((now - self.hour) // HOUR_S)
        if self._since <= self.hour:  # an hour that was begun before it looked says too little
            self._past.append(self._total)
        self._past.extend([0] * min(gone - 1, BASELINE_HOURS_MAX))
        self._begin(self.hour + gone * HOUR_S)
        return told

    def _displaced(self, now: Instant) -> Iterator[Sighting]:
        if self._cut is None or now < self._cut + _HOURS_AFTER_MIN * HOUR_S:
            return
        before_s, after_s = self._cut - self._since, now - self._cut
        for name, relative in self._relatives.items():
            counts = (relative.before, relative.after)
            if not relative.told and chance_of(*counts, before_s, after_s) <= CHANCE_MAX:
                relative.told = True
                said = (
                    f"{name} ({relative.relation}) asked {relative.after} times in"
                    f" {after_s / HOUR_S:.1f} hours since the cut-off, {relative.before} times in"
                    f" {before_s / HOUR_S:.1f} before"
                )
                yield self._sighting("displacement", name, said)

    def _sighting(self, what: str, who: str, said: str) -> Sighting:
        counts = {key: dict(purposes) for key, purposes in self._counts.items()}
        numbers = (counts, self._total, self._refusals, self.baseline)
        return Sighting(what, self.hour, *numbers, who, said)
