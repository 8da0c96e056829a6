"""A run as JSON lines: the journal's entries, then one line per judged row, then the score."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from scenarios.background.entries import Background
from scenarios.result import Line, Result
from scenarios.script import Script
from switch.core.record.journal import Entry


def json_lines(script: Script, entries: Iterable[Entry], result: Result) -> Iterator[str]:
    """One JSON object a line; each says that it is training, and whether its act is invented."""
    background = Background(script)
    for entry in entries:
        marks = {"is": "entry", "invented": _invented(script, entry)}
        if background.take(entry):
            marks["background"] = True
        yield _dump(marks | entry)
    for line in result.lines:
        yield _dump({"is": "row", **_row(line)})
    yield _dump({"is": "result", **_result(result)})


def _dump(values: dict[str, Any]) -> str:
    return json.dumps({"training": True, **values})


def _invented(script: Script, entry: Entry) -> bool:
    act = script.act_at(entry["at"])
    changed = (*entry.get("started", ()), *entry.get("ended", ()))
    by_rule = bool(changed) and script.invented_rules.issuperset(changed)
    return by_rule or (act is not None and act.is_invented)


def _row(line: Line) -> dict[str, Any]:
    nearest = line.nearest
    return {
        "id": line.id,
        "block": line.block.value,
        "seat": line.seat,
        "status": line.status.value,
        "points": line.points,
        "earned": line.earned,
        "entry": line.entry,
        "at": line.at,
        "since": line.since,
        "stand_in": line.stand_in,
        "override": _override(line),
        "why": line.why,
        "differs": list(nearest.differs) if nearest else [],
    }


def _override(line: Line) -> dict[str, Any] | None:
    made = line.override
    if made is None:
        return None
    return {"points": made.points, "by": made.by, "reason": made.reason, "at": made.at}


def _result(result: Result) -> dict[str, Any]:
    return {
        "scenario": result.scenario,
        "passed": result.passed,
        "flawless": result.flawless,
        "earned": result.earned,
        "reachable": result.reachable,
        "total": result.total,
        "percent": round(result.percent, 3),
        "pass_percent": result.pass_percent,
        "reached_percent": round(result.reached_percent, 3),
        "floor_percent": result.floor_percent,
    }
