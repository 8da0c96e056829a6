"""The ground of a search for leaks: who is meant, what is asked, and what is released at once.

Complete: every sender that the rules can tell apart is asked for, with every key, flag and purpose
that answers the class (acl specification, section 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from switch.acl.analysis.finite import FiniteWorld, Line, Sender, asked
from switch.acl.analysis.leaks.path import Path, Way
from switch.acl.analysis.promises import released
from switch.acl.decision import Decision
from switch.acl.engine import AccessStack
from switch.acl.rules import Request, Subject
from switch.config import CatalogEntry
from switch.terms import AgencyId, BackendName, DataClass, Instant, MessageKey, OperatorId, Ori

Open = dict[MessageKey, list[Request]]  # what is released of a class, by key


class Search:
    """One subject, one class, one instant; `owner_only` leaves the network's suspensions out."""

    def __init__(
        self,
        stack: AccessStack,
        subject: Subject,
        data_class: DataClass,
        at: Instant,
        *,
        owner_only: bool = False,
    ) -> None:
        self.stack, self.subject, self.data_class, self.at = stack, subject, data_class, at
        self.owner_only = owner_only
        self.directory, self.world = stack.directory, stack.world
        self.meant = [a for a in self.world.agencies if subject.holds_agency(a, self.directory)]
        self.backends = {
            name: Source(self, name, entries)
            for name in self.world.backends
            if (entries := [e for e in self.world.catalog if _answers(e, name, data_class)])
        }

    def decide(self, request: Request, at: Instant) -> Decision:
        """The whole stack's decision, or the owner's alone."""
        decide = self.stack.decide_owner_only if self.owner_only else self.stack.decide
        return decide(request, at)

    def suspensions(self) -> list[str]:
        """The network's suspensions that cover lines of those who are meant, by id; none where
        they are left out."""
        if self.owner_only:
            return []
        lines = (line for s in self.backends.values() for line in s.lines(own=True))
        covered = (self.stack.suspensions(line.terminal, line.ori, self.at) for line in lines)
        return sorted({rule.id for rules in covered for rule in rules})

    def own(self, line: Line) -> bool:
        """Whether somebody who is meant is on this line: terminal, ORI or hub."""
        terminal = self.world.terminals[line.terminal]
        agencies = (terminal.agency, self.directory.agency_of[line.ori], *terminal.via)
        return any(agency in self.meant for agency in agencies)

    def works_for(self, operator: OperatorId, at: Instant) -> list[AgencyId]:
        """The agencies meant that he works for at that instant."""
        agencies = self.directory.operator_agencies(operator, at)
        return [agency for agency in agencies if agency in self.meant]


