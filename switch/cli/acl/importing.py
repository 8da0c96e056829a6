"""`wireroom acl import`: rules and ORIs from the spreadsheets that people have."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import sub_parser
from switch.errors import AuthoredError, Exit, Finding, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from switch.cli.acl.columns import MapFile
    from switch.cli.acl.tabled import Written
    from switch.config import World
    from switch.files.sheet import Sheet

EXAMPLE = """\
wireroom acl import rules.xlsx --backend CADMV --default allow --output draft/CADMV.toml
wireroom acl import oris.csv --oris --map id="Agency code" --map oris=ORI"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "Rules, or agencies and their ORIs, from CSV or XLSX; mistakes by cell, all at once."
    verb = sub_parser(verbs, "import", what, EXAMPLE)
    verb.add_argument("sheet", type=Path, help="a CSV or XLSX file")
    verb.add_argument("--oris", action="store_true", help="a list of agencies and ORIs, no rules")
    verb.add_argument("--backend", help="whose rules; needed for rules")
    verb.add_argument("--default", choices=("allow", "deny"), help="of the file; needed for rules")
    verb.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FILE|KEY=TITLE",
        help="which column is which key: a TOML file, or one column (may be repeated)",
    )
    verb.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    verb.add_argument("--replace", action="store_true", help="FILE may be there already")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: imported; 2: mistakes, each with its cell, and nothing is written."""
    from switch.cli.acl.columns import lines_of
    from switch.cli.acl.tabled import Written, agencies, rules
    from switch.cli.owner.line import steady
    from switch.files.sheet import read_sheet
    from switch.world_file import load_world

    world, mapping = load_world(arguments.world), _mapping(arguments)
    _may_write(arguments.output, arguments.replace)
    written = Written()
    try:
        sheet = read_sheet(steady(arguments.sheet), str(arguments.sheet), wanted=mapping.sheet)
        lines = lines_of(sheet, mapping)
        if mapping.kind == "rules":
            _head(arguments, world, written)
            rules(sheet, lines, mapping, written)
        else:
            agencies(sheet, lines, mapping, written)
        text = _checked(arguments, world, sheet, written)
    except AuthoredError as error:
        if not arguments.json:
            raise
        _print_json(None, error.findings)
        return int(error.exit_code)
    if arguments.output is not None:
        _write(arguments.output, text)
    if arguments.json:
        _print_json(text, ())
    elif arguments.output is None:
        sys.stdout.write(text)
    else:
        words = f"{len(lines)} rows imported into {arguments.output}"
        sys.stdout.write(f"{TRAINING_LINE}\n{words}\n")
    return int(Exit.FINE)


def _mapping(arguments: argparse.Namespace) -> MapFile:
    from switch.cli.acl.columns import read_map

    files = [Path(each) for each in arguments.map if "=" not in each]
    if len(files) > 1:
        raise UsageError("two mapping files", "give one, and single columns as KEY=TITLE")
    columns = [each for each in arguments.map if "=" in each]
    mapping = read_map(files[0] if files else None, "oris" if arguments.oris else "", columns)
    if mapping.kind == "rules" and (arguments.backend is None or arguments.default is None):
        fix = "--backend CADMV --default deny: every rule file states both"
        raise UsageError("whose rules, and what happens where none matches?", fix)
    return mapping


def _head(arguments: argparse.Namespace, world: World, written: Written) -> None:
    from switch.files.authored import did_you_mean
    from switch.files.toml.layout import literal

    if arguments.backend not in world.backends:
        fix = did_you_mean(arguments.backend, world.backends)
        raise UsageError(f"no backend `{arguments.backend}`", fix)
    written.add(f"# Imported from {literal(arguments.sheet.name)}.")
    written.add("format   = 1")
    written.add(f"backend  = {literal(arguments.backend)}")
    written.add(f"owner    = {literal(world.backends[arguments.backend].owner)}")
    written.add(f"timezone = {literal(world.timezone.key)}")
    written.add(f"default  = {literal(arguments.default)}")


def _checked(arguments: argparse.Namespace, world: World, sheet: Sheet, written: Written) -> str:
    """The text, if the reader of such files takes it; else what it says, by cell."""
    from switch.acl.directory import Directory
    from switch.acl.document import read_owner
    from switch.acl.rows import OwnerFile
    from switch.files.authored import inspect_bytes
    from switch.world_file import build_world
    from switch.world_rows import WorldFile

    text = "\n".join(written.lines) + "\n"
    before, name = "", str(arguments.sheet)
    findings = list(written.findings)
    try:
        if written.lines[0]:  # a rule file, with its head
            read_owner(inspect_bytes(text.encode(), OwnerFile, name=name), Directory(world))
        else:
            before = (world.folder / "world.toml").read_text(encoding="utf-8").rstrip("\n") + "\n"
            whole = (before + text).encode()
            build_world(inspect_bytes(whole, WorldFile, name=name), world.folder)
    except AuthoredError as error:
        offset = before.count("\n")
        findings += [_by_cell(each, sheet, written, offset) for each in error.findings]
    if findings:
        raise AuthoredError(findings)
    return text.removeprefix("\n")


def _by_cell(finding: Finding, sheet: Sheet, written: Written, offset: int) -> Finding:
    """What is wrong with a line of the TOML, at the cell that it comes from."""
    number = finding.line - offset
    while number > 0 and number not in written.cells:
        number -= 1
    cell = written.cells.get(number)
    if cell is None:
        return replace(finding, edits=())
    made = sheet.finding(cell, finding.what, finding.fix)
    return replace(made, id=finding.id)


def _may_write(path: Path | None, may_replace: bool) -> None:
    if path is not None and path.exists() and not may_replace:
        raise UsageError(f"`{path}` is there already", "another name, or --replace")


def _write(path: Path, text: str) -> None:
    """All or nothing: what was there stays until the new text is whole."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(
            f"cannot write `{path}`: {error.strerror}",
            "give a file in a folder you may write; nothing was written",
        ) from None


def _print_json(text: str | None, findings: Sequence[Finding]) -> None:
    rows = [
        {"file": each.file, "row": each.line, "what": each.what, "fix": each.remedy}
        for each in findings
    ]
    sys.stdout.write(json.dumps({"training": True, "text": text, "findings": rows}) + "\n")
