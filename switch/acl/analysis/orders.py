"""Court orders in the finite world: what each lets through, in requests and in words.

An order is no general access, so nothing else that is said of a file looks at it: matrix, leaks and
differences are about what anybody gets who asks. What an order lets through is said here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from switch.acl.analysis.finite import FiniteWorld, asked
from switch.acl.engine import AccessStack
from switch.acl.orders import UNUSED, Order
from switch.acl.policy import Policy
from switch.acl.rules import Request, Subject
from switch.files.authored import local_time
from switch.terms import DataClass, Instant


@dataclass(frozen=True, slots=True)
class LetThrough:
    """A request for a named record that gets more under an order than without it."""

    order: Order
    request: Request
    at: Instant
    classes: tuple[DataClass, ...]  # only under the order


def let_through(
    stack: AccessStack,
    policy: Policy,
    order: Order,
    company: Subject | None = None,
    since: Instant = 0.0,
) -> Iterator[LetThrough]:
    """Every request of the finite world, of this backend alone, that the order changes, from that
    instant on.

    `company` asks with everybody besides who has a facet in that subject, for a promise about it.
    """
    subjects = [order.subject] + ([company] if company is not None else [])
    finite = FiniteWorld(stack.directory, policy.rules, subjects)
    entries = [entry for entry in stack.world.catalog if entry.backend == policy.name]
    questions, named = finite.questions(entries), dict(order.records[0])
    people = finite.allowed(order.subject) if company is None else finite.company(company)
    for sender in people:
        if not order.subject.met_by_both(finite.facets(sender), stack.directory):
            continue
        for at in finite.instants(sender, max(order.start, since)):
            if at >= order.end:
                break
            for question in questions:
                request = asked(sender, question)
                under = stack.decide_named(request, at, named, UNUSED)
                if under.order == order.id:
                    plain = stack.decide(request, at)
                    before = plain.released_classes if plain.released else frozenset()
                    more = (name for name, _, _ in under.classes if name not in before)
                    gained = tuple(name for name in more if name in under.released_classes)
                    yield LetThrough(order, request, at, gained)


def in_words(order: Order, zone: ZoneInfo) -> str:
    """What it lets through, for people."""
    agency, data = min(order.subject.agency), "any data"
    if order.data is not None:
        data = ", ".join(sorted(order.data))
    records = f"{len(order.records)} named record{'s' if len(order.records) > 1 else ''}"
    answers = f"{order.count} answer{'s' if order.count > 1 else ''}"
    lifts = ", ".join(sorted(order.lifts))
    span = f"from {local_time(order.start, zone)} until {local_time(order.end, zone)}"
    return (
        f"order {order.id} lets {agency} have {data} of {records}, at most {answers}, {span},"
        f" past {lifts} ({order.cite})"
    )


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that stands on one side only, or differs."""

    backend: str
    kind: str  # added, removed, changed
    order: Order  # of the new side, where there is one
    widens: bool


def order_changes(old: AccessStack, new: AccessStack) -> list[OrderChange]:
    """Of every backend, by the order's id."""
    found = []
    for backend in dict.fromkeys((*old.owners, *new.owners)):
        before, after = _by_id(old, backend), _by_id(new, backend)
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if now is None:
                assert was is not None
                found.append(OrderChange(backend, "removed", was, widens=False))
            elif was is None:
                found.append(OrderChange(backend, "added", now, widens=True))
            elif was != now:
                widens = not _narrower(was, now)
                found.append(OrderChange(backend, "changed", now, widens=widens))
    return found


def _by_id(stack: AccessStack, backend: str) -> dict[str, Order]:
    policy = stack.owners.get(backend)
    return {order.id: order for order in policy.orders} if policy is not None else {}


def _narrower(was: Order, now: Order) -> bool:
    """Whether whatever the new one lets through, the old one did; in doubt it is not."""
    data = was.data is None or (now.data is not None and now.data <= was.data)
    span = was.start <= now.start and now.end <= was.end
    named = set(now.records) <= set(was.records)
    same = was.subject == now.subject and now.count <= was.count and now.lifts <= was.lifts
    return data and span and named and same
