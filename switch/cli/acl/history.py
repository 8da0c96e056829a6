"""`wireroom acl history`: the same as `owner history`, from files, with no switch running."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.cli.style import sub_parser
from switch.errors import Exit, UsageError

if TYPE_CHECKING:
    from switch.config import World

EXAMPLE = """\
wireroom acl history CADMV --owners wireroom.owners
wireroom acl history CADMV --at 2019-10-14T00:00:00         the world's own file alone"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """The sub-verb's own arguments."""
    what = "What was in force when, and what was ordered but not yet effective."
    verb = sub_parser(verbs, "history", what, EXAMPLE)
    verb.add_argument("backend", help="whose file; NETWORK is the switch operator's")
    owners = "the folder that a switch kept (serve --owners); default: the world's own file alone"
    verb.add_argument("--owners", type=Path, metavar="DIR", help=owners)
    verb.add_argument("--at", metavar="TIME", help="as it stood then (default: now)")
    return verb


def run(arguments: argparse.Namespace) -> int:
    """Print it; exit 0."""
    from switch.acl.analysis.chronicle import lives
    from switch.acl.policy import NETWORK
    from switch.cli.acl.moments import moment
    from switch.cli.owner.history import tell
    from switch.files.authored import did_you_mean
    from switch.world_file import load_world

    world, backend = load_world(arguments.world), arguments.backend
    if backend not in world.backends and backend != NETWORK:
        raise UsageError(f"no backend `{backend}`", did_you_mean(backend, world.backends))
    at = moment(arguments.at, world.timezone, "--at")
    kept = _kept(arguments.owners, backend) if arguments.owners else _alone(world, backend)
    changes = [change for change in kept.changes if change.at <= at]
    if not changes:
        raise UsageError(f"nothing is on record of {backend} at that time", "give a later --at")
    tell(
        backend,
        {**_state(backend, changes, at), "timezone": world.timezone.key},
        [_row(change) for change in changes if change.number],
        lives(changes, kept.files),
        as_json=arguments.json,
    )
    return int(Exit.FINE)


class _Kept:
    """What happened to one file, and every version of it."""

    def __init__(self, changes: list[Any], files: dict[str, bytes]) -> None:
        self.changes = changes
        self.files = files


def _kept(folder: Path, backend: str) -> _Kept:
    from switch.office.versions import Versions

    versions = Versions.read(folder)
    try:
        changes = versions.changes(backend)
        digests = {change.digest for change in changes}
        found = {digest: versions.file(backend, digest) for digest in digests}
    finally:
        versions.close()
    if not changes:
        fix = f"wireroom owner keygen {backend} --register {folder}, then start the switch again"
        raise UsageError(f"`{folder}` knows nothing of {backend}", fix)
    return _Kept(changes, {digest: data for digest, data in found.items() if data is not None})


def _alone(world: World, backend: str) -> _Kept:
    """The one version that lies in the world's folder, as if it had always been there."""
    from switch.acl.directory import Directory
    from switch.acl.document import read_document, read_network
    from switch.acl.envelope import digest_of
    from switch.acl.lifecycle import Change, Step
    from switch.acl.policy import NETWORK
    from switch.acl.rows import NetworkFile
    from switch.files.authored import inspect

    path, directory = world.acl_folder / f"{backend}.toml", Directory(world)
    if backend == NETWORK:
        read_network(inspect(path, NetworkFile), directory)
    else:
        read_document(path, directory)
    data = path.read_bytes()
    digest = digest_of(data)
    return _Kept([Change(0, 0.0, Step.ADOPTED, backend, digest, 0.0)], {digest: data})


def _state(backend: str, changes: list[Any], at: float) -> dict[str, Any]:
    from switch.acl.lifecycle import states

    state = states(changes)[backend]
    return {
        "active": state.active,
        "since": state.since,
        "staged": state.staged,
        "shadow": None,
        "pending": _row(state.pending) if state.pending is not None else None,
        "now": at,
    }


def _row(change: Any) -> dict[str, Any]:
    from switch.office.authority import as_row

    return as_row(change)
