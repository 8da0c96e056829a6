"""`wireroom acl check`: is a file well formed, and does it keep every promise it makes?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import console, sub_parser
from switch.errors import AuthoredError, Exit, Finding
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.acl.directory import Directory
    from switch.acl.document import OwnerDocument

EXAMPLE = "wireroom acl check --world golden-state"


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    verb = sub_parser(verbs, "check", "Well formed? Do tests, never and always hold?", EXAMPLE)
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: all of them")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: nothing to report; 1: findings; 2: a file that cannot be read."""
    from switch.acl.analysis.promises import check
    from switch.acl.directory import Directory
    from switch.world_file import load_world

    try:
        directory = Directory(load_world(arguments.world))
        documents = _documents(directory, arguments.files)
    except AuthoredError as error:
        if not arguments.json:
            raise
        _print_json([], error.findings)
        return int(error.exit_code)
    reports = [(document, check(document, directory)) for document in documents]
    findings = sorted(finding for _, report in reports for finding in report.findings)
    rows = [
        {
            "file": document.file.name,
            "rules": len(document.policy.rules),
            "tests": report.tests,
            "promises": report.promises,
            "undecided": list(report.undecided),
            "findings": len(report.findings),
        }
        for document, report in reports
    ]
    if arguments.json:
        _print_json(rows, findings)
    else:
        _print_check(rows, findings)
    return int(Exit.FINDINGS if findings else Exit.FINE)


def _documents(directory: Directory, files: list[Path]) -> list[OwnerDocument]:
    """The files named, or all of the world's; every mistake of all of them at once.

    Files that are named need not lie in the world's folder: a draft is checked by itself.
    """
    from switch.acl.document import NETWORK, load_stack, read_document, read_network
    from switch.acl.rows import NetworkFile
    from switch.authored import inspect

    world = directory.world
    if not files:
        load_stack(world)
        names = [f"{name}.toml" for name in world.backends]
        return [read_document(world.acl_folder / n, directory, name=f"acl/{n}") for n in names]
    findings, documents = list[Finding](), []
    for path in files:
        try:
            if path.stem == NETWORK:
                read_network(inspect(path, NetworkFile), directory)
            else:
                documents.append(read_document(path, directory))
        except AuthoredError as error:
            findings.extend(error.findings)
    if findings:
        raise AuthoredError(findings)
    return documents


def _print_json(rows: list[dict[str, Any]], findings: Sequence[Finding]) -> None:
    found = [{"file": f.file, "line": f.line, "what": f.what, "fix": f.fix} for f in findings]
    sys.stdout.write(json.dumps({"training": True, "files": rows, "findings": found}) + "\n")


def _print_check(rows: list[dict[str, Any]], findings: list[Finding]) -> None:
    from rich.markup import escape
    from rich.table import Table

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    table = Table("file", "rules", "tests", "never/always", "rules that no test decided", "result")
    for row in rows:
        name = escape(_printable(row["file"]))
        result = f"[red]{row['findings']} broken[/red]" if row["findings"] else "[green]ok[/green]"
        counts = [str(row[count]) for count in ("rules", "tests", "promises")]
        table.add_row(name, *counts, ", ".join(row["undecided"]) or "-", result)
    out.print(table)
    for finding in findings:
        out.print(_printable(str(finding)), markup=False, soft_wrap=True)


def _printable(text: str) -> str:
    """For a screen: a file's name may hold anything."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
