"""Who cut an agency off: by which rule, ordered when, effective when, and what is on record of it.

A version of a file is in force from the row that says so. What its rules are is read from the files
that are at hand, by their SHA-256; a version that is not at hand is named, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from switch.acl.directory import Directory
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Facets, Rule
from switch.audit.proof import Numbered
from switch.core.record.ledger import NETWORK
from switch.terms import AgencyId, Instant, Mnemonic, Ori

_BEFORE = float("-inf")
ADOPTED = "in the file at the start"


@dataclass(frozen=True, slots=True)
class InForce:
    """A version of one file, from an instant on."""

    since: Instant
    version: str
    by: str
    reason: str = ""
    cite: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class CutOff:
    """One rule that refuses the agency something."""

    file: str  # the backend's name, or NETWORK
    rule: Rule
    by: str
    activated: Instant | None  # None = in force before this record begins
    removed: Instant | None
    noted: int  # the row that says that it took effect, or 0
    live: bool | None  # what the last probe found
    live_s: float | None  # how long after it was ordered a probe first found it live everywhere

    @property
    def effective(self) -> Instant:
        """From when on it could refuse."""
        return self.rule.start if self.activated is None else max(self.rule.start, self.activated)

    @property
    def ends(self) -> Instant | None:
        """When it ended or will end: by its own date, or because it was taken out."""
        found = [at for at in (self.rule.end, self.removed) if at is not None]
        return min(found, default=None)

    @property
    def delay_s(self) -> float | None:
        """From the order to the instant from which it could refuse."""
        return None if self.rule.ordered is None else self.effective - self.rule.ordered

    def holds(self, at: Instant) -> bool:
        """Whether it can refuse at that instant."""
        return self.effective <= at and (self.ends is None or at < self.ends)


class Timeline:
    """Which version of one file was in force when."""

    def __init__(self, file: str, rows: Iterable[Numbered], policies: Mapping[str, Policy]) -> None:
        self.file = file
        self._policies = policies
        self.spans = list(_spans(file, rows))

    def at(self, instant: Instant) -> Policy | None:
        """The rules then; None if that version is not at hand."""
        span = self.span(instant)
        return None if span is None else self._policies.get(span.version)

    def span(self, instant: Instant) -> InForce | None:
        """The version in force at that instant."""
        position = bisect_right(self.spans, instant, key=lambda span: span.since)
        return self.spans[max(0, position - 1)] if self.spans else None

    @property
    def missing(self) -> list[InForce]:
        """What was in force and is not at hand."""
        return [span for span in self.spans if span.version not in self._policies]

    def rules(self) -> Iterator[tuple[Rule, InForce, Instant | None]]:
        """Every rule that was ever in force as it last stood: since which version, until when."""
        first: dict[str, InForce] = {}
        last: dict[str, Rule] = {}
        gone: dict[str, Instant] = {}
        for span in self.spans:
            policy = self._policies.get(span.version)
            if policy is None:
                continue
            rules = {rule.id: rule for rule in policy.rules}
            for name, rule in rules.items():
                first.setdefault(name, span)
                last[name] = rule
                gone.pop(name, None)
            for name in last.keys() - rules.keys():
                gone.setdefault(name, span.since)
        for name, rule in last.items():
            yield rule, first[name], gone.get(name)


def _spans(file: str, rows: Iterable[Numbered]) -> Iterator[InForce]:
    version = ""
    for row in rows:
        entry = row.entry
        if entry["kind"] == "started":
            found = entry["network"] if file == NETWORK else entry["version"]
            if found is not None and found != version:
                since = entry["at"] if version else _BEFORE
                yield InForce(since, found, ADOPTED, row=row.number)
                version = found
        elif entry["kind"] == "access" and entry.get("backend") == file:
            found = entry.get("version") or ""
            if found and found != version and not entry.get("error"):
                why = (str(entry.get("reason") or ""), str(entry.get("cite") or ""))
                yield InForce(entry["at"], found, str(entry.get("by") or "?"), *why, row.number)
                version = found


def cut_offs(
    directory: Directory, timeline: Timeline, rows: Sequence[Numbered], agency: AgencyId
) -> list[CutOff]:
    """Every deny, refer or suspension of this file that names the agency, oldest first."""
    noted = _noted(timeline.file, rows)
    probes = [row.entry for row in rows if row.entry["kind"] == "probe"]
    found = []
    for rule, span, removed in timeline.rules():
        if rule.effect is Effect.ALLOW or not names(directory, rule, agency):
            continue
        about = [e for e in probes if e["rule"] == rule.id and e["backend"] == timeline.file]
        lived = [e["since_s"] for e in about if e["live"] and e["since_s"] is not None]
        found.append(
            CutOff(
                file=timeline.file,
                rule=rule,
                by=_by(timeline.file, span),
                activated=None if span.since == _BEFORE else span.since,
                removed=removed,
                noted=noted.get(rule.id, 0),
                live=bool(about[-1]["live"]) if about else None,
                live_s=min(lived, default=None),
            )
        )
    return sorted(found, key=lambda cut: (cut.effective, cut.rule.id))


def _by(file: str, span: InForce) -> str:
    if span.by == ADOPTED:
        return f"{'switch operator' if file == NETWORK else f'owner of {file}'} ({ADOPTED})"
    return span.by


def _noted(file: str, rows: Iterable[Numbered]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        if row.entry["kind"] == "effective" and row.entry["backend"] == file:
            for rule in row.entry["started"]:
                found.setdefault(rule, row.number)
    return found


def members(directory: Directory, agency: AgencyId) -> list[AgencyId]:
    """The agency and all below it."""
    return [each for each in directory.world.agencies if agency in directory.lineage[each]]


def names(directory: Directory, rule: Rule, agency: AgencyId) -> bool:
    """Whether some facet of the agency alone, or of one below it, meets the rule."""
    world = directory.world
    for each in members(directory, agency):
        terminals = [m for m, t in world.terminals.items() if t.agency == each]
        operators = [o.id for o in world.operators.values() if o.agency == each]
        oris = world.agencies[each].oris
        for terminal, operator, ori in product(
            terminals or [Mnemonic("")], (None, *operators), oris or (Ori(""),)
        ):
            people = (each,) if operator is not None else ()
            facets = Facets(terminal, operator, ori, None, (each, each), people, ())
            if rule.subject.met_by_any(facets, directory) is not None:
                return True
    return False
