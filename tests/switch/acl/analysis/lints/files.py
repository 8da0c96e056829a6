"""Rule files for the lints' tests: a head, and paragraphs under it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from switch.acl.analysis.lints.every import Linted, lint
from switch.acl.analysis.lints.ground import Ground
from tests.switch.acl.shipped import DIRECTORY, document

PAPERS = 'reason = "Agreement not signed."\ncite = "Memorandum 12 (fictional)"\n'


def head(backend: str = "CADMV", default: str = "allow") -> str:
    return (
        f'format = 1\nbackend = "{backend}"\nowner = "x"\n'
        f'timezone = "America/Los_Angeles"\ndefault = "{default}"\n'
    )


def rule(table: str, id: str, keys: str, start: str = "2019-10-15T00:00:00") -> str:
    """One paragraph; `keys` are further lines, separated by `;`."""
    more = "".join(f"{key.strip()}\n" for key in keys.split(";"))
    when = "" if "from = " in keys else f"from = {start}\n"
    return f'\n[[{table}]]\nid = "{id}"\n{more}{when}' + (PAPERS if table != "never" else "")


def linted(folder: Path, text: str) -> Linted:
    return lint(document(folder, text), DIRECTORY)


def ids(folder: Path, text: str) -> list[tuple[str, str]]:
    """Each finding as (lint, the text of its line)."""
    found = linted(folder, text)
    lines = text.splitlines()
    both = sorted((*found.mistakes, *found.advice), key=lambda each: (each.id, each.line))
    return [(each.id.split()[0], lines[each.line - 1]) for each in both]


def which(folder: Path, text: str, *lints: str) -> list[str]:
    """The ids among these that are found."""
    return [id for id, _ in ids(folder, text) if id in lints]


def ground(folder: Path, text: str) -> Ground:
    return Ground(document(folder, text), DIRECTORY)


# --- told.toml: rule files, and what is said of each ---------------------------------------------

_TOLD = tomllib.loads(Path(__file__).with_name("told.toml").read_text())["file"]


def told_of(module: str) -> list[dict[str, Any]]:
    """The files that are there for one module's lints."""
    return [file for file in _TOLD if file["of"] == module]


def said(folder: Path, text: str) -> str:
    """All that is said of a file, as it is printed."""
    found = linted(folder, text)
    both = sorted((*found.mistakes, *found.advice), key=lambda e: (e.line, e.id, e.what))
    return "".join(f"{each}\n" for each in both)
