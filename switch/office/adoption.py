"""What is in force when a switch starts: the last version that each owner activated.

The world's folder is only where a file comes from the first time. From then on nobody's editor
changes what the switch does: a file on disk that differs is reported, on record, and not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from switch.acl.analysis.candidate import Examined, compiled
from switch.acl.analysis.chronicle import in_force
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.envelope import Action, Signed, digest_of, opened, verified
from switch.acl.lifecycle import Change, FileState, Step
from switch.acl.policy import NETWORK, Policy
from switch.config import World
from switch.core.events import ChangeNoted, Event
from switch.errors import JournalError, UsageError
from switch.files.authored import did_you_mean
from switch.office.authority import came_due, event_of
from switch.office.versions import FILE_NAME, Versions
from switch.terms import Instant
from switch.wire.control import FILE_BYTES_MAX


def adopt(
    stack: AccessStack, keys: Mapping[str, bytes], versions: Versions, now: Instant
) -> tuple[AccessStack, list[Event]]:
    """The stack to start with, and what the switch is to be told first.

    UsageError for a key of no backend and for one that is gone, JournalError where a version does
    not bear its owner's signature, AuthoredError where the world has changed so that a version no
    longer fits.
    """
    events: list[Event] = []
    _known(keys, stack.world)
    _none_without_key(stack.world, keys, versions)
    for name in keys:
        on_disk = _on_disk(stack.world, name)
        if name not in versions.states:
            digest = digest_of(on_disk)
            versions.append(Change(0, now, Step.ADOPTED, name, digest, now), on_disk)
        _bring_due(versions, name, now)
        state = versions.states[name]
        _verify(versions, name, state.active, keys[name])
        if state.active != digest_of(on_disk):
            events.append(_another(versions, name, digest_of(on_disk), state))
            stack = stack.with_policy(_policy(stack.directory, versions, name, state.active))
        if state.staged:
            events.append(_staged_again(stack.directory, versions, name, state.staged))
    return stack, events


def _none_without_key(world: World, keys: Mapping[str, bytes], versions: Versions) -> None:
    """UsageError where a version in force would be left out, since its owner's key is gone."""
    for name in _differing(world, versions):
        if name not in keys:
            digest = versions.states[name].active[:12]
            what = (
                f"the owner of {name} has put version {digest} in force, and `{name}.pub` is gone"
            )
            raise UsageError(what, "put it back into the owners' folder; nothing is served without")


def in_force_elsewhere(folder: Path, world: World) -> list[str]:
    """Whose version in force is kept in this folder and is not the file that the world has: a
    switch that does not adopt it would undo what its owner ordered."""
    try:
        there = folder.is_dir()
    except OSError:
        return []  # nor can the journal that lies beside it be opened, which is told
    try:
        if not there or not (folder / FILE_NAME).is_file():
            return []
    except OSError as error:
        what = f"cannot look into `{folder}`: {error.strerror}"
        raise UsageError(what, "run it as the user who may") from None
    versions = Versions.read(folder)
    try:
        return _differing(world, versions)
    finally:
        versions.close()


def _differing(world: World, versions: Versions) -> list[str]:
    """Of which files of this world another version is in force."""
    ours = {*world.backends, NETWORK}
    states = {name: state for name, state in versions.states.items() if name in ours}
    return [n for n, state in states.items() if state.active != digest_of(_on_disk(world, n))]


def _known(keys: Mapping[str, bytes], world: World) -> None:
    for name in keys:
        if name not in world.backends and name != NETWORK:
            meant = did_you_mean(name, (*world.backends, NETWORK))
            fix = f"{meant} (else take `{name}.pub` out of the owners' folder)"
            raise UsageError(f"the key `{name}.pub` is of no backend of this world", fix)


def _on_disk(world: World, name: str) -> bytes:
    path: Path = world.acl_folder / f"{name}.toml"
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {error.strerror}") from None


def _bring_due(versions: Versions, name: str, now: Instant) -> None:
    """A withdrawal whose notice ran out while the switch was not there."""
    pending = versions.states[name].pending
    if pending is not None and pending.effective <= now:
        versions.append(came_due(pending, now))


def _verify(versions: Versions, name: str, digest: str, public: bytes) -> None:
    """What is in force bears its owner's signature, unless it is the file first found."""
    made = [c for c in versions.changes(name) if c.digest == digest and c.step in _MAKING]
    if made and made[-1].step is Step.ADOPTED:
        return
    signed = [c for c in made if c.step is Step.ACTIVATED]
    if signed:
        change = signed[-1]
        envelope = opened(change.order)
        genuine = verified(Signed(change.order, change.key, change.signature), public)
        if genuine and envelope is not None:
            said = (envelope.action, envelope.backend, envelope.digest)
            if said == (Action.ACTIVATE, name, digest):
                return
    raise JournalError(
        f"the version of {name} in force ({digest[:12]}) does not bear the signature of its owner\n"
        f"    fix: put `{name}.pub` and the versions back as they were; nothing is served without"
    )


_MAKING = (Step.ADOPTED, Step.ACTIVATED)


def _policy(directory: Directory, versions: Versions, name: str, digest: str) -> Policy:
    file = versions.file(name, digest)
    if file is None:
        raise JournalError(f"version {digest[:12]} of {name} is missing from the store")
    return compiled(directory, name, file)


def _another(versions: Versions, name: str, digest: str, state: FileState) -> Event:
    """Disk and version in force differ: the owner went on since, or somebody edited the file."""
    fields = {"digest": digest, "base": state.active}
    here, stays = f"`acl/{name}.toml` on disk", f"{state.active[:12]}, which stays in force"
    if digest in (change.digest for change in in_force(versions.changes(name))):
        # Orders change the version, never the file: whoever accused somebody here would be wrong.
        what = f"{here} is {digest[:12]}, older than the owner's version {stays}"
        return ChangeNoted("the switch", name, what, "", fields)
    signed = "signed but never activated" if digest in state.versions else "did not sign"
    error = f"{here} is version {digest[:12]}, which its owner {signed}; version {stays}"
    return ChangeNoted("somebody at the switch", name, "edited the file on disk", error, fields)


def _staged_again(directory: Directory, versions: Versions, name: str, digest: str) -> Event:
    change = [c for c in versions.changes(name) if c.digest == digest and c.step is Step.STAGED][-1]
    return event_of(change, Examined(_policy(directory, versions, name, digest)))
