"""The owner's report on one agency, made of its own ledger and its own file.

Pure: ledger pages, directory and the rule files at hand in, a value out; the same in, the same out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from switch.acl.directory import Directory
from switch.acl.orders import Order
from switch.acl.policy import Policy
from switch.acl.rules import Effect
from switch.audit.counts import Line, Month, Vague, grouped, public, received, vague_purposes
from switch.audit.cutoffs import CutOff, Timeline, cut_offs, gaps, members
from switch.audit.displacement import Shift
from switch.audit.flow import Flow, flow
from switch.audit.inquiries import Fate, Inquiry, Way, inquiries, refused_by, way_of
from switch.audit.proof import Fault, Numbered, chain_faults, read_rows
from switch.audit.releases import Finding, Judge, Judged
from switch.core.record.ledger import NETWORK, Head, Page
from switch.terms import AgencyId, Instant

LOOKBACK_S = 90 * 86_400.0
SAMPLE_MAX = 1_000
_CUTTING = (Effect.DENY, Effect.SUSPEND)


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is wanted of a report."""

    agency: AgencyId
    at: Instant | None = None  # the report's date; None = the last row on record
    since: Instant | None = None  # the cut-off; None = the first one that the file names
    lookback_s: float = LOOKBACK_S
    sample: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Files:
    """The rule files at hand, by the SHA-256 of their exact bytes."""

    own: Mapping[str, Policy]
    network: Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything, in the order in which it is told."""

    backend: str
    owner: str
    agency: AgencyId
    agency_name: str
    members: tuple[AgencyId, ...]
    at: Instant
    begins: Instant  # of the record
    head: Head
    faults: tuple[Fault, ...]  # of the ledger's chain
    notes: tuple[str, ...]
    since: Instant | None  # the cut-off that the spans are counted from
    lookback_from: Instant
    cut_offs: tuple[CutOff, ...]
    flow: Flow | None  # None where the file in force is not at hand
    contrary: tuple[Judged, ...]
    released_after: tuple[Line, ...]  # way, key, finding with rules
    attempts: tuple[Line, ...]  # way, key, verdict, rules
    received_before: tuple[Line, ...]  # way, key, classes
    asked: tuple[Line, ...]  # key, purpose, in the whole span
    fates: Mapping[str, int]
    orders: tuple[tuple[Order, int], ...]  # court orders for it, and how often each was used
    sightings: tuple[Numbered, ...]  # rows in which a watch told its owner something
    displacement: tuple[Shift, ...]
    vague: tuple[Vague, ...]
    sample: tuple[Inquiry, ...]
    public: tuple[Month, ...]
    unseen: tuple[str, ...] = field(default=())  # what no report of this kind can show

    @property
    def gaps(self) -> list[tuple[CutOff, CutOff]]:
        """Whiles in which a cut-off did not hold: the interval before each and the one after."""
        return [gap for gap in gaps(self.cut_offs) if gap[1].effective <= self.at]

    @property
    def ended(self) -> CutOff | None:
        """What ended last, where no cut-off holds any more."""
        cutting = [cut for cut in self.cut_offs if cut.rule.effect in _CUTTING]
        if any(cut.holds(self.at) for cut in cutting):
            return None
        past = [cut for cut in cutting if cut.ends is not None and cut.ends <= self.at]
        return max(past, key=lambda cut: cut.ends or 0.0, default=None)

    @property
    def clean(self) -> bool:
        """Whether nothing calls for action: whole record, nothing contrary, nothing displaced."""
        moved = any(shift.rose for shift in self.displacement)
        return not self.faults and not self.contrary and not moved


UNSEEN = (
    "what was asked of other owners' backends: that is theirs, and not in this ledger",
    "whom an operator worked for without telling the directory, and at whose wish he asked",
    "what was done with an answer after it left",
)


def report(pages: Sequence[Page], directory: Directory, files: Files, ordered: Ordered) -> Report:
    """The report; ValueError where the ledger has no rows."""
    rows = list(read_rows(pages))
    if not rows:
        raise ValueError("the ledger holds nothing")
    return _Making(pages, rows, directory, files, ordered).report()


class _Making:
    def __init__(
        self,
        pages: Sequence[Page],
        rows: list[Numbered],
        directory: Directory,
        files: Files,
        ordered: Ordered,
    ) -> None:
        self.backend = pages[0].backend
        self.pages, self.directory, self.files, self.ordered = pages, directory, files, ordered
        self.begins, last = rows[0].entry["at"], rows[-1].entry["at"]
        self.at = last if ordered.at is None else ordered.at
        self.rows = [row for row in rows if row.entry["at"] <= self.at]
        self.own = Timeline(self.backend, self.rows, files.own)
        self.network = Timeline(NETWORK, self.rows, files.network)
        self.everybody = inquiries(self.rows, self.backend)
        ways = ((way_of(directory, each, ordered.agency), each) for each in self.everybody)
        self.mine = [(way, each) for way, each in ways if way is not None]

    def report(self) -> Report:
        agency, world = self.ordered.agency, self.directory.world
        cuts = [
            *cut_offs(self.directory, self.own, self.rows, agency),
            *cut_offs(self.directory, self.network, self.rows, agency),
        ]
        since = self._since(cuts)
        start = (self.at if since is None else since) - self.ordered.lookback_s
        before, after = self._split(since, start)
        policy = self.own.at(self.at)
        judged = self._judged(after)
        span = [each for _, each in self.mine if each.at >= start]
        streams = flow(self.directory, policy, agency, self.at) if policy else None
        entry = world.backends.get(policy.name) if policy else None  # type: ignore[call-overload]
        return Report(
            backend=self.backend,
            owner=entry.owner if entry else self.backend,
            agency=agency,
            agency_name=world.agencies[agency].name,
            members=tuple(members(self.directory, agency)),
            at=self.at,
            begins=self.begins,
            head=Head.of(self.pages[-1]),
            faults=tuple(chain_faults(self.backend, self.pages)),
            notes=tuple(self._notes()),
            since=since,
            lookback_from=start,
            cut_offs=tuple(sorted(cuts, key=lambda cut: (cut.effective, cut.file, cut.rule.id))),
            flow=streams,
            contrary=tuple(one for _, one in judged if one.finding is Finding.CONTRARY),
            released_after=grouped(
                (_released(way, one, gaps(cuts)), one.inquiry) for way, one in judged
            ),
            attempts=grouped(
                (_refused(way, each), each) for way, each in after if _is_refused(each)
            ),
            received_before=received(before),
            asked=grouped(((e.request.key, e.request.purpose or "none"), e) for e in span),
            fates=dict(sorted(Counter(each.fate.value for each in span).items())),
            orders=tuple(self._orders()),
            sightings=tuple(row for row in self.rows if _is_sighting(row)),
            displacement=tuple(self._shifts(streams, since, start)),
            vague=tuple(vague_purposes(span, self._codes())),
            sample=tuple(self._sample(span)),
            public=public(
                (each for _, each in self.mine), self.begins, self.at, self.directory.timezone
            ),
            unseen=UNSEEN,
        )

    def _since(self, cuts: Sequence[CutOff]) -> Instant | None:
        if self.ordered.since is not None:
            return self.ordered.since
        cutting = (cut.effective for cut in cuts if cut.rule.effect in _CUTTING)
        return min((at for at in cutting if at <= self.at), default=None)

    def _split(
        self, since: Instant | None, start: Instant
    ) -> tuple[list[tuple[Way, Inquiry]], list[tuple[Way, Inquiry]]]:
        """Before and after the cut-off, by the instant at which each ended."""
        ends = [
            (way, each, each.at if each.ended is None else each.ended) for way, each in self.mine
        ]
        if since is None:
            return [(way, each) for way, each, end in ends if end >= start], []
        before = [(way, each) for way, each, end in ends if start <= end < since]
        return before, [(way, each) for way, each, end in ends if end >= since]

    def _judged(self, after: Sequence[tuple[Way, Inquiry]]) -> list[tuple[Way, Judged]]:
        judge = Judge(self.directory, self.own, self.network)
        answered = [(way, each) for way, each in after if each.fate is Fate.ANSWERED]
        return [(way, judge.judge(each)) for way, each in answered]

    def _shifts(self, streams: Flow | None, since: Instant | None, start: Instant) -> list[Shift]:
        """Every relative that has a line, then the hubs that its lines pass."""
        if streams is None or since is None:
            return []
        begins = max(start, self.begins)
        spans = (max(0.0, since - begins), max(0.0, self.at - since))
        found = []
        for sibling in streams.siblings:
            agency, relation = sibling.agency, sibling.relation
            ways = (Way.HUB,) if sibling.hubs else (Way.LINE, Way.DESK, Way.SERVICED)
            instants = [
                each.at
                for each in self.everybody
                if each.at >= begins and way_of(self.directory, each, agency) in ways
            ]
            early = sum(at < since for at in instants)
            found.append(Shift(agency, relation, early, len(instants) - early, *spans))
        return found

    def _orders(self) -> Iterator[tuple[Order, int]]:
        """Every order that ever was in a version at hand, as it last stood."""
        found = {
            order.id: order
            for span in self.own.spans
            for order in getattr(self.files.own.get(span.version), "orders", ())
        }
        used = Counter(r.entry["order"] for r in self.rows if r.entry["kind"] == "order-used")
        named = members(self.directory, self.ordered.agency)
        for order in found.values():
            if order.subject.agency & set(named):
                yield order, used[order.id]

    def _codes(self) -> dict[str, frozenset[str]]:
        catalog = self.directory.world.catalog
        mine = (entry for entry in catalog if entry.backend == self.backend)
        return {str(entry.key): frozenset(entry.purposes) for entry in mine}

    def _sample(self, span: Sequence[Inquiry]) -> list[Inquiry]:
        """Drawn by SHA-256 of seed, ledger head and number: anybody with the ledger can draw it
        again, and nobody who wrote it could know what would be drawn."""
        mark = f"{self.ordered.seed} {Head.of(self.pages[-1]).hash.hex()} "

        def lot(each: Inquiry) -> bytes:
            return hashlib.sha256(f"{mark}{each.name}".encode()).digest()

        answered = [each for each in span if each.fate is Fate.ANSWERED]
        drawn = sorted(answered, key=lot)[: self.ordered.sample]
        return sorted(drawn, key=lambda each: (each.at, each.query, each.leg))

    def _notes(self) -> list[str]:
        found = []
        for timeline in (self.own, self.network):
            for span in timeline.missing:
                what = f"version {span.version[:12]} of {timeline.file}"
                found.append(
                    f"{what}, in force from row {span.row} on, is not at hand: its rules"
                    " are not in this report, and answers under it are not judged"
                )
        started = [row.entry for row in self.rows if row.entry["kind"] == "started"]
        for name, now in (
            ("directory", self.directory.version),
            ("catalog", self.directory.catalog_version),
        ):
            if any(entry[name] not in (None, now) for entry in started):
                found.append(f"the {name} has changed since; this report is made with today's")
        return found


def _is_sighting(row: Numbered) -> bool:
    return bool(row.entry["kind"] == "watch" and row.entry["what"] != "hour")


def _released(way: Way, one: Judged, between: Sequence[tuple[CutOff, CutOff]]) -> tuple[str, ...]:
    """An answer that left while a cut-off did not hold says so, or nobody would see why it may."""
    by = ", ".join(one.because) or "the default"
    finding = one.finding.value
    if one.finding is Finding.ALLOWED:
        finding += f" by {by}"
        at = one.inquiry.ended or 0.0
        off = [a.rule.id for a, b in between if a.ends is not None and a.ends <= at < b.effective]
        finding += f", while {', '.join(off)} did not hold" if off else ""
    return (way.value, one.inquiry.request.key, ", ".join(one.classes), finding)


def _is_refused(each: Inquiry) -> bool:
    return each.fate in (Fate.REFUSED, Fate.WITHHELD)


def _refused(way: Way, each: Inquiry) -> tuple[str, ...]:
    return (way.value, each.request.key, each.verdict, refused_by(each))
