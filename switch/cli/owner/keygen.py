"""`wireroom owner keygen`: an owner's key pair, and handing its public half to a switch."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from switch.cli.style import sub_parser
from switch.errors import Exit, UsageError
from switch.terms import TRAINING_LINE, parse_name

EXAMPLE = """\
wireroom owner keygen CADMV --register wireroom.owners
wireroom owner keygen CADMV --register wireroom.owners --world ./my-world"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "A new key pair for one owner; the private key is readable by its owner only."
    verb = sub_parser(verbs, "keygen", what, EXAMPLE)
    verb.add_argument("backend", help="whose; NETWORK is the switch operator's own file")
    verb.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="default: here")
    verb.add_argument(
        "--register", type=Path, metavar="DIR", help="put the public key where the switch looks"
    )
    world = "whose backend it is (default: any of the shipped worlds)"
    verb.add_argument("--world", metavar="WORLD", help=world)
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Write the pair; exit 0. Never over an old one."""
    from switch.office.keys import fingerprint, generate, read_public, register

    try:
        backend = parse_name(arguments.backend)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if arguments.register:
        _known(backend, arguments.world)
        if arguments.register.exists() and not arguments.register.is_dir():
            what = f"`{arguments.register}` is no folder; nothing was written"
            raise UsageError(what, "give --register the folder that `serve --owners` names")
    private, public = generate(arguments.out, backend)
    where = register(public, arguments.register) if arguments.register else None
    name = fingerprint(read_public(public))
    if arguments.json:
        row = {"training": True, "backend": backend, "private": str(private), "public": str(public)}
        registered = str(where) if where else None
        sys.stdout.write(json.dumps({**row, "key": name, "registered": registered}) + "\n")
        return int(Exit.FINE)
    sys.stdout.write(f"{TRAINING_LINE}\nkey {name} of {backend}'s owner\n")
    sys.stdout.write(f"  {private}  the private key: keep it, it signs every change\n")
    sys.stdout.write(f"  {public}  the public key: whoever runs the switch registers it\n")
    if where:
        sys.stdout.write(f"  {where}  registered; a switch that runs must be started again\n")
    return int(Exit.FINE)


def _known(backend: str, world: str | None) -> None:
    """UsageError for a name of no backend: with its key registered, no switch would start."""
    from switch.acl.policy import NETWORK
    from switch.files.authored import did_you_mean
    from switch.world_file import load_world, shipped_worlds

    worlds = [world] if world else shipped_worlds()
    names = {name for each in worlds for name in load_world(each).backends} | {NETWORK}
    if backend not in names:
        whose = f"`{world}` has no backend" if world else "no shipped world has a backend"
        fix = did_you_mean(backend, names)
        if not world:
            fix += f"{' G' if fix.endswith('?') else '; g'}ive --world for a world of your own"
        raise UsageError(f"{whose} `{backend}`; nothing was written", fix)
