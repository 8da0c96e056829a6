"""The finite world: every request that can be told apart by some rules, once each.

Directory, keys, flags, purposes and dates are finite, so a statement about *all* requests can be
checked and not sampled. Values that meet the same selectors are interchangeable; one of each kind
stands for the rest (acl specification, section 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from string import ascii_uppercase, digits

from switch.acl.analysis.likeness import Likeness
from switch.acl.directory import Directory
from switch.acl.rules import Effect, Facets, Request, Rule, Subject, index_keys_of
from switch.config import CatalogEntry
from switch.terms import AgencyId, Instant, Mnemonic, OperatorId, Ori

_PURPOSES = "CJFDES" + ascii_uppercase + digits  # codes of one character, well-known ones first


@dataclass(frozen=True, slots=True)
class Line:
    """A terminal and an ORI that it may send."""

    terminal: Mnemonic
    ori: Ori


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks: a line, and whoever else is in the request."""

    line: Line
    operator: OperatorId | None
    behalf: Ori | None


class FiniteWorld:
    """Representatives of every axis, as far as `rules` and `subjects` can tell them apart."""

    def __init__(
        self, directory: Directory, rules: Sequence[Rule], subjects: Sequence[Subject] = ()
    ) -> None:
        self._directory = directory
        self._rules = rules
        # An exception whose allow has no agency lists holds for the line's own agencies: then it
        # matters which agency it is, not only which lists it is in.
        named = {name for rule in rules for name in rule.exceptions}
        by_name = any(r.id in named and not r.subject.has_agency_lists for r in rules)
        every = dict.fromkeys((*(rule.subject for rule in rules), *subjects))
        self._like = Likeness(directory, list(every), by_name=by_name)
        self._image_matters = any(rule.image is not None for rule in rules)
        self._allowed_by_name = {
            OperatorId(name)
            for rule in rules
            if rule.effect is Effect.ALLOW
            for name in rule.subject.operator
        }
        self._crowd: tuple[list[Line], list[OperatorId | None], list[Ori | None]] | None = None
        self._own_lines: dict[AgencyId, list[Line]] | None = None
        self._lines_by_key: dict[tuple[str, str], list[Line]] = {}
        self._filed: dict[tuple[str, str], list[Rule]] = {}
        for rule in rules:
            for key in rule.subject.index_keys():
                self._filed.setdefault(key, []).append(rule)

    # --- one axis at a time ------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """Terminals with the ORIs that they may send: their own, and those they service."""
        found: dict[object, Line] = {}
        for line in self.lines_by_name():
            found.setdefault(self.line_kind(line), line)
        return list(found.values())

    def lines_by_name(self) -> Iterator[Line]:
        """Every one of them, whether its like has been or not."""
        world = self._directory.world
        for terminal in world.terminals.values():
            own = world.agencies[terminal.agency]
            for agency in (own, *(world.agencies[name] for name in own.services)):
                yield from (Line(terminal.mnemonic, ori) for ori in agency.oris)

    def own_lines(self, agency: AgencyId) -> list[Line]:
        """An agency's own terminals with its own ORIs."""
        if self._own_lines is None:
            self._own_lines = {}
            for terminal in self._directory.world.terminals.values():
                oris = self._directory.world.agencies[terminal.agency].oris
                own = self._own_lines.setdefault(terminal.agency, [])
                own += [Line(terminal.mnemonic, ori) for ori in oris]
        return self._own_lines.get(agency, [])

    def line_kind(self, line: Line) -> object:
        """Lines of one kind get the same answers."""
        like, terminal = self._like, self._directory.world.terminals[line.terminal]
        desk = (like.agency(terminal.agency), like.name("terminal", line.terminal))
        hubs = frozenset(like.agency(hub) for hub in terminal.via)
        agencies = {self._directory.agency_of[line.ori], terminal.agency}  # two where one services
        return desk, like.ori(line.ori), hubs, len(agencies)

    def plain_lines(self) -> list[Line]:
        """Terminals without hubs with their own agency's ORIs."""
        world = self._directory.world
        own = {m: world.agencies[t.agency].oris for m, t in world.terminals.items() if not t.via}
        return [Line(terminal, ori) for terminal, oris in own.items() for ori in oris]

    def operators(self, at: Instant | None = None) -> list[OperatorId | None]:
        """Nobody, and operators by the agencies that they work for: at that instant, or ever."""
        found: dict[object, OperatorId] = {}
        for name in self._directory.world.operators:
            found.setdefault(self.operator_kind(name, at), name)
        return [None, *found.values()]

    def operator_kind(self, name: OperatorId, at: Instant | None = None) -> object:
        """Operators of one kind change nothing more than each other."""
        like, operator = self._like, self._directory.world.operators[name]
        if at is None:
            spans: Iterable[object] = (
                (like.agency(each.agency), each.start, each.end) for each in operator.affiliations
            )
        else:
            spans = map(like.agency, self._directory.operator_agencies(name, at)[1:])
        return like.agency(operator.agency), frozenset(spans), like.name("operator", name)

    def behalves(self) -> list[Ori | None]:
        """Nobody, and ORIs on whose behalf one may ask."""
        found: dict[object, Ori] = {}
        for ori in self._directory.agency_of:
            found.setdefault(self.behalf_kind(ori), ori)
        return [None, *found.values()]

    def behalf_kind(self, ori: Ori) -> object:
        """ORIs of one kind are as good as each other to ask on behalf of."""
        return self._like.ori(ori)

    def allowed_by_name(self) -> list[OperatorId]:
        """The operators whom an allow names: the only ones that can let more out."""
        return sorted(self._allowed_by_name)

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

    # --- together ----------------------------------------------------------------------------

    def requests(self, entries: Iterable[CatalogEntry], at: Instant) -> Iterator[Request]:
        """Every request to these catalog entries that can be told apart at that instant."""
        operators, behalves = self.operators(at), self.behalves()
        for line in self.lines():
            yield from self._asked(entries, line, operators, behalves)

    def _asked(
        self,
        entries: Iterable[CatalogEntry],
        line: Line,
        operators: Sequence[OperatorId | None],
        behalves: Sequence[Ori | None],
    ) -> Iterator[Request]:
        for question in self.questions(entries):
            for operator, behalf in product(operators, behalves):
                yield asked(Sender(line, operator, behalf), question)

    def questions(
        self, entries: Iterable[CatalogEntry], *, admitted: bool = False
    ) -> list[Request]:
        """What can be asked, by nobody yet (see `asked`)."""
        nobody = (Mnemonic(""), Ori(""), None, None)
        return [
            Request(*nobody, entry.backend, entry.key, image, purpose)
            for entry in entries
            for image, purpose in product(
                self.images(entry), self.purposes(entry, admitted=admitted)
            )
        ]

    def senders(self, subject: Subject, on: Sequence[Line] | None = None) -> Iterator[Sender]:
        """Enough of those with a facet in the subject: if any is released, one of these is; on all
        lines (see `lines`), or on these.

        An operator or an on-behalf-of more can only bring denies, or spoil an exception, unless an
        allow names the operator. So whoever is not needed to meet the subject is left out, and
        nothing is lost. This is what keeps the search short in a large world. Plain askers come
        first.
        """
        directory, like = self._directory, self._like
        lines, operators, behalves = self._everybody()
        allowed = [each for each in operators if each is None or each in self._allowed_by_name]
        helping = [
            each
            for each in operators
            if each in allowed or (each is not None and like.operator_touches(each, subject))
        ]
        others = [each for each in behalves if each is None or like.ori_touches(each, subject)]
        far: list[Line] = []
        for line in lines if on is None else on:
            alone = self.facets(Sender(line, None, None))
            if subject.met_by_any(alone, directory) is not None:
                yield from (Sender(line, operator, None) for operator in allowed)
            else:
                far.append(line)
        for line in far:
            yield from self._helped(subject, line, helping[1:], others[1:])

    def _helped(
        self,
        subject: Subject,
        line: Line,
        operators: Sequence[OperatorId | None],
        behalves: Sequence[Ori | None],
    ) -> Iterator[Sender]:
        """A line that does not meet a subject, with one who makes it; with two where it takes both,
        or where one is an operator whom an allow names."""

        def meets(operator: OperatorId | None, behalf: Ori | None) -> bool:
            facets = self.facets(Sender(line, operator, behalf))
            return subject.met_by_any(facets, self._directory) is not None

        enough = {behalf for behalf in behalves if meets(None, behalf)}
        yield from (Sender(line, None, behalf) for behalf in behalves if behalf in enough)
        for operator in operators:
            if meets(operator, None):
                yield Sender(line, operator, None)
                continue
            for behalf in behalves:
                needed = operator in self._allowed_by_name or behalf not in enough
                if needed and meets(operator, behalf):
                    yield Sender(line, operator, behalf)

    def company(self, subject: Subject, among: Subject | None = None) -> Iterator[Sender]:
        """Everybody with a facet in the subject, and all who can help to meet it besides; of these,
        those on lines that may meet `among` too.

        More than `senders`: an operator or an on-behalf-of that touches the subject may undo an
        exception, so a search for what a deny does needs them too. Likely ones come first.
        """
        directory, like = self._directory, self._like
        lines, operators, behalves = self._everybody()
        if among is not None:
            lines = list(self._near(among))
        anybody = subject.everyone
        helping = [
            each
            for each in operators
            if anybody
            or each is None
            or each in self._allowed_by_name
            or like.operator_touches(each, subject)
        ]
        others = [o for o in behalves if anybody or o is None or like.ori_touches(o, subject)]
        meeting, people = self._near(subject), list(product(helping, others))
        near = [line for line in lines if line in meeting]
        far = [line for line in lines if line not in meeting]
        by_others = people[1:]  # the first is nobody, who is of no help there
        for line, (operator, behalf) in chain(product(near, people), product(far, by_others)):
            sender = Sender(line, operator, behalf)
            if subject.met_by_any(self.facets(sender), directory) is not None:
                yield sender

    def allowed(self, subject: Subject) -> Iterator[Sender]:
        """Enough of those whom an allow lets in: others in the request can only bring denies."""
        _, operators, _ = self._everybody()
        named = [each for each in operators if each is None or each in self._allowed_by_name]
        for line, operator in product(self._near(subject), named):
            sender = Sender(line, operator, None)
            if subject.met_by_both(self.facets(sender), self._directory):
                yield sender

    def _everybody(self) -> tuple[list[Line], list[OperatorId | None], list[Ori | None]]:
        if self._crowd is None:
            self._crowd = (self.lines(), self.operators(), self.behalves())
            for line in self._crowd[0]:
                facets = self.facets(Sender(line, None, None))
                for key in dict.fromkeys(index_keys_of(facets, self._directory)):
                    self._lines_by_key.setdefault(key, []).append(line)
        return self._crowd

    def _near(self, subject: Subject) -> dict[Line, None]:
        """The lines that may meet a subject without anybody else, in order."""
        lines, _, _ = self._everybody()
        if subject.operator:
            return dict.fromkeys(lines)  # filed by the operator, whosever line it is
        keys = subject.index_keys()
        return dict.fromkeys(line for key in keys for line in self._lines_by_key.get(key, ()))

    def facets(self, sender: Sender, at: Instant | None = None) -> Facets:
        """The facets of a sender at an instant; without one, with all affiliations ever."""
        directory, line = self._directory, sender.line
        working_for: Sequence[AgencyId] = ()
        if sender.operator is not None and at is not None:
            working_for = directory.operator_agencies(sender.operator, at)
        elif sender.operator is not None:
            operator = directory.world.operators[sender.operator]
            working_for = [operator.agency, *(a.agency for a in operator.affiliations)]
        others = [directory.agency_of[sender.behalf]] if sender.behalf is not None else []
        own = directory.world.terminals[line.terminal].agency
        return Facets(
            line.terminal,
            sender.operator,
            line.ori,
            sender.behalf,
            (own, directory.agency_of[line.ori]),
            tuple(dict.fromkeys(working_for)),
            (*others, *directory.hubs(line.terminal)),
        )

    def instants(self, sender: Sender, since: Instant) -> list[Instant]:
        """That instant and every later one at which this sender's decisions can change."""
        changes: set[Instant | None] = set()
        if sender.operator is not None:
            for affiliation in self._directory.world.operators[sender.operator].affiliations:
                changes |= {affiliation.start, affiliation.end}
        for key in index_keys_of(self.facets(sender), self._directory):
            for rule in self._filed.get(key, ()):
                changes |= {rule.start, rule.end}
        return [since, *sorted(at for at in changes if at is not None and at > since)]


def asked(sender: Sender, question: Request) -> Request:
    """A question (see `FiniteWorld.questions`) asked by a sender."""
    line = sender.line
    return question._replace(
        terminal=line.terminal,
        ori=line.ori,
        operator=sender.operator,
        on_behalf_of=sender.behalf,
    )
