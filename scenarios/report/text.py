"""The score for a person: one line a row, and for what went wrong, where to look."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from scenarios.result import Block, Line, Result, Status
from switch.terms import TRAINING_LINE

_STYLES = {
    Status.MET: "green",
    Status.LATE: "bold yellow",
    Status.OPEN: "cyan",
    Status.HELD: "green",
    Status.MISSED: "bold red",
    Status.BROKEN: "bold red",
    Status.NOT_REACHED: "yellow",
}


def print_result(console: Console, result: Result, timezone: ZoneInfo) -> None:
    """Print the whole score."""
    console.print(Text(f" {TRAINING_LINE} ", style="black on yellow"))
    console.print(Text(f"{result.scenario}: {result.title}", style="bold"))
    for line in result.lines:
        _line(console, line, timezone)
    console.print(summary(result))


def summary(result: Result) -> Text:
    """The score in one line."""
    verdict, style = ("PASSED", "bold green") if result.passed else ("NOT PASSED", "bold red")
    text = Text(verdict, style=style)
    text.append(
        f"  {result.earned} of {result.reachable} points, {result.percent:.0f} %", "default"
    )
    text.append(f" (mark {result.pass_percent} %)")
    if result.reachable < result.total:
        text.append(
            f"; {result.total - result.reachable} of {result.total} were not reached"
            f" (at least {result.floor_percent} % must be)"
        )
    broken = [line.id for line in result.of(Block.ASSERT) if not line.good]
    if broken:
        text.append(f"; broken: {', '.join(broken)}", "red")
    return text


def _line(console: Console, line: Line, timezone: ZoneInfo) -> None:
    text = Text(f"  {line.status.value:<12}", style=_STYLES[line.status])
    text.append(f"{line.block.value:<7} {line.id}", "default")
    if line.block is not Block.ASSERT:
        text.append(f"  {line.seat}", "dim")
        text.append(f"  {line.earned} of {max(0, line.points)}" if line.points > 0 else "", "dim")
    if line.stand_in:
        text.append("  by a stand-in, not counted", "dim")
    if line.entry is not None and line.at is not None:
        clock = f"{datetime.fromtimestamp(line.at, timezone):%H:%M:%S}"
        near = "nearest: " if line.nearest else ""
        text.append(f"  {near}entry {line.entry}, {clock}", "dim")
    console.print(text, soft_wrap=True)
    override = line.override
    told = f"override by {override.by}: {override.reason}" if override else ""
    for why in (line.why, *(line.nearest.differs if line.nearest else ()), told):
        if why:
            console.print(Text(f"              {why}"), soft_wrap=True)
