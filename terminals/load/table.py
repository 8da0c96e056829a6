"""What a load has measured, for a person and for a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from switch.terms import TRAINING_LINE
from terminals.load.tally import Row, Tally

if TYPE_CHECKING:
    from rich.console import Console


class Run(NamedTuple):
    """One run: what was asked for, what came of it."""

    terminals: int
    rate: float  # messages a second, all terminals together
    planned: int
    took_s: float
    tally: Tally

    @property
    def fine(self) -> bool:
        """Whether all was sent, and every reply came and was right."""
        tally = self.tally
        return tally.sent == self.planned and not (tally.missing or tally.wrong)


def as_json(run: Run) -> dict[str, object]:
    """One object; latencies in ms from the due instant."""
    tally = run.tally
    return {
        "training": True,
        "terminals": run.terminals,
        "rate": run.rate,
        "planned": run.planned,
        "sent": tally.sent,
        "replied": tally.replied,
        "missing": tally.missing,
        "wrong": tally.wrong,
        "wrong_shown": tally.wrong_shown,
        "late": tally.late,
        "unasked": tally.unasked,
        "closed": tally.closed,
        "took_s": round(run.took_s, 3),
        "behind_ms": round(tally.behind_s * 1e3, 2),
        "rows": [row._asdict() for row in tally.rows()],
    }


def show(run: Run, console: Console) -> None:
    """The table, and whether all is well."""
    from rich import box
    from rich.table import Table

    tally = run.tally
    console.print(TRAINING_LINE)
    console.print(
        f"{run.terminals} terminals, {tally.sent} of {run.planned} messages sent: "
        f"{run.rate:g} a second asked for, {tally.replied / max(run.took_s, 1e-9):.0f} a second "
        f"answered, in {run.took_s:.1f} s",
        markup=False,
    )
    table = Table("key", "outcome", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("messages", "p50 ms", "p95 ms", "p99 ms", "max ms"):
        table.add_column(name, justify="right")
    rows = tally.rows()
    for number, row in enumerate(rows, 1):
        last = number < len(rows) and rows[number].key == "all" != row.key
        table.add_row(row.key, row.outcome, str(row.messages), *_latencies(row), end_section=last)
    console.print(table)
    console.print(
        "ms from the instant at which a message was due to its last reply; "
        f"this end was up to {tally.behind_s * 1e3:.1f} ms behind",
        markup=False,
    )
    for line in _words(run):
        console.print(line, markup=False)


def _latencies(row: Row) -> list[str]:
    return ["-" if value is None else f"{value:.1f}" for value in row[3:]]


def _words(run: Run) -> list[str]:
    tally = run.tally
    lines = []
    if tally.late or tally.unasked:
        lines.append(f"{tally.late} late answers, {tally.unasked} messages that nobody asked for")
    lines += [f"LINE CLOSED by the switch: {line}" for line in tally.closed]
    if run.planned - tally.sent:
        lines.append(f"NOT SENT: {run.planned - tally.sent} messages")
    if tally.missing:
        lines.append(f"MISSING: {tally.missing} messages without all their replies")
    if tally.wrong:
        lines.append(f"WRONG: {tally.wrong} replies")
        lines += [f"  {each}" for each in tally.wrong_shown]
    return lines or ["Every reply came, on the right line, under the right key, once."]
