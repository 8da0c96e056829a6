"""The ground on which all lints of one file stand: its rules, the finite world, who can ask.

A search here is complete: every request that the file's rules can tell apart, at every instant at
which its answer can change (acl specification, section 7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from switch.acl.analysis.cells import BEGINNING, Cells
from switch.acl.analysis.finite import FiniteWorld, Sender, asked
from switch.acl.analysis.lints.answers import Answers
from switch.acl.analysis.promises import described, judged_alone, released
from switch.acl.decision import Decision
from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument
from switch.acl.engine import AccessStack
from switch.acl.lint import Lint
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Facets, Request, Rule, Subject
from switch.errors import Edit, Finding
from switch.files.authored import local_time
from switch.files.toml.layout import Layout, Path_
from switch.terms import AgencyId, BackendName, DataClass, Instant, Mnemonic

Release = dict[DataClass, frozenset[str]]  # what leaves, and which of its fields are masked


@dataclass(frozen=True, slots=True)
class Ask:
    """One request at one instant, with its facets then."""

    request: Request
    at: Instant
    facets: Facets


class Ground:
    """One owner's file, judged alone with directory and catalog."""

    def __init__(self, document: OwnerDocument, directory: Directory) -> None:
        self.document = document
        self.directory = directory
        self.world = directory.world
        self.policy = document.policy
        self.stack = judged_alone(document.policy, directory)
        self.entries = {e.key: e for e in self.world.catalog if e.backend == document.policy.name}
        self.named = {rule.id: self._named_agencies(rule.subject) for rule in self.rules}
        subjects = [Subject(agency=frozenset(names)) for names in self.named.values() if names]
        self.finite = FiniteWorld(directory, document.policy.rules, subjects)
        # Witnesses are to be requests that a terminal can send: admitted purposes come first.
        self.questions = sorted(
            self.finite.questions(self.entries.values()),
            key=lambda q: bool(self._admitted(q)) and q.purpose not in self._admitted(q),
        )
        classes = dict.fromkeys(name for e in self.entries.values() for name in e.asked(True))
        instants = self.policy.instants() | directory.instants()
        self.cells = Cells(self.questions, list(classes), [BEGINNING, *sorted(instants)])
        every = range(len(self.cells.classes))
        self._whole = {  # all cells of each question
            question: self.cells.of([number], every, self.cells.every_epoch)
            for number, question in enumerate(self.questions)
        }
        backend = BackendName(self.policy.name)
        self.answers = Answers(self.stack, backend, self.cells, self.finite)
        self.places: dict[str, Path_] = {}
        for table in ("deny", "refer", "allow"):
            for index, row in enumerate(getattr(document.file.model, table)):
                self.places[row.id] = (table, index)

    def _admitted(self, question: Request) -> tuple[str, ...]:
        return self.entries[question.key].purposes

    # --- the rules -----------------------------------------------------------------------------

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order of the file's tables."""
        return self.policy.rules

    @property
    def restricting(self) -> list[Rule]:
        """Those that refuse."""
        return [rule for rule in self.policy.rules if rule.effect is not Effect.ALLOW]

    @property
    def allows(self) -> list[Rule]:
        """Those that let in."""
        return [rule for rule in self.policy.rules if rule.effect is Effect.ALLOW]

    def _named_agencies(self, subject: Subject) -> list[AgencyId]:
        """Whose ORIs and terminals a subject without agency lists names, in the world's order."""
        if subject.has_agency_lists:
            return []
        agency_of = self.directory.agency_of
        found = {self.world.terminals[Mnemonic(name)].agency for name in subject.terminal}
        found |= {agency_of[ori] for ori in agency_of if ori in subject.ori}
        found |= {agency_of[ori] for ori in agency_of if ori.startswith(subject.ori_prefix)}
        return [name for name in self.world.agencies if name in found]

    def without(self, *rules: Rule) -> AccessStack:
        """The file as if these rules were not in it."""
        gone = {rule.id for rule in rules}
        return self._with([each for each in self.rules if each.id not in gone])

    def lasting(self, rule: Rule) -> AccessStack:
        """The file as if this rule had no end."""
        return self._with([replace(r, end=None) if r.id == rule.id else r for r in self.rules])

    def _with(self, rules: list[Rule]) -> AccessStack:
        old = self.policy
        return judged_alone(
            Policy(old.name, rules, old.default, old.version, old.owner), self.directory
        )

    # --- whole answers -------------------------------------------------------------------------

    def spoken(self, rule: Rule, questions: Collection[Request]) -> int:
        """The cells of a rule's classes in these questions, in the rule's time."""
        cells = self.cells
        numbers = [number for number, each in enumerate(cells.questions) if each in questions]
        classes = [number for number, name in enumerate(cells.classes) if rule.covers(name)]
        return cells.of(numbers, classes, cells.span(rule.start, rule.end))

    def asks(self, sender: Sender, rule: Rule, cells: int) -> Iterator[Ask]:
        """This sender's requests that have one of these cells, in the rule's time."""
        for at, facets in self.spans(sender, rule) if cells else ():
            here = cells & self.cells.in_epochs(1 << self.cells.epoch(at))
            for question, whole in self._whole.items():
                if here & whole:
                    yield Ask(asked(sender, question), at, facets)

    # --- who can ask what ----------------------------------------------------------------------

    def met(self, rule: Rule) -> Iterator[Ask]:
        """Every request in which the rule takes part, with one of its classes."""
        chosen = [each for each in self.questions if self.speaks_of(rule, each)]
        if not chosen:
            return
        allow, subject = rule.effect is Effect.ALLOW, rule.subject
        people = self.finite.allowed(subject) if allow else self.finite.company(subject)
        for sender in people:
            for at, facets in self.spans(sender, rule):
                # Whom an allow lets in does not depend on whom the operator works for then.
                if allow or subject.met_by_any(facets, self.directory) is not None:
                    yield from (Ask(asked(sender, each), at, facets) for each in chosen)

    def spans(self, sender: Sender, rule: Rule) -> Iterator[tuple[Instant, Facets]]:
        """Every instant of a rule's time at which this sender's decisions can change."""
        for at in self.finite.instants(sender, rule.start):
            if rule.end is not None and at >= rule.end:
                return
            yield at, self.finite.facets(sender, at)

    def open_to(
        self, subject: Subject, rule: Rule, questions: list[Request]
    ) -> Iterator[tuple[Ask, DataClass]]:
        """What a subject gets of a rule's classes in the rule's time, and by no exception.

        What an exception lets through was decided on purpose.
        """
        wanted = self.spoken(rule, questions)
        for sender in self.finite.senders(subject, self.answers.lines(wanted)):
            for ask in self.asks(sender, rule, self.answers.released(sender) & wanted):
                if subject.met_by_any(ask.facets, self.directory) is not None:
                    name = self.leaving(rule, ask.request, ask.at)
                    if name is not None:
                        yield ask, name

    def leaving(self, rule: Rule, request: Request, at: Instant) -> DataClass | None:
        """The first of a rule's classes that leaves although nobody excepted it."""
        decision = self.decide(request, at)
        if decision.exceptions:
            return None
        return next((n for n in self.spoken_of(rule, request) if released(decision, n)), None)

    def spoken_of(self, rule: Rule, request: Request) -> list[DataClass]:
        """The classes of an answer that the rule covers."""
        return [c for c in self.entries[request.key].asked(request.image) if rule.covers(c)]

    def speaks_of(self, rule: Rule, question: Request) -> bool:
        """Whether it is a question of the rule, and its answer has a class of the rule's."""
        return rule.speaks_of(question) and bool(self.spoken_of(rule, question))

    def decide(self, request: Request, at: Instant) -> Decision:
        """The file's decision."""
        return self.stack.decide(request, at)

    def release(self, stack: AccessStack, request: Request, at: Instant) -> Release:
        """What leaves, with the masked fields of each class."""
        decision = stack.decide(request, at)
        fields, masks = self.world.class_fields, frozenset(decision.masks)
        return {
            name: masks & fields.get(name, frozenset())
            for name, _, _ in decision.classes
            if released(decision, name)
        }

    # --- words ---------------------------------------------------------------------------------

    @property
    def layout(self) -> Layout:
        """Where the file's parts stand."""
        return self.document.file.layout

    def place(self, rule: Rule, *more: str | int) -> Path_:
        """The path of a rule or of a part of it."""
        return (*self.places[rule.id], *more)

    def when(self, at: Instant) -> str:
        """An instant in the file's timezone."""
        return local_time(at, self.document.timezone)

    def shown(self, ask: Ask) -> str:
        """A witness in one line."""
        return f"{described(ask.request)} at {self.when(ask.at)}"

    def found(
        self,
        lint: Lint,
        rule: Rule | None,
        what: str,
        fix: str,
        *,
        key: str = "id",
        edits: Iterable[Edit] = (),
    ) -> Found:
        """A finding of a lint, at a key of a rule or of the file's head."""
        path: Path_ = (key,) if rule is None else self.place(rule, key)
        finding = self.document.file.finding(path, what, fix, str(lint), tuple(edits))
        return Found(lint, rule.id if rule else None, finding)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, of which lint and of which rule; None for the file as a whole."""

    lint: Lint
    rule: str | None
    finding: Finding
