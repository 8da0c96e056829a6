"""What a change of rules or of the world changes: who gains and who loses what, with a witness.

Complete, not sampled: whoever the rules of either side can tell apart is judged by both, for every
question and at every instant (acl specification, section 7). A name that only one side knows is
refused by the other, so new and gone agencies, terminals, ORIs and operators are differences too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from switch.acl.analysis.comparison import Comparison, Difference
from switch.acl.analysis.finite import asked
from switch.acl.analysis.side import Side
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.terms import AgencyId, BackendName, DataClass, Instant, Verdict


class Kind(StrEnum):
    """What happened to a class of data for somebody."""

    GAINED = "gained"
    LOST = "lost"
    MASKED = "masked differently"


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which access differs, with the first request that shows it.

    `who` is an agency that asks plainly; or, at anybody's desk, what must be in the request besides
    for it to differ: an operator who works for an agency, or an agency on whose behalf is asked.
    """

    kind: Kind
    backend: BackendName
    data_classes: tuple[DataClass, ...]
    who: str
    spans: tuple[tuple[Instant | None, Instant | None], ...]  # from, until; None = no bound
    witness: Request
    at: Instant  # when the witness asks
    old: Verdict
    new: Verdict
    old_masks: tuple[str, ...]
    new_masks: tuple[str, ...]
    uncovered: tuple[str, ...] = ()  # field codes that are seen now, where the class was before
    covered: tuple[str, ...] = ()  # and those that are seen no more

    @property
    def asks(self) -> AgencyId | None:
        """The agency, where asking plainly shows the change."""
        return AgencyId(self.who.partition(" ")[0]) if not self.who.startswith("at ") else None

    @property
    def widens(self) -> bool:
        """Whether anything is released that was not before."""
        return self.kind is Kind.GAINED or bool(self.uncovered)


def difference(old: AccessStack, new: AccessStack) -> list[Change]:
    """Every change between two stacks, of one world or of two."""
    found: list[Change] = []
    for backend in dict.fromkeys((*new.world.backends, *old.world.backends)):
        if _touched(old, new, backend):
            compared = Comparison(old, new, backend)
            found += [_change(compared, one) for one in compared.found.values()]
    order = list(dict.fromkeys((*new.world.agencies, *old.world.agencies)))
    plain_first = sorted(found, key=lambda c: order.index(c.asks) if c.asks else len(order))
    return _joined(plain_first)


def _touched(old: AccessStack, new: AccessStack, backend: BackendName) -> bool:
    """Whether anything that the answers of this backend depend on is another."""
    names = ("NETWORK", "directory", "catalog", backend)
    if any(old.versions.get(name) != new.versions.get(name) for name in names):
        return True
    return old.world.class_fields != new.world.class_fields


def _change(found: Comparison, one: Difference) -> Change:
    """A difference with its witness, as both stacks themselves judge it."""
    cells, name = found.cells, one.data_class
    witness = asked(one.sender, cells.first(one.part, one.epoch))
    at = cells.starts[one.epoch]
    before, after = (_shown(side, witness, at, name) for side in found.sides)
    kind = (Kind.GAINED, Kind.LOST, Kind.MASKED)[one.kind]
    both = kind is Kind.MASKED
    return Change(
        kind=kind,
        backend=found.backend,
        data_classes=(name,),
        who=one.who,
        spans=cells.spans(one.epochs),
        witness=witness,
        at=at,
        old=before.verdict,
        new=after.verdict,
        old_masks=before.masks,
        new_masks=after.masks,
        uncovered=tuple(sorted(after.fields - before.fields)) if both else (),
        covered=tuple(sorted(before.fields - after.fields)) if both else (),
    )


class _Shown(NamedTuple):
    """What one side does with one class."""

    verdict: Verdict
    masks: tuple[str, ...]
    fields: frozenset[str]  # that are seen


def _shown(side: Side, request: Request, at: Instant, name: DataClass) -> _Shown:
    decision = side.stack.decide(request, at)
    if not decision.released:
        return _Shown(decision.verdict, (), frozenset())
    verdicts = {each: verdict for each, verdict, _ in decision.classes}
    verdict = verdicts.get(name, Verdict.DENY_ERROR)  # not in this side's catalog
    if not verdict.released:
        return _Shown(verdict, (), frozenset())
    fields = side.stack.world.class_fields.get(name, frozenset())
    masks = tuple(mask for mask in decision.masks if mask in fields)
    return _Shown(verdict, masks, fields - set(masks))


def _joined(changes: list[Change]) -> list[Change]:
    """Changes that differ in their data class alone, told as one."""
    joined: dict[tuple[object, ...], Change] = {}
    for change in changes:
        seen = (change.old_masks, change.new_masks, change.uncovered, change.covered)
        key = (change.kind, change.backend, change.who, change.spans, *seen)
        if key in joined:
            classes = (*joined[key].data_classes, *change.data_classes)
            joined[key] = replace(joined[key], data_classes=classes)
        else:
            joined[key] = change
    return list(joined.values())
