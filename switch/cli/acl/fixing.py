"""`wireroom acl check --fix`: the edits that `check` prints, applied, shown, written if so told.

Comments, order and spacing stay as they are. A file is written only if it passes then, and either
every file is written or none.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import console
from switch.cli.told.findings import finding_row
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from switch.acl.analysis.repair import Repaired
    from switch.acl.directory import Directory


@dataclass(frozen=True, slots=True)
class _Mended:
    path: Path
    data: bytes
    old: str
    done: Repaired

    @property
    def changed(self) -> bool:
        return self.done.text != self.old


def run(arguments: argparse.Namespace, directory: Directory) -> int:
    """Exit 0: every file passes as it is on disk now; 1: it would pass, or would not even then."""
    if not arguments.files:
        raise UsageError("--fix without a file", "name the files: wireroom acl check FILE --fix")
    every = [_mended(path, directory) for path in arguments.files]
    passes = not any(each.done.left for each in every)
    written = arguments.write and passes
    if written:
        from switch.cli.acl.amending import write

        for each in every:
            if each.changed:
                write(each.path, each.data, each.done.text.encode())
    if arguments.json:
        _print_json(every, written)
    else:
        _print(every, written)
    changed = any(each.changed for each in every)
    return int(Exit.FINE if passes and (written or not changed) else Exit.FINDINGS)


def _mended(path: Path, directory: Directory) -> _Mended:
    from switch.acl.analysis.repair import repaired
    from switch.cli.owner.line import steady

    data = steady(path)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise UsageError(f"`{path}` is not UTF-8 text", "save it as UTF-8") from None
    return _Mended(path, data, text, repaired(text, directory, str(path), path.stem))


def _print(every: list[_Mended], written: bool) -> None:
    from difflib import unified_diff

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    for each in every:
        old, new = each.old.splitlines(), each.done.text.splitlines()
        name = _printable(str(each.path))
        names = (f"{name} (as it is)", f"{name} (mended)")
        for line in unified_diff(old, new, *names, lineterm="", n=1):
            style = {"+": "green", "-": "red"}.get(line[:1], "")
            out.print(_printable(line), style=style, markup=False, soft_wrap=True)
        for finding in each.done.mended:
            words = f"mended, line {finding.line}: {finding.what}"
            out.print(_printable(words), markup=False, soft_wrap=True)
        for finding in each.done.left:
            out.print(_printable(f"left: {finding}"), markup=False, soft_wrap=True)
    left = sum(len(each.done.left) for each in every)
    if left:
        out.print(f"NOTHING WRITTEN: {left} left that only its author can mend", style="bold red")
    elif not any(each.changed for each in every):
        out.print("nothing to mend")
    elif written:
        out.print("WRITTEN; `wireroom acl check` passes", style="bold green")
    else:
        out.print("NOTHING WRITTEN: look at it, then add --write", style="bold")


def _print_json(every: list[_Mended], written: bool) -> None:
    files = [
        {
            "file": str(each.path),
            "text": each.done.text,
            "mended": [finding_row(finding) for finding in each.done.mended],
            "left": [finding_row(finding) for finding in each.done.left],
            "written": written and each.changed,
        }
        for each in every
    ]
    sys.stdout.write(json.dumps({"training": True, "files": files}) + "\n")


def _printable(text: str) -> str:
    """For a screen: a file may hold anything."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)
