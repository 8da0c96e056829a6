"""`wireroom service`: destinations of a running switch go out of service, and come back."""

from __future__ import annotations

import json
import sys
from typing import Any

from switch.cli.style import add_control, console, count_to, parser
from switch.errors import Exit
from switch.terms import TRAINING_LINE

_EXAMPLE = """\
wireroom serve golden-state --control wireroom.control &
wireroom service hold NV --keys DQ,RQ --minutes 30   # .02. what is sent there waits
wireroom service remove CA0990200                    # .04. what is sent there is not stored
wireroom service never CADMV --keys DNQ              # .01. it does not take that key
wireroom service up NV                               # back; what waited goes to who is signed on
wireroom service list"""

_ABOUT = (
    "Which destinations of a running switch are in service, for which message keys, and what\n"
    "waits for whom. A destination is a state's code, an ORI, a backend by its name, or NL for\n"
    "the whole network, of which every terminal is told. Everything is on record."
)


def main(argv: list[str]) -> int:
    """Exit 0: done; 2: no such destination or key, or no switch answers."""
    verb = parser("service", _ABOUT, _EXAMPLE)
    verb.add_argument(
        "what",
        choices=("list", "hold", "remove", "never", "up"),
        help="hold: what comes waits; remove, never: it is refused; up: back in service",
    )
    verb.add_argument("destination", nargs="?", default="", help="NV, CA0990200, CADMV, NL ...")
    verb.add_argument("--keys", default="", metavar="KEY,KEY", help="these only (default: all)")
    verb.add_argument("--minutes", type=count_to(minimum=0), default=0, help="default: until `up`")
    add_control(verb)
    verb.add_argument("--json", action="store_true", help="one JSON line")
    arguments = verb.parse_args(argv)
    if (arguments.what == "list") == bool(arguments.destination):
        verb.error(f"`{arguments.what}` takes {'no' if arguments.destination else 'a'} destination")

    from switch.cli.owner.line import ask

    request: dict[str, Any] = {"do": "services"}
    if arguments.what != "list":
        request = {"do": "service", "destination": arguments.destination}
        request |= {"status": arguments.what, "keys": arguments.keys, "minutes": arguments.minutes}
    answer = ask(arguments.control, request)
    if arguments.json:
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        _print(answer)
    return int(Exit.FINE)


def _print(answer: dict[str, Any]) -> None:
    from rich.table import Table

    shown = console()
    shown.print(f" {TRAINING_LINE} ", style="black on yellow")
    if answer["outages"]:
        table = Table("destination", "keys", "status", "until")
        for one in answer["outages"]:
            status = f"{one['status']} {one['sm']}".strip()
            until = one["until"] or "further notice"
            table.add_row(one["destination"], one["key"] or "all", status, until)
        shown.print(table)
    else:
        shown.print("every destination is in service")
    for place, count in answer["held"].items():
        shown.print(f"{count} held for {place}")
    if answer["held"]:
        shown.print("  until the place is in service and a terminal is signed on to get it")
