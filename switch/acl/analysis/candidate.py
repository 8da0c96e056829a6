"""A file that an owner wants in force, examined whole before anything else sees it.

Everything is checked against directory and catalog and against the version that it follows: shape,
names, tests, promises, and what protection it withdraws.
"""

from __future__ import annotations

from dataclasses import dataclass

from switch.acl.analysis.promises import check
from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument, read_network, read_owner
from switch.acl.policy import NETWORK, Policy
from switch.acl.protection import alone, notice_s, withdrawn
from switch.acl.rows import NetworkFile, OwnerFile
from switch.config import World
from switch.errors import AuthoredError, Finding
from switch.files.authored import inspect_bytes
from switch.files.salvage import FILLED_IN


@dataclass(frozen=True, slots=True)
class Examined:
    """What is to be known of a candidate. `policy` is None if there are findings."""

    policy: Policy | None
    findings: tuple[Finding, ...] = ()
    withdrawn: tuple[str, ...] = ()  # promises of the base that it no longer makes
    alone: bool = True  # whether a withdrawal comes without any other change
    notice_s: int = 0  # of the base: how long a withdrawal waits


def examine(world: World, backend: str, file: bytes, base: bytes) -> Examined:
    """Examine it as the next version of that file, after `base`."""
    directory = Directory(world)
    try:
        if backend == NETWORK:
            return Examined(compiled(directory, backend, file))
        document = _document(file, backend, directory)
    except AuthoredError as error:
        return Examined(None, error.findings)
    findings = check(document, directory).findings
    if findings:
        return Examined(None, findings)
    old = _document(base, backend, directory)
    gone = withdrawn(old, document)
    return Examined(document.policy, (), gone, not gone or alone(old, document), notice_s(old))


def compiled(directory: Directory, backend: str, file: bytes) -> Policy:
    """The rules of a version that was examined before; AuthoredError if the world has changed so
    that it no longer fits."""
    if backend == NETWORK:
        name = f"{backend}.toml"
        return read_network(inspect_bytes(file, NetworkFile, name=name), directory)
    return _document(file, backend, directory).policy


def _document(file: bytes, backend: str, directory: Directory) -> OwnerDocument:
    authored = inspect_bytes(file, OwnerFile, name=f"{backend}.toml")
    if authored.model.backend not in (backend, FILLED_IN):
        what = f"it is {authored.model.backend}'s file, by its own word"
        mine = authored.finding(("backend",), what, f'write backend = "{backend}"')
        raise AuthoredError([*authored.findings, mine])
    return read_owner(authored, directory)
