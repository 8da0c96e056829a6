"""A cut-off before it is real: who loses what, who else loses with them, and who is left open.

An owner's file is judged alone, as everywhere on files: what the network suspends besides may be
lifted tomorrow. Each loss is shown by judging requests before and after, never by reading rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from switch.acl.analysis.finite import FiniteWorld, Line, Sender, asked
from switch.acl.analysis.kin import relation_of
from switch.acl.analysis.promises import released
from switch.acl.engine import AccessStack
from switch.acl.rules import Request, Subject
from switch.config import Operator
from switch.terms import AgencyId, BackendName, DataClass, Instant, Ori


class Through(StrEnum):
    """How somebody who was not named comes to be refused."""

    OPERATOR = "an operator who works for it too"
    HUB = "a line that passes it"
    SERVICING = "a terminal that sends its ORI"
    BEHALF = "asking on its behalf"


@dataclass(frozen=True, slots=True)
class Cut:
    """An agency in the subject, with everything of it that falls under the change."""

    agency: AgencyId
    oris: tuple[Ori, ...]
    terminals: tuple[str, ...]
    classes: tuple[DataClass, ...]  # lost by a cut-off, gained by a restore
    rules: tuple[str, ...]  # that refuse it after the change


@dataclass(frozen=True, slots=True)
class Collateral:
    """Somebody else who is touched."""

    through: Through
    who: str  # an operator, a terminal, or the ORI on whose behalf
    agency: AgencyId  # at whose desk; of the ORI for BEHALF
    named: AgencyId  # the agency of the subject through which
    until: Instant | None  # None = as long as the rule
    classes: tuple[DataClass, ...]


@dataclass(frozen=True, slots=True)
class Sibling:
    """A related agency that is not in the subject."""

    agency: AgencyId
    relation: str
    classes: tuple[DataClass, ...]  # that it still gets by asking plainly; empty = closed
    hubs: tuple[AgencyId, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What one change of one rule means."""

    cut: tuple[Cut, ...]
    collateral: tuple[Collateral, ...]
    siblings: tuple[Sibling, ...]

    @property
    def changes(self) -> bool:
        """Whether anybody loses or gains anything."""
        classes = (*(c.classes for c in self.cut), *(c.classes for c in self.collateral))
        return any(classes)


def preview(
    before: AccessStack, after: AccessStack, backend: str, subject: Subject, at: Instant
) -> Preview:
    """Whom the difference of two versions of one file touches, around one subject."""
    look = _Look(before, after, backend, subject, at)
    return Preview(tuple(look.cut()), tuple(look.collateral()), tuple(look.siblings()))


