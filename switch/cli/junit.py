"""JUnit XML for every verb that judges: one `testsuite`, a case for each thing judged.

It has all that the schema of Apache Ant's JUnit task demands; the laxer schemas of CI servers are
content with it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree

from switch.terms import TRAINING_LINE, Instant


class Failure(NamedTuple):
    """Why a case failed."""

    kind: str  # one word
    message: str
    text: str = ""


class Case(NamedTuple):
    """One thing judged: passed, if it neither failed nor was skipped."""

    group: str
    name: str
    time_s: float
    failure: Failure | None = None
    skipped: str | None = None  # why


def suite_xml(
    name: str,
    began: Instant,
    time_s: float,
    properties: Iterable[tuple[str, str]],
    cases: Sequence[Case],
) -> str:
    """The whole document. Texts are printed as they are: their author keeps control characters,
    which XML cannot hold, out of them."""
    at = datetime.fromtimestamp(began, UTC)
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        timestamp=f"{at:%Y-%m-%dT%H:%M:%S}",
        hostname="localhost",  # the same on every machine: a report must not differ by it
        tests=str(len(cases)),
        failures=str(sum(case.failure is not None for case in cases)),
        errors="0",
        skipped=str(sum(case.skipped is not None for case in cases)),
        time=f"{time_s:.3f}",
    )
    inner = ElementTree.SubElement(suite, "properties")
    for key, value in (("training", TRAINING_LINE), *properties):
        ElementTree.SubElement(inner, "property", name=key, value=value)
    for case in cases:
        _add(suite, case)
    ElementTree.SubElement(suite, "system-out").text = TRAINING_LINE
    ElementTree.SubElement(suite, "system-err")
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _add(suite: ElementTree.Element, case: Case) -> None:
    time, group = f"{case.time_s:.3f}", case.group
    made = ElementTree.SubElement(suite, "testcase", classname=group, name=case.name, time=time)
    if case.skipped is not None:
        ElementTree.SubElement(made, "skipped", message=case.skipped)
    elif case.failure is not None:
        kind, message, text = case.failure
        ElementTree.SubElement(made, "failure", message=message, type=kind).text = text
