"""The options of every verb that connects to a switch: where it is, and TLS."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from switch.cli.style import address
from switch.errors import UsageError
from switch.terms import Mnemonic

if TYPE_CHECKING:
    import ssl


def add_line(verb: argparse.ArgumentParser, *, certificate: bool = True) -> None:
    """`--to`, `--ca` and, for one terminal, `--cert`; else `--certs` for all of them."""
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
    else:
        verb.add_argument(
            "--certs",
            type=Path,
            metavar="DIR",
            help="with --ca: TERMINAL.pem and TERMINAL.key of each that has a certificate",
        )


def line_of(arguments: argparse.Namespace) -> tuple[str, int]:
    """Host and port; UsageError if they or the files do not go together."""
    for name in ("cert", "certs"):
        if getattr(arguments, name, None) and not arguments.ca:
            raise UsageError(f"--{name} is of no use without --ca", "add --ca FILE")
    return address(arguments.to, to_listen=False)


def tls_of(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    """TLS as these options say; None without it. Loads the client."""
    from terminals.client import trusting

    own = getattr(arguments, "cert", None) or ()
    return trusting(arguments.ca, *own) if arguments.ca else None


def tls_of_each(arguments: argparse.Namespace) -> Mapping[Mnemonic, ssl.SSLContext]:
    """TLS for every terminal that has a certificate in the folder of `--certs`, none without it;
    UsageError names the folder or the files that cannot be used."""
    if not arguments.certs:
        return {}
    from terminals.client import trusting

    pairs = _pairs(arguments.certs)
    return {name: trusting(arguments.ca, *pair) for name, pair in pairs.items()}


def _pairs(folder: Path) -> dict[Mnemonic, tuple[Path, Path]]:
    """Every certificate beside which its key lies, by its name without ending, in capitals."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "give the one with TERMINAL.pem in it")
    found = {path: path.with_suffix(".key") for path in sorted(folder.glob("*.pem"))}
    pairs = {
        Mnemonic(path.stem.upper()): (path, key) for path, key in found.items() if key.exists()
    }
    if not pairs:
        raise UsageError(
            f"{folder} holds no certificate with its key", "each as TERMINAL.pem and TERMINAL.key"
        )
    return pairs
