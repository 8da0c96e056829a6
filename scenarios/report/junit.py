"""The score as JUnit XML: a suite is a scenario, a case is a row, time is virtual seconds."""

from __future__ import annotations

from xml.etree import ElementTree

from scenarios.result import Line, Result, Status
from switch.terms import TRAINING_LINE


def junit_xml(result: Result) -> str:
    """The whole document; what was not reached is skipped."""
    lines = result.lines
    suite = ElementTree.Element(
        "testsuite",
        name=result.scenario,
        tests=str(len(lines)),
        failures=str(sum(_failed(line) for line in lines)),
        skipped=str(sum(line.status is Status.NOT_REACHED for line in lines)),
        time=f"{result.ended - result.started:.3f}",
    )
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="training", value=TRAINING_LINE)
    for line in lines:
        _case(suite, result, line)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, result: Result, line: Line) -> None:
    time = 0.0 if line.at is None else line.at - result.started
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{result.scenario}.{line.block.value}",
        name=line.id,
        time=f"{time:.3f}",
    )
    if line.status is Status.NOT_REACHED:
        ElementTree.SubElement(case, "skipped", message=line.why)
    elif _failed(line):
        differs = line.nearest.differs if line.nearest else ()
        where = f"entry {line.entry}: " if line.entry is not None else ""
        message = f"{line.status.value}: {line.why}"
        ElementTree.SubElement(case, "failure", message=message).text = where + "; ".join(differs)


def _failed(line: Line) -> bool:
    return line.status in (Status.MISSED, Status.BROKEN)
