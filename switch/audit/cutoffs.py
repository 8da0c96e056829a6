"""Who cut an agency off: by which rule, ordered when, effective when, and what is on record of it.

A version of a file is in force from the row that says so. What its rules are is read from the files
that are at hand, by their SHA-256; a version that is not at hand is named, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from switch.acl.analysis.intervals import TEXTS, Interval, Said, intervals
from switch.acl.directory import Directory
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Facets, Rule, Subject
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
    """One rule that refuses the agency something, in force without a gap."""

    file: str  # the backend's name, or NETWORK
    rule: Rule
    by: str  # who brought it
    effective: Instant  # from when on it could refuse
    ends: Instant | None  # when it ended or will end: by its own date, or by another version
    ended: InForce | None  # the version that ended or dated it; None = as first written
    again: bool  # it was in force before
    noted: int  # the row that says that it took effect, or 0
    live: bool | None  # what the last probe found
    live_s: float | None  # how long after it was ordered a probe first found it live everywhere

    @property
    def delay_s(self) -> float | None:
        """From the order to the instant from which it could refuse; None if it only came back."""
        known = self.rule.ordered is not None and not self.again
        return self.effective - self.rule.ordered if known else None  # type: ignore[operator]

    def holds(self, at: Instant) -> bool:
        """Whether it can refuse at that instant."""
        return self.effective <= at and (self.ends is None or at < self.ends)


def gaps(cuts: Iterable[CutOff]) -> list[tuple[CutOff, CutOff]]:
    """Each interval that was followed by another of the same rule after a while, with that one."""
    last: dict[tuple[str, str], CutOff] = {}
    found = []
    for cut in sorted(cuts, key=lambda cut: cut.effective):
        before = last.get((cut.file, cut.rule.id))
        if before is not None and before.ends is not None and before.ends < cut.effective:
            found.append((before, cut))
        last[cut.file, cut.rule.id] = cut
    return found


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

    def rules(self, chosen: Callable[[Rule], bool]) -> Iterator[tuple[Rule, Interval]]:
        """Every interval of the rules that are chosen, each as it last stood in it."""
        versions: list[tuple[Instant, dict[str, Said] | None]] = []
        files: list[dict[str, Rule]] = []
        for span in self.spans:
            policy = self._policies.get(span.version)
            rules = filter(chosen, policy.rules) if policy else ()
            files.append({rule.id: rule for rule in rules})
            versions.append((span.since, _said(files[-1].values()) if policy else None))
        for one in intervals(versions):
            yield files[one.last][one.rule], one


def _said(rules: Iterable[Rule]) -> dict[str, Said]:
    return {rule.id: Said(rule.start, rule.end, replace(rule, **_PAPERS)) for rule in rules}


# What these say of a rule changes no verdict.
_PAPERS: dict[str, Any] = {
    "start": 0.0,
    "end": None,
    "ordered": None,
    **dict.fromkeys(TEXTS, ""),
}


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
    """Every deny, refer or suspension of this file that names the agency, each interval in which it
    was in force apart, oldest first."""
    noted = list(_noted(timeline.file, rows))
    probes = [row.entry for row in rows if row.entry["kind"] == "probe"]
    met: dict[Subject, bool] = {}

    def cuts(rule: Rule) -> bool:
        if rule.effect is Effect.ALLOW:
            return False
        if rule.subject not in met:
            met[rule.subject] = names(directory, rule, agency)
        return met[rule.subject]

    found = []
    for rule, one in timeline.rules(cuts):
        span = timeline.spans[one.begun]
        about = [e for e in probes if e["rule"] == rule.id and e["backend"] == timeline.file]
        about = [e for e in about if span.since <= e["at"] < _after(one)]
        lived = [e["since_s"] for e in about if e["live"] and e["since_s"] is not None]
        began = (n for n, at, name in noted if name == rule.id and one.live <= at < _after(one))
        found.append(
            CutOff(
                file=timeline.file,
                rule=rule,
                by=_by(timeline.file, span),
                effective=one.live,
                ends=one.until,
                ended=None if one.ended is None else timeline.spans[one.ended],
                again=one.again,
                noted=next(began, 0),
                live=bool(about[-1]["live"]) if about else None,
                live_s=None if one.again else min(lived, default=None),
            )
        )
    return sorted(found, key=lambda cut: (cut.effective, cut.rule.id))


def _after(one: Interval) -> Instant:
    return float("inf") if one.until is None else one.until


def _by(file: str, span: InForce) -> str:
    if span.by == ADOPTED:
        return f"{'switch operator' if file == NETWORK else f'owner of {file}'} ({ADOPTED})"
    return span.by


def _noted(file: str, rows: Iterable[Numbered]) -> Iterator[tuple[int, Instant, str]]:
    """Each row that says that a rule took effect."""
    for row in rows:
        if row.entry["kind"] == "effective" and row.entry["backend"] == file:
            for rule in row.entry["started"]:
                yield row.number, row.entry["at"], rule


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
