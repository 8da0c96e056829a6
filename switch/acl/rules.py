"""A rule as a value: its subject, what it speaks of, when, and what it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from switch.acl.directory import Directory
from switch.terms import (
    AgencyId,
    BackendName,
    DataClass,
    Instant,
    MessageKey,
    Mnemonic,
    OperatorId,
    Ori,
)


class Request(NamedTuple):
    """One leg as it is judged: every facet of who asks, and what is asked."""

    terminal: Mnemonic
    ori: Ori
    operator: OperatorId | None
    on_behalf_of: Ori | None
    backend: BackendName
    key: MessageKey
    image: bool
    purpose: str | None


class Effect(StrEnum):
    """What a rule does; its table name in the file."""

    DENY = "deny"
    REFER = "refer"
    ALLOW = "allow"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Facets:
    """A request's facets, resolved in the directory; only for requests whose names are known."""

    terminal: Mnemonic
    operator: OperatorId | None
    ori: Ori
    on_behalf_of: Ori | None
    line_agencies: tuple[AgencyId, ...]  # of the terminal and of the header ORI
    operator_agencies: tuple[AgencyId, ...]
    others: tuple[AgencyId, ...]  # of on_behalf_of and of hubs

    @property
    def agencies(self) -> tuple[AgencyId, ...]:
        """Of every facet."""
        return (*self.line_agencies, *self.operator_agencies, *self.others)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a rule speaks of. Within a list any entry suffices; all lists given must be met."""

    everyone: bool = False
    agency: frozenset[str] = frozenset()
    group: frozenset[str] = frozenset()
    function: frozenset[str] = frozenset()
    ori: frozenset[str] = frozenset()
    ori_prefix: tuple[str, ...] = ()
    terminal: frozenset[str] = frozenset()
    operator: frozenset[str] = frozenset()

    @property
    def has_agency_lists(self) -> bool:
        """Whether it selects by agency, group or function."""
        return bool(self.agency or self.group or self.function)

    @property
    def lists(self) -> int:
        """How many lists must be met; 0 for everyone."""
        texts = (self.ori, self.ori_prefix, self.terminal, self.operator)
        return sum(map(bool, (self.agency, self.group, self.function, *texts)))

    def holds_agency(self, agency: AgencyId, directory: Directory) -> bool:
        """Whether every agency list given holds for this one agency."""
        return (
            (not self.agency or bool(self.agency & directory.lineage[agency]))
            and (not self.group or bool(self.group & directory.groups[agency]))
            and (not self.function or bool(self.function & directory.functions[agency]))
        )

    def met_by_any(self, facets: Facets, directory: Directory) -> frozenset[AgencyId] | None:
        """The agencies through which some facet meets each list; None if a list is not met."""
        if self.everyone:
            return frozenset(facets.agencies)
        through: set[AgencyId] = set()
        for wanted, known in (
            (self.agency, directory.lineage),
            (self.group, directory.groups),
            (self.function, directory.functions),
        ):
            if wanted:
                found = {a for a in facets.agencies if wanted & known[a]}
                if not found:
                    return None
                through |= found
        for found_by in (self._by_ori, self._by_terminal, self._by_operator):
            found_here = found_by(facets, directory)
            if found_here is None:
                return None
            through.update(found_here)
        return frozenset(through)

    def _by_ori(self, facets: Facets, directory: Directory) -> set[AgencyId] | None:
        through: set[AgencyId] = set()
        oris = [ori for ori in (facets.ori, facets.on_behalf_of) if ori is not None]
        if self.ori:
            met = [ori for ori in oris if ori in self.ori]
            if not met:
                return None
            through.update(directory.agency_of[ori] for ori in met if ori in directory.agency_of)
        if self.ori_prefix:
            met = [ori for ori in oris if ori.startswith(self.ori_prefix)]
            if not met:
                return None
            through.update(directory.agency_of[ori] for ori in met if ori in directory.agency_of)
        return through

    def _by_terminal(self, facets: Facets, directory: Directory) -> set[AgencyId] | None:
        if not self.terminal:
            return set()
        return set(facets.line_agencies[:1]) if facets.terminal in self.terminal else None

    def _by_operator(self, facets: Facets, directory: Directory) -> set[AgencyId] | None:
        if not self.operator:
            return set()
        if facets.operator in self.operator:
            return set(facets.operator_agencies)
        return None

    def met_by_both(self, facets: Facets, directory: Directory) -> bool:
        """For an allow: the terminal's agency *and* the header ORI's must be in the subject."""
        if self.everyone:
            return True
        return (
            all(self.holds_agency(agency, directory) for agency in facets.line_agencies)
            and (not self.ori or facets.ori in self.ori)
            and (not self.ori_prefix or facets.ori.startswith(self.ori_prefix))
            and (not self.terminal or facets.terminal in self.terminal)
            and (not self.operator or facets.operator in self.operator)
        )

    def contains(self, agency: AgencyId, facets: Facets, directory: Directory) -> bool:
        """For an exception: whether this subject contains an agency through which a deny met.

        A subject without agency lists, `everyone` among them, holds the line's own agencies only:
        it says nothing of the others in the request, so it excuses nobody for them.
        """
        if not self.has_agency_lists:
            return agency in facets.line_agencies
        return self.holds_agency(agency, directory)

    def index_keys(self) -> list[tuple[str, str]]:
        """Under what to file a rule, so that only rules that may match are looked at.

        The list that is likely to be the narrowest decides; a request has to look up one key for
        each of its facets' values, whatever the number of rules. In their order, so that what looks
        for an example by them finds the same one every time.
        """
        for kind in ("terminal", "operator", "ori", "agency", "group", "function", "ori_prefix"):
            values = getattr(self, kind)
            if values:
                return [(kind, value) for value in sorted(values)]
        return [("everyone", "")]


def index_keys_of(facets: Facets, directory: Directory) -> Iterable[tuple[str, str]]:
    """Every key under which a rule that may match these facets can be filed."""
    yield ("everyone", "")
    yield ("terminal", facets.terminal)
    if facets.operator is not None:
        yield ("operator", facets.operator)
    for ori in (facets.ori, facets.on_behalf_of):
        if ori is not None:
            yield ("ori", ori)
            for size in range(1, len(ori) + 1):
                yield ("ori_prefix", ori[:size])
    for agency in dict.fromkeys(facets.agencies):
        for ancestor in sorted(directory.lineage[agency]):
            yield ("agency", ancestor)
        for group in sorted(directory.groups[agency]):
            yield ("group", group)
        for function in sorted(directory.functions[agency]):
            yield ("function", function)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an owner's file, or one suspension of the network's."""

    id: str
    effect: Effect
    subject: Subject
    data: frozenset[DataClass] | None  # None = any
    start: Instant
    end: Instant | None
    keys: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    image: bool | None = None
    exceptions: frozenset[str] = frozenset()
    masks: tuple[str, ...] = ()
    notice: str = ""
    tell: str = ""
    reason: str = ""
    cite: str = ""
    ordered: Instant | None = field(default=None)

    def in_force(self, at: Instant) -> bool:
        """`from` inclusive, `until` exclusive."""
        return self.start <= at and (self.end is None or at < self.end)

    def speaks_of(self, request: Request) -> bool:
        """Whether key, image and purpose let it apply.

        A query that carries no purpose meets every deny or refer that names one, and no allow.
        """
        if self.keys and request.key not in self.keys:
            return False
        if self.image is not None and self.image != request.image:
            return False
        if not self.purposes:
            return True
        if request.purpose is None:
            return self.effect is not Effect.ALLOW
        return request.purpose in self.purposes

    def covers(self, data_class: DataClass) -> bool:
        """Whether it speaks of this class."""
        return self.data is None or data_class in self.data


@dataclass(frozen=True, slots=True)
class Promise:
    """A `[[never]]` or an `[[always]]`, resolved."""

    id: str
    subject: Subject
    data: frozenset[DataClass] | None
    start: Instant
