"""The score as JUnit XML: a suite is a scenario, a case is a row, time is virtual seconds."""

from __future__ import annotations

from scenarios.report.facts import visible
from scenarios.result import Line, Result, Status
from switch.cli.junit import Case, Failure, suite_xml


def junit_xml(result: Result) -> str:
    """The whole document; what was not reached is skipped."""
    time_s = result.ended - result.started
    cases = [_case(result, line) for line in result.lines]
    return suite_xml(result.scenario, result.started, time_s, _properties(result), cases)


def _properties(result: Result) -> tuple[tuple[str, str], ...]:
    return (
        ("title", visible(result.title)),
        ("points", f"{result.earned} of {result.reachable}"),
        ("mark", f"{result.pass_percent} %"),
        ("passed", "yes" if result.passed else "no"),
    )


def _case(result: Result, line: Line) -> Case:
    time_s = 0.0 if line.at is None else line.at - result.started
    group = f"{result.scenario}.{line.block.value}"
    if not line.reached:
        return Case(group, line.id, time_s, skipped=visible(line.why))
    return Case(group, line.id, time_s, _failure(line))


def _failure(line: Line) -> Failure | None:
    if not _failed(line):
        return None
    differs = line.nearest.differs if line.nearest else ()
    where = f"entry {line.entry}: " if line.entry is not None else ""
    message = visible(f"{line.status.value}: {line.why}")
    return Failure(line.status.value, message, visible(where + "; ".join(differs)))


def _failed(line: Line) -> bool:
    """Not as the author wanted, and the trainer has not let it pass."""
    bad = line.status in (Status.LATE, Status.MISSED, Status.BROKEN)
    return bad and line.override is None and line.counts
