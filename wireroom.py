"""The front door: one command, its verbs imported only when they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import cast

# verb -> (module with `main(argv) -> exit code`, what it does)
VERBS = {
    "demo": ("scenarios.cli.demo", "play the story of October 15, 2019 on a real switch"),
    "serve": ("switch.cli.serve", "run a switch that terminals can connect to"),
    "send": ("terminals.cli.send", "sign on, send one message, print the answers"),
    "terminal": (
        "terminals.cli.terminal",
        "a full-screen terminal; `terminal check` tests one of any make",
    ),
    "load": ("terminals.cli.load", "many scripted terminals at a rate, every reply checked"),
    "message": ("switch.cli.message", "read raw messages: `message parse`, `message describe`"),
    "acl": (
        "switch.cli.acl.verbs",
        "who may ask what: `acl check`, `decide`, `diff`, `leaks`, `cutoff` ...",
    ),
    "owner": ("switch.cli.owner.verbs", "change one's own rules on a running switch, signed"),
    "service": (
        "switch.cli.service",
        "destinations of a running switch out of service and back, and what waits for them",
    ),
    "scenario": ("scenarios.cli.scenario", "lessons: `scenario list`, `check`, `run`, `judge`"),
    "class": ("scenarios.cli.lead", "a lesson with people in the seats, in their browsers"),
    "journal": ("switch.cli.journal", "what is on record: `journal show`, `journal verify`"),
    "audit": ("switch.cli.audit.verbs", "an owner's report on one agency, and its proof"),
    "schema": ("scenarios.cli.schema", "JSON Schema of authored files, for editors"),
    "world": ("switch.cli.world", "the shipped worlds: `world list`, `world check`, `world build`"),
}

_HEAD = "wireroom - a message switch simulator. TRAINING - SIMULATED DATA, connected to nothing."


def _help() -> str:
    verbs = "\n".join(f"  {verb:<10}{what}" for verb, (_, what) in VERBS.items())
    return (
        f"{_HEAD}\n\nusage: wireroom VERB [options]      wireroom VERB --help\n\n{verbs}\n\n"
        "example: wireroom demo\n"
        "exit codes: 0 fine, allowed, passed; 1 findings, refused, below the mark;\n"
        "            2 a bad file or misuse; 3 our fault\n"
    )


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns its exit code (see `switch.errors.Exit`)."""
    from switch.cli.style import guarded

    return guarded(_run, sys.argv[1:] if argv is None else argv)


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0
    if arguments[0] == "--version":
        from importlib.metadata import version

        sys.stdout.write(f"wireroom {version('wireroom')}\n")
        return 0
    verb, rest = arguments[0], arguments[1:]
    if verb not in VERBS:
        from difflib import get_close_matches

        near = get_close_matches(verb, VERBS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "see `wireroom --help`"
        sys.stderr.write(f"wireroom: no verb `{verb}`; {hint}\n")
        return 2
    run = cast("Callable[[list[str]], int]", import_module(VERBS[verb][0]).main)
    return run(rest)


if __name__ == "__main__":
    sys.exit(main())
