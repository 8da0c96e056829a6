"""`wireroom class`: a lesson with people in the seats, in their browsers."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from switch.cli.style import CACHE_HELP, parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    from scenarios.live.folder import ClassFolder

_EXAMPLE = """\
wireroom class plate-and-hit
wireroom class plate-and-hit --listen 192.0.2.10:8080   # for everybody in the room
wireroom class --resume class-plate-and-hit             # the machine was restarted"""


def main(argv: list[str]) -> int:
    """Lead a class until it is told to stop; exit code 0 when it ended in good order."""
    arguments = _arguments(argv)
    from scenarios.live.folder import new_folder, open_folder
    from switch.cli.style import address
    from switch.shell.transport import must_be_free

    host, port = address(arguments.listen)
    must_be_free(host, port)  # before a folder is made
    if arguments.resume is not None:
        folder = open_folder(arguments.resume)
    elif arguments.lesson is None:
        raise UsageError(
            "no lesson was named", "wireroom class LESSON, see: wireroom scenario list"
        )
    else:
        from scenarios.shelf import open_scenario

        opened = open_scenario(arguments.lesson)  # its mistakes are shown before a folder is made
        path = arguments.folder or Path(f"class-{opened.script.id}")
        folder = new_folder(path, arguments.lesson)
    return _lead(folder, host, port, arguments)


def _arguments(argv: list[str]) -> argparse.Namespace:
    verb = parser(
        "class",
        "Run a lesson with people in the seats: prints a join link for each seat and one for the\n"
        "trainer. Any browser will do; nothing is installed and nothing is loaded from elsewhere.\n"
        "Without --listen only this machine can reach it.",
        _EXAMPLE,
    )
    verb.add_argument("lesson", nargs="?", metavar="LESSON", help="a scenario's id or file")
    verb.add_argument(
        "--listen",
        default="127.0.0.1:8000",
        metavar="HOST:PORT",
        help="an address of this machine opens the class to whoever reaches it and has a link;"
        " port 0 = any free one (default: 127.0.0.1:8000, this machine alone)",
    )
    verb.add_argument(
        "--folder", type=Path, metavar="DIR", help="where it is kept (default: class-LESSON)"
    )
    verb.add_argument("--resume", type=Path, metavar="DIR", help="go on with a class as it was")
    verb.add_argument("--json", action="store_true", help="the links as one JSON line")
    verb.add_argument("--cache", type=Path, metavar="DIR", help=CACHE_HELP)
    return verb.parse_args(argv)


def _lead(folder: ClassFolder, host: str, port: int, arguments: argparse.Namespace) -> int:
    import structlog
    import trio

    from scenarios.live.server import serve_class
    from scenarios.shelf import open_scenario
    from switch.cli.style import progress_bars
    from switch.shell.plugins import default_cache_folder, open_backends
    from switch.shell.scribe import Scribe

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(30),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    opened = open_scenario(str(folder.lesson))
    earlier = folder.entries()
    with progress_bars() as progress:
        backends = open_backends(opened.world, arguments.cache or default_cache_folder(), progress)
    journal = Scribe.open(folder.journal)
    ready = partial(_announce, folder, host, arguments.json)
    try:
        trio.run(serve_class, folder, opened, backends, journal, earlier, (host, port), ready)
    finally:
        for backend in backends.values():
            backend.close()
        journal.close()
    return int(Exit.FINE)


def _announce(
    folder: ClassFolder, host: str, as_json: bool, desk: str, links: dict[str, str]
) -> None:
    if as_json:
        about = {"folder": str(folder.path), "trainer": desk, "seats": links}
        line = {"training": True, "ready": True, **about}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        return
    write = sys.stdout.write
    write(f"{TRAINING_LINE}\n\nTrainer:\n  {desk}\n\nSeats, one link for each person:\n")
    for seat, link in links.items():
        write(f"  {seat:<12} {link}\n")
    loopback = host in ("localhost", "::1") or host.startswith("127.")
    write(
        "\nOnly browsers on this machine reach it; --listen HOST:PORT opens it to a room.\n"
        if loopback
        else "\nOpen to whoever reaches this address and has a link. The lines are not encrypted:\n"
        "use it in a room of your own, and never with a real name or password.\n"
    )
    again = f"wireroom class --resume {quote(str(folder.path))}"
    write(f"Kept in {folder.path}; to go on after a restart: {again}\n")
    write("Ctrl+C ends it.\n")
    sys.stdout.flush()
