"""`wireroom world`: what worlds there are, whether one is right, and its records built ahead."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.backend import Progress
from switch.cli.style import CACHE_HELP, console, parser, progress_bars, sub_parser
from switch.errors import AuthoredError, Exit, Finding
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.config import BackendEntry, World

_EXAMPLE = (
    "wireroom world list\nwireroom world check golden-state\nwireroom world build plain-county"
)


def main(argv: list[str]) -> int:
    """Exit 0: in order; 2: a world with mistakes, all of them told; 3: records not built."""
    verb = parser("world", "Worlds: agencies, terminals, backends, rules and records.", _EXAMPLE)
    verbs = verb.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = sub_parser(verbs, "list", "the worlds that are shipped", _EXAMPLE)
    what = "every mistake of a world and of its access rules, or what it holds"
    check = sub_parser(verbs, "check", what, _EXAMPLE)
    check.add_argument("world", nargs="?", help="an id or a folder (default: all shipped ones)")
    what = "build the records of its backends into the cache"
    build = sub_parser(verbs, "build", what, _EXAMPLE)
    build.add_argument("world", nargs="?", default="golden-state", help="an id or a folder")
    build.add_argument("--cache", type=Path, metavar="DIR", help=CACHE_HELP)
    for each in (listing, check, build):
        each.add_argument("--json", action="store_true", help="one JSON object a line")
    arguments = verb.parse_args(argv)
    match arguments.verb:
        case "list":
            _say(_list(), arguments.json)
        case "check":
            return _check(arguments)
        case _:
            _build(arguments)
    return int(Exit.FINE)


def _list() -> list[dict[str, Any]]:
    from switch.world_file import load_world, shipped_worlds

    worlds = [load_world(name) for name in shipped_worlds()]
    return [{"world": world.id, "title": world.title} for world in worlds]


def _check(arguments: argparse.Namespace) -> int:
    try:
        _say([_counts(world) for world in _whole(arguments.world)], arguments.json)
    except AuthoredError as error:
        if not arguments.json:
            raise
        from switch.cli.told.findings import print_findings

        print_findings(error.findings)
        return int(error.exit_code)
    return int(Exit.FINE)


def _whole(name: str | None) -> list[World]:
    """Worlds that can be served; the mistakes of all of them are told together."""
    from switch.shell.whole import whole
    from switch.world_file import shipped_worlds

    findings: list[Finding] = []
    worlds = []
    for each in [name] if name else shipped_worlds():
        try:
            worlds.append(whole(each).world)
        except AuthoredError as error:
            findings.extend(error.findings)
    if findings:
        raise AuthoredError(findings)
    return worlds


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


def _build(arguments: argparse.Namespace) -> None:
    from switch.shell.plugins import default_cache_folder

    (world,) = _whole(arguments.world)
    folder = arguments.cache or default_cache_folder()
    with progress_bars() as progress:
        rows = [_built(world, entry, folder, progress) for entry in world.backends.values()]
    if arguments.json:
        _say([{"world": world.id, "cache": str(folder), **row} for row in rows], True)
        return
    for row in rows:
        counts = sorted(row["records"].items())
        row["records"] = ", ".join(f"{number} {kind}" for kind, number in counts) or "-"
        row["built"] = "now" if row["built"] else "before"
    _say(rows, False)
    seconds = sum(row["seconds"] for row in rows)
    sys.stdout.write(f"ready after {seconds:.2f} s in {folder}\n")


def _built(world: World, entry: BackendEntry, folder: Path, progress: Progress) -> dict[str, Any]:
    """Open one backend, which builds what it needs, and tell what it holds."""
    from time import perf_counter

    from switch.shell.plugins import open_one

    steps = 0

    def step(what: str, done: int, total: int) -> None:
        nonlocal steps
        steps += 1
        progress(what, done, total)

    begun = perf_counter()
    backend = open_one(world, entry, folder, step)
    seconds = round(perf_counter() - begun, 3)
    # A plug-in need not count; where it can, the operator sees what it holds.
    count: Callable[[], dict[str, int]] = getattr(backend, "count", dict)
    records = count()
    backend.close()
    return {
        "backend": entry.name,
        "kind": entry.kind,
        "records": records,
        "built": steps > 0,
        "seconds": seconds,
    }


def _say(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps({"training": True, **row}) + "\n")
        return
    from rich.table import Table

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    out.print(table)
