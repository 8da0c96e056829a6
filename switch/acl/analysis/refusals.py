"""What one side refuses because of the people in a request besides the line, on all lines at once.

Of these people a rule sees little: which of its lists they meet, and which of its exceptions hold
for all agencies through which they do (`View`). What it then refuses on which lines depends on
nothing else, so it is worked out once for all who are seen alike (`Refusals.spread`).

An operator whom an allow names is not of this kind: he lets more out, on his own lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from switch.acl.analysis.finite import Line
from switch.acl.analysis.likeness import LISTS, Likeness, Met
from switch.acl.analysis.side import Side
from switch.acl.analysis.spread import Part, Spread, gathered
from switch.acl.rules import Effect, Rule, Subject
from switch.terms import AgencyId, OperatorId, Ori

KEPT_MAX = 4_000  # people whose refusals are kept, some integers of one bit for each cell


class View(NamedTuple):
    """What a rule sees of the people besides the line."""

    lists: frozenset[str]  # of its lists, those that they meet
    excused: frozenset[str]  # of its exceptions by agency, those that contain all that follow
    through: frozenset[AgencyId]  # through which they meet it, if an exception is not by agency

    def beside(self, other: View) -> View:
        """What it sees of both together."""
        return View(
            self.lists | other.lists, self.excused & other.excused, self.through | other.through
        )


Views = dict[str, View]  # by the id of the rule; of rules that see nobody there is none


class Refusals:
    """The denies and refers of one side, on these lines."""

    def __init__(self, side: Side, lines: Sequence[Line], allows: Sequence[Sequence[Rule]]) -> None:
        """`allows` are those that each line meets."""
        self._side, self._directory = side, side.stack.directory
        self.rules = {r.id: r for r in side.rules.values() if r.effect is not Effect.ALLOW}
        subjects = list(dict.fromkeys(rule.subject for rule in self.rules.values()))
        self._number = {subject: number for number, subject in enumerate(subjects)}
        self._like = Likeness(self._directory, subjects)
        self._by_number: dict[int, list[Rule]] = {}
        for rule in self.rules.values():
            self._by_number.setdefault(self._number[rule.subject], []).append(rule)
        self._undone = [r for r in self.rules.values() if r.subject.everyone and r.exceptions]
        self._everywhere = (1 << len(lines)) - 1
        self._meeting: dict[tuple[int, str], int] = {}  # the lines that meet a list
        self._own: dict[AgencyId, int] = {}  # those of an agency
        self._through_hub: dict[AgencyId, int] = {}
        self._allowed: dict[str, int] = {}  # those that an allow lets out
        for number, line in enumerate(lines):
            self._file(1 << number, line, allows[number])
        self._spreads: dict[tuple[str, View], Spread] = {}
        self._operators: dict[OperatorId, list[tuple[int, Views]]] = {}
        self._behalves: dict[Ori, Views] = {}
        self._found: dict[tuple[OperatorId | None, Ori | None], Spread] = {}

    def _file(self, bit: int, line: Line, allows: Iterable[Rule]) -> None:
        stack, like = self._side.stack, self._like
        terminal = stack.world.terminals.get(line.terminal)
        if terminal is None or line.ori not in self._directory.agency_of:
            return  # nothing is released there
        met = like.lists_of_ori(line.ori) | like.name("terminal", line.terminal)
        for agency in (terminal.agency, *terminal.via):
            met |= like.lists(agency)
        for pair in met:
            self._meeting[pair] = self._meeting.get(pair, 0) | bit
        for agency in {terminal.agency, self._directory.agency_of[line.ori]}:
            self._own[agency] = self._own.get(agency, 0) | bit
        for hub in terminal.via:
            self._through_hub[hub] = self._through_hub.get(hub, 0) | bit
        for allow in allows:
            self._allowed[allow.id] = self._allowed.get(allow.id, 0) | bit

    # --- people ------------------------------------------------------------------------------

    def known(self, operator: OperatorId | None, behalf: Ori | None) -> bool:
        """Whether this side's directory has them."""
        return (operator is None or operator in self._side.stack.world.operators) and (
            behalf is None or behalf in self._directory.agency_of
        )

    def of(self, operator: OperatorId | None, behalf: Ori | None) -> Spread:
        """All that is withheld because of these two, where who is refused the primary class of an
        answer is refused the rest; everything if they are not known."""
        if (operator, behalf) not in self._found:
            if len(self._found) == KEPT_MAX:
                self._found.clear()
            self._found[operator, behalf] = gathered(self._withheld(operator, behalf))
        return self._found[operator, behalf]

    @property
    def kept(self) -> int:
        """Of how many people it is kept what is withheld because of them; `KEPT_MAX` at most."""
        return len(self._found)

    def _withheld(self, operator: OperatorId | None, behalf: Ori | None) -> Iterator[Part]:
        if not self.known(operator, behalf):
            yield Part(self._everywhere, self._side.offered)
            return
        for epochs, views in self.phases(operator, behalf):
            here = self.in_epochs(epochs)
            for name, view in views.items():
                for lines, cells in self.spread(name, view):
                    yield Part(lines, cells & here)

    def in_epochs(self, epochs: int) -> int:
        """All cells of these epochs."""
        return self._side.cells.in_epochs(epochs)

    def phases(self, operator: OperatorId | None, behalf: Ori | None) -> list[tuple[int, Views]]:
        """What the rules see of two who are known, and in which epochs."""
        its = self._behalf(behalf) if behalf is not None else {}
        if operator is None:
            return [(self._side.cells.every_epoch, its)]
        return [(epochs, _together(his, its)) for epochs, his in self._operator(operator)]

    def _operator(self, operator: OperatorId) -> list[tuple[int, Views]]:
        if operator not in self._operators:
            by_name, found = self._like.name("operator", operator), []
            for epochs, at in self._side.phases(operator):
                agencies = self._directory.operator_agencies(operator, at)
                parts = [(by_name, tuple(agencies))]
                parts += [(self._like.lists(agency), (agency,)) for agency in agencies]
                found.append((epochs, self._views(parts)))
            self._operators[operator] = found
        return self._operators[operator]

    def _behalf(self, ori: Ori) -> Views:
        if ori not in self._behalves:
            parts = [(self._like.lists_of_ori(ori), (self._directory.agency_of[ori],))]
            self._behalves[ori] = self._views(parts)
        return self._behalves[ori]

    def _views(self, parts: Sequence[tuple[Met, tuple[AgencyId, ...]]]) -> Views:
        """Of lists that are met, and of the agencies through which each part of them is."""
        lists: dict[int, set[str]] = {}
        through: dict[int, set[AgencyId]] = {}
        for met, agencies in parts:
            for number, name in met:
                lists.setdefault(number, set()).add(name)
                through.setdefault(number, set()).update(agencies)
        found = {}
        for number, names in lists.items():
            for rule in self._by_number[number]:
                found[rule.id] = self._view(rule, frozenset(names), through[number])
        for rule in self._undone:
            everybody = {agency for _, agencies in parts for agency in agencies}
            found[rule.id] = self._view(rule, frozenset(), everybody)
        return found

    def _view(self, rule: Rule, lists: frozenset[str], through: set[AgencyId]) -> View:
        excused, by_line = set(), False
        for allow in self._exceptions(rule):
            if not allow.subject.has_agency_lists:
                by_line = True
            elif all(allow.subject.holds_agency(each, self._directory) for each in through):
                excused.add(allow.id)
        return View(lists, frozenset(excused), frozenset(through if by_line else ()))

    def _exceptions(self, rule: Rule) -> list[Rule]:
        rules = self._side.rules
        return [rules[name] for name in sorted(rule.exceptions) if name in rules]

    # --- rules -------------------------------------------------------------------------------

    def spread(self, name: str, view: View) -> Spread:
        """What a rule withholds from people whom it sees like this."""
        if (name, view) not in self._spreads:
            self._spreads[name, view] = gathered(self._spread(self.rules[name], view))
        return self._spreads[name, view]

    def _spread(self, rule: Rule, view: View) -> Iterator[Part]:
        number, lines = self._number[rule.subject], self._everywhere
        for name in LISTS:
            if getattr(rule.subject, name) and name not in view.lists:
                lines &= self._meeting.get((number, name), 0)
        parts = [Part(lines, self._side.spoken[rule.id])]
        for allow in self._exceptions(rule):
            excused = self._excused(rule, allow, view)
            spoken = self._side.spoken[allow.id]
            inside = [Part(part.lines & excused, part.cells & ~spoken) for part in parts]
            parts = [Part(part.lines & ~excused, part.cells) for part in parts] + inside
        yield from (Part(lines, self._side.reach(cells)) for lines, cells in parts if lines)

    def _excused(self, rule: Rule, allow: Rule, view: View) -> int:
        """The lines on which the exception holds. A line that the allow lets out is contained
        itself; its hubs need not be."""
        by_agency = allow.subject.has_agency_lists
        if by_agency and allow.id not in view.excused:
            return 0
        lines = self._allowed.get(allow.id, 0)
        for agency in () if by_agency else view.through:
            lines &= self._own.get(agency, 0)
        for hub, passing in self._through_hub.items():
            if not self._met_through(rule.subject, hub):
                continue
            if not by_agency:
                lines &= ~passing | self._own.get(hub, 0)
            elif not allow.subject.holds_agency(hub, self._directory):
                lines &= ~passing
        return lines

    def _met_through(self, subject: Subject, agency: AgencyId) -> bool:
        number = self._number[subject]
        return subject.everyone or any(met == number for met, _ in self._like.lists(agency))


def _together(his: Views, its: Views) -> Views:
    found = his | its
    for name in his.keys() & its.keys():
        found[name] = his[name].beside(its[name])
    return found
