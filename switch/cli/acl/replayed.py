"""What a change would have meant for recorded traffic, for people and programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from switch.cli.style import console
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.acl.analysis.traffic import Example, Outcome, Tally
    from switch.config import World

_STYLES = {
    "revoked": "bold green",
    "gained": "bold red",
    "masked differently": "bold yellow",
    "undecidable": "bold magenta",
}


def print_json(found: Tally, world: World) -> None:
    """One object; an outcome that did not occur has the count 0 and no example."""
    from switch.acl.analysis.traffic import TOLD

    line = {
        "training": True,
        "decisions": found.decisions,
        "widened": found.widened,
        "outcomes": {
            outcome.value: {
                "count": found.counts.get(outcome, 0),
                "first": _row(found.examples[outcome], world)
                if outcome in found.examples
                else None,
            }
            for outcome in TOLD
        },
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _first(found: Tally, outcome: Outcome, world: World) -> dict[str, Any] | None:
    example = found.examples.get(outcome)
    return None if example is None else _row(example, world)


def _row(example: Example, world: World) -> dict[str, Any]:
    from switch.files.authored import local_time

    return {
        "place": example.place,
        "classes": list(example.classes),
        "old": example.old.value,
        "new": example.new.value,
        "request": {**example.request._asdict(), "at": local_time(example.at, world.timezone)},
    }


def show(found: Tally, world: World) -> None:
    """Counts, each with the first example."""
    from rich.text import Text

    from switch.acl.analysis.promises import described
    from switch.acl.analysis.traffic import TOLD
    from switch.files.authored import local_time

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    out.print(f"{found.decisions} recorded decisions judged by both")
    for outcome in TOLD:
        count, example = found.counts.get(outcome, 0), found.examples.get(outcome)
        out.print(Text(f"{outcome.value.upper():<20}{count:>8}", style=_STYLES[outcome.value]))
        if example is None:
            continue
        when = local_time(example.at, world.timezone)
        words = f"{described(example.request)} at {when}"
        what = f"{', '.join(example.classes)}: " if example.classes else ""
        out.print(f"    first: {example.place}, {words}", markup=False)
        out.print(f"    {what}{example.old.value} -> {example.new.value}", markup=False)
    same = "nothing differs" if not found.differs else f"{found.widened} release more than before"
    out.print(same)
