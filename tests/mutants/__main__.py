"""`make mutants`: change access control line by line; every change must break a test, or say why.

    python -m tests.mutants 'switch.acl.engine.*'

Verdicts are kept in the folder `mutants` while a function stays as it is; what lived is tried
again. Exit 1 if a mutant lives without a reason in `justified.toml`, or a reason there meets none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from switch.errors import WireroomError
from tests.mutants import results
from tests.mutants.ledger import Figures, Ledger, justified, weighed

JUSTIFIED = Path(__file__).with_name("justified.toml")
LEAST_URGENT = 19


def run(names: list[str], own: bool) -> bool:
    """Make the mutants and try them; False if one of the two did not end well."""
    python = [str(Path(sys.executable).absolute()), "-m"]
    made = subprocess.run([*python, "tests.mutants.changing"], check=False, stdout=sys.stderr)
    if made.returncode:
        return False
    command = [*python, "tests.mutants.trial", *(["--own"] if own else []), *names]
    tried = subprocess.run(command, check=False, stdout=sys.stderr, cwd=results.FOLDER)
    return not tried.returncode


def table(figures: tuple[Figures, ...]) -> Table:
    """The figures by module, and their sum."""
    shown = Table(title="Mutants of switch.acl", show_footer=len(figures) > 1)
    total = Counter[str]()
    for each in figures:
        total.update({name: value for name, value in asdict(each).items() if name != "module"})
    shown.add_column("module", "all", no_wrap=True, min_width=10)
    for name in ("killed", "mistyped", "justified", "survived", "no_test", "not_run"):
        shown.add_column(name.replace("_", " "), str(total[name]), justify="right")
    for each in figures:
        left = (each.survived, each.no_test, each.not_run)
        open_ = [f"[bold red]{number}[/] !" if number else "0" for number in left]
        settled = map(str, (each.killed, each.mistyped, each.justified))
        shown.add_row(each.module.removeprefix("switch.acl."), *settled, *open_)
    return shown


def tell(ledger: Ledger, console: Console) -> None:
    """The table, then whatever is not settled."""
    console.print(table(ledger.figures))
    for mutant in ledger.unsettled:
        where = f"{mutant.module}, {mutant.function}"
        console.print(f"\n[bold]{escape(where)}[/] {mutant.fate}: {escape(mutant.name)}")
        console.print(escape(mutant.change), highlight=False)
    for finding in ledger.stale:
        console.print(str(finding), markup=False, highlight=False)
    if ledger.settled:
        console.print("every mutant is killed, refused by the type check, or justified")
    else:
        console.print(
            f"\n{len(ledger.unsettled)} mutants live without a reason, "
            f"{len(ledger.stale)} reasons meet no mutant: "
            f"write a test, or a reason in {JUSTIFIED.name}"
        )


def code(ledger: Ledger) -> int:
    """How the command ends."""
    if not ledger.figures:
        return 2  # nothing has that name
    return 0 if ledger.settled else 1


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("names", nargs="*", help="of mutants, as 'switch.acl.rules.*'; all if none")
    parser.add_argument("--fresh", action="store_true", help="keep no verdict of an earlier run")
    parser.add_argument("--report", action="store_true", help="run nothing, tell what is known")
    parser.add_argument("--own", action="store_true", help="by the tests of its own module only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        reasons = justified(JUSTIFIED)
    except WireroomError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.report:
        os.nice(LEAST_URGENT)
        if options.fresh:
            shutil.rmtree(results.FOLDER, ignore_errors=True)
        if not run(options.names, options.own):
            print("the mutants were not tried, so nothing is weighed", file=sys.stderr)
            return 3
    ledger = weighed(list(results.mutants(options.names)), reasons)
    if options.names:  # what was not asked about may need a reason that nothing here does
        ledger = replace(ledger, stale=())
    if not ledger.figures:
        print("no mutant has that name", file=sys.stderr)
    elif options.json:
        print(json.dumps({"training": True, **asdict(ledger)}, indent=2, default=str))
    else:
        tell(ledger, Console())
    return code(ledger)


if __name__ == "__main__":
    sys.exit(main())
