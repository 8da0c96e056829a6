"""Decisions: the whole stack of files, asked about one leg at one instant.

A stack is immutable: an access change makes another one. Decisions are remembered per (request,
epoch), where an epoch is a span in which no rule begins or ends and no affiliation changes.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from switch.acl.addition import parse_rule
from switch.acl.decision import Decision, combined, decided
from switch.acl.directory import Directory
from switch.acl.orders import Order, Uses
from switch.acl.policy import NETWORK, Policy
from switch.acl.rules import Facets, Request, Rule, index_keys_of
from switch.acl.weighing import Weighing
from switch.config import CatalogEntry, World
from switch.errors import AuthoredError, Finding
from switch.files.authored import did_you_mean
from switch.terms import DataClass, Instant, Mnemonic, Ori, Verdict

__all__ = ["AccessStack", "Decision", "Policy", "Request"]

REMEMBERED_MAX = 65_536  # decisions, and lines, kept per stack; all are forgotten when it is full


class AccessStack:
    """Directory, catalog, every owner's policy and the network's, at one version of each."""

    def __init__(
        self, world: World, directory: Directory, owners: Mapping[str, Policy], network: Policy
    ) -> None:
        self.world = world
        self.directory = directory
        self.owners = dict(owners)
        self.network = network
        self.versions: Mapping[str, str] = MappingProxyType(
            {
                **{name: policy.version for name, policy in self.owners.items()},
                NETWORK: network.version,
                "directory": directory.version,
                "catalog": directory.catalog_version,
            }
        )
        self._catalog = {(entry.backend, entry.key): entry for entry in world.catalog}
        instants = directory.instants() | network.instants()
        for policy in self.owners.values():
            instants |= policy.instants()
        self._instants = sorted(instants)
        self._remembered: dict[tuple[Request, int], Decision] = {}
        self._suspending: dict[tuple[Mnemonic, Ori], list[Rule]] = {}

    # --- time --------------------------------------------------------------------------------

    def epoch(self, at: Instant) -> int:
        """The number of the span that holds this instant."""
        return bisect_right(self._instants, at)

    def instants_until(self, at: Instant) -> list[Instant]:
        """Every instant up to this one at which any decision could change, in order."""
        return self._instants[: bisect_right(self._instants, at)]

    def before(self, change: Instant) -> Instant:
        """An instant of the epoch that ends with this change."""
        position = bisect_left(self._instants, change)
        return self._instants[position - 1] if position else change - 1

    def next_instant(self, after: Instant) -> Instant | None:
        """The next instant at which any decision could change; None if there is none."""
        position = bisect_right(self._instants, after)
        return self._instants[position] if position < len(self._instants) else None

    def changes(
        self, after: Instant, upto: Instant
    ) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """What began and what ended in (after, upto], by file: (file, started ids, ended ids)."""
        found = []
        for name, policy in [(NETWORK, self.network), *sorted(self.owners.items())]:
            started = tuple(r.id for r in policy.rules if after < r.start <= upto)
            ended = tuple(r.id for r in policy.rules if r.end and after < r.end <= upto)
            if started or ended:
                found.append((name, started, ended))
        return found

    # --- changes -----------------------------------------------------------------------------

    def with_rule(self, backend: str, effect: str, table: Mapping[str, object]) -> AccessStack:
        """This stack with one rule more; AuthoredError if the rule is wrong.

        `table` is what would stand under `[[effect]]` in the file; its local times are the world's.
        """
        rule = parse_rule(self._file(backend), self.directory, effect, table)
        return self._replaced(backend, lambda rules: [*rules, rule], f"+{rule!r}")

    def withdrawn(self, backend: str, rule_id: str, at: Instant) -> AccessStack:
        """This stack with one rule ended at that instant; AuthoredError if there is no such rule.

        A rule that has ended before stays as it was: withdrawing never makes one last longer.
        """
        if all(rule.id != rule_id for rule in self._file(backend).rules):
            what = f"there is no rule `{rule_id}` of {backend} to withdraw"
            raise AuthoredError([Finding(backend, 0, what)])

        def ended(rules: Sequence[Rule]) -> list[Rule]:
            return [_ended(rule, at) if rule.id == rule_id else rule for rule in rules]

        return self._replaced(backend, ended, f"-{rule_id}@{at}")

    def _replaced(
        self, backend: str, change: Callable[[Sequence[Rule]], list[Rule]], mark: str
    ) -> AccessStack:
        old = self.policy(backend)
        version = hashlib.sha256(f"{old.version}{mark}".encode()).hexdigest()
        about = (old.default, version, old.owner, old.orders, old.watches)
        return self.with_policy(Policy(old.name, change(old.rules), *about))

    def with_policy(self, policy: Policy) -> AccessStack:
        """This stack with another version of one file; nobody else's is touched."""
        if policy.name == NETWORK:
            return AccessStack(self.world, self.directory, self.owners, policy)
        owners = {**self.owners, policy.name: policy}
        return AccessStack(self.world, self.directory, owners, self.network)

    def policy(self, backend: str) -> Policy:
        """The version of a file in force; KeyError for a backend that is not there."""
        return self.network if backend == NETWORK else self.owners[backend]

    def _file(self, backend: str) -> Policy:
        """The same for what a person named; AuthoredError if there is no such backend."""
        if backend != NETWORK and backend not in self.owners:
            fix = did_you_mean(backend, {*self.owners, NETWORK})
            raise AuthoredError([Finding(backend, 0, f"there is no backend `{backend}`", fix)])
        return self.policy(backend)

    # --- decisions -----------------------------------------------------------------------------

    def decide(self, request: Request, at: Instant) -> Decision:
        """The whole stack's decision on one leg."""
        epoch = bisect_right(self._instants, at)
        key = (request, epoch)
        found = self._remembered.get(key)
        if found is None:
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            found = self._remembered[key] = self._judge(request, at, (at,), epoch, owner_only=False)
        return found

    def decide_owner_only(self, request: Request, at: Instant) -> Decision:
        """What the owner's file alone says, as if there were no network suspension."""
        return self._judge(request, at, (at,), self.epoch(at), owner_only=True)

    def decide_release(
        self, request: Request, requested_at: Instant, earlier: Decision, at: Instant
    ) -> Decision:
        """Judged again: facets as at request time, affiliations valid at either instant, the
        stricter of both decisions. What was judged for the same two epochs of this very stack
        cannot have changed, and comes back as it is."""
        epoch, asked_in = bisect_right(self._instants, at), self.epoch(requested_at)
        same = earlier.epoch == epoch and earlier.asked_in == asked_in
        if same and earlier.versions is self.versions:
            return earlier
        later = self._judge(request, at, (requested_at, at), epoch, owner_only=False)
        return combined(earlier, replace(later, asked_in=asked_in))

    # --- court orders ----------------------------------------------------------------------------

    def orders(self, request: Request, at: Instant) -> tuple[Order, ...]:
        """The orders in force for who asks, whatever record is meant, and however often used."""
        policy = self.owners.get(request.backend)
        if policy is None or not policy.orders or self.identity(request) is not None:
            return ()
        facets = self.facets(request, (at,))
        return tuple(
            order
            for order in policy.orders
            if order.in_force(at) and order.subject.met_by_both(facets, self.directory)
        )

    def decide_named(
        self, request: Request, at: Instant, fields: Mapping[str, str], uses: Uses
    ) -> Decision:
        """As `decide`, of a question with these fields: under the first order, by id, that holds,
        is not used up and lets more leave. Nothing is used by asking."""
        plain = self.decide(request, at)
        for order in self.orders(request, at):
            if order.names(fields) and order.left(request.backend, uses):
                under = self._judge(
                    request, at, (at,), self.epoch(at), owner_only=False, order=order
                )
                if _leaving(under) - _leaving(plain):
                    return under
        return plain

    def decide_release_under(
        self,
        request: Request,
        requested_at: Instant,
        earlier: Decision,
        at: Instant,
        uses: Uses,
    ) -> Decision:
        """As `decide_release`, of a question that an order let through. If the order has ended, is
        used up or gone, or nothing needs it any more, it is judged as if there were none."""
        epoch, instants = self.epoch(at), (requested_at, at)
        later = self._judge(request, at, instants, epoch, owner_only=False)
        for order in self.orders(request, at):
            if order.id == earlier.order and order.left(request.backend, uses):
                under = self._judge(request, at, instants, epoch, owner_only=False, order=order)
                later = under if _leaving(under) - _leaving(later) else later
        if not later.order:
            rules = tuple(rule for rule in earlier.rules if rule != earlier.order)
            earlier = replace(earlier, rules=rules)
        return combined(earlier, replace(later, asked_in=self.epoch(requested_at)))

    # --- the line --------------------------------------------------------------------------------

    def suspension(self, terminal: Mnemonic, ori: Ori, at: Instant) -> Rule | None:
        """The suspension that covers this line: its terminal, its ORI, its hubs. If several do,
        the first by id."""
        return next(iter(self.suspensions(terminal, ori, at)), None)

    def suspensions(self, terminal: Mnemonic, ori: Ori, at: Instant) -> list[Rule]:
        """Every suspension that covers this line, by id."""
        return [rule for rule in self.suspending(terminal, ori) if rule.in_force(at)]

    def suspending(self, terminal: Mnemonic, ori: Ori) -> Sequence[Rule]:
        """The same of any time."""
        if not self.network.rules:
            return ()
        found = self._suspending.get((terminal, ori))
        if found is None:
            if len(self._suspending) >= REMEMBERED_MAX:
                self._suspending.clear()
            found = self._suspending[terminal, ori] = self._covering(terminal, ori)
        return found

    def _covering(self, terminal: Mnemonic, ori: Ori) -> list[Rule]:
        facets = self._line_facets(terminal, ori)
        met = [
            rule
            for rule in self.network.about(index_keys_of(facets, self.directory))
            if rule.subject.met_by_any(facets, self.directory) is not None
        ]
        return sorted(met, key=lambda rule: rule.id)

    def identity(self, request: Request) -> str | None:
        """Why the sender is not who may send this; None if all names are known and fit."""
        world, agency_of = self.world, self.directory.agency_of
        if request.terminal not in world.terminals:
            return f"terminal {request.terminal} is not known"
        if request.ori not in agency_of:
            return f"ORI {request.ori} is not known"
        if request.operator is not None and request.operator not in world.operators:
            return f"operator {request.operator} is not known"
        if request.on_behalf_of is not None and request.on_behalf_of not in agency_of:
            return f"ORI {request.on_behalf_of} is not known"
        own = world.terminals[request.terminal].agency
        sent = agency_of[request.ori]
        if sent != own and sent not in world.agencies[own].services:
            return f"terminal {request.terminal} may not send ORI {request.ori}"
        return None

    def _line_facets(self, terminal: Mnemonic, ori: Ori) -> Facets:
        agencies = []
        if terminal in self.world.terminals:
            agencies.append(self.world.terminals[terminal].agency)
        if ori in self.directory.agency_of:
            agencies.append(self.directory.agency_of[ori])
        return Facets(terminal, None, ori, None, tuple(agencies), (), self.directory.hubs(terminal))

    def _judge(
        self,
        request: Request,
        at: Instant,
        instants: tuple[Instant, ...],
        epoch: int,
        *,
        owner_only: bool,
        order: Order | None = None,
    ) -> Decision:
        """A decision, whatever happens: what cannot be judged is denied (specification, 3)."""
        try:
            suspensions = []
            if not owner_only:
                suspensions = self.suspensions(request.terminal, request.ori, at)
            entry = self._catalog.get((request.backend, request.key))
            policy = self.owners.get(request.backend)
            if entry is None or policy is None:
                return self._error(request, epoch, suspensions)
            owned = self._owners_decision(request, at, instants, epoch, entry, policy, order)
            return self._suspended(owned, suspensions) if suspensions else owned
        except Exception as fault:  # a fault of ours must refuse, never release and never escape
            return self._error(request, epoch, [], fault=repr(fault))

    def _error(
        self, request: Request, epoch: int, suspensions: Sequence[Rule], fault: str = ""
    ) -> Decision:
        return decided(
            request.backend,
            (),
            network=Verdict.DENY_SUSPENDED.value if suspensions else "",
            owner=Verdict.DENY_ERROR.value,
            suspension=suspensions[0].id if suspensions else "",
            versions=self.versions,
            epoch=epoch,
            fault=fault,
            verdict=Verdict.DENY_ERROR,
        )

    def _suspended(self, owned: Decision, suspensions: Sequence[Rule]) -> Decision:
        """The owner's decision under a suspension; masks and notices are of releases only."""
        ids = tuple(rule.id for rule in suspensions)
        return decided(
            owned.backend,
            tuple((name, Verdict.DENY_SUSPENDED, ids) for name, _, _ in owned.classes),
            rules=owned.rules,
            exceptions=owned.exceptions,
            network=Verdict.DENY_SUSPENDED.value,
            owner=owned.owner,
            suspension=ids[0],
            tell=next((rule.tell for rule in suspensions if rule.tell), ""),
            versions=self.versions,
            epoch=owned.epoch,
        )

    def _owners_decision(
        self,
        request: Request,
        at: Instant,
        instants: tuple[Instant, ...],
        epoch: int,
        entry: CatalogEntry,
        policy: Policy,
        order: Order | None,
    ) -> Decision:
        asked = entry.asked(request.image)
        if self.identity(request) is not None:
            return decided(
                request.backend,
                tuple((name, Verdict.DENY_IDENTITY, ()) for name in asked),
                owner=Verdict.DENY_IDENTITY.value,
                versions=self.versions,
                epoch=epoch,
            )
        facets = self.facets(request, instants)
        weighing = Weighing(self.directory, policy, request, facets, at, order)
        classes = tuple(weighing.weigh(name) for name in asked)
        return decided(
            request.backend,
            classes,
            rules=tuple(sorted(weighing.matched)),
            exceptions=tuple(sorted(weighing.excused)),
            masks=tuple(sorted(weighing.masks)),
            notices=weighing.notices(),
            owner=classes[0][1].value,
            tell=weighing.tell(classes[0]),
            versions=self.versions,
            epoch=epoch,
            order=order.id if order is not None and order.id in weighing.matched else "",
        )

    def facets(self, request: Request, instants: tuple[Instant, ...]) -> Facets:
        """The facets of a request whose names are all known, affiliations valid at an instant."""
        directory = self.directory
        others = []
        if request.on_behalf_of is not None:
            others.append(directory.agency_of[request.on_behalf_of])
        others.extend(directory.hubs(request.terminal))
        return Facets(
            request.terminal,
            request.operator,
            request.ori,
            request.on_behalf_of,
            (self.world.terminals[request.terminal].agency, directory.agency_of[request.ori]),
            tuple(directory.operator_agencies(request.operator, *instants)),
            tuple(others),
        )


def _leaving(decision: Decision) -> frozenset[DataClass]:
    return decision.released_classes if decision.released else frozenset()


def _ended(rule: Rule, at: Instant) -> Rule:
    return replace(rule, end=at if rule.end is None else min(rule.end, at))
