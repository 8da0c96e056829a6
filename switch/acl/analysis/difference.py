"""What a change of access rules changes: who gains and who loses which data, when, with a witness.

Complete, not sampled: every request that the rules of either side can tell apart is judged by both,
at every instant at which either side changes (acl specification, section 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from switch.acl.analysis.finite import FiniteWorld
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.config import CatalogEntry
from switch.terms import AgencyId, BackendName, DataClass, Instant, Verdict

_BEGINNING = -1e11  # before any rule that can be written
_END = 1e12


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

    @property
    def asks(self) -> AgencyId | None:
        """The agency, where asking plainly shows the change."""
        return AgencyId(self.who.partition(" ")[0]) if not self.who.startswith("at ") else None

    @property
    def widens(self) -> bool:
        """Whether anything is released that was not before."""
        lifted = not set(self.old_masks) <= set(self.new_masks)
        return self.kind is Kind.GAINED or (self.kind is Kind.MASKED and lifted)


Release = dict[DataClass, tuple[str, ...]]  # released classes with the masks on each


def difference(old: AccessStack, new: AccessStack) -> list[Change]:
    """Every change between two stacks of one directory and catalog."""
    found: dict[tuple[object, ...], Change] = {}
    epochs: dict[tuple[object, ...], set[int]] = {}
    instants = sorted({*old.instants_until(_END), *new.instants_until(_END)})
    starts: list[Instant] = [_BEGINNING, *instants]
    for backend in new.world.backends:
        if not _touched(old, new, backend):
            continue
        entries = [entry for entry in new.world.catalog if entry.backend == backend]
        finite = _finite(old, new, backend)
        for number, at in enumerate(starts):
            for change in _at(old, new, finite, entries, at):
                key = (change.kind, change.backend, change.data_classes, change.who)
                found.setdefault(key, change)
                epochs.setdefault(key, set()).add(number)
    spanned = [replace(c, spans=_spans(epochs[key], starts)) for key, c in found.items()]
    order = list(new.world.agencies)
    plain_first = sorted(spanned, key=lambda c: order.index(c.asks) if c.asks else len(order))
    return _joined(plain_first)


def _touched(old: AccessStack, new: AccessStack, backend: BackendName) -> bool:
    if old.network.version != new.network.version:
        return True
    return old.owners[backend].version != new.owners[backend].version


def _finite(old: AccessStack, new: AccessStack, backend: BackendName) -> FiniteWorld:
    rules = (*old.owners[backend].rules, *new.owners[backend].rules)
    suspensions = [rule.subject for rule in (*old.network.rules, *new.network.rules)]
    return FiniteWorld(new.directory, rules, suspensions)


def _at(
    old: AccessStack,
    new: AccessStack,
    finite: FiniteWorld,
    entries: list[CatalogEntry],
    at: Instant,
) -> Iterator[Change]:
    """The changes of one epoch; what fewer people in the request explain is not told again."""
    told: set[tuple[object, ...]] = set()
    for request in finite.every_line(entries, at):
        before, after = _released(old, request, at), _released(new, request, at)
        if before == after:
            continue
        rest = (request.terminal, request.ori, request.key, request.image, request.purpose)
        operator, behalf = request.operator, request.on_behalf_of
        for name in {**before, **after}:
            kind = _kind(before, after, name)
            fewer = ((None, None), (operator, None), (None, behalf))
            less = [who for who in fewer if who != (operator, behalf)]
            if kind is None or any((*rest, *who, name, kind) in told for who in less):
                continue
            told.add((*rest, operator, behalf, name, kind))
            yield Change(
                kind=kind,
                backend=request.backend,
                data_classes=(name,),
                who=_who(new, request, at),
                spans=(),
                witness=request,
                at=at,
                old=_verdict(old, request, at, name),
                new=_verdict(new, request, at, name),
                old_masks=before.get(name, ()),
                new_masks=after.get(name, ()),
            )


def _released(stack: AccessStack, request: Request, at: Instant) -> Release:
    decision = stack.decide(request, at)
    if not decision.released:
        return {}
    fields, masks = stack.world.class_fields, decision.masks
    return {
        name: tuple(mask for mask in masks if mask in fields.get(name, ()))
        for name, verdict, _ in decision.classes
        if verdict.released
    }


def _kind(before: Release, after: Release, name: DataClass) -> Kind | None:
    if name not in before:
        return Kind.GAINED
    if name not in after:
        return Kind.LOST
    return Kind.MASKED if before[name] != after[name] else None


def _who(stack: AccessStack, request: Request, at: Instant) -> str:
    directory = stack.directory
    asks = directory.agency_of[request.ori]
    desk = stack.world.terminals[request.terminal].agency
    if request.operator is None and request.on_behalf_of is None:
        return str(asks) if asks == desk else f"{asks} at a terminal of {desk}"
    words = []
    if request.operator is not None:
        agencies = directory.operator_agencies(request.operator, at)
        words.append(f"an operator of {' and '.join(agencies)}")
    if request.on_behalf_of is not None:
        words.append(f"on behalf of {directory.agency_of[request.on_behalf_of]}")
    return f"at another desk, {', '.join(words)}"


def _verdict(stack: AccessStack, request: Request, at: Instant, name: DataClass) -> Verdict:
    decision = stack.decide(request, at)
    if not decision.released:
        return decision.verdict
    return next(verdict for each, verdict, _ in decision.classes if each == name)


def _spans(
    epochs: set[int], starts: list[Instant]
) -> tuple[tuple[Instant | None, Instant | None], ...]:
    """Neighbouring epochs as one span."""
    spans = []
    for number in sorted(epochs):
        if number - 1 in epochs:
            continue
        last = number
        while last + 1 in epochs:
            last += 1
        end = starts[last + 1] if last + 1 < len(starts) else None
        spans.append((starts[number] if number else None, end))
    return tuple(spans)


def _joined(changes: list[Change]) -> list[Change]:
    """Changes that differ in their data class alone, told as one."""
    joined: dict[tuple[object, ...], Change] = {}
    for change in changes:
        masks = (change.old_masks, change.new_masks)
        key = (change.kind, change.backend, change.who, change.spans, masks)
        if key in joined:
            classes = (*joined[key].data_classes, *change.data_classes)
            joined[key] = replace(joined[key], data_classes=classes)
        else:
            joined[key] = change
    return list(joined.values())
