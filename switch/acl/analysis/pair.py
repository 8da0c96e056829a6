"""Two stacks and one backend, and how one sender's answers differ between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from switch.acl.analysis.cells import BEGINNING, Cells, without
from switch.acl.analysis.finite import FiniteWorld, Sender
from switch.acl.analysis.side import Leaving, Side
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.terms import BackendName, DataClass, Instant

_NO_FIELDS: frozenset[str] = frozenset()


class Delta(NamedTuple):
    """The cells in which one sender's answers differ."""

    gained: int
    lost: int
    masked: int
    uncovered: int = 0  # those of `masked` in which a field is seen that was not

    def without(self, *others: Delta) -> Delta:
        """What these do not explain."""
        gained, lost, masked, uncovered = self
        for other in others:
            gained = without(gained, other.gained)
            lost = without(lost, other.lost)
            masked = without(masked, other.masked)
        return Delta(gained, lost, masked, uncovered & masked)


class Pair:
    """The old side and the new one, on the same cells."""

    def __init__(self, old: AccessStack, new: AccessStack, backend: BackendName) -> None:
        self.backend, stacks = backend, (old, new)
        rules = [r for s in stacks if backend in s.owners for r in s.owners[backend].rules]
        suspensions = [rule.subject for stack in stacks for rule in stack.network.rules]
        self.finite = [FiniteWorld(stack.directory, rules, suspensions) for stack in stacks]
        self.cells = _cells(self.finite, stacks, backend)
        self.sides = (Side(old, backend, self.cells), Side(new, backend, self.cells))
        self._fields = list(self._differing_fields())

    def delta(self, sender: Sender) -> Delta:
        """All cells in which this sender's answers differ."""
        before, after = (side.leaving(sender) for side in self.sides)
        return self.between(before, after)

    def between(self, before: Leaving, after: Leaving) -> Delta:
        """The same, of what leaves on either side."""
        both, masked, uncovered = before.released & after.released, 0, 0
        for name, had, has in self._fields:
            hid, hides = before.masked.get(name, 0), after.masked.get(name, 0)
            if hid == hides and had == has:
                continue
            seen, sees = without(both & had, hid), without(both & has, hides)
            masked |= seen ^ sees
            uncovered |= without(sees, seen)
        return Delta(after.released ^ both, before.released ^ both, masked, uncovered)

    def _differing_fields(self) -> Iterator[tuple[str, int, int]]:
        """The fields that can be seen on one side only, with the cells of their classes on each."""
        old, new = (side.stack.world.class_fields for side in self.sides)
        masked = {m for side in self.sides for rule in side.rules.values() for m in rule.masks}
        fields = {
            name: (old.get(name, _NO_FIELDS), new.get(name, _NO_FIELDS))
            for name in self.cells.classes
        }
        changed = {code for had, has in fields.values() for code in had ^ has}
        for code in sorted(masked | changed):
            places = [
                [n for n, name in enumerate(self.cells.classes) if code in fields[name][side]]
                for side in range(2)
            ]
            had, has = (self.cells.of_classes(each) for each in places)
            yield code, had, has


def _cells(
    finite: Sequence[FiniteWorld], stacks: Sequence[AccessStack], backend: BackendName
) -> Cells:
    """Every question that either side can be asked, and every instant at which either changes."""
    questions: dict[Request, None] = {}
    classes: dict[DataClass, None] = {}
    instants: set[Instant] = set()
    for number in (1, 0):
        stack = stacks[number]
        entries = [entry for entry in stack.world.catalog if entry.backend == backend]
        questions.update(dict.fromkeys(finite[number].questions(entries)))
        classes.update((name, None) for entry in entries for name in entry.asked(image=True))
        instants |= stack.directory.instants() | stack.network.instants()
        instants |= stack.owners[backend].instants() if backend in stack.owners else set()
    return Cells(list(questions), list(classes), [BEGINNING, *sorted(instants)])
