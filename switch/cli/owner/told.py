"""What the switch said to an order, for a person; protection withdrawn is shouted."""

from __future__ import annotations

import json
import sys
from typing import Any

from switch.cli.style import console
from switch.errors import Exit
from switch.terms import TRAINING_LINE


def tell(answer: dict[str, Any], *, as_json: bool) -> int:
    """Print it; exit 0 if it was accepted, 1 if it was refused."""
    if as_json:
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        _print(answer)
    return int(Exit.FINE if answer["accepted"] else Exit.FINDINGS)


def _print(answer: dict[str, Any]) -> None:
    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    if not answer["accepted"]:
        out.print(f"REFUSED  {answer['what']}", style="bold red", markup=False)
        for finding in answer["findings"]:
            out.print(finding, markup=False, soft_wrap=True)
        out.print(f"    fix: {answer['fix']}", markup=False)
        out.print("the old version stays in force; the attempt is on record")
        return
    change = answer["change"]
    words = f"{change['backend']} version {change['digest'][:12]}, order {change['sequence']}"
    out.print(f"{change['step'].upper()}  {words}", style="bold green", markup=False)
    if change["withdrawn"]:
        shout(change)
    elif change["step"] == "staged":
        out.print("judged beside the version in force and logged; not acted on")
    elif change["step"] == "activated":
        out.print(f"in force since {utc(change['effective'])}")


def shout(change: dict[str, Any]) -> None:
    """PROTECTION WITHDRAWN, which nobody may overlook."""
    out = console()
    what = ", ".join(change["withdrawn"])
    when = utc(change["effective"])
    verb = "PROTECTION WITHDRAWN" if change["step"] != "proposed" else "WOULD WITHDRAW PROTECTION"
    out.print(f" !!! {verb}: {what} !!! ", style="bold white on red", markup=False)
    if change["step"] == "activated":
        out.print(f"it waits its notice and comes into force at {when}", style="bold")
    out.print(f"reason: {change['reason'] or '-'}   cite: {change['cite'] or '-'}", markup=False)


def utc(at: float) -> str:
    """An instant for people: UTC, to the millisecond."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
