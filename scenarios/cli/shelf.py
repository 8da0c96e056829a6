"""`wireroom scenario list`: the shipped lessons, what each teaches, its time and its mark."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from switch.errors import Exit

if TYPE_CHECKING:
    from scenarios.script import Script


def main(arguments: argparse.Namespace) -> int:
    """Print them, for a person or as JSON lines."""
    from scenarios.shelf import COUNTY, open_scenario, shipped_scenarios

    scripts = [open_scenario(name).script for name in shipped_scenarios()]
    if arguments.json:
        for script in scripts:
            sys.stdout.write(json.dumps({"training": True, **_card(script)}) + "\n")
        return int(Exit.FINE)
    from rich.table import Table
    from rich.text import Text

    from switch.cli.style import console
    from switch.terms import TRAINING_LINE

    out = console()
    out.print(Text(f" {TRAINING_LINE} ", style="black on yellow"))
    table = Table(show_lines=True)
    for name in ("lesson", "what it teaches", "seats", "time", "mark"):
        table.add_column(name)
    ids = {script.id for script in scripts}
    for script in scripts:
        if script.id.removesuffix(COUNTY) in ids - {script.id}:
            continue  # it stands with the lesson that it is
        card = _card(script)
        title = script.title.partition(": ")[2] or script.title
        teaches = "\n".join(f"- {text}" for text in script.teaches)
        told = Text.assemble((f"{title}\n", "bold"), teaches)
        seats, time, mark = str(card["seats"]), f"{card['minutes']:g} min", f"{card['mark']} %"
        names = [script.id, *(ids & {f"{script.id}{COUNTY}"})]
        table.add_row(Text("\n".join(names), style="cyan"), told, seats, time, mark)
    out.print(table)
    also = "-county: the same in plain-county, among agencies that nobody argues about"
    out.print(Text(also, style="dim"))
    out.print(
        Text("play one:   wireroom scenario run first-query --timeline run.html", style="dim")
    )
    return int(Exit.FINE)


def _card(script: Script) -> dict[str, Any]:
    return {
        "id": script.id,
        "title": script.title,
        "world": script.world,
        "teaches": list(script.teaches),
        "seats": sum(not seat.actor for seat in script.seats.values()),
        "minutes": script.length / 60,
        "mark": script.pass_percent,
        "points": sum(row.points for row in script.expects),
    }
