"""The finite world: every request that can be told apart by some rules, once each.

Directory, keys, flags, purposes and dates are finite, so a statement about *all* requests can be
checked and not sampled. Values that meet the same selectors are interchangeable; one of each kind
stands for the rest (acl specification, section 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase, digits

from switch.acl.directory import Directory
from switch.acl.rules import Effect, Facets, Request, Rule, Subject
from switch.config import CatalogEntry
from switch.terms import AgencyId, Instant, Mnemonic, OperatorId, Ori

_PURPOSES = "CJFDES" + ascii_uppercase + digits  # codes of one character, well-known ones first


@dataclass(frozen=True, slots=True)
class Line:
    """A terminal and an ORI that it may send."""

    terminal: Mnemonic
    ori: Ori


class FiniteWorld:
    """Representatives of every axis, as far as `rules` and `subjects` can tell them apart."""

    def __init__(
        self, directory: Directory, rules: Sequence[Rule], subjects: Sequence[Subject] = ()
    ) -> None:
        self._directory = directory
        self._rules = rules
        self._image_matters = any(rule.image is not None for rule in rules)
        self._allowed_by_name = {
            operator
            for rule in rules
            if rule.effect is Effect.ALLOW
            for operator in rule.subject.operator
        }
        self._subjects = (*(rule.subject for rule in rules), *subjects)
        # An exception whose allow has no agency lists holds for the line's own agencies: then it
        # matters which agency it is, not only which lists it is in.
        named = {name for rule in rules for name in rule.exceptions}
        self._by_name = any(r.id in named and not r.subject.has_agency_lists for r in rules)
        self._kinds = {agency: self._kind(agency) for agency in directory.lineage}

    def _kind(self, agency: AgencyId) -> object:
        """What tells this agency from another one: the agency lists that it meets."""
        if self._by_name:
            return agency
        directory = self._directory
        return tuple(
            (
                bool(subject.agency & directory.lineage[agency]),
                bool(subject.group & directory.groups[agency]),
                bool(subject.function & directory.functions[agency]),
            )
            for subject in self._subjects
        )

    def _ori_kind(self, ori: Ori) -> object:
        selected = tuple(
            (ori in subject.ori, bool(subject.ori_prefix) and ori.startswith(subject.ori_prefix))
            for subject in self._subjects
        )
        return self._kinds[self._directory.agency_of[ori]], selected

    def lines(self) -> list[Line]:
        """Terminals with the ORIs that they may send: their own, and those they service."""
        world, found = self._directory.world, dict[object, Line]()
        for terminal in world.terminals.values():
            own = world.agencies[terminal.agency]
            for agency in (own, *(world.agencies[name] for name in own.services)):
                for ori in agency.oris:
                    selected = tuple(terminal.mnemonic in s.terminal for s in self._subjects)
                    hubs = frozenset(self._kinds[hub] for hub in terminal.via)
                    kind = (self._kinds[own.id], self._ori_kind(ori), hubs, selected, agency is own)
                    found.setdefault(kind, Line(terminal.mnemonic, ori))
        return list(found.values())

    def plain_lines(self) -> list[Line]:
        """Terminals without hubs with their own agency's ORIs."""
        world = self._directory.world
        own = {m: world.agencies[t.agency].oris for m, t in world.terminals.items() if not t.via}
        return [Line(terminal, ori) for terminal, oris in own.items() for ori in oris]

    def operators(self, at: Instant) -> list[OperatorId | None]:
        """Nobody, and operators by the agencies that they work for at that instant."""
        found: dict[object, OperatorId] = {}
        for operator in self._directory.world.operators:
            agencies = self._directory.operator_agencies(operator, at)
            selected = tuple(operator in subject.operator for subject in self._subjects)
            kind = (frozenset(self._kinds[a] for a in agencies), selected)
            found.setdefault(kind, operator)
        return [None, *found.values()]

    def behalves(self) -> list[Ori | None]:
        """Nobody, and ORIs on whose behalf one may ask."""
        found: dict[object, Ori] = {}
        for ori in self._directory.agency_of:
            found.setdefault(self._ori_kind(ori), ori)
        return [None, *found.values()]

    def purposes(self, entry: CatalogEntry, *, admitted: bool = False) -> list[str | None]:
        """None, each purpose that a rule names, and one that none names.

        `admitted` keeps to those that the catalog admits for this key.
        """
        if admitted and entry.purposes:
            return list(entry.purposes)
        named = {purpose for rule in self._rules for purpose in rule.purposes}
        another = [code for code in _PURPOSES if code not in named][:1]  # stands for all the rest
        return [None, *sorted(named), *another]

    def images(self, entry: CatalogEntry) -> tuple[bool, ...]:
        """Both flags where they make a difference: to the classes asked, or to some rule."""
        return (False, True) if entry.image_classes or self._image_matters else (False,)

    def instants(self, since: Instant) -> list[Instant]:
        """That instant and every later one at which a rule or an affiliation changes."""
        changes = self._directory.instants()
        changes.update(at for r in self._rules for at in (r.start, r.end) if at is not None)
        return [since, *sorted(at for at in changes if at > since)]

    def requests(self, entries: Iterable[CatalogEntry], at: Instant) -> Iterator[Request]:
        """Every request to these catalog entries that can be told apart at that instant."""
        operators, behalves = self.operators(at), self.behalves()
        for line in self.lines():
            yield from self._asked(entries, line, operators, behalves)

    def every_line(self, entries: Iterable[CatalogEntry], at: Instant) -> Iterator[Request]:
        """As `requests`, but with every line by name, those without anybody else first."""
        operators, behalves = self.operators(at), self.behalves()
        world = self._directory.world
        for terminal in world.terminals.values():
            own = world.agencies[terminal.agency]
            for agency in (own, *(world.agencies[name] for name in own.services)):
                for ori in agency.oris:
                    line = Line(terminal.mnemonic, ori)
                    yield from self._asked(entries, line, [None], [None])
                    yield from self._asked(entries, line, operators, behalves)

    def widest(
        self, entries: Iterable[CatalogEntry], at: Instant, subject: Subject
    ) -> Iterator[Request]:
        """Of the requests with a facet in the subject, those that are released if any is.

        An operator or an on-behalf-of more can only bring denies, or spoil an exception, unless an
        allow names the operator. So whoever is not needed to meet the subject is left out, and
        nothing is lost. This is what keeps the search short in a large world.
        """
        directory = self._directory
        operators, behalves = self.operators(at), self.behalves()
        named = [each for each in operators if each is None or each in self._allowed_by_name]
        for line in self.lines():
            alone = self._facets(line, None, None, at)
            if subject.met_by_any(alone, directory) is not None:
                yield from self._asked(entries, line, named, [None])
                continue
            for operator in operators:
                for behalf in behalves:
                    facets = self._facets(line, operator, behalf, at)
                    if subject.met_by_any(facets, directory) is not None:
                        yield from self._asked(entries, line, [operator], [behalf])
                        if behalf is None:
                            break  # no on-behalf-of is needed beside this operator

    def _facets(
        self, line: Line, operator: OperatorId | None, behalf: Ori | None, at: Instant
    ) -> Facets:
        directory = self._directory
        own = directory.world.terminals[line.terminal].agency
        others = [directory.agency_of[behalf]] if behalf is not None else []
        return Facets(
            line.terminal,
            operator,
            line.ori,
            behalf,
            (own, directory.agency_of[line.ori]),
            tuple(directory.operator_agencies(operator, at)),
            (*others, *directory.hubs(line.terminal)),
        )

    def _asked(
        self,
        entries: Iterable[CatalogEntry],
        line: Line,
        operators: Sequence[OperatorId | None],
        behalves: Sequence[Ori | None],
    ) -> Iterator[Request]:
        for entry in entries:
            for operator, behalf, image, purpose in product(
                operators, behalves, self.images(entry), self.purposes(entry)
            ):
                yield Request(
                    line.terminal,
                    line.ori,
                    operator,
                    behalf,
                    entry.backend,
                    entry.key,
                    image,
                    purpose,
                )
