"""What tells one value of the directory from another, for a given set of subjects.

Two values are alike if they meet the same lists of the same subjects. Subjects are filed by what
they select, so that the work grows with the lists that are met and not with all there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from switch.acl.directory import Directory
from switch.acl.rules import Subject
from switch.terms import AgencyId, OperatorId, Ori

Met = frozenset[tuple[int, str]]  # (number of a subject, name of one of its lists)
_NONE: Met = frozenset()
LISTS = ("agency", "group", "function", "ori", "ori_prefix", "terminal", "operator")


class Likeness:
    """The kinds of values, as far as these subjects can tell; `by_name` keeps all agencies apart.

    Every subject asked about later must be one of `subjects`.
    """

    def __init__(
        self, directory: Directory, subjects: Sequence[Subject], *, by_name: bool = False
    ) -> None:
        self._directory = directory
        self._by_name = by_name
        self._numbers = {subject: number for number, subject in enumerate(subjects)}
        self._selecting = _selecting(self._numbers)
        self._sizes = sorted({len(text) for text in self._selecting["ori_prefix"]})
        self._names: dict[Ori, Met] = {}
        self._met_by_agency = {agency: self._lists_of(agency) for agency in directory.lineage}

    def _met(self, name: str, values: Iterable[str]) -> Met:
        known = self._selecting[name]
        if not known:
            return _NONE
        return _NONE.union(*(known[value] for value in values if value in known))

    def _lists_of(self, agency: AgencyId) -> Met:
        directory = self._directory
        return (
            self._met("agency", directory.lineage[agency])
            | self._met("group", directory.groups[agency])
            | self._met("function", directory.functions[agency])
        )

    def lists(self, agency: AgencyId) -> Met:
        """The lists that an agency meets."""
        return self._met_by_agency[agency]

    def lists_of_ori(self, ori: Ori) -> Met:
        """The lists that an ORI meets, by itself or by its agency."""
        return self.lists(self._directory.agency_of[ori]) | self._named(ori)

    def lists_of_operator(self, operator: OperatorId) -> Met:
        """The lists that an operator meets, by name or by an agency that he ever works for."""
        found = self._directory.world.operators[operator]
        lists = self._met("operator", (operator,))
        for agency in (found.agency, *(a.agency for a in found.affiliations)):
            lists |= self.lists(agency)
        return lists

    def agency(self, agency: AgencyId) -> object:
        """The kind of an agency."""
        return agency if self._by_name else self._met_by_agency[agency]

    def ori(self, ori: Ori) -> object:
        """The kind of an ORI: its agency's, and the lists that name it."""
        return self.agency(self._directory.agency_of[ori]), self._named(ori)

    def _named(self, ori: Ori) -> Met:
        found = self._names.get(ori)
        if found is None:
            prefixes = (ori[:size] for size in self._sizes if size <= len(ori))
            found = self._met("ori", (ori,)) | self._met("ori_prefix", prefixes)
            self._names[ori] = found
        return found

    def name(self, of: str, value: str) -> Met:
        """The lists that name a terminal or an operator."""
        return self._met(of, (value,))

    def ori_touches(self, ori: Ori, subject: Subject) -> bool:
        """Whether this ORI alone meets some list of the subject."""
        return self._touches(self.lists_of_ori(ori), subject)

    def operator_touches(self, operator: OperatorId, subject: Subject) -> bool:
        """Whether this operator, by name or by an agency of his, meets some list of the subject."""
        return self._touches(self.lists_of_operator(operator), subject)

    def _touches(self, lists: Met, subject: Subject) -> bool:
        number = self._numbers[subject]
        return any(met == number for met, _ in lists)


def _selecting(numbers: Mapping[Subject, int]) -> dict[str, dict[str, Met]]:
    """By list and value, the lists that this value meets."""
    found: dict[str, dict[str, set[tuple[int, str]]]] = {name: {} for name in LISTS}
    for subject, number in numbers.items():
        for name in LISTS:
            for value in getattr(subject, name):
                found[name].setdefault(value, set()).add((number, name))
    return {
        name: {value: frozenset(met) for value, met in values.items()}
        for name, values in found.items()
    }
