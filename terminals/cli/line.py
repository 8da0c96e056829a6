"""The options of every verb that connects to a switch: where it is, and TLS."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import address
from switch.errors import UsageError

if TYPE_CHECKING:
    import ssl


def add_line(verb: argparse.ArgumentParser, *, certificate: bool = True) -> None:
    """`--to`, `--ca` and, for one terminal, `--cert`."""
    verb.add_argument("--to", default="127.0.0.1:4000", metavar="HOST:PORT", help="the switch")
    verb.add_argument(
        "--ca", type=Path, metavar="FILE", help="by TLS: who signs the switch's certificate (PEM)"
    )
    if certificate:
        verb.add_argument(
            "--cert",
            nargs=2,
            type=Path,
            metavar=("CERT", "KEY"),
            help="with --ca: the terminal's own certificate",
        )


def line_of(arguments: argparse.Namespace) -> tuple[str, int]:
    """Host and port; UsageError if they or the files do not go together."""
    if getattr(arguments, "cert", None) and not arguments.ca:
        raise UsageError("--cert is of no use without --ca", "add --ca FILE")
    return address(arguments.to)


def tls_of(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    """TLS as these options say; None without it. Loads the client."""
    from terminals.client import trusting

    own = getattr(arguments, "cert", None) or ()
    return trusting(arguments.ca, *own) if arguments.ca else None
