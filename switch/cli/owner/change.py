"""`wireroom owner propose | stage | activate | rollback`: signed orders about one's own file."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from switch.cli.style import add_control, sub_parser
from switch.errors import UsageError

EXAMPLE = """\
wireroom owner propose CADMV draft.toml --control wireroom.control --key CADMV.key
wireroom owner stage CADMV 1f2e3d4c --control wireroom.control --key CADMV.key
wireroom owner activate CADMV 1f2e3d4c --control wireroom.control --key CADMV.key
wireroom owner rollback CADMV --control wireroom.control --key CADMV.key"""

_WHAT = {
    "propose": "Have a file checked and kept by the switch; nothing changes yet.",
    "stage": "Have it judged beside the version in force and logged, not acted on.",
    "activate": "Put it in force, between two messages.",
    "rollback": "Put an earlier version in force again, as a new one.",
}


def add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The four sub-verbs."""
    added = []
    for name, what in _WHAT.items():
        verb = sub_parser(verbs, name, what, EXAMPLE)
        verb.add_argument("backend", help="whose file; NETWORK is the switch operator's")
        if name == "rollback":
            help_ = "how its digest begins (default: what that in force was put on)"
            verb.add_argument("what", nargs="?", metavar="VERSION", help=help_)
        else:
            help_ = "a file, or how the digest of a kept version begins"
            verb.add_argument("what", metavar="FILE|VERSION", help=help_)
            help_ = "what it was written on (default: the version in force; of a kept version what"
            help_ += " was in force when it was proposed)"
            verb.add_argument("--base", metavar="VERSION", help=help_)
        add_control(verb)
        verb.add_argument("--key", type=Path, metavar="FILE", help="default: ./BACKEND.key")
        verb.add_argument("--reason", default="", help="needed where protection is withdrawn")
        verb.add_argument("--cite", default="", help="the paper that says so")
        added.append(verb)
    return added


def run(arguments: argparse.Namespace) -> int:
    """Exit 0: accepted; 1: refused, and on record; 2: misuse."""
    from switch.acl.envelope import Action, digest_of
    from switch.cli.owner.line import give, kept_file, state_of, steady
    from switch.cli.owner.told import tell
    from switch.office.keys import read_private

    backend, control = arguments.backend, arguments.control
    key = read_private(arguments.key or Path(f"{backend}.key"))
    state = state_of(control, backend)
    file: bytes | None = None
    if arguments.verb == "rollback":
        action, base = Action.ACTIVATE, state["active"]
        digest = _earlier(control, backend, arguments.what)
    elif Path(arguments.what).is_file():
        action, file = Action(arguments.verb), steady(Path(arguments.what))
        base = kept_file(control, backend, arguments.base or "")[0]
        digest = digest_of(file)
    else:
        action = Action(arguments.verb)
        _is_version(arguments.what, backend)
        digest = kept_file(control, backend, arguments.what)[0]
        base = _written_on(control, backend, digest, arguments.base)
    words = (arguments.reason, arguments.cite)
    answer = give(control, key, action, backend, digest, base, file, *words)
    return tell(answer, as_json=arguments.json)


def _is_version(what: str, backend: str) -> None:
    """UsageError for what can only have been meant as a file, and is none."""
    fix = f"give a file, or how a version begins: wireroom owner history {backend} lists them"
    if Path(what).exists():
        raise UsageError(f"`{what}` is no regular file", fix)
    if not _DIGEST.fullmatch(what):
        raise UsageError(f"no file `{what}`", fix)


_DIGEST = re.compile(r"[0-9a-f]{1,64}")


def _history(control: Path, backend: str) -> list[dict[str, Any]]:
    from switch.cli.owner.line import ask

    changes: list[dict[str, Any]] = ask(control, {"do": "history", "backend": backend})["changes"]
    return changes


def _written_on(control: Path, backend: str, digest: str, wanted: str | None) -> str:
    """The base of a kept version: what was in force when it was proposed, never what is now.

    Else whoever activates it would overwrite a change that nobody compared it with.
    """
    from switch.cli.owner.line import kept_file

    if wanted:
        return kept_file(control, backend, wanted)[0]
    bases = [c["base"] for c in _history(control, backend) if c["digest"] == digest and c["base"]]
    if not bases:
        fix = "`owner rollback` puts an earlier version in force again"
        raise UsageError(f"version {digest[:12]} was never proposed", fix)
    return str(bases[-1])


def _earlier(control: Path, backend: str, wanted: str | None) -> str:
    """The version asked for, or the one on which that in force was put."""
    from switch.acl.analysis.chronicle import below
    from switch.cli.owner.history import change_of
    from switch.cli.owner.line import kept_file

    if wanted:
        return kept_file(control, backend, wanted)[0]
    before = below(map(change_of, _history(control, backend)))
    if before is None:
        fix = f"name it: `wireroom owner history {backend}` lists them all"
        raise UsageError(f"no other version of {backend} was in force before this one", fix)
    return before