class _Look:
    def __init__(
        self, before: AccessStack, after: AccessStack, backend: str, subject: Subject, at: Instant
    ) -> None:
        self._before, self._after, self._at = before, after, at
        self._subject, self._backend = subject, BackendName(backend)
        self._directory, self._world = after.directory, after.world
        entries = [entry for entry in self._world.catalog if entry.backend == backend]
        rules = (*before.owners[self._backend].rules, *after.owners[self._backend].rules)
        near = [rule for rule in rules if rule.purposes or rule.image is not None]
        self._questions = FiniteWorld(self._directory, near).questions(entries)
        self._named = [a for a in self._world.agencies if self._is_named(a)]

    def _is_named(self, agency: AgencyId) -> bool:
        """Whether the subject is about this agency; an ORI stands for its agency."""
        subject, oris = self._subject, self._world.agencies[agency].oris
        if subject.everyone:
            return True
        if subject.has_agency_lists:
            return subject.holds_agency(agency, self._directory)
        prefixes = subject.ori_prefix
        return any(
            ori in subject.ori or (prefixes and ori.startswith(prefixes)) for ori in oris
        ) or any(
            m in subject.terminal for m, t in self._world.terminals.items() if t.agency == agency
        )

    # --- who is meant ----------------------------------------------------------------------------

    def cut(self) -> Iterator[Cut]:
        """Every agency of the subject that has an ORI."""
        for name in self._named:
            agency = self._world.agencies[name]
            lines = self._lines(name)
            if not agency.oris:
                continue
            senders = [Sender(line, None, None) for line in lines]
            terminals = tuple(dict.fromkeys(str(line.terminal) for line in lines))
            rules = self._refusing(senders)
            yield Cut(name, agency.oris, terminals, self._changed(senders, self._at), rules)

    def _lines(self, agency: AgencyId) -> list[Line]:
        oris = self._world.agencies[agency].oris
        mine = [m for m, t in self._world.terminals.items() if t.agency == agency]
        return [Line(mnemonic, ori) for mnemonic in mine for ori in oris]

    def _refusing(self, senders: Sequence[Sender]) -> tuple[str, ...]:
        found: set[str] = set()
        for request in self._requests(senders):
            decision = self._after.decide_owner_only(request, self._at)
            if not decision.released and decision.classes:
                found.update(decision.classes[0][2])
        return tuple(sorted(found))

    # --- who else --------------------------------------------------------------------------------

    def collateral(self) -> Iterator[Collateral]:
        """Others who lose or gain with the subject, each shown by a request."""
        found = (*self._operators(), *self._hubs(), *self._servicing(), *self._behalf())
        yield from (each for each in found if each.classes)

    def _operators(self) -> Iterator[Collateral]:
        for operator in self._world.operators.values():
            if self._is_named(operator.agency):
                continue
            for affiliation in operator.affiliations:
                ends = affiliation.end
                if not self._is_named(affiliation.agency) or (ends and ends <= self._at):
                    continue
                when = max(self._at, affiliation.start)
                senders = [Sender(line, operator.id, None) for line in self._desks(operator)]
                classes = self._changed(senders, when)
                yield Collateral(
                    through=Through.OPERATOR,
                    who=operator.id,
                    agency=operator.agency,
                    named=affiliation.agency,
                    until=ends,
                    classes=classes,
                )

    def _desks(self, operator: Operator) -> list[Line]:
        """Where he usually sits, else any desk of his own agency."""
        usual = [m for m, t in self._world.terminals.items() if operator.id in t.operators]
        lines = [line for m in usual for line in self._lines(self._world.terminals[m].agency)]
        return [line for line in lines if line.terminal in usual] or self._lines(operator.agency)

    def _hubs(self) -> Iterator[Collateral]:
        for mnemonic, terminal in self._world.terminals.items():
            hubs = [hub for hub in terminal.via if self._is_named(hub)]
            if hubs and not self._is_named(terminal.agency):
                lines = [line for line in self._lines(terminal.agency) if line.terminal == mnemonic]
                classes = self._changed([Sender(line, None, None) for line in lines], self._at)
                words = (mnemonic, terminal.agency, hubs[0], None)
                yield Collateral(Through.HUB, *words, classes)

    def _servicing(self) -> Iterator[Collateral]:
        for mnemonic, terminal in self._world.terminals.items():
            if self._is_named(terminal.agency):
                continue
            for served in self._world.agencies[terminal.agency].services:
                if self._is_named(served):
                    oris = self._world.agencies[served].oris
                    senders = [Sender(Line(mnemonic, ori), None, None) for ori in oris]
                    classes = self._changed(senders, self._at)
                    words = (mnemonic, terminal.agency, served, None)
                    yield Collateral(Through.SERVICING, *words, classes)

    def _behalf(self) -> Iterator[Collateral]:
        """Anybody who asks for the agency: shown by the first line that is not its own."""
        others = (a for a in self._world.agencies if not self._is_named(a))
        line = next((line for agency in others for line in self._lines(agency)), None)
        if line is None:
            return
        for name in self._named:
            for ori in self._world.agencies[name].oris:
                classes = self._changed([Sender(line, None, ori)], self._at)
                yield Collateral(Through.BEHALF, ori, name, name, None, classes)

    # --- who is left open ------------------------------------------------------------------------

    def siblings(self) -> Iterator[Sibling]:
        """Agencies with the same ancestor or function as a named one, and what they still get."""
        for agency in self._world.agencies:
            lines = self._lines(agency)
            relation = (
                "" if self._is_named(agency) else relation_of(self._directory, agency, self._named)
            )
            if relation and lines:
                requests = self._requests([Sender(line, None, None) for line in lines])
                yield Sibling(agency, relation, self._released(self._after, requests, self._at))
        hubs = {
            hub
            for terminal in self._world.terminals.values()
            if terminal.agency in self._named
            for hub in terminal.via
            if hub not in self._named
        }
        for hub in sorted(hubs):
            yield Sibling(hub, "sees what passes it", (), (hub,))

    # --- requests --------------------------------------------------------------------------------

    def _requests(self, senders: Sequence[Sender]) -> list[Request]:
        return [asked(sender, question) for sender in senders for question in self._questions]

    def _changed(self, senders: Sequence[Sender], at: Instant) -> tuple[DataClass, ...]:
        """Classes that some of these requests get on one side of the change only."""
        found = dict[DataClass, None]()
        for request in self._requests(senders):
            old = self._released(self._before, [request], at)
            new = self._released(self._after, [request], at)
            found.update((name, None) for name in (*old, *new) if (name in old) != (name in new))
        return tuple(found)

    @staticmethod
    def _released(
        stack: AccessStack, requests: Sequence[Request], at: Instant
    ) -> tuple[DataClass, ...]:
        found = dict[DataClass, None]()
        for request in requests:
            decision = stack.decide_owner_only(request, at)
            found.update((n, None) for n, _, _ in decision.classes if released(decision, n))
        return tuple(found)
