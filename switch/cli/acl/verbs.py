"""`wireroom acl`: the group of verbs on access rules; all work on files alone.

`cutoff` and `restore` reach a running switch as well, where they are told to.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from switch.cli.acl import (
    check,
    cutoff,
    decide,
    diff,
    history,
    importing,
    leaks,
    matrix,
    plan,
    restore,
)
from switch.cli.style import parser

VERBS = {
    "check": check,
    "decide": decide,
    "matrix": matrix,
    "diff": diff,
    "leaks": leaks,
    "plan": plan,
    "history": history,
    "import": importing,
    "cutoff": cutoff,
    "restore": restore,
}


def main(argv: list[str]) -> int:
    """Exit 0: allowed, nothing to report; 1: refused, findings; 2: a bad file or misuse."""
    about = "Access rules on files alone: no key, no running switch."
    group = parser("acl", about, decide.EXAMPLE)
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in VERBS.values():
        verb = module.add(verbs)
        verb.add_argument("--world", default="golden-state", help="a shipped world or a folder")
        verb.add_argument("--json", action="store_true", help="JSON instead of words")
    arguments = group.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = VERBS[arguments.verb].run
    return run(arguments)
