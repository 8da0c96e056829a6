"""`wireroom audit`: an owner's report on one agency, and the proof that can be carried away."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.audit.report import Ordered, Report
    from switch.cli.audit.sources import Source
    from switch.config import World

_EXAMPLE = """\
wireroom audit CADMV --agency ICE-ERO --journal wireroom.journal --lookback 90 --sample 10
wireroom audit CADMV --agency ICE-ERO --html report.html      one page, to be printed
wireroom audit CADMV --agency ICE-ERO --public                counts for the public
wireroom audit CADMV --bundle cadmv.bundle                    to be carried away
wireroom audit verify cadmv.bundle --heads CADMV.heads --key CADMV.pub"""


def main(argv: list[str]) -> int:
    """Exit 0: nothing calls for action; 1: something does; 2: a bad file or misuse."""
    if argv[:1] == ["verify"]:
        from switch.cli.audit.verify import main as verify

        return verify(argv[1:])
    return _report(_arguments(argv))


def _arguments(argv: list[str]) -> argparse.Namespace:
    verb = parser(
        "audit",
        "An owner's report on one agency, from the owner's own ledger: who cut it off, what was\n"
        "ordered and effective when, what still flows and where, answers and attempts after the\n"
        "cut-off, what it received before. `wireroom audit verify BUNDLE` needs no switch.",
        _EXAMPLE,
    )
    add = verb.add_argument
    add("owner", metavar="BACKEND", help="whose ledger, such as CADMV (or `verify`)")
    add("--agency", metavar="AGENCY", help="the report is about it and all below it")
    add(
        "--journal",
        type=Path,
        default=Path("wireroom.journal"),
        metavar="FILE",
        help="a journal, or a bundle (default: ./wireroom.journal)",
    )
    add("--world", default="golden-state", help="a shipped world or a folder")
    add("--owners", type=Path, metavar="DIR", help="versions (default: the journal's .owners)")
    add("--at", metavar="TIME", help="the report's date (default: the last row on record)")
    add("--since", metavar="TIME", help="the cut-off (default: the first one that is in force)")
    add("--lookback", type=float, default=90, metavar="DAYS", help="before it (default: 90)")
    add("--sample", type=int, default=0, metavar="N", help="answers to follow up, at random")
    add("--seed", type=int, default=0, metavar="N", help="of the sample")
    add("--public", action="store_true", help="counts only, small cells suppressed")
    add("--html", type=Path, metavar="FILE", help="write one self-contained page")
    add("--bundle", type=Path, metavar="FILE", help="write the ledger and its files, to verify")
    add("--json", action="store_true", help="JSON instead of words")
    return verb.parse_args(argv)


def _report(arguments: argparse.Namespace) -> int:
    from switch.cli.audit.sources import opened
    from switch.files.authored import did_you_mean
    from switch.world_file import load_world

    world, backend = load_world(arguments.world), arguments.owner
    if backend not in world.backends:
        raise UsageError(f"no backend `{backend}`", did_you_mean(backend, world.backends))
    if arguments.agency is None and arguments.bundle is None:
        raise UsageError("on whom?", "give --agency, or --bundle FILE for the proof alone")
    if arguments.agency is not None and arguments.agency not in world.agencies:
        fix = did_you_mean(arguments.agency, world.agencies)
        raise UsageError(f"no agency `{arguments.agency}`", fix)
    source = opened(arguments.journal, backend, world, arguments.owners)
    if arguments.bundle is not None:
        _write_bundle(arguments.bundle, backend, world, source)
    if arguments.agency is None:
        _tell_bundle(arguments, source)
        return int(Exit.FINDINGS if source.faults else Exit.FINE)
    return _told(arguments, world, source)


def _tell_bundle(arguments: argparse.Namespace, source: Source) -> None:
    pages, backend = len(source.pages), arguments.owner
    if arguments.json:
        about = {"bundle": str(arguments.bundle), "backend": backend, "pages": pages}
        faults = [fault._asdict() for fault in source.faults]
        sys.stdout.write(json.dumps({"training": True, **about, "faults": faults}) + "\n")
        return
    words = f"the ledger of {backend}, {pages} pages, is in {arguments.bundle}"
    sys.stdout.write(f"{TRAINING_LINE}\n{words}\n")
    sys.stdout.writelines(f"BROKEN  {fault}\n" for fault in source.faults)
    if source.faults:
        sys.stdout.write("the bundle says so itself, and so does `audit verify` of it\n")


def _told(arguments: argparse.Namespace, world: World, source: Source) -> int:
    from switch.cli.audit.facts import facts, facts_in_public
    from switch.cli.audit.sections import told, told_in_public
    from switch.cli.told.page import write
    from switch.cli.told.screen import print_json, show

    report = _made(arguments, world, source)
    words = (told_in_public if arguments.public else told)(report, world.timezone)
    if arguments.html is not None:
        write(words, arguments.html)
    clean = report.clean or arguments.public
    if arguments.json:
        found = (facts_in_public if arguments.public else facts)(report)
        print_json(words, found, clean=clean)
    else:
        show(words)
    return int(Exit.FINE if clean else Exit.FINDINGS)


def _made(arguments: argparse.Namespace, world: World, source: Source) -> Report:
    from dataclasses import replace

    from switch.acl.directory import Directory
    from switch.audit.report import report
    from switch.cli.audit.sources import compiled

    directory = Directory(world)
    files, notes = compiled(source, arguments.owner, directory)
    try:
        found = report(source.pages, directory, files, _ordered(arguments, world))
    except ValueError as error:
        raise UsageError(f"`{arguments.journal}`: {error}") from None
    faults = (*source.faults, *found.faults)
    return replace(found, faults=faults, notes=(*found.notes, *notes))


def _ordered(arguments: argparse.Namespace, world: World) -> Ordered:
    from switch.audit.report import SAMPLE_MAX, Ordered

    if not 0 <= arguments.sample <= SAMPLE_MAX:
        raise UsageError(f"--sample {arguments.sample}", f"0 to {SAMPLE_MAX}")
    if not 0 < arguments.lookback <= 36_500:
        raise UsageError(f"--lookback {arguments.lookback}", "days, more than 0, up to 36500")
    return Ordered(
        arguments.agency,
        _moment(arguments.at, "--at", world),
        _moment(arguments.since, "--since", world),
        arguments.lookback * 86_400,
        arguments.sample,
        arguments.seed,
    )


def _moment(text: str | None, option: str, world: World) -> float | None:
    from switch.cli.acl.moments import moment

    return None if text is None else moment(text, world.timezone, option)


def _write_bundle(path: Path, backend: str, world: World, source: Source) -> None:
    from switch.audit.bundle import bundle_lines, named_files
    from switch.audit.proof import read_rows

    rows = list(read_rows(source.pages))
    files, network = named_files(rows, source.files), named_files(rows, source.network)
    lines = bundle_lines(backend, world.id, source.pages, files, network, source.faults)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
    except FileExistsError:
        raise UsageError(f"`{path}` is there already", "give another name; keep the old") from None
    except OSError as error:
        what = f"cannot write `{path}`: {error.strerror}"
        raise UsageError(what, "give a file in a folder you may write") from None
