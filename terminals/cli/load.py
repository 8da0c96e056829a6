"""`wireroom load`: scripted terminals at a rate against a running switch."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from switch.cli.style import console, count_to, parser, seconds_to
from switch.errors import Exit, UsageError
from terminals.cli.line import add_line, line_of, tls_of, tls_of_each

if TYPE_CHECKING:
    from switch.config import World
    from switch.wire.spec import Formats
    from terminals.load.mix import Station, Template
    from terminals.load.table import Run
    from terminals.load.tally import Tally

RATE_MAX = 20_000.0  # messages a second
COUNT_MAX = 1_000_000  # messages
_FILE_BYTES_MAX = 1_048_576

_EXAMPLE = """\
wireroom serve golden-state --listen 127.0.0.1:4000
wireroom load --to 127.0.0.1:4000 --rate 50 --seconds 10
wireroom load --rate 200 --count 2000 'DQ.{ORI}.CA.TXTOLN/S{0990001..0990020}'
wireroom load --ca ca.pem --certs terminals/"""


def main(argv: list[str]) -> int:
    """Exit 0: every message was sent and every reply came and was right; 1: not."""
    arguments = _arguments(argv)
    for word in arguments.message:
        _refuse_what_is_no_message(word)
    host, port = line_of(arguments)
    count = _count(arguments)

    import trio

    from switch.format_file import world_formats
    from switch.world_file import load_world
    from terminals.client import Client
    from terminals.load.drive import Plan, drive
    from terminals.load.mix import Mix, checked, stations
    from terminals.load.table import Run, as_json, show
    from terminals.load.tally import Tally

    world = load_world(arguments.world)
    formats = world_formats(world.folder)
    tls, own = tls_of(arguments), tls_of_each(arguments)
    seats = stations(world, arguments.terminals, set(own) or None)
    templates = checked(
        _templates(arguments, world, formats),
        (seat.ori for seat in seats),
        formats,
        world.control_prefix,
    )
    mix = Mix(templates, formats, world.control_prefix, Random(arguments.seed).randrange)

    def connect(seat: Station) -> Awaitable[Client]:
        by = own.get(seat.terminal, tls)
        prefix = world.control_prefix
        return Client.connect(host, port, tls=by, formats=formats, control_prefix=prefix)

    plan = Plan(connect, seats, arguments.rate, count, arguments.wait)
    tally = Tally(formats)
    with _progress(count, tally) as progress:
        took_s = trio.run(drive, plan, mix, tally, progress)
    run: Run = Run(len(seats), arguments.rate, count, took_s, tally)
    if arguments.json:
        sys.stdout.write(json.dumps({"world": world.id, **as_json(run)}) + "\n")
    else:
        show(run, console())
    return int(Exit.FINE if run.fine else Exit.FINDINGS)


def _arguments(argv: list[str]) -> argparse.Namespace:
    verb = parser(
        "load",
        "Sign many terminals of a world on at a running switch, send at a rate, hold every reply\n"
        "against its control field, and print how long they took. Messages go out when they are\n"
        "due, whether earlier ones are answered or not, and latency is counted from that instant.",
        _EXAMPLE,
    )
    add = verb.add_argument
    add("message", nargs="*", help="as typed, with {ORI} and {FIRST..LAST} filled in each time")
    add_line(verb, certificate=False)
    add("--world", default="golden-state", help="the one that is served; who sits where")
    add("--messages", type=Path, metavar="FILE", help="more of them, one a line; # comments")
    add("--keys", nargs="+", metavar="KEY", help="without messages: only these keys of the world")
    add("--terminals", type=count_to(), metavar="N", help="so many of the world (default: all)")
    add("--rate", type=float, default=50.0, metavar="N", help="messages a second, all together")
    length = verb.add_mutually_exclusive_group()
    length.add_argument(
        "--seconds", type=seconds_to(86_400), metavar="S", help="for so long (default: 10)"
    )
    length.add_argument(
        "--count", type=count_to(COUNT_MAX), metavar="N", help="or so many messages"
    )
    add(
        "--wait",
        type=seconds_to(),
        default=15.0,
        metavar="S",
        help="for replies, after the last message",
    )
    add("--seed", type=int, default=1, help="of what is drawn; the same seed sends the same")
    add("--json", action="store_true", help="one JSON object")
    return verb.parse_args(argv)


def _refuse_what_is_no_message(word: str) -> None:
    """UsageError that says what to write for a world, a file or a key where a message stands."""
    from switch.wire.spec_files import load_formats
    from switch.world_file import shipped_worlds

    if word in shipped_worlds() or (Path(word) / "world.toml").is_file():
        raise UsageError(f"`{word}` is a world, not a message", f"wireroom load --world {word}")
    if Path(word).is_file():
        what = f"`{word}` is a file, not a message"
        raise UsageError(what, f"wireroom load --messages {word}")
    if word.upper() in load_formats().terminal_keys:
        what = f"`{word}` is a message key, not a whole message"
        raise UsageError(what, f"wireroom load --keys {word.upper()}")


def _count(arguments: argparse.Namespace) -> int:
    """How many messages; UsageError names the limit that is not kept."""
    if not 0 < arguments.rate <= RATE_MAX:
        raise UsageError(f"a rate of {arguments.rate:g} a second", f"0.01 to {RATE_MAX:g}")
    seconds = 10.0 if arguments.seconds is None else arguments.seconds
    wanted = arguments.count if arguments.count is not None else ceil(seconds * arguments.rate)
    if not 1 <= wanted <= COUNT_MAX:
        raise UsageError(f"{wanted} messages cannot be sent", f"1 to {COUNT_MAX} in one run")
    return int(wanted)


def _templates(arguments: argparse.Namespace, world: World, formats: Formats) -> list[Template]:
    from terminals.load.mix import Template, of_world, written

    found = [Template(text) for text in arguments.message]
    if arguments.messages is not None:
        found += written(_read(arguments.messages), arguments.messages.name)
    if found or arguments.messages is not None:
        if arguments.keys:
            raise UsageError("--keys chooses from the world, and messages were given", "leave one")
        return found
    found = of_world(world, formats)
    if arguments.keys:
        wanted = {key.upper() for key in arguments.keys}
        served = {each.text.partition(".")[0] for each in found}
        if wanted - served:
            fix = f"it serves {' '.join(sorted(served))}"
            raise UsageError(f"{world.id} serves no {' '.join(sorted(wanted - served))}", fix)
        found = [each for each in found if each.text.partition(".")[0] in wanted]
    return found


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_BYTES_MAX + 1)
        if len(data) > _FILE_BYTES_MAX:
            raise UsageError(f"{path} is too large", f"{_FILE_BYTES_MAX} bytes at most")
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise UsageError(f"{path} cannot be read: {why}", "give a text file") from None


@contextmanager
def _progress(count: int, tally: Tally) -> Iterator[Callable[[], None]]:
    """A bar of replies on standard error, where that is a terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    left, hidden = TimeRemainingColumn(), not screen.is_terminal
    with Progress(*columns, left, console=screen, transient=True, disable=hidden) as bars:
        task = bars.add_task("replies", total=count)

        def progress() -> None:
            waiting, wrong = tally.open, tally.wrong
            about = f"replies ({waiting} waited for{f', {wrong} WRONG' if wrong else ''})"
            bars.update(task, completed=tally.replied, description=about)

        yield progress
