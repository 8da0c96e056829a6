"""What a walk came to, for programs: one JSON object, one JUnit suite."""

from __future__ import annotations

from collections import Counter
from typing import Any

from switch.cli.junit import Case, Failure, suite_xml
from switch.terms import TRAINING_LINE, Instant
from terminals.conformance.steps import Outcome, Verdict
from terminals.conformance.walk import Walk

PAGE = "docs/line-protocol.md"


def facts(walk: Walk) -> dict[str, Any]:
    """Everything, with `training`, `passed`, `counts` and a list of verdicts."""
    counts = Counter(verdict.outcome for verdict in walk.verdicts)
    return {
        "training": True,
        "data": TRAINING_LINE,
        "page": PAGE,
        "framing": None if walk.desk.framing is None else walk.desk.framing.value,
        "acknowledges": walk.acknowledges,
        "passed": walk.passed,
        "counts": {outcome.value: counts[outcome] for outcome in Outcome},
        "verdicts": [
            {**verdict._asdict(), "outcome": verdict.outcome.value} for verdict in walk.verdicts
        ],
    }


def junit(walk: Walk, began: Instant) -> str:
    """A case for each exercise, in a group for each chapter; what was not asked is skipped."""
    known = facts(walk)
    properties = (
        ("page", PAGE),
        ("framing", str(known["framing"])),
        ("acknowledges", "yes" if known["acknowledges"] else "no"),
    )
    time_s = sum(verdict.seconds for verdict in walk.verdicts)
    return suite_xml("line-protocol", began, time_s, properties, list(map(_case, walk.verdicts)))


def _case(verdict: Verdict) -> Case:
    group = f"line-protocol.{verdict.clause.split('.')[0]}"
    name = f"{verdict.clause} {verdict.title}"
    match verdict.outcome:
        case Outcome.PASSED:
            return Case(group, name, verdict.seconds)
        case Outcome.NOT_ASKED:
            return Case(group, name, verdict.seconds, skipped=verdict.why)
        case Outcome.FAILED | Outcome.NOT_REACHED:
            failure = Failure(verdict.outcome.value.replace(" ", "-"), verdict.why)
            return Case(group, name, verdict.seconds, failure)
