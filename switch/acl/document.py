"""`acl/*.toml`: from the text of the owners' files and the network's to a stack of rules.

Everything that a file names must exist in directory and catalog; all mistakes come together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.orders import Order
from switch.acl.policy import NETWORK, Policy
from switch.acl.reader import Reader
from switch.acl.rows import FreeIds, NetworkFile, OwnerFile
from switch.acl.rules import Effect, Promise, Request
from switch.config import World
from switch.errors import AuthoredError, Finding
from switch.files.authored import Authored, did_you_mean, inspect
from switch.files.salvage import FILLED_IN
from switch.files.toml.layout import literal
from switch.terms import Instant, Verdict


@dataclass(frozen=True, slots=True)
class OwnerDocument:
    """A checked owner's file: its policy, and what it promises."""

    file: Authored[OwnerFile]
    policy: Policy
    timezone: ZoneInfo
    tests: tuple[tuple[Request, Instant], ...]
    nevers: tuple[Promise, ...]
    always: tuple[Promise, ...]
    orders: tuple[Order, ...] = ()  # as `policy` has them, in the order of the file


_TABLES = (("deny", Effect.DENY), ("refer", Effect.REFER), ("allow", Effect.ALLOW))


def read_owner(file: Authored[OwnerFile], directory: Directory, stem: str = "") -> OwnerDocument:
    """Resolve an owner's file; AuthoredError with everything that is wrong with it.

    `stem` is the file's name, where there is one: it may be any but that of another backend.
    """
    file = _its_own(_with_facts(file, stem, directory), stem, directory)
    model, world = file.model, directory.world
    reader = Reader(file, directory, stem if stem in world.backends else model.backend)
    for name in ("format", "default"):
        reader.no_placeholder((name,), getattr(model, name))
    if model.backend not in {*world.backends, *file.lost}:
        what = f"backend `{model.backend}` is not in the world"
        reader.unknown(("backend",), what, model.backend, world.backends)
    rules = []
    for table, effect in _TABLES:
        for index, row in enumerate(getattr(model, table)):
            rules.append(reader.rule((table, index), effect, row))
    liftable = {row.id for row in (*model.deny, *model.refer)}
    orders = [reader.order(index, row, liftable) for index, row in enumerate(model.order)]
    watches = [reader.watch(index, row) for index, row in enumerate(model.watch)]
    tables = [*(table for table, _ in _TABLES), "order", "watch", "never", "always"]
    _unique(reader, [(table, row) for table in tables for row in enumerate(getattr(model, table))])
    tests = [reader.test(index, row) for index, row in enumerate(model.test)]
    nevers = [reader.promise(("never", i), row) for i, row in enumerate(model.never)]
    always = [reader.promise(("always", i), row) for i, row in enumerate(model.always)]
    every = [*(rule.id for rule in rules), *(order.id for order in orders)]
    ids = {*every}
    # A name that is nobody's may be the id that a rule lacks: nothing is said of it, or no edit
    # offered where two rules have one id.
    settled = not any(map(reader.filled_in, ids))
    reader.ids_settled = len(ids) == len(every)
    allows = {row.id for row in model.allow}
    for index, row in enumerate(model.deny if settled else ()):
        reader.exceptions(("deny", index), row, allows)
    for index, row in enumerate(model.test if settled else ()):
        if row.rule is not None and row.rule not in ids and row.rule not in file.lost:
            what = f"rule `{row.rule}` is not in this file"
            reader.unknown_id(("test", index, "rule"), what, row.rule, ids)
    for index, accepted in enumerate(model.accept):
        reader.accept(index, accepted, ids)
    if reader.findings:
        raise AuthoredError(reader.findings)
    default = Verdict.ALLOW_DEFAULT if model.default == "allow" else Verdict.DENY_DEFAULT
    version = hashlib.sha256(file.text.encode()).hexdigest()
    policy = Policy(model.backend, rules, default, version, model.owner, orders, watches)
    promised = (tuple(tests), tuple(nevers), tuple(always))
    return OwnerDocument(file, policy, reader.timezone, *promised, tuple(orders))


def read_document(
    path: Path,
    directory: Directory,
    *,
    name: str | None = None,
    lost: frozenset[str] = frozenset(),
) -> OwnerDocument:
    """One owner's file; UsageError if it cannot be read, AuthoredError with all its mistakes. A
    name that is `lost`, in what could not be read of the world, is not unknown."""
    file = inspect(path, OwnerFile, name=name)
    return read_owner(replace(file, lost=file.lost | lost), directory, path.stem)


def read_suspensions(
    path: Path,
    directory: Directory,
    *,
    name: str | None = None,
    lost: frozenset[str] = frozenset(),
) -> Policy:
    """The same for the network's file."""
    file = inspect(path, NetworkFile, name=name)
    return read_network(replace(file, lost=file.lost | lost), directory)


def _with_facts(file: Authored[OwnerFile], stem: str, directory: Directory) -> Authored[OwnerFile]:
    """The file; where its head lacks a fact that world and file name know, the finding says so."""
    facts = {"timezone": directory.world.timezone.key}
    if stem in directory.world.backends:
        facts["backend"] = stem

    meant = {finding.fix for finding in file.findings}

    def completed(finding: Finding) -> Finding:
        for name, value in facts.items():
            said = f"did you mean `{name}`?" in meant
            if finding.what == f"`{name}` is missing" and not said:
                return replace(finding, edits=file.layout.add_key((), name, literal(value)))
        return finding

    return replace(file, findings=tuple(map(completed, file.findings)))


