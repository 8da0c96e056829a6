"""`wireroom acl check`: is a file well formed, and does it keep every promise it makes?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import console, progress_bars, sub_parser
from switch.cli.told.findings import finding_row
from switch.errors import AuthoredError, Exit, Finding, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.acl.analysis.lints.every import Linted
    from switch.acl.analysis.promises import Report
    from switch.acl.directory import Directory
    from switch.acl.document import OwnerDocument

EXAMPLE = """\
wireroom acl check --world golden-state
wireroom acl check draft/CADMV.toml --fix --write"""


_Networks = list[tuple[str, int]]  # each file by its name, with how many rules it has


@dataclass(frozen=True, slots=True)
class _Checked:
    """One file: what its promises and what the lints say of it."""

    document: OwnerDocument
    report: Report
    linted: Linted

    @property
    def findings(self) -> list[Finding]:
        return sorted((*self.report.findings, *self.linted.mistakes))


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "Well formed? Do tests, never and always hold? Which doors are left open?"
    verb = sub_parser(verbs, "check", what, EXAMPLE)
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: all of them")
    verb.add_argument("--strict", action="store_true", help="advice is a finding too (exit 1)")
    verb.add_argument("--fix", action="store_true", help="show the files with their fixes applied")
    verb.add_argument("--write", action="store_true", help="with --fix: write them, if they pass")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: nothing to report; 1: findings; 2: a file that cannot be read."""
    from switch.acl.analysis.lints.every import lint
    from switch.acl.analysis.promises import check

    if arguments.write and not arguments.fix:
        raise UsageError("--write without --fix", "wireroom acl check FILE --fix --write")
    try:
        directory = _directory(arguments.world, arguments.files)
        if arguments.fix:
            from switch.cli.acl.fixing import run as fix

            return fix(arguments, directory)
        documents, networks = _documents(directory, arguments.files)
    except AuthoredError as error:
        if not arguments.json:
            raise
        print_json([], error.findings)
        return int(error.exit_code)
    with progress_bars() as progress:
        checked = [
            _Checked(d, check(d, directory), lint(d, directory, progress)) for d in documents
        ]
    if arguments.json:
        _print_checked(checked, networks)
    else:
        _print_table(checked, networks)
    wrong = any(each.findings or (arguments.strict and each.linted.advice) for each in checked)
    return int(Exit.FINDINGS if wrong else Exit.FINE)


def _directory(name: str, files: list[Path]) -> Directory:
    """Of the world of this name. AuthoredError with all that is wrong with its file, and with what
    can be told of the rules then: they are held against what could be read of it."""
    from switch.acl.directory import Directory
    from switch.acl.document import wrong_drafts, wrong_rules
    from switch.files.salvage import FILLED_IN
    from switch.world_file import inspect_world, part_of_world, world_folder

    folder, part, lost = world_folder(name), None, frozenset[str]()
    try:
        file = inspect_world(name)
    except AuthoredError as error:
        wrong = [*error.findings]
    else:
        part, wrong = part_of_world(file, folder)
        if not wrong:
            return Directory(part)
        lost = file.lost | {FILLED_IN}
    rules = wrong_drafts(files, part, lost) if files else wrong_rules(folder / "acl", part, lost)
    raise AuthoredError((*wrong, *rules))


def _documents(directory: Directory, files: list[Path]) -> tuple[list[OwnerDocument], _Networks]:
    """The files named, or all of the world's; every mistake of all of them at once.

    The network's own have no promises and no lints: their names and how many rules they have.

    Files that are named need not lie in the world's folder: a draft is checked by itself.
    """
    from switch.acl.document import load_stack, read_document, read_suspensions
    from switch.acl.policy import NETWORK

    world = directory.world
    if not files:
        network, acl = load_stack(world).network, world.acl_folder
        names = [f"{name}.toml" for name in world.backends]
        its_own = f"acl/{NETWORK}.toml"
        networks = [(its_own, len(network.rules))] if (world.folder / its_own).is_file() else []
        return [read_document(acl / n, directory, name=f"acl/{n}") for n in names], networks
    findings, documents, networks = list[Finding](), [], _Networks()
    for path in files:
        try:
            if path.stem == NETWORK:
                network = read_suspensions(path, directory)
                networks.append((str(path), len(network.rules)))
            else:
                documents.append(read_document(path, directory))
        except AuthoredError as error:
            findings.extend(error.findings)
    if findings:
        raise AuthoredError(findings)
    return documents, networks


def _print_checked(checked: list[_Checked], networks: _Networks) -> None:
    rows = [
        {
            "file": each.document.file.name,
            "rules": len(each.document.policy.rules),
            "tests": each.report.tests,
            "promises": each.report.promises,
            "undecided": list(each.report.undecided),
            "findings": len(each.findings),
            "advice": len(each.linted.advice),
            "accepted": len(each.linted.accepted),
        }
        for each in checked
    ]
    counts = dict.fromkeys(("tests", "promises", "findings", "advice", "accepted"), 0)
    for name, rules in networks:
        rows.append({"file": name, "rules": rules, **counts, "undecided": []})
    print_json(
        rows,
        [finding for each in checked for finding in each.findings],
        [finding for each in checked for finding in sorted(each.linted.advice)],
        [pair for each in checked for pair in each.linted.accepted],
    )


def print_json(
    rows: list[dict[str, Any]],
    findings: Sequence[Finding],
    advice: Sequence[Finding] = (),
    accepted: Sequence[tuple[Finding, str]] = (),
) -> None:
    """Everything in one object; `edits` are the very lines that `fix` tells to write."""
    answer = {
        "training": True,
        "files": rows,
        "findings": [finding_row(finding) for finding in findings],
        "advice": [finding_row(finding) for finding in advice],
        "accepted": [{**finding_row(finding), "reason": reason} for finding, reason in accepted],
    }
    sys.stdout.write(json.dumps(answer) + "\n")


def _print_table(checked: list[_Checked], networks: _Networks) -> None:
    from rich.markup import escape
    from rich.table import Column, Table

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    table = Table(Column("file", overflow="fold"))
    for heading in ("rules", "tests", "never/always", "no test decided", "result"):
        table.add_column(heading, overflow="fold")
    for each in checked:
        name = escape(_printable(each.document.file.name))
        counts = (len(each.document.policy.rules), each.report.tests, each.report.promises)
        undecided = ", ".join(each.report.undecided) or "-"
        table.add_row(name, *map(str, counts), undecided, _result(each))
    for name, rules in networks:
        table.add_row(escape(_printable(name)), str(rules), "-", "-", "-", "[green]ok[/green]")
    out.print(table)
    for each in checked:
        for finding in each.findings:
            out.print(_printable(str(finding)), markup=False, soft_wrap=True)
    advice = [finding for each in checked for finding in sorted(each.linted.advice)]
    if advice:
        out.print("\nWorth a look (a file may say so on purpose; see docs/lints.md):")
    for finding in advice:
        out.print(_printable(str(finding)), markup=False, soft_wrap=True)


def _result(each: _Checked) -> str:
    count = len(each.findings)
    words = [f"[red]{count} broken[/red]" if count else "[green]ok[/green]"]
    if each.linted.advice:
        words.append(f"{len(each.linted.advice)} advice")
    if each.linted.accepted:
        words.append(f"{len(each.linted.accepted)} accepted")
    return ", ".join(words)


def _printable(text: str) -> str:
    """For a screen: a file's name may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
