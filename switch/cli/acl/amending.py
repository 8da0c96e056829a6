"""What `acl cutoff` and `acl restore` share: which file, the check, sending it, writing it."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.errors import AuthoredError, UsageError

if TYPE_CHECKING:
    from switch.acl.directory import Directory
    from switch.acl.document import OwnerDocument
    from switch.acl.engine import AccessStack
    from switch.acl.policy import Policy
    from switch.config import World


@dataclass(frozen=True, slots=True)
class Draft:
    """The file that is to be changed, as it is in force or on disk."""

    world: World
    directory: Directory
    backend: str
    document: OwnerDocument
    data: bytes
    path: Path | None  # where the new text is written; None = nowhere
    digest: str


def arguments(verb: argparse.ArgumentParser) -> None:
    """The options that both verbs have."""
    verb.add_argument("backend", help="whose file, such as CADMV")
    verb.add_argument("--reason", required=True, type=_words, help="why, for people who ask later")
    verb.add_argument("--cite", required=True, type=_words, help="the paper that says so")
    verb.add_argument("--file", type=Path, metavar="FILE", help="default: the world's own")
    verb.add_argument("--dry-run", action="store_true", help="show it all, change nothing")
    verb.add_argument(
        "--control", type=Path, metavar="PATH", help="a running switch: sign, send, activate"
    )
    verb.add_argument("--key", type=Path, metavar="FILE", help="default: ./BACKEND.key")


def _words(text: str) -> str:
    """What people who ask later are told; it stands in the file and on record."""
    if not text.strip():
        raise argparse.ArgumentTypeError("says nothing")
    return text


def opened(arguments: argparse.Namespace) -> Draft:
    """The file to change: of a running switch the version in force, else the one on disk."""
    from switch.acl.directory import Directory
    from switch.acl.document import read_owner
    from switch.acl.envelope import digest_of
    from switch.acl.rows import OwnerFile
    from switch.cli.owner.line import kept_file, steady
    from switch.files.authored import did_you_mean, inspect_bytes
    from switch.world_file import load_world

    world, backend = load_world(arguments.world), arguments.backend
    if backend not in world.backends:
        raise UsageError(f"no backend `{backend}`", did_you_mean(backend, world.backends))
    path = _path(arguments, world)
    if arguments.control is not None:
        digest, data = kept_file(arguments.control, backend)
        if path is not None and digest_of(steady(path)) != digest:
            fix = f"wireroom owner history {backend} --show {digest[:12]} prints that one"
            raise UsageError(f"`{path}` is not the version in force", fix)
    else:
        data = steady(path or world.acl_folder / f"{backend}.toml")
        digest = digest_of(data)
    directory, shown = Directory(world), f"{path or f'acl/{backend}.toml'}"
    document = read_owner(inspect_bytes(data, OwnerFile, name=shown), directory)
    if document.policy.name != backend:
        raise UsageError(f"`{shown}` is the file of {document.policy.name}", "give its own --file")
    return Draft(world, directory, backend, document, data, path, digest)


def _path(arguments: argparse.Namespace, world: World) -> Path | None:
    """Where to write: the file given, or the world's own. A shipped world is never changed."""
    from switch.world_file import WORLDS_FOLDER

    if arguments.file is not None:
        given: Path = arguments.file
        return given
    if not world.folder.resolve().is_relative_to(WORLDS_FOLDER.resolve()):
        return world.acl_folder / f"{arguments.backend}.toml"
    if arguments.control is None and not arguments.dry_run:
        raise UsageError(
            f"{world.id} is a shipped world, whose files stay as they are",
            "give --file with a copy, --control with a running switch, or --dry-run",
        )
    return None


def alone(draft: Draft, policy: Policy | None = None) -> AccessStack:
    """The owner's file by itself, as it is or with another policy in its place."""
    from switch.acl.analysis.promises import judged_alone

    return judged_alone(policy or draft.document.policy, draft.directory)


def read(draft: Draft, text: str) -> OwnerDocument:
    """The new text, resolved."""
    from switch.acl.document import read_owner
    from switch.acl.rows import OwnerFile
    from switch.files.authored import parse

    name = draft.document.file.name
    return read_owner(parse(text, OwnerFile, name=name), draft.directory)


def checked(draft: Draft, text: str) -> Policy:
    """The new text's policy; AuthoredError with everything that is wrong with it."""
    from switch.acl.analysis.candidate import examine

    found = examine(draft.world, draft.backend, text.encode(), draft.data)
    if found.policy is None:
        raise AuthoredError(found.findings)
    return found.policy


def carried_out(arguments: argparse.Namespace, draft: Draft, text: str) -> dict[str, Any]:
    """Sent and activated where there is a switch, then written; `order` is the switch's answer.

    The file is written only after the switch has taken it: nothing is half done.
    """
    from switch.acl.envelope import Action, digest_of
    from switch.cli.owner.line import give
    from switch.office.keys import read_private

    done: dict[str, Any] = {"order": None, "written": None}
    data = text.encode()
    if arguments.dry_run:
        return done
    if arguments.control is not None:
        key = read_private(arguments.key or Path(f"{draft.backend}.key"))
        words = (digest_of(data), draft.digest, data, arguments.reason, arguments.cite)
        done["order"] = give(arguments.control, key, Action.ACTIVATE, draft.backend, *words)
        if not done["order"]["accepted"]:
            return done
    if draft.path is not None:
        write(draft.path, draft.data, data)
        done["written"] = str(draft.path)
    return done


def write(path: Path, old: bytes, new: bytes) -> None:
    """All or nothing, and only over what was read."""
    from switch.cli.owner.line import steady

    if steady(path) != old:
        raise UsageError(f"`{path}` changed meanwhile", "look at it, then try again")
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        what = f"cannot write `{path}`: {error.strerror}"
        raise UsageError(what, "the old one is kept") from None
