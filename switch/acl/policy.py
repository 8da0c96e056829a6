"""One file's rules, filed by whom they speak of: only those that may match are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from switch.acl.orders import Order
from switch.acl.rules import Rule
from switch.acl.watches import Watch
from switch.terms import Instant, Verdict

NETWORK = "NETWORK"  # the name of the switch operator's file, where an owner's has its backend's


class Policy:
    """One file's rules, filed by subject."""

    def __init__(
        self,
        name: str,
        rules: Sequence[Rule],
        default: Verdict,
        version: str,
        owner: str,
        orders: Sequence[Order] = (),
        watches: Sequence[Watch] = (),
    ) -> None:
        self.name = name
        self.rules = tuple(rules)
        self.default = default
        self.version = version
        self.owner = owner
        self.orders = tuple(sorted(orders, key=lambda order: order.id))
        self.watches = tuple(watches)
        self._index: dict[tuple[str, str], list[Rule]] = {}
        for rule in self.rules:
            for key in rule.subject.index_keys():
                self._index.setdefault(key, []).append(rule)
        times = {at for r in self.rules for at in (r.start, r.end) if at is not None}
        times |= {at for order in self.orders for at in (order.start, order.end)}
        self._instants = frozenset(times)

    def candidates(self, keys: Iterable[tuple[str, str]], at: Instant) -> list[Rule]:
        """The rules in force whose subject may be met, each once."""
        found: dict[str, Rule] = {}
        for key in keys:
            for rule in self._index.get(key, ()):
                if rule.in_force(at):
                    found[rule.id] = rule
        return list(found.values())

    def about(self, keys: Iterable[tuple[str, str]]) -> list[Rule]:
        """The rules of any time whose subject may be met, each once."""
        found = {rule.id: rule for key in keys for rule in self._index.get(key, ())}
        return list(found.values())

    def instants(self) -> frozenset[Instant]:
        """Every instant at which a rule or an order begins or ends."""
        return self._instants

    def order(self, id: str) -> Order | None:
        """The order of that id, if there is one."""
        return next((order for order in self.orders if order.id == id), None)
