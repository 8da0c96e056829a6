"""`wireroom scenario`: rehearse a file, check it, list those that are shipped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.cli.reports import add_reports
from switch.cli.style import CACHE_HELP, console, parser, sub_parser
from switch.errors import AuthoredError, Exit, Finding

if TYPE_CHECKING:
    from scenarios.shelf import Opened

_EXAMPLE = """\
wireroom scenario list
wireroom scenario check october-15
wireroom scenario run october-15 --journal october.journal --timeline october.html
wireroom scenario judge october.journal october-15 --debrief debrief.html"""


_LESSON = "a lesson of `wireroom scenario list`, or a file"
_PROVED = (
    "proved: perfect stand-ins earn it all, silent ones nothing;"
    " each omission loses its own, each late action is seen as late"
)


def main(argv: list[str]) -> int:
    """`run` exits 0 if the scenario passed, 1 if not; `check` 0, 1 if unfair, 2 if wrong."""
    verb = parser(
        "scenario",
        "Play a scenario in virtual time, with stand-ins in all seats, and score it.",
        _EXAMPLE,
    )
    verbs = verb.add_subparsers(dest="verb", required=True, metavar="VERB")
    run = sub_parser(verbs, "run", "play a scenario and score it", _EXAMPLE)
    run.add_argument("file", metavar="FILE|ID", help=_LESSON)
    add_reports(run)
    run.add_argument("--journal", type=Path, metavar="FILE", help="keep the journal (a new file)")
    run.add_argument("--seed", type=int, metavar="N", help="instead of the file's own")
    run.add_argument("--cache", type=Path, metavar="DIR", help=CACHE_HELP)
    judge = sub_parser(verbs, "judge", "score a run again from its journal", _EXAMPLE)
    judge.add_argument(
        "journal", type=Path, metavar="JOURNAL", help="of a run, as `run --journal` keeps it"
    )
    judge.add_argument("file", metavar="FILE|ID", help="the scenario that was played")
    add_reports(judge)
    check = sub_parser(
        verbs, "check", "find every mistake, draw the timeline, prove it fair", _EXAMPLE
    )
    check.add_argument("file", metavar="FILE|ID", help=_LESSON)
    form = check.add_mutually_exclusive_group()
    form.add_argument("--toml", action="store_true", help="print a spreadsheet's exact form, TOML")
    form.add_argument("--json", action="store_true", help="all that is found as one JSON object")
    check.add_argument("--no-proof", action="store_true", help="leave the self-test out")
    check.add_argument("--cache", type=Path, metavar="DIR", help=CACHE_HELP)
    listed = sub_parser(verbs, "list", "the shipped lessons: what each teaches", _EXAMPLE)
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    arguments = verb.parse_args(argv)
    try:
        return _done(arguments)
    except AuthoredError as error:
        _tell(error, arguments)
        return int(error.exit_code)


def _tell(error: AuthoredError, arguments: argparse.Namespace) -> None:
    """The mistakes of a file: with --json one object on standard output, whatever the verb."""
    if arguments.json:
        from switch.cli.told.findings import print_findings

        print_findings(error.findings)
        return
    from scenarios.cli.mistakes import told
    from scenarios.shelf import texts

    sys.stderr.write(told(error, texts(arguments.file)))


def _done(arguments: argparse.Namespace) -> int:
    match arguments.verb:
        case "run":
            return _run(arguments)
        case "judge":
            return _judge(arguments)
        case "check":
            return _check(arguments)
        case _:
            from scenarios.cli import shelf

            return shelf.main(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from scenarios.cli.rehearsal import keep_journal, raw_answers, rehearse
    from scenarios.cli.reports import report
    from scenarios.replay import replay
    from scenarios.shelf import open_scenario

    opened = open_scenario(arguments.file)
    played = rehearse(opened, arguments.cache, seed=arguments.seed)
    if arguments.journal is not None:
        keep_journal(played, arguments.journal)
    replayed = replay(opened.script, opened.world, played.entries)
    return report(arguments, opened, played.entries, replayed, raw_answers(played))


def _judge(arguments: argparse.Namespace) -> int:
    from scenarios.cli.reports import report
    from scenarios.replay import belongs, replay
    from scenarios.shelf import open_scenario
    from switch.cli.told.cut import unless_cut
    from switch.shell.reader import JournalReader

    opened = open_scenario(arguments.file)
    reader = JournalReader(arguments.journal)
    try:
        entries = list(reader.entries())
    finally:
        reader.close()
    belongs(opened.script, entries)
    replayed = replay(opened.script, opened.world, entries)
    return unless_cut(report(arguments, opened, entries, replayed), reader.lost)


def _check(arguments: argparse.Namespace) -> int:
    from scenarios.shelf import open_scenario, toml_text

    if arguments.toml:
        sys.stdout.write(toml_text(arguments.file))
        return int(Exit.FINE)
    if arguments.json:
        return _check_as_json(arguments)
    opened = open_scenario(arguments.file)
    _draw(opened)
    if arguments.no_proof:
        return int(Exit.FINE)
    from rich.text import Text

    from scenarios.cli.rehearsal import proof

    out, wrong = console(), proof(opened, arguments.cache)
    for what in wrong:
        out.print(Text(f"UNFAIR  {what}", style="bold red"), soft_wrap=True)
    if not wrong:
        out.print(Text(_PROVED, style="green"))
    return int(Exit.FINDINGS if wrong else Exit.FINE)


def _check_as_json(arguments: argparse.Namespace) -> int:
    """One object. What is unfair is a finding in the file as a whole (line 0): it comes of several
    rows together. `proved` is None where the self-test was left out."""
    from scenarios.cli.rehearsal import proof
    from scenarios.shelf import open_scenario, shown_name
    from switch.cli.told.findings import print_findings

    opened = open_scenario(arguments.file)
    unfair = [] if arguments.no_proof else proof(opened, arguments.cache)
    name, script = shown_name(arguments.file), opened.script
    print_findings(
        [Finding(name, 0, f"unfair: {what}") for what in unfair],
        scenario=script.id,
        title=script.title,
        world=script.world,
        expectations=len(script.expects),
        points=sum(row.points for row in script.expects),
        proved=None if arguments.no_proof else not unfair,
    )
    return int(Exit.FINDINGS if unfair else Exit.FINE)


def _draw(opened: Opened) -> None:
    """The timeline of a scenario without mistakes, for a person."""
    from rich.text import Text

    from scenarios.report.timeline import timeline
    from switch.terms import TRAINING_LINE

    out = console()
    out.print(Text(f" {TRAINING_LINE} ", style="black on yellow"))
    out.print(Text(f"{opened.script.id}: {opened.script.title}", style="bold"))
    for line in timeline(opened.script, opened.world.timezone):
        out.print(Text(line), soft_wrap=True)
    points = sum(row.points for row in opened.script.expects)
    rows = len(opened.script.expects)
    out.print(Text(f"no mistakes; {rows} expectations, {points} points", style="green"))
