"""A report for programs: numbers as numbers, instants as seconds since 1970, ids as lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switch.audit.counts import Line
    from switch.audit.cutoffs import InForce
    from switch.audit.report import Report


def facts_in_public(report: Report) -> dict[str, Any]:
    """What may be published: no inquiry, no total, small cells as null."""
    from switch.audit.counts import OUTCOMES

    return {
        **_about(report),
        "rules": [
            {"rule": cut.rule.id, "file": cut.file, "effect": cut.rule.effect.value}
            | {"effective": cut.effective, "cite": cut.rule.cite}
            for cut in report.cut_offs
            if cut.effective <= report.at
        ],
        "months": [
            {"month": month.month, **dict(zip(OUTCOMES, month.cells, strict=True))}
            for month in report.public
        ],
    }


def _about(report: Report) -> dict[str, Any]:
    return {"backend": report.backend, "agency": report.agency, "at": report.at}


def facts(report: Report) -> dict[str, Any]:
    """Everything but the sentences."""
    head = report.head
    return {
        **_about(report),
        "members": list(report.members),
        "begins": report.begins,
        "since": report.since,
        "lookback_from": report.lookback_from,
        "ledger": {"page": head.page, "rows": head.rows, "head": head.hash.hex()},
        "faults": [fault._asdict() for fault in report.faults],
        "cut_offs": [
            {
                "rule": cut.rule.id,
                "file": cut.file,
                "effect": cut.rule.effect.value,
                "by": cut.by,
                "ordered": cut.rule.ordered,
                "effective": cut.effective,
                "ends": cut.ends,
                "ended_by": None if cut.ended is None else _ended(cut.ended),
                "again": cut.again,
                "delay_s": cut.delay_s,
                "live": cut.live,
                "live_s": cut.live_s,
                "reason": cut.rule.reason,
                "cite": cut.rule.cite,
            }
            for cut in report.cut_offs
        ],
        "contrary": [
            {"inquiry": one.inquiry.name, "at": one.inquiry.ended, "rules": list(one.because)}
            | {"classes": list(one.classes)}
            for one in report.contrary
        ],
        "released_after": _lines(report.released_after, "way", "key", "data", "finding"),
        "attempts": _lines(report.attempts, "way", "key", "verdict", "rules"),
        "received_before": _lines(report.received_before, "way", "key", "data"),
        "asked": _lines(report.asked, "key", "purpose"),
        "fates": dict(report.fates),
        "orders": [
            {"order": order.id, "used": used, "count": order.count} for order, used in report.orders
        ],
        "displacement": [
            {"agency": shift.agency, "relation": shift.relation, "before": shift.before}
            | {"after": shift.after, "before_s": shift.before_s, "after_s": shift.after_s}
            | {"chance": shift.chance, "rose": shift.rose}
            for shift in report.displacement
        ],
        "vague": [
            {"what": each.what, "count": each.count, "among": each.among} for each in report.vague
        ],
        "sample": [
            {"inquiry": each.name, "at": each.at, "fields": dict(each.fields)}
            | each.request._asdict()
            for each in report.sample
        ],
        "notes": list(report.notes),
    }


def _ended(by: InForce) -> dict[str, Any]:
    return {"by": by.by, "reason": by.reason, "cite": by.cite, "row": by.row}


def _lines(lines: Sequence[Line], *names: str) -> list[dict[str, Any]]:
    return [
        {**dict(zip(names, line.what, strict=True)), "count": line.count, "records": line.records}
        | {"first": line.first, "last": line.last}
        for line in lines
    ]
