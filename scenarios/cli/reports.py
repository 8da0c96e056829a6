"""The reports of a judged run: which are wanted, and where they go."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from switch.errors import Exit, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.replay import Replay
    from scenarios.shelf import Opened
    from switch.core.record.journal import Entry


def add_reports(verb: argparse.ArgumentParser) -> None:
    """The options of every verb that ends in a score."""
    verb.add_argument("--json", action="store_true", help="JSON lines: entries, rows, result")
    verb.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML too")
    verb.add_argument(
        "--timeline", type=Path, metavar="FILE.html", help="draw the run, to look at, print or mail"
    )
    verb.add_argument(
        "--debrief", type=Path, metavar="FILE.html", help="write a page for each seat, to print"
    )


def report(
    arguments: argparse.Namespace,
    opened: Opened,
    entries: Sequence[Entry],
    replayed: Replay,
    raw: Mapping[int, str] | None = None,
) -> int:
    """Write what is wanted, print the score; exit 0 passed, 1 not."""
    from scenarios.report.jsonl import json_lines
    from scenarios.report.text import print_result
    from switch.cli.style import console

    result = replayed.result
    if arguments.junit is not None:
        from scenarios.report.junit import junit_xml

        write(arguments.junit, junit_xml(result))
    if arguments.timeline is not None:
        from scenarios.report.page import timeline_page

        write(arguments.timeline, timeline_page(opened, entries, replayed, raw))
    if arguments.debrief is not None:
        from scenarios.report.debrief import debrief_pages

        write(arguments.debrief, debrief_pages(opened, entries, replayed))
    written = [arguments.junit, arguments.timeline, arguments.debrief]
    if arguments.json:
        for line in json_lines(opened.script, entries, result):
            sys.stdout.write(line + "\n")
    else:
        from rich.text import Text

        out = console()
        print_result(out, result, opened.world.timezone)
        said = sum(row.count for row in opened.script.traffic)
        if said:
            text = f"  in the background: {said} messages, none of them scored"
            out.print(Text(text, style="dim"), soft_wrap=True)
        _table(out, opened, entries)
        for path in filter(None, written):
            out.print(Text(f"written: {path}", style="dim"), soft_wrap=True)
    return int(Exit.FINE if result.passed else Exit.FINDINGS)


def _table(out: Console, opened: Opened, entries: Sequence[Entry]) -> None:
    """Who got what before and after, if the rules changed for anybody."""
    from scenarios.comparison import compare
    from scenarios.report.gutter import Gutter
    from scenarios.report.table import print_table

    comparison = compare(opened, entries)
    if comparison.changed:
        out.print()
        print_table(out, comparison, opened, Gutter(out, opened.script, opened.world.timezone))


def write(path: Path, text: str) -> None:
    """Write a report; UsageError if it cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write `{path}`: {error.strerror}", "give a file in a folder you may write"
        ) from None
