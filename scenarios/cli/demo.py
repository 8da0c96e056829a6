"""`wireroom demo`: the story of October 15, 2019, played by the real switch and told to a person.

It is `scenario run october-15` with an audience: the same files, rules, session, dispatcher and
journal as a switch on TCP. The outcome is asserted by the scenario's own expectations.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import CACHE_HELP, console, parser
from switch.errors import Exit
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.result import Result
    from scenarios.runner import Audience, Happening, Played
    from scenarios.script import Script
    from scenarios.shelf import Opened

STORY = "october-15"
_PAUSE_S = 0.01  # after each happening, at pace 1: the whole takes a second or two
_EXAMPLE = """\
wireroom demo
wireroom demo --pace 10
wireroom demo --json | grep refused"""


def main(argv: list[str]) -> int:
    """Exit 0 only if every expectation, forbid and assert of the story held."""
    verb = parser("demo", "Play the story of October 15, 2019 on a real switch.", _EXAMPLE)
    verb.add_argument("--json", action="store_true", help="JSON lines instead of the story")
    verb.add_argument(
        "--pace", type=_pace, metavar="FACTOR|none", help="slower (2, 10 ...) or without pauses"
    )
    verb.add_argument("--timeline", type=Path, metavar="FILE.html", help="where the drawn run goes")
    verb.add_argument("--cache", type=Path, metavar="DIR", help=CACHE_HELP)
    arguments = verb.parse_args(argv)
    if arguments.json:
        return _json(arguments.cache)
    try:
        return _tell(arguments)
    except SystemExit:
        return int(Exit.FINE)  # the console's word for a reader that went away (`| head`)


def _pace(text: str) -> float:
    if text == "none":
        return 0.0
    try:
        factor = float(text)
    except ValueError:
        factor = -1.0
    if not 0 <= factor <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is not a factor from 0 to 1000, or none")
    return factor


def _json(cache: Path | None) -> int:
    from scenarios.cli.rehearsal import rehearse
    from scenarios.report.jsonl import json_lines
    from scenarios.shelf import open_scenario

    opened = open_scenario(STORY)
    played = rehearse(opened, cache)
    for line in json_lines(opened.script, played.entries, played.result):
        sys.stdout.write(line + "\n")
    return int(Exit.FINE if played.result.flawless else Exit.FINDINGS)


def _tell(arguments: argparse.Namespace) -> int:
    from scenarios.cli.rehearsal import rehearse
    from scenarios.report.gutter import Gutter
    from scenarios.report.story import Story
    from scenarios.shelf import open_scenario

    # A terminal that cannot show a sign gets a question mark in its place, not an error.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    out = console()
    pace = arguments.pace
    if pace is None:
        pace = 1.0 if out.is_terminal else 0.0
    opened = open_scenario(STORY)
    gutter = Gutter(out, opened.script, opened.world.timezone)
    _bar(out)
    _title(out, opened.script)
    story = Story(opened, gutter)
    played = rehearse(opened, arguments.cache, audience=_paced(story.tell, pace))
    drawn = _draw(opened, played, arguments)
    return _close(out, opened, gutter, played, drawn)


def _draw(opened: Opened, played: Played, arguments: argparse.Namespace) -> Path:
    """The same run as a page: in the folder of built records, if nothing else is said."""
    from scenarios.cli.rehearsal import raw_answers
    from scenarios.cli.reports import write
    from scenarios.replay import replay
    from scenarios.report.page import timeline_page
    from switch.shell.plugins import default_cache_folder

    folder: Path = arguments.cache or default_cache_folder()
    path: Path = arguments.timeline or folder / f"{STORY}.html"
    replayed = replay(opened.script, opened.world, played.entries)
    page = timeline_page(opened, played.entries, replayed, raw_answers(played))
    if arguments.timeline is None:
        folder.mkdir(parents=True, exist_ok=True)
    write(path, page)
    return path


def _paced(tell: Audience, pace: float) -> Audience:
    """Virtual time stands still while a person reads: the run is the same at any pace."""
    never = threading.Event()

    def paced(happening: Happening) -> None:
        tell(happening)
        if pace:
            never.wait(_PAUSE_S * pace)

    return paced


def _bar(out: Console) -> None:
    from rich.text import Text

    text = f"{TRAINING_LINE} - CONNECTED TO NOTHING"
    out.print(Text(text.center(out.width), style="bold black on yellow"))


def _title(out: Console, script: Script) -> None:
    from rich.text import Text

    out.print(Text(script.title, style="bold"))
    out.print(Text(script.source, style="blue"))
    out.print(Text(script.invented, style="magenta"))


def _close(out: Console, opened: Opened, gutter: object, played: Played, drawn: Path) -> int:
    from rich.text import Text

    from scenarios.comparison import compare
    from scenarios.report.gutter import Gutter
    from scenarios.report.table import print_table

    assert isinstance(gutter, Gutter)
    comparison = compare(opened, played.entries)
    out.print()
    print_table(out, comparison, opened, gutter)
    out.print()
    good = played.result.flawless and not comparison.disagreements
    _outcome(out, played.result)
    out.print()
    out.print(Text("The same run, drawn:", style="bold"))
    out.print(Text(f"  {drawn}", style="cyan"), soft_wrap=True)
    out.print(Text("      open it in any browser, print it, or mail it", style="dim"))
    out.print(Text("Try next:", style="bold"))
    for command, what in _next():
        out.print(Text(f"  {command}", style="cyan"), soft_wrap=True)
        out.print(Text(f"      {what}", style="dim"))
    _bar(out)
    return int(Exit.FINE if good else Exit.FINDINGS)


def _outcome(out: Console, result: Result) -> None:
    from rich.text import Text

    from scenarios.report.text import summary
    from scenarios.result import Block

    counts = []
    for block, word in ((Block.EXPECT, "met"), (Block.FORBID, "held"), (Block.ASSERT, "held")):
        lines = result.of(block)
        good = sum(line.status.good for line in lines)
        counts.append(f"{good} of {len(lines)} {block.value}s {word}")
    out.print(summary(result))
    out.print(Text("This story asserts itself: " + ", ".join(counts) + "."))
    for line in result.lines:
        if not line.status.good:
            differs = "; ".join(line.nearest.differs) if line.nearest else ""
            text = f"  {line.status.value}: {line.id}: {line.why} {differs}".rstrip()
            out.print(Text(text, style="bold red"))


def _next() -> list[tuple[str, str]]:
    """Commands that work as they stand, from where this one was called."""
    called = os.path.relpath(sys.argv[0]) if sys.argv and sys.argv[0] else "wireroom"
    run = f"python3 {called}" if called.endswith(".py") else called
    who = "--as BAY2 BPD2"
    asker = "--terminal BAY1 --ori CA0990100 --operator TFO7"
    return [
        (f"{run} scenario check {STORY}", "the timeline behind this story"),
        (f"{run} scenario run {STORY}", "its score, line by line"),
        (
            f"{run} acl decide --at 2019-10-15T00:00:00 {asker} --backend CADMV --key DQ --why",
            "the rules alone: who may ask what, and what would have to change",
        ),
        (f"{run} serve golden-state --listen 127.0.0.1:4000", "the same switch, for terminals"),
        (
            f"{run} send --to 127.0.0.1:4000 {who} 'DQ.CA0990100.CA.*A1.TXTOLN/S0990001'",
            "ask it, from another window",
        ),
    ]
