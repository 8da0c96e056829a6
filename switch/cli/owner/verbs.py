"""`wireroom owner`: an owner changes its own file on a running switch, and nobody else does."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from switch.cli.owner import change, history, keygen
from switch.cli.style import parser

_MODULES = (keygen, change, history)


def main(argv: list[str]) -> int:
    """Exit 0: accepted; 1: refused; 2: a bad file or misuse; 3: the switch's fault."""
    about = (
        "An owner changes its own rules on a running switch: every order is signed by the owner's\n"
        "key, names the version that it was written on, and is on record with its signature."
    )
    group = parser("owner", about, f"{keygen.EXAMPLE}\n{change.EXAMPLE}\n{history.EXAMPLE}")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    running: dict[str, Callable[[argparse.Namespace], int]] = {}
    for module in _MODULES:
        added = module.add(verbs)
        for verb in added if isinstance(added, list) else [added]:
            verb.add_argument("--json", action="store_true", help="JSON instead of words")
            running[verb.prog.rpartition(" ")[2]] = module.run
    arguments = group.parse_args(argv)
    return running[arguments.verb](arguments)
