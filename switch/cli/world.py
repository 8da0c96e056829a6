"""`wireroom world`: what worlds there are, whether one is right, and its records built ahead."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import build_progress, console, parser, sub_parser
from switch.errors import Exit
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.config import World

_EXAMPLE = (
    "wireroom world list\nwireroom world check golden-state\nwireroom world build plain-county"
)


def main(argv: list[str]) -> int:
    """Exit 0: in order; 2: a world with mistakes, all of them told."""
    verb = parser("world", "Worlds: agencies, terminals, backends, rules and records.", _EXAMPLE)
    verbs = verb.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, what in (
        ("list", "the worlds that are shipped"),
        ("check", "every mistake of a world and of its access rules, or what it holds"),
        ("build", "build the records of its backends into the cache"),
    ):
        each = sub_parser(verbs, name, what, _EXAMPLE)
        each.add_argument("--json", action="store_true")
        if name != "list":
            each.add_argument("world", nargs="?", default="golden-state", help="an id or a folder")
        if name == "build":
            each.add_argument("--cache", type=Path, metavar="DIR", help="where the records lie")
    arguments = verb.parse_args(argv)
    rows = {"list": _list, "check": _check, "build": _build}[arguments.verb](arguments)
    if arguments.json:
        for row in rows:
            sys.stdout.write(json.dumps({"training": True, **row}) + "\n")
    else:
        _print(rows)
    return int(Exit.FINE)


def _list(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from switch.world_file import load_world, shipped_worlds

    worlds = [load_world(name) for name in shipped_worlds()]
    return [{"world": world.id, "title": world.title} for world in worlds]


def _check(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    return [_counts(_whole(arguments.world))]


def _whole(name: str) -> World:
    """A world whose rules are right too. Rules can only be judged in a world that is."""
    from switch.acl.document import load_stack
    from switch.world_file import load_world

    world = load_world(name)
    load_stack(world)
    return world


def _counts(world: World) -> dict[str, Any]:
    return {
        "world": world.id,
        "agencies": len(world.agencies),
        "ORIs": sum(len(agency.oris) for agency in world.agencies.values()),
        "terminals": len(world.terminals),
        "operators": len(world.operators),
        "backends": len(world.backends),
        "keys": len({entry.key for entry in world.catalog}),
    }


def _build(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from time import perf_counter

    from switch.plugins import default_cache_folder, open_backends

    world = _whole(arguments.world)
    folder = arguments.cache or default_cache_folder()
    begun = perf_counter()
    with build_progress() as progress:
        backends = open_backends(world, folder, progress)
    seconds = round(perf_counter() - begun, 2)
    rows: list[dict[str, Any]] = []
    for name, backend in backends.items():
        count: dict[str, int] = getattr(backend, "count", dict)()
        backend.close()
        held = ", ".join(f"{number} {kind}" for kind, number in sorted(count.items()))
        rows.append({"backend": name, "records": held})
    return [*rows, {"backend": "all", "records": f"ready after {seconds} s in {folder}"}]


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    out.print(table)