def _its_own(file: Authored[OwnerFile], stem: str, directory: Directory) -> Authored[OwnerFile]:
    """The file, with a finding if it stands under the name of another backend."""
    backends, said = directory.world.backends, file.model.backend
    if said == stem or said not in backends or stem not in backends:
        return file
    what = f"it is {said}'s file, by its own word"
    edits = file.layout.value(("backend",), literal(stem))
    more = file.finding(("backend",), what, f'write backend = "{stem}"', edits=edits)
    return replace(file, findings=(*file.findings, more))


def _unique(reader: Reader, rows: Sequence[tuple[str, tuple[int, Any]]]) -> None:
    seen: dict[str, int] = {}
    free: FreeIds | None = None
    for table, (index, row) in rows:
        line = reader.file.line(table, index, "id")
        if row.id in seen and not reader.filled_in(row.id):
            what = f"id `{row.id}` stands twice (first in line {seen[row.id]}); ids are for ever"
            if free is None:
                free = FreeIds(reader.file.model.model_dump(by_alias=True, exclude_none=True))
            edits = reader.rewritten((table, index, "id"), free.next(table, row.id))
            reader.wrong((table, index, "id"), what, "choose a new id", edits)
        seen.setdefault(row.id, line)


def read_network(file: Authored[NetworkFile], directory: Directory) -> Policy:
    """Resolve the network's file; AuthoredError with everything that is wrong with it."""
    reader = Reader(file, directory, NETWORK)
    reader.no_placeholder(("format",), file.model.format)
    rules = [
        reader.rule(("suspend", index), Effect.SUSPEND, row)
        for index, row in enumerate(file.model.suspend)
    ]
    _unique(reader, [("suspend", row) for row in enumerate(file.model.suspend)])
    if reader.findings:
        raise AuthoredError(reader.findings)
    version = hashlib.sha256(file.text.encode()).hexdigest()
    return Policy(NETWORK, rules, Verdict.DENY_ERROR, version, "switch operator")


def load_stack(world: World) -> AccessStack:
    """Every file of the world's `acl` folder; AuthoredError with the mistakes of all of them."""
    directory = Directory(world)
    owners, network, findings = _files(directory, frozenset())
    if findings:
        raise AuthoredError(findings)
    return AccessStack(world, directory, owners, network)


def wrong_rules(folder: Path, part: World | None, lost: frozenset[str]) -> list[Finding]:
    """What is wrong with the files of an `acl` folder as far as a world with mistakes can tell:
    `part` is what could be read of it, and a name that is `lost` in the rest is not unknown. In
    None, or one that declares no agency or no backend, no name can be looked for."""
    if part is None or not _tells(part, lost):
        return wrong_drafts(sorted(folder.glob("*.toml")), None, lost, f"{folder.name}/")
    return _files(Directory(part), lost)[2]


def wrong_drafts(
    paths: Iterable[Path], part: World | None, lost: frozenset[str], folder: str = ""
) -> list[Finding]:
    """The same of files that are named, wherever they lie; with `folder` by that and their names,
    else by their paths."""
    directory = Directory(part) if part is not None and _tells(part, lost) else None
    found: list[Finding] = []
    for path in paths:
        name = f"{folder}{path.name}" if folder else None
        try:
            if directory is None:
                model = NetworkFile if path.stem == NETWORK else OwnerFile
                found += inspect(path, model, name=name).findings
            elif path.stem == NETWORK:
                read_suspensions(path, directory, name=name, lost=lost)
            else:
                read_document(path, directory, name=name, lost=lost)
        except AuthoredError as error:
            found += error.findings
    return found


def _tells(part: World, lost: frozenset[str]) -> bool:
    """Whether names can be looked for in what could be read of a world."""
    return bool(part.agencies and (part.backends or lost - {FILLED_IN}))


def _files(
    directory: Directory, lost: frozenset[str]
) -> tuple[dict[str, Policy], Policy, list[Finding]]:
    """The owners' policies, the network's, and what is wrong."""
    world = directory.world
    strays, findings = [], list[Finding]()
    for path in sorted(world.acl_folder.glob("*.toml")):
        if path.stem not in world.backends and path.stem != NETWORK:
            strays.append(path.stem)
            if path.stem not in lost and FILLED_IN not in world.backends:
                findings.append(_stray(path, world))
    owners: dict[str, Policy] = {}
    network = Policy(NETWORK, [], Verdict.DENY_ERROR, "", "switch operator")
    for name in (*world.backends, NETWORK, *(strays if lost else ())):
        if name == FILLED_IN:
            continue
        path = world.acl_folder / f"{name}.toml"
        shown = f"acl/{name}.toml"
        if not path.is_file():
            if name != NETWORK:  # without that one nobody is suspended
                states = "every backend's owner states a default"
                findings.append(Finding(shown, 0, "is missing", states))
            continue
        try:
            if name == NETWORK:
                network = read_suspensions(path, directory, name=shown, lost=lost)
            else:
                owners[name] = read_document(path, directory, name=shown, lost=lost).policy
        except AuthoredError as error:
            findings.extend(error.findings)
    return owners, network, findings


def _stray(path: Path, world: World) -> Finding:
    """A file of no backend: most likely a misspelt one, whose rules would silently not apply."""
    fix = did_you_mean(path.stem, {*world.backends, NETWORK})
    return Finding(f"acl/{path.name}", 0, f"no backend `{path.stem}`", fix)
