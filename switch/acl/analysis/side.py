"""One stack's answers to a sender, for all questions to one backend and all instants at once.

Who meets which rule is asked of the rules themselves, once for each sender; what follows from that
is the same for every question and epoch, and is worked out on sets of cells (`cells`). Every step
is the one of `switch.acl.weighing`; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from switch.acl.analysis.cells import Cells
from switch.acl.analysis.finite import Line, Sender, asked
from switch.acl.engine import AccessStack
from switch.acl.rules import Effect, Facets, Request, Rule, index_keys_of
from switch.config import CatalogEntry
from switch.terms import BackendName, DataClass, Instant, Mnemonic, OperatorId, Ori


class Leaving(NamedTuple):
    """What leaves: the cells of released classes, and for each field where it is masked."""

    released: int
    masked: dict[str, int]


NOTHING = Leaving(0, {})


class Side:
    """One stack and one backend; a stack that has no such backend releases nothing."""

    def __init__(self, stack: AccessStack, backend: BackendName, cells: Cells) -> None:
        self.stack, self.cells, self.backend = stack, cells, backend
        self.policy = stack.owners.get(backend)
        self.rules = {rule.id: rule for rule in self.policy.rules} if self.policy else {}
        self._entries = {
            entry.key: entry for entry in stack.world.catalog if entry.backend == backend
        }
        self.offered = self._offered()
        self._primary = self._primary_cells()
        self._suspended: dict[Line, int] = {}
        self.spoken = {rule.id: self._spoken(rule) for rule in self.rules.values()}

    def _offered(self) -> int:
        """The cells of classes that an answer can contain at all."""
        return self._of_entries(lambda entry, image: entry.asked(image))

    def _primary_cells(self) -> int:
        return self._of_entries(lambda entry, image: entry.classes[:1])

    def _of_entries(self, classes: Callable[[CatalogEntry, bool], tuple[DataClass, ...]]) -> int:
        cells, found = self.cells, 0
        for number, question in enumerate(cells.questions):
            entry = self._entries.get(question.key)
            if entry is not None:
                names = {*classes(entry, question.image)}
                places = [cells.classes.index(name) for name in names]
                found |= cells.of([number], places, cells.every_epoch)
        return found

    def _spoken(self, rule: Rule) -> int:
        """The cells that a rule speaks of, whoever asks."""
        cells = self.cells
        questions = [n for n, question in enumerate(cells.questions) if rule.speaks_of(question)]
        classes = [n for n, name in enumerate(cells.classes) if rule.covers(name)]
        return cells.of(questions, classes, cells.span(rule.start, rule.end)) & self.offered

    def answered(self, open_cells: int) -> int:
        """Of the classes that are open, those whose answer is given: its primary class is open."""
        return open_cells & self.cells.whole_answers(open_cells & self._primary)

    def reach(self, refused: int) -> int:
        """All that is withheld where these cells are refused: with the primary class, the rest."""
        return refused | (self.cells.whole_answers(refused & self._primary) & self.offered)

    # --- senders -----------------------------------------------------------------------------

    def leaving(self, sender: Sender) -> Leaving:
        """What this sender gets."""
        if self.policy is None or self.unknown(sender):
            return NOTHING
        suspended = self._suspended_line(sender.line)
        released, masked = 0, dict[str, int]()
        for epochs, at in self.phases(sender.operator):
            phase = self.cells.in_epochs(epochs) & ~suspended
            found = self._weighed(self.stack.facets(self._request(sender), (at,)))
            released |= found.released & phase
            for name, where in found.masked.items():
                masked[name] = masked.get(name, 0) | (where & phase)
        return Leaving(released, masked)

    def withheld(self, sender: Sender, rules: Iterable[Rule]) -> int:
        """What these denies and refers withhold from a sender whom both sides know, no exception
        counted."""
        found = 0
        for epochs, at in self.phases(sender.operator):
            facets, refused = self.stack.facets(self._request(sender), (at,)), 0
            for rule in rules:
                if rule.subject.met_by_any(facets, self.stack.directory) is not None:
                    refused |= self.spoken[rule.id]
            found |= self.reach(refused) & self.cells.in_epochs(epochs)
        return found

    def certainly_refused(self, operator: OperatorId | None, behalf: Ori | None) -> int:
        """What is refused at every desk because of these two, whatever an allow may excuse."""
        found = 0
        for epochs, at in self.phases(operator):
            facets = self._without_line(operator, behalf, at)
            keys = dict.fromkeys(index_keys_of(facets, self.stack.directory))
            for rule in self.policy.about(keys) if self.policy else ():
                if rule.effect is not Effect.ALLOW:
                    found |= self._without_excuse(rule, facets) & self.cells.in_epochs(epochs)
        return self.reach(found)

    def perhaps_refused(
        self, spoken: Mapping[str, int], operator: OperatorId | None, behalf: Ori | None
    ) -> int:
        """What these rules, each with the cells that count, may refuse at some desk because of
        these two. A rule of several lists may be met by the line in part."""
        found = 0
        for epochs, at in self.phases(operator):
            facets, phase = self._without_line(operator, behalf, at), self.cells.in_epochs(epochs)
            for name, cells in spoken.items():
                subject = self.rules[name].subject
                if (
                    subject.lists > 1
                    or subject.met_by_any(facets, self.stack.directory) is not None
                ):
                    found |= cells & phase
        return found

    def allows_on(self, line: Line) -> frozenset[str]:
        """The allows that a line meets, without regard to who is at it."""
        sender = Sender(line, None, None)
        if self.policy is None or self.unknown(sender):
            return frozenset()
        directory = self.stack.directory
        facets = self.stack.facets(self._request(sender), (self.cells.starts[0],))
        near = self.policy.about(dict.fromkeys(index_keys_of(facets, directory)))
        allows = (rule for rule in near if rule.effect is Effect.ALLOW)
        return frozenset(r.id for r in allows if r.subject.met_by_both(facets, directory))

    def _without_line(self, operator: OperatorId | None, behalf: Ori | None, at: Instant) -> Facets:
        directory = self.stack.directory
        working = tuple(directory.operator_agencies(operator, at))
        served = directory.agency_of.get(behalf) if behalf is not None else None
        others = (served,) if served is not None else ()
        return Facets(Mnemonic(""), operator, Ori(""), behalf, (), working, others)

    def _without_excuse(self, rule: Rule, facets: Facets) -> int:
        directory = self.stack.directory
        through = rule.subject.met_by_any(facets, directory)
        found = self.spoken[rule.id] if through is not None else 0
        for allow in (self.rules[name] for name in rule.exceptions if found):
            subject = allow.subject
            if not subject.has_agency_lists or all(
                subject.holds_agency(agency, directory) for agency in through or ()
            ):
                found &= ~self.spoken[allow.id]
        return found

    def unknown(self, sender: Sender) -> bool:
        """Whether it is refused for who it is."""
        return self.stack.identity(self._request(sender), 0.0) is not None

    def _request(self, sender: Sender) -> Request:
        return asked(sender, self.cells.questions[0])

    def phases(self, operator: OperatorId | None) -> Iterator[tuple[int, Instant]]:
        """The epochs in which an operator works for the same agencies, with one instant of each."""
        cells = self.cells
        found = self.stack.world.operators.get(operator) if operator is not None else None
        if found is None or not found.affiliations:
            yield cells.every_epoch, cells.starts[0]
            return
        bounds = {at for each in found.affiliations for at in (each.start, each.end)} - {None}
        starts = [cells.starts[0], *sorted(at for at in bounds if at is not None)]
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            yield cells.span(start, end), start

    def _suspended_line(self, line: Line) -> int:
        found = self._suspended.get(line)
        if found is None:
            starts = [self.cells.starts[0], *sorted(self.stack.network.instants())]
            epochs = 0
            for start, end in zip(starts, [*starts[1:], None], strict=True):
                if self.stack.suspension(line.terminal, line.ori, start) is not None:
                    epochs |= self.cells.span(start, end)
            found = self._suspended[line] = self.cells.in_epochs(epochs)
        return found

    def _weighed(self, facets: Facets) -> Leaving:
        assert self.policy is not None
        directory, cells = self.stack.directory, self.cells
        near = self.policy.about(dict.fromkeys(index_keys_of(facets, directory)))
        allows = [
            rule
            for rule in near
            if rule.effect is Effect.ALLOW and rule.subject.met_by_both(facets, directory)
        ]
        refused = 0
        for rule in near:
            if rule.effect is not Effect.ALLOW:
                refused |= self._refused(rule, allows, facets)
        allowed = 0
        masked: dict[str, int] = {}
        for rule in allows:
            here = self.spoken[rule.id] & ~refused
            allowed |= here
            for name in rule.masks:  # of one class, they hold for the whole answer
                masked[name] = masked.get(name, 0) | cells.whole_answers(here)
        default = self.offered if self.policy.default.released else 0
        return Leaving(self.answered(allowed | (default & ~refused)), masked)

    def _refused(self, rule: Rule, allows: list[Rule], facets: Facets) -> int:
        """The cells that a deny or refer refuses, its exceptions left out."""
        directory = self.stack.directory
        through = rule.subject.met_by_any(facets, directory)
        if through is None:
            return 0
        found = self.spoken[rule.id]
        for allow in allows:
            if allow.id in rule.exceptions and all(
                allow.subject.contains(agency, facets, directory) for agency in through
            ):
                found &= ~self.spoken[allow.id]
        return found