class Source:
    """One backend that answers the class."""

    def __init__(self, search: Search, name: BackendName, entries: Sequence[CatalogEntry]) -> None:
        self.search, self.name = search, name
        self.owner = search.world.backends[name].owner
        stack = search.stack
        suspensions = [rule.subject for rule in stack.network.rules]
        rules = stack.owners[name].rules
        self.finite = FiniteWorld(stack.directory, rules, [*suspensions, search.subject])
        self.destinations = {entry.key: entry.destination for entry in entries}
        self.questions = list(_questions(self.finite, entries, search.data_class))
        self.deciding: list[OperatorId | None] = [None, *self.finite.allowed_by_name()]
        self._open: dict[object, Open] = {}

    def open_to(self, sender: Sender, at: Instant) -> Open:
        """What of the class this sender gets then, by key; senders of one kind are asked once."""
        finite = self.finite
        kind = (
            finite.line_kind(sender.line),
            sender.operator and finite.operator_kind(sender.operator, at),
            sender.behalf and finite.behalf_kind(sender.behalf),
            at,
        )
        found = self._open.get(kind)
        if found is None:
            found = {}
            for question in self.questions:
                request = asked(sender, question)
                if released(self.search.decide(request, at), self.search.data_class):
                    found.setdefault(request.key, []).append(question)
            self._open[kind] = found
        return found

    def lines(self, *, own: bool) -> Iterator[Line]:
        """Lines with somebody who is meant on them, by name; or one of each kind without."""
        if own:
            yield from filter(self.search.own, self.finite.lines_by_name())
        else:  # the subject tells kinds apart, so a kind is of the one sort or the other
            yield from (line for line in self.finite.lines() if not self.search.own(line))

    def path(
        self,
        way: Way,
        who: str,
        sender: Sender,
        key: MessageKey,
        at: Instant,
        *,
        relation: str = "",
    ) -> Path:
        """The path of a sender to whom this key is open."""
        questions = self.open_to(sender, at)[key]
        witness = asked(sender, questions[0])
        return Path(
            way=way,
            who=who,
            relation=relation,
            backend=self.name,
            key=key,
            condition=self._condition(questions),
            witness=witness,
            at=at,
            hops=self._hops(witness, at),
            opening=self._opening(sender, witness, at),
            closer=f"{self.owner}, in {self.name}.toml",
        )

    # --- words -----------------------------------------------------------------------------------

    def _condition(self, questions: Sequence[Request]) -> str:
        """What has to be typed, where not everything of this key is answered."""
        key = questions[0].key
        every = [question for question in self.questions if question.key == key]
        words = []
        purposes = {question.purpose for question in questions}
        if purposes != {question.purpose for question in every}:
            # Never with none: a query without a purpose is refused wherever one with some is.
            named = sorted(purpose for purpose in purposes if purpose is not None)
            words.append(f"with purpose {' or '.join(named)} only")
        images = {question.image for question in questions}
        if images != {question.image for question in every}:
            words.append(f"{'with' if True in images else 'without'} an image only")
        return ", ".join(words)

    def _hops(self, request: Request, at: Instant) -> tuple[str, ...]:
        directory, world = self.search.directory, self.search.world
        terminal = world.terminals[request.terminal]
        hops = []
        if request.operator is not None:
            agencies = ", ".join(directory.operator_agencies(request.operator, at))
            hops.append(f"operator {request.operator} ({agencies})")
        hops.append(f"terminal {request.terminal} ({terminal.agency})")
        hops.append(f"ORI {request.ori} ({directory.agency_of[request.ori]})")
        if request.on_behalf_of is not None:
            served = directory.agency_of[request.on_behalf_of]
            hops.append(f"on behalf of {request.on_behalf_of} ({served})")
        hops += [f"hub {hub}" for hub in terminal.via]
        hops.append(self._typed(request))
        hops.append(self.name)
        return tuple(hops)

    def _typed(self, request: Request) -> str:
        """The key, its destination, and the fan-out that has a leg here."""
        destination = self.destinations[request.key]
        words = f"{request.key} to {destination}" if destination else str(request.key)
        words += f", purpose {request.purpose}" if request.purpose else ""
        words += ", with image" if request.image else ""
        sources = [e for e in self.search.world.catalog if e.key == request.key and e.destination]
        if destination and len(sources) > 1:
            words += f" (or a leg of {request.key} to NL)"
        return words

    def _opening(self, sender: Sender, witness: Request, at: Instant) -> str:
        """Why nothing stops it: which rules refuse its like, and what they leave out."""
        decision = self.search.decide(witness, at)
        name = self.search.data_class
        allowing = next(ids for each, _, ids in decision.classes if each == name)
        if allowing:
            past = f", past {', '.join(decision.exceptions)}" if decision.exceptions else ""
            return f"{', '.join(allowing)} allows it{past}"
        refusing = self._refusing(sender, at)
        if not refusing:
            return f"no rule of {self.name} refuses it, and the default is allow"
        rules = ", ".join(sorted({rule for ids in refusing.values() for rule in ids}))
        keys = sorted({question.key for question in refusing})
        if witness.key not in keys:
            return f"another key: {rules} refuses {', '.join(keys)} only"
        if all(question.image != witness.image for question in refusing):
            return f"another flag: {rules} refuses it {_flag(not witness.image)} only"
        return f"another purpose: {rules} refuses others"

    def _refusing(self, sender: Sender, at: Instant) -> dict[Request, tuple[str, ...]]:
        """The questions that rules refuse this sender, with those rules."""
        found = {}
        for question in self.questions:
            decision = self.search.decide(asked(sender, question), at)
            primary = decision.classes[0]
            of_class = next(each for each in decision.classes if each[0] == self.search.data_class)
            for _, verdict, ids in (primary, of_class):
                if ids and not verdict.released:
                    found[question] = ids
        return found


def _flag(image: bool) -> str:
    return "with an image" if image else "without an image"


def _answers(entry: CatalogEntry, backend: BackendName, data_class: DataClass) -> bool:
    return entry.backend == backend and data_class in entry.asked(image=True)


def _questions(
    finite: FiniteWorld, entries: Iterable[CatalogEntry], data_class: DataClass
) -> Iterator[Request]:
    """Whatever a terminal can send for the class: with the purposes that a key admits."""
    for question in finite.questions(entries, admitted=True):
        entry = next(e for e in entries if e.key == question.key)
        if data_class in entry.asked(question.image):
            yield question


def senders(
    lines: Iterable[Line],
    operators: Iterable[OperatorId | None],
    behalves: Iterable[Ori | None] = (None,),
) -> Iterator[Sender]:
    """Each with each."""
    for line, operator, behalf in product(lines, operators, behalves):
        yield Sender(line, operator, behalf)
