"""The score as JUnit XML: a suite is a scenario, a case is a row, time is virtual seconds.

The document is one `testsuite`, with all that the schema of Apache Ant's JUnit task demands; the
laxer schemas of CI servers are content with it too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

from scenarios.report.facts import visible
from scenarios.result import Line, Result, Status
from switch.terms import TRAINING_LINE


def junit_xml(result: Result) -> str:
    """The whole document; what was not reached is skipped."""
    lines = result.lines
    began = datetime.fromtimestamp(result.started, UTC)
    suite = ElementTree.Element(
        "testsuite",
        name=result.scenario,
        timestamp=f"{began:%Y-%m-%dT%H:%M:%S}",
        hostname="localhost",  # the same on every machine: a report must not differ by it
        tests=str(len(lines)),
        failures=str(sum(_failed(line) for line in lines)),
        errors="0",
        skipped=str(sum(not line.reached for line in lines)),
        time=f"{result.ended - result.started:.3f}",
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(result):
        ElementTree.SubElement(properties, "property", name=name, value=value)
    for line in lines:
        _case(suite, result, line)
    ElementTree.SubElement(suite, "system-out").text = TRAINING_LINE
    ElementTree.SubElement(suite, "system-err")
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _properties(result: Result) -> tuple[tuple[str, str], ...]:
    return (
        ("training", TRAINING_LINE),
        ("title", visible(result.title)),
        ("points", f"{result.earned} of {result.reachable}"),
        ("mark", f"{result.pass_percent} %"),
        ("passed", "yes" if result.passed else "no"),
    )


def _case(suite: ElementTree.Element, result: Result, line: Line) -> None:
    time = 0.0 if line.at is None else line.at - result.started
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{result.scenario}.{line.block.value}",
        name=line.id,
        time=f"{time:.3f}",
    )
    if not line.reached:
        ElementTree.SubElement(case, "skipped", message=visible(line.why))
    elif _failed(line):
        differs = line.nearest.differs if line.nearest else ()
        where = f"entry {line.entry}: " if line.entry is not None else ""
        message = visible(f"{line.status.value}: {line.why}")
        failure = ElementTree.SubElement(case, "failure", message=message, type=line.status.value)
        failure.text = visible(where + "; ".join(differs))


def _failed(line: Line) -> bool:
    """Not as the author wanted, and the trainer has not let it pass."""
    bad = line.status in (Status.LATE, Status.MISSED, Status.BROKEN)
    return bad and line.override is None and line.counts
