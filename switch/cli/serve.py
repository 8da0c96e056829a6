"""`wireroom serve`: a switch that terminals can connect to."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import CACHE_HELP, address, parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE

if TYPE_CHECKING:
    import ssl

    from switch.backend import Backend
    from switch.config import World
    from switch.office.office import OwnersOffice
    from switch.shell.clock import Clock
    from switch.terms import BackendName

_EXAMPLE = """\
wireroom serve golden-state --listen 127.0.0.1:4000
printf 'SIGNON BAY2 BPD2\\nDQ.CA0990100.CA.*A1.TXTOLN/S0990001\\n' | nc -q 2 127.0.0.1 4000"""


def _arguments(argv: list[str]) -> argparse.Namespace:
    verb = parser(
        "serve",
        "Run a switch until SIGINT, SIGTERM or SIGHUP. Standard output gets one JSON line when\n"
        "it is ready. What changes (lines, sign-ons, backends, rules) is logged on standard\n"
        "error, as JSON lines where that is no terminal; every message goes to the journal.",
        _EXAMPLE,
    )
    verb.add_argument(
        "world", help="of `wireroom world list`, or a folder with world.toml and acl/"
    )
    verb.add_argument(
        "--listen", default="127.0.0.1:4000", metavar="HOST:PORT", help="port 0 = any free one"
    )
    verb.add_argument(
        "--journal",
        type=Path,
        default=Path("wireroom.journal"),
        metavar="FILE",
        help="created or continued (default: ./wireroom.journal)",
    )
    verb.add_argument(
        "--control",
        type=Path,
        metavar="PATH",
        help="a socket on which owners change their own files (see `wireroom owner`)",
    )
    verb.add_argument(
        "--owners",
        type=Path,
        metavar="DIR",
        help="registered keys and every version (default: the journal's name with .owners)",
    )
    verb.add_argument("--json", action="store_true", help="log JSON lines on a terminal too")
    verb.add_argument("--cache", type=Path, metavar="DIR", help=CACHE_HELP)
    verb.add_argument(
        "--heads",
        type=Path,
        metavar="DIR",
        help="write each owner's heads and receipts there, by which it can prove what was changed",
    )
    verb.add_argument(
        "--tls",
        nargs=2,
        type=Path,
        metavar=("CERT", "KEY"),
        help="take lines by TLS only, with this certificate and its key (PEM)",
    )
    verb.add_argument(
        "--client-ca",
        type=Path,
        metavar="FILE",
        help="who signs the certificates of terminals (subjectAltName = mnemonic); at a terminal\n"
        "without one only an operator with a secret can sign on",
    )
    arguments = verb.parse_args(argv)
    if arguments.client_ca is not None and arguments.tls is None:
        raise UsageError("--client-ca is of no use without --tls", "add --tls CERT KEY")
    return arguments


def main(argv: list[str]) -> int:
    """Serve until told to stop; exit code 0 after a graceful stop."""
    arguments = _arguments(argv)
    host, port = address(arguments.listen)
    from switch.cli.logs import set_up_logs

    with set_up_logs(as_json=arguments.json or None):
        return _serve(arguments, host, port)


def _serve(arguments: argparse.Namespace, host: str, port: int) -> int:
    import structlog
    import trio

    from switch.shell.app import Switch
    from switch.shell.clock import WallClock
    from switch.shell.heads import HeadsFolder, with_receipts
    from switch.shell.past import past_of
    from switch.shell.scribe import Scribe
    from switch.shell.server import serve
    from switch.shell.transport import Listener
    from switch.shell.whole import whole

    tls = _tls(arguments)
    world, stack, formats = whole(arguments.world)
    listener = Listener(host, port)  # a port in use is told before anything is made
    past = past_of(world, formats, arguments.journal)
    _none_undone(arguments, world)
    backends = _backends(world, arguments.cache)
    past.deliver(backends)
    journal = Scribe.open(arguments.journal)
    past.must_end(journal.head, arguments.journal)
    heads = None
    if arguments.heads is not None:
        heads = HeadsFolder(arguments.heads, world.backends, journal.heads)
        journal.deliver_to(heads.deliver)
        backends = with_receipts(backends, heads)
    _warn(host)
    clock = WallClock()
    owners = _owners(arguments, clock)
    if owners is not None:
        stack = owners.adopt(stack)
    watch = owners.watch if owners is not None else None
    switch = Switch(world, stack, formats, backends, journal, clock, watch=watch)
    switch.recall(past)
    beside = owners.tasks(switch) if owners is not None else ()
    ready = partial(_announce, _about(arguments, world.id))
    gc.freeze()  # what is loaded stays: to look through it again and again would hold up messages
    try:
        trio.run(partial(serve, switch, listener, ready, *beside, tls=tls))
    finally:
        for backend in backends.values():
            backend.close()
        journal.close()
        entries, head = journal.head
        log = structlog.get_logger("wireroom.serve")
        log.info("journal closed", entries=entries, head=head)
        for each in (heads, owners):
            if each is not None:
                each.close()
    return int(Exit.FINE)


def _about(arguments: argparse.Namespace, world: str) -> dict[str, str]:
    """What the ready line says beside the address."""
    about = {"world": world, "journal": str(arguments.journal)}
    if arguments.control is not None:
        about["control"] = str(arguments.control)
    if arguments.tls is not None:
        about["tls"] = f"{'with' if arguments.client_ca else 'without'} client certificates"
    return about


def _announce(about: Mapping[str, str], address: str) -> None:
    line = {"training": True, "notice": TRAINING_LINE, "ready": True, "listen": address, **about}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    import structlog

    structlog.get_logger("wireroom.serve").info("listening", listen=address, **about)


def _owners(arguments: argparse.Namespace, clock: Clock) -> OwnersOffice | None:
    """The owners' side, if there is a control socket."""
    if arguments.control is None:
        return None
    from switch.office.office import OwnersOffice

    folder = arguments.owners or arguments.journal.with_suffix(".owners")
    return OwnersOffice(arguments.control, folder, clock)


def _none_undone(arguments: argparse.Namespace, world: World) -> None:
    """UsageError where what owners ordered would not hold, since nobody could take it back or go on
    with it: their side of the switch is its control socket."""
    if arguments.control is not None:
        return
    if arguments.owners is not None:
        fix = f"add --control PATH, such as --control {arguments.owners.with_suffix('.control')}"
        raise UsageError("--owners is of no use without --control", fix)
    from switch.office.adoption import in_force_elsewhere

    folder = arguments.journal.with_suffix(".owners")
    names = in_force_elsewhere(folder, world)
    if names:
        what = (
            f"the owners of {', '.join(names)} have put versions in force that are in `{folder}`,"
        )
        what += " and without --control they would not hold"
        fix = (
            f"add --control {arguments.journal.with_suffix('.control')}, or begin another --journal"
        )
        raise UsageError(what, fix)


def _backends(world: World, cache: Path | None) -> Mapping[BackendName, Backend]:
    """All of them, open."""
    from switch.cli.style import progress_bars
    from switch.shell.plugins import default_cache_folder, open_backends

    with progress_bars() as progress:
        return open_backends(world, cache or default_cache_folder(), progress)


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.tls is None:
        return None
    from switch.shell.tls import server_context

    certificate, key = arguments.tls
    return server_context(certificate, key, arguments.client_ca)


def _warn(host: str) -> None:
    import structlog

    if not _is_loopback(host):
        structlog.get_logger("wireroom.serve").warning(
            "anyone who reaches this address can sign on; every record is invented", host=host
        )


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"
