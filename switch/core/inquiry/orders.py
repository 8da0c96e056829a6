"""Court orders while the switch runs: how often each was used, and what may leave under it.

A use is an answer that was released under the order, with or without a record in it. It is put on
record in the same batch, so how often an order was used can always be read from the journal again.
"""

from __future__ import annotations

from switch.acl.engine import AccessStack, Decision
from switch.acl.orders import Order, Uses
from switch.backend import Reply
from switch.core.inquiry.exchange import Leg
from switch.core.outbox import Outbox
from switch.terms import Instant


class OrderBook:
    """The uses of every order of every owner; `resume` it from the journal."""

    def __init__(self, outbox: Outbox) -> None:
        self._out = outbox
        self.uses: dict[tuple[str, str], int] = {}
        self._exhausted = False

    def resume(self, uses: Uses) -> None:
        """What the journal that is continued says."""
        self.uses = dict(uses)

    def judge(self, leg: Leg, asked_at: Instant, stack: AccessStack) -> Decision:
        """A leg that an order let through, again: see `AccessStack.decide_release_under`."""
        now, earlier = self._out.now, leg.decision
        return stack.decide_release_under(leg.request, asked_at, earlier, now, self.uses)

    def use(self, leg: Leg, reply: Reply, stack: AccessStack) -> Reply:
        """An answer leaves; under an order it is counted, put on record, and only what is named."""
        backend, name = leg.entry.backend, leg.decision.order
        if not name:
            return reply
        order = stack.owners[backend].order(name)
        assert order is not None  # the decision was made a moment ago, by these rules
        used = self.uses[backend, name] = self.uses.get((backend, name), 0) + 1
        self._exhausted = self._exhausted or used >= order.count
        self._out.record(
            "order-used",
            line=leg.exchange.line.id,
            query=leg.exchange.query,
            leg=leg.number,
            backend=backend,
            order=name,
            used=used,
            count=order.count,
        )
        return _named(order, reply)

    def run_out(self) -> bool:
        """Whether an order was used up since the last time: what waits must be judged again."""
        exhausted, self._exhausted = self._exhausted, False
        return exhausted


def _named(order: Order, reply: Reply) -> Reply:
    """The records that the order names. What else a backend sends is nobody's business."""
    return reply._replace(records=tuple(r for r in reply.records if order.names(r)))
