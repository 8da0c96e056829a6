"""One stack's answers to a sender, for all questions to one backend and all instants at once.

Who meets which rule is asked of the rules themselves, once for each sender; what follows from that
is the same for every question and epoch, and is worked out on sets of cells (`cells`). Every step
is the one of `switch.acl.weighing`; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from switch.acl.analysis.cells import Cells, without
from switch.acl.analysis.finite import Line, Sender, asked
from switch.acl.engine import AccessStack
from switch.acl.rules import Effect, Facets, Request, Rule, index_keys_of
from switch.config import CatalogEntry
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


class Leaving(NamedTuple):
    """What leaves: the cells of released classes, and for each field where it is masked."""

    released: int
    masked: dict[str, int]

    def within(self, cells: int) -> Leaving:
        """Of these cells alone, and each mask where something is released."""
        released = self.released & cells
        masked = ((name, where & released) for name, where in self.masked.items())
        return Leaving(released, {name: where for name, where in masked if where})


NOTHING = Leaving(0, {})
_UNASKED = Request(  # who asks is known, and what is not yet
    Mnemonic(""), Ori(""), None, None, BackendName(""), MessageKey(""), False, None
)


class Standing(NamedTuple):
    """How the rules meet somebody."""

    allows: tuple[Rule, ...]
    met: tuple[Rule, ...]  # denies and refers, excused or not
    refused: int  # the cells that these refuse, exceptions left out, and those of suspensions


NOWHERE = Standing((), (), -1)  # of whom the side does not know: all is refused


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
            found = self.left_to(self._met(self._facets(sender, at)))
            released |= found.released & phase
            for name, where in found.masked.items():
                masked[name] = masked.get(name, 0) | (where & phase)
        return Leaving(released, masked)

    def standing(self, line: Line) -> Standing:
        """How the rules meet a line, without regard to who is at it."""
        sender = Sender(line, None, None)
        if self.policy is None or self.unknown(sender):
            return NOWHERE
        found = self._met(self._facets(sender))
        return found._replace(refused=found.refused | self._suspended_line(line))

    def left_to(self, standing: Standing, refused: int = 0) -> Leaving:
        """What somebody gets who stands like this, where this much more is refused."""
        if standing is NOWHERE:
            return NOTHING
        assert self.policy is not None
        refused |= standing.refused
        allowed = 0
        masked: dict[str, int] = {}
        for rule in standing.allows:
            here = without(self.spoken[rule.id], refused)
            allowed |= here
            for name in rule.masks:  # of one class, they hold for the whole answer
                masked[name] = masked.get(name, 0) | self.cells.whole_answers(here)
        default = self.offered if self.policy.default.released else 0
        return Leaving(self.answered(allowed | without(default, refused)), masked)

    def unknown(self, sender: Sender) -> bool:
        """Whether it is refused for who it is."""
        return self.stack.identity(asked(sender, _UNASKED)) is not None

    def phases(self, operator: OperatorId | None) -> Iterator[tuple[int, Instant]]:
        """The epochs in which an operator works for the same agencies, with one instant of each."""
        cells = self.cells
        found = self.stack.world.operators.get(operator) if operator is not None else None
        spans = found.affiliations if found is not None else ()
        bounds = {at for each in spans for at in (each.start, each.end)}
        starts = [cells.starts[0], *sorted(at for at in bounds if at is not None)]
        for start, end in zip_longest(starts, starts[1:]):
            yield cells.span(start, end), start

    def _suspended_line(self, line: Line) -> int:
        if line not in self._suspended:
            epochs = 0
            for rule in self.stack.suspending(line.terminal, line.ori):
                epochs |= self.cells.span(rule.start, rule.end)
            self._suspended[line] = self.cells.in_epochs(epochs)
        return self._suspended[line]

    def _facets(self, sender: Sender, *instants: Instant) -> Facets:
        return self.stack.facets(asked(sender, _UNASKED), instants)

    def _met(self, facets: Facets) -> Standing:
        assert self.policy is not None
        directory = self.stack.directory
        allows: list[Rule] = []
        refusals: list[Rule] = []
        for rule in self.policy.about(dict.fromkeys(index_keys_of(facets, directory))):
            if rule.effect is not Effect.ALLOW:
                refusals.append(rule)
            elif rule.subject.met_by_both(facets, directory):
                allows.append(rule)
        met, refused = [], 0
        for rule in refusals:
            through = rule.subject.met_by_any(facets, directory)
            if through is not None:
                met.append(rule)
                refused |= self._refused(rule, through, allows, facets)
        return Standing(tuple(allows), tuple(met), refused)

    def _refused(
        self, rule: Rule, through: frozenset[AgencyId], allows: list[Rule], facets: Facets
    ) -> int:
        """The cells that a deny or refer refuses which is met, its exceptions left out."""
        found = self.spoken[rule.id]
        for allow in allows:
            if allow.id in rule.exceptions and all(
                allow.subject.contains(agency, facets, self.stack.directory) for agency in through
            ):
                found = without(found, self.spoken[allow.id])
        return found
