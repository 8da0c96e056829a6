"""Lints about court orders."""

from __future__ import annotations

from collections.abc import Iterator

from switch.acl.analysis.lints.ground import Found, Ground
from switch.acl.analysis.orders import let_through
from switch.acl.lint import Lint
from switch.acl.orders import Order


def idle_orders(ground: Ground) -> Iterator[Found]:
    """An order under which nobody gets anything that he would not get without it."""
    for index, order in enumerate(ground.document.orders):
        if next(let_through(ground.stack, ground.policy, order), None) is not None:
            continue
        left = _not_lifted(ground, order)
        what = f"{order.id} lets nothing through that would not leave without it"
        fix = "take it out, or see that its agency has a line and its data is asked for"
        edits = ground.layout.take_out(("order", index))
        if left:
            what += f": {', '.join(left)} still refuses its agency"
            # Whether the court meant that too, only its paper says.
            fix, edits = f"add {', '.join(left)} to `lifts` if the court's order says so", ()
        file = ground.document.file
        finding = file.finding(("order", index, "lifts"), what, fix, str(Lint.IDLE_ORDER), edits)
        yield Found(Lint.IDLE_ORDER, order.id, finding)


def _not_lifted(ground: Ground, order: Order) -> list[str]:
    """Which other rules of the file refuse its agency, while it is in force."""
    return [
        rule.id
        for rule in ground.restricting
        if rule.id not in order.lifts
        and rule.start < order.end
        and (rule.end is None or order.start < rule.end)
        and (rule.data is None or order.data is None or rule.data & order.data)
        and any(
            rule.subject.met_by_any(ground.finite.facets(sender), ground.directory) is not None
            for sender in ground.finite.allowed(order.subject)
        )
    ]


ORDER_LINTS = (idle_orders,)
