"""`wireroom acl matrix`: who gets what, by which rule, since when."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from switch.cli.acl.moments import moment
from switch.cli.style import console, sub_parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.acl.analysis.matrix import Cell
    from switch.config import World

EXAMPLE = "wireroom acl matrix --at 2019-11-01T00:00:00 --backend CADMV"
_STYLES = {"yes": "green", "part": "yellow", "no": "red"}


def add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    verb = sub_parser(verbs, "matrix", "Agency by data class: who gets what, since when.", EXAMPLE)
    verb.add_argument("--at", metavar="TIME", help="local, or with an offset (default: now)")
    verb.add_argument("--backend", metavar="NAME", help="only this one")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Print it; exit 0 whatever it says."""
    from switch.acl.analysis.matrix import matrix
    from switch.acl.document import load_stack
    from switch.files.authored import did_you_mean, local_time
    from switch.world_file import load_world

    world = load_world(arguments.world)
    if arguments.backend and arguments.backend not in world.backends:
        what = f"no backend `{arguments.backend}`"
        raise UsageError(what, did_you_mean(arguments.backend, world.backends))
    at = moment(arguments.at, world.timezone, "--at")
    cells = matrix(load_stack(world), at)
    if arguments.backend:
        cells = [cell for cell in cells if cell.backend == arguments.backend]
    if arguments.json:
        for cell in cells:
            since = local_time(cell.since, world.timezone) if cell.since is not None else None
            line = {
                "training": True,
                "agency": cell.agency,
                "backend": cell.backend,
                "class": cell.data_class,
                "access": cell.access.value,
                "rules": list(cell.rules),
                "masks": list(cell.masks),
                "since": since,
            }
            sys.stdout.write(json.dumps(line) + "\n")
    else:
        _print(cells, world, local_time(at, world.timezone))
    return int(Exit.FINE)


def _print(cells: list[Cell], world: World, when: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from switch.files.authored import local_time

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    out.print(f"who gets what by asking plainly, at {when}")
    for backend in dict.fromkeys(cell.backend for cell in cells):
        mine = [cell for cell in cells if cell.backend == backend]
        classes = list(dict.fromkeys(cell.data_class for cell in mine))
        out.print(f"{backend}: {world.backends[backend].owner}", style="bold")
        table = Table("agency")
        for name in classes:
            table.add_column(name, overflow="fold")
        for agency in dict.fromkeys(cell.agency for cell in mine):
            row = [Text(agency)]
            for cell in (cell for cell in mine if cell.agency == agency):
                rules = f" {' '.join(cell.rules)}" if cell.rules else ""
                text = Text(f"{cell.access}{rules}", style=_STYLES[cell.access])
                if cell.masks:
                    text.append(f"\nwithout {' '.join(cell.masks)}", style="yellow")
                if cell.since is not None:
                    text.append(f"\nsince {local_time(cell.since, world.timezone)[:10]}", "dim")
                row.append(text)
            table.add_row(*row)
        out.print(table)
    out.print("yes: by every key and purpose   part: by some, or with fields masked   no: by none")
