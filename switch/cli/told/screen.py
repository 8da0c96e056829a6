"""A report on a screen, and as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from switch.cli.style import console
from switch.cli.told.report import Told
from switch.terms import TRAINING_LINE


def show(told: Told) -> None:
    """Print it for a person."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.print(f" {TRAINING_LINE} ", style="black on yellow")
    out.print(told.title, style="bold", markup=False)
    width = max(len(name) for name, _ in told.about)
    for name, value in told.about:
        out.print(f"  {name:<{width}}  {value}", markup=False, soft_wrap=True)
    for wrong, sentence in told.summary:
        style = "bold white on red" if wrong else "bold"
        out.print(f"{'!!' if wrong else '  '} {sentence}", style=style, markup=False)
    for section in told.sections:
        style = "bold red" if section.wrong else "bold"
        out.print(f"\n{section.title.upper()}", style=style, markup=False)
        for sentence in section.lead:
            out.print(Padding(Text(sentence), (0, 0, 0, 2)))
        if section.rows:
            table = Table(*section.columns)
            for row in section.rows:
                table.add_row(*(Text(_printable(cell)) for cell in row))
            out.print(table)
        for label, lines in section.typed:
            out.print(f"  {label}", style="bold", markup=False)
            for line in lines:
                out.print(f"    {_printable(line)}", markup=False, soft_wrap=True)


def _printable(text: str) -> str:
    """What was typed at a terminal may hold anything; on a screen it is text and nothing else."""
    return "".join(c if c.isprintable() else "?" for c in text)


def print_json(told: Told, facts: dict[str, Any], *, clean: bool) -> None:
    """One object: the facts as values, and the sections as people read them."""
    answer = {
        "training": True,
        "title": told.title,
        "clean": clean,
        "facts": facts,
        "about": dict(told.about),
        "summary": [{"wrong": wrong, "text": text} for wrong, text in told.summary],
        "sections": [
            {
                "title": section.title,
                "wrong": section.wrong,
                "lead": list(section.lead),
                "columns": list(section.columns),
                "rows": [list(row) for row in section.rows],
            }
            for section in told.sections
        ],
    }
    sys.stdout.write(json.dumps(answer) + "\n")
