"""Decisions in words: what a refused terminal reads, and what a decision looks like on record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from switch.acl.engine import Decision
from switch.terms import Verdict
from switch.wire.answer import error_body

REFUSAL_TEXTS = {
    Verdict.DENY_ERROR: "REFUSED - CANNOT BE JUDGED",
    Verdict.DENY_SUSPENDED: "REFUSED - SUSPENDED FROM THE NETWORK",
    Verdict.DENY_IDENTITY: "REFUSED - NOT IDENTIFIED",
    Verdict.DENY_RULE: "REFUSED - DENIED BY RECORD OWNER",
    Verdict.REFER: "REFUSED - ASK THE RECORD OWNER IN WRITING",
    Verdict.DENY_DEFAULT: "REFUSED - NO RULE OF THE RECORD OWNER ALLOWS IT",
}  # simulated, as are their numbers .90. to .95.

NO_ANSWER_TEXTS = {
    "time": "NO ANSWER IN TIME FROM {backend}. A LATE ANSWER WILL BE LABELLED",
    "failed": "{backend} TEMPORARILY UNAVAILABLE",
    "busy": "{backend} TEMPORARILY UNAVAILABLE",
    "crowded": "THIS LINE HAS TOO MANY OPEN INQUIRIES, {backend} TEMPORARILY UNAVAILABLE",
    "stopped": "NO ANSWER FROM {backend}. THE SWITCH STOPPED BEFORE IT CAME",
}  # simulated, but for the published word for busy [N-BQG, N-SQG]


def no_answer_text(why: str, backend: str) -> str:
    """What a terminal reads in place of an answer; KeyError for a reason that is none of these."""
    return NO_ANSWER_TEXTS[why].format(backend=backend)


def refusal_body(decision: Decision, owner: str, original: bytes, reason: str = "") -> str:
    """The ER body of a refusal: number, whose decision, which rule, its `tell`, the original.

    It says nothing of the records: the same bytes whether one exists or not.
    """
    details = []
    if decision.verdict is Verdict.DENY_SUSPENDED:
        details.append(f"SWITCH OPERATOR, RULE: {decision.suspension}")
    elif decision.verdict is not Verdict.DENY_IDENTITY:
        rules = f", RULE: {' '.join(decision.rules)}" if decision.rules else ""
        details.append(f"RECORD OWNER: {owner.upper()}{rules}")
    details.extend(text for text in (reason.upper(), decision.tell) if text)
    number, text = decision.verdict.refusal_number, REFUSAL_TEXTS[decision.verdict]
    return error_body(number, text, original, details)


def withheld_lines(decision: Decision) -> list[str]:
    """`WITHHELD: driver.photo (DMV-03)`, one line per class; the same with or without a record."""
    return [
        f"WITHHELD: {data_class} ({' '.join(rules)})" if rules else f"WITHHELD: {data_class}"
        for data_class, rules in decision.withheld
    ]


@lru_cache(maxsize=4096)
def on_record(decision: Decision) -> Mapping[str, Any]:
    """A leg's decision as it stands in a `query` entry; made once for each decision."""
    return {
        "verdict": decision.verdict.value,
        "network": decision.network,
        "owner": decision.owner,
        "classes": {name: verdict.value for name, verdict, _ in decision.classes},
        "rules": decision.rules,
        "exceptions": decision.exceptions,
        "masks": decision.masks,
        "notices": decision.notices,
    }
