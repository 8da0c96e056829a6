"""`wireroom terminal`: the full-screen terminal; `wireroom terminal check`: the conformance kit."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from switch.cli.style import parser
from switch.errors import Exit, UsageError
from terminals.cli import check
from terminals.cli.line import add_line, line_of, tls_of

if TYPE_CHECKING:
    from terminals.screen.state import Desk

_EXAMPLE = f"""\
wireroom serve golden-state --listen 127.0.0.1:4000
wireroom terminal --to 127.0.0.1:4000 --as BAY2 BPD2
{check.EXAMPLE}"""


def main(argv: list[str]) -> int:
    """A terminal until it is left; `check` tests terminals of any make."""
    if argv[:1] == ["check"]:
        return check.main(argv[1:])
    if argv and not argv[0].startswith("-"):
        what = f"`{argv[0]}` is no verb of a terminal"
        raise UsageError(what, "wireroom terminal check, or without a verb --as BAY2 BPD2")
    arguments = read(argv)
    host, port = line_of(arguments)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fix = "run it in a terminal window; `wireroom send` is for pipes"
        raise UsageError("a full-screen terminal needs a screen and a keyboard", fix)
    if not all(os.get_terminal_size(sys.stdout.fileno())):
        raise UsageError("this window says that it has no size", "stty cols 80 rows 24")

    import trio

    from switch.shell.clock import WallClock
    from terminals.client import Client
    from terminals.emulator import Emulator
    from terminals.screen.state import SignOn, State

    desk = desk_of(arguments)
    connect = partial(
        Client.connect,
        host,
        port,
        tls=tls_of(arguments),
        formats=desk.formats,
        control_prefix=desk.prefix,
    )
    colour = not (arguments.mono or os.environ.get("NO_COLOR"))
    emulator = Emulator(State(desk), connect, WallClock(), colour=colour)
    if len(arguments.who) > 1:
        emulator.want(SignOn(arguments.who[1].upper(), arguments.secret or ""))
    trio.run(emulator.run)
    return int(Exit.FINE)


def read(argv: list[str]) -> argparse.Namespace:
    """The options; UsageError if they do not go together."""
    verb = parser(
        "terminal",
        "A terminal of 80 columns and 24 lines: forms for every key, a free line, recall and a\n"
        "mailbox. F1 shows its keys. `terminal check` tests a terminal of any make.",
        _EXAMPLE,
    )
    add_line(verb)
    verb.add_argument(
        "--as",
        dest="who",
        nargs="+",
        metavar=("TERMINAL", "OPERATOR"),
        required=True,
        help="which terminal of the world this is; with an operator it signs on at once",
    )
    verb.add_argument("--secret", help="the operator's; better typed on the screen")
    verb.add_argument("--world", default="golden-state", help="the one that is served; its forms")
    verb.add_argument("--ori", help="to send as, if not the first of the terminal's agency")
    verb.add_argument("--mono", action="store_true", help="without colour (or set NO_COLOR)")
    arguments = verb.parse_args(argv)
    if len(arguments.who) > 2:
        raise UsageError("--as takes a terminal and an operator", "such as --as BAY2 BPD2")
    return arguments


def desk_of(arguments: argparse.Namespace) -> Desk:
    """The terminal of the world that is meant; UsageError if it has none of that name or ORI."""
    from switch.files.authored import did_you_mean
    from switch.format_file import world_formats
    from switch.terms import Mnemonic
    from switch.world_file import load_world
    from terminals.form import keys_of, oris_of, usual_destinations
    from terminals.screen.state import Desk

    world = load_world(arguments.world)
    formats = world_formats(world.folder)
    name = arguments.who[0].upper()
    if name not in world.terminals:
        raise UsageError(f"{world.id} has no terminal {name}", did_you_mean(name, world.terminals))
    oris = oris_of(world, Mnemonic(name))
    ori = (arguments.ori or (oris[0] if oris else "")).upper()
    if ori not in oris:
        fix = f"one of {' '.join(oris)}" if oris else "its agency has none: another terminal"
        raise UsageError(f"{name} cannot send as `{ori}`", fix)
    keys = tuple(keys_of(world, formats))
    places = {str(spec.mke): tuple(usual_destinations(world, spec)) for spec in keys}
    return Desk(name, ori, formats, world.control_prefix, keys, places)
