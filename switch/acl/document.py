"""`acl/*.toml`: from the text of the owners' files and the network's to a stack of rules.

Everything that a file names must exist in directory and catalog; all mistakes come together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.lint import LINTS
from switch.acl.policy import Policy
from switch.acl.rows import (
    SUBJECT,
    AcceptRow,
    AllowRow,
    DataRow,
    DenyRow,
    NetworkFile,
    OwnerFile,
    PromiseRow,
    ReferRow,
    SubjectRow,
    SuspendRow,
    TestRow,
    TimedRow,
)
from switch.acl.rules import Effect, Promise, Request, Rule, Subject
from switch.authored import Authored, Row, did_you_mean, inspect, instant
from switch.config import World
from switch.errors import AuthoredError, Finding
from switch.salvage import FILLED_IN
from switch.terms import BackendName, Instant, MessageKey, Mnemonic, OperatorId, Ori, Verdict

NETWORK = "NETWORK"
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(3000, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class OwnerDocument:
    """A checked owner's file: its policy, and what it promises."""

    file: Authored[OwnerFile]
    policy: Policy
    timezone: ZoneInfo
    tests: tuple[tuple[Request, Instant], ...]
    nevers: tuple[Promise, ...]
    always: tuple[Promise, ...]


class _Reader:
    """Turns rows into rules and collects what is wrong with them."""

    def __init__(self, file: Authored[Any], directory: Directory, classes: frozenset[str]) -> None:
        self.file = file
        self.directory = directory
        self.classes = classes
        self.findings: list[Finding] = [*file.findings]
        self.timezone = self._timezone(file.model.timezone)

    def _timezone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            if not self.filled_in(name):
                what = f"`{name}` is not a timezone"
                self.wrong(("timezone",), what, "such as America/Los_Angeles")
            return ZoneInfo("UTC")

    def wrong(self, path: Sequence[str | int], what: str, fix: str = "") -> None:
        """One more finding."""
        self.findings.append(self.file.finding(path, what, fix))

    def time(self, path: Sequence[str | int], value: object) -> float | None:
        """A time of a row; None if it is absent or wrong."""
        if value is None or self.filled_in(value):
            return None
        try:
            at = instant(value, self.timezone)
        except ValueError as error:
            self.wrong(path, str(error))
            return None
        if not _EARLIEST <= at < _LATEST:
            self.wrong(path, "a time outside the years 1900 to 2999")
            return None
        return at

    def no_placeholder(self, path: Sequence[str | int], value: object) -> None:
        """What may be filled in when it is missing may not be written."""
        if value == FILLED_IN and not self.filled_in(value):
            self.wrong(path, f"`{path[-1]}` must not be `{FILLED_IN}`")

    def filled_in(self, value: object) -> bool:
        """Whether it only stands where something is missing, which is said already."""
        return value == FILLED_IN and FILLED_IN in self.file.lost

    def subject(self, path: Sequence[str | int], row: SubjectRow) -> Subject:
        """A subject whose every entry stands in the directory."""
        world = self.directory.world
        known: dict[str, set[str]] = {
            "agency": set(world.agencies),
            "group": {g for agency in world.agencies.values() for g in agency.groups},
            "function": {f for agency in world.agencies.values() for f in agency.functions},
            "ori": set(self.directory.agency_of),
            "terminal": set(world.terminals),
            "operator": set(world.operators),
        }
        for name, values in known.items():
            for value in getattr(row, name) or ():
                if value not in values and value not in self.file.lost:
                    what = f"{name} `{value}` is not in the directory"
                    self.wrong((*path, name), what, did_you_mean(value, values))
        for prefix in row.ori_prefix or ():
            if not any(ori.startswith(prefix) for ori in known["ori"]):
                what = f"no ORI of the directory starts with `{prefix}`"
                self.wrong((*path, "ori_prefix"), what)
        lists = {name: getattr(row, name) or () for name in SUBJECT}
        return Subject(
            everyone=bool(row.everyone),
            ori_prefix=tuple(lists.pop("ori_prefix")),
            **{name: frozenset(values) for name, values in lists.items()},
        )

    def data(self, path: Sequence[str | int], data: str | list[str]) -> frozenset[Any] | None:
        """Declared classes; None for "any"."""
        self.no_placeholder((*path, "data"), data)
        if isinstance(data, str):
            return None
        for name in data:
            if name not in self.classes and name not in self.file.lost:
                what = f"data class `{name}` is not in the catalog"
                self.wrong((*path, "data"), what, did_you_mean(name, self.classes))
        return frozenset(data)

    def rule(self, path: Sequence[str | int], effect: Effect, row: TimedRow) -> Rule:
        """A rule of any effect."""
        start = self.time((*path, "from"), row.start)
        end = self.time((*path, "until"), row.end)
        if start is not None and end is not None and end <= start:
            self.wrong((*path, "until"), "`until` is not after `from`", "write a later one")
        data = None
        if isinstance(row, DataRow):
            data = self.data(path, row.data)
            self._keys(path, row.key or [])
        return Rule(
            id=row.id,
            effect=effect,
            subject=self.subject(path, row),
            data=data,
            start=start or 0.0,
            end=end,
            keys=frozenset(getattr(row, "key", None) or ()),
            purposes=frozenset(getattr(row, "purpose", None) or ()),
            image=getattr(row, "image", None),
            exceptions=frozenset(getattr(row, "exceptions", None) or ()),
            masks=tuple(getattr(row, "mask", None) or ()),
            notice=getattr(row, "notice", ""),
            tell=row.tell,
            reason=row.reason,
            cite=row.cite,
            ordered=self.time((*path, "ordered"), row.ordered),
        )

    def exceptions(self, path: Sequence[str | int], row: DenyRow, allows: set[str]) -> None:
        """The exceptions of a deny are allow rules of its own file."""
        for name in row.exceptions or ():
            if name not in allows and name not in self.file.lost:
                what = f"exception `{name}` is not an allow rule of this file"
                self.wrong((*path, "except"), what, did_you_mean(name, allows))

    def promise(self, path: Sequence[str | int], row: PromiseRow) -> Promise:
        """A `[[never]]` or an `[[always]]`."""
        start = self.time((*path, "from"), row.start)
        return Promise(row.id, self.subject(path, row), self.data(path, row.data), start or 0.0)

    def test(self, index: int, row: TestRow) -> tuple[Request, Instant]:
        """A `[[test]]`: its request and its instant. Its names may be strangers on purpose."""
        path = ("test", index)
        self._keys(path, [row.key])
        verdicts = [verdict.value for verdict in Verdict]
        if row.expect not in verdicts and not self.filled_in(row.expect):
            what = f"`{row.expect}` is not a verdict"
            self.wrong((*path, "expect"), what, did_you_mean(row.expect, verdicts))
        request = Request(
            Mnemonic(row.terminal),
            Ori(row.ori),
            OperatorId(row.operator) if row.operator else None,
            Ori(row.on_behalf_of) if row.on_behalf_of else None,
            BackendName(self.file.model.backend),
            MessageKey(row.key),
            row.image,
            row.purpose,
        )
        return request, self.time((*path, "at"), row.at) or 0.0

    def accept(self, index: int, row: AcceptRow, ids: set[str]) -> None:
        """An `[[accept]]` names a lint that there is, and a rule of its file or none."""
        if row.lint not in LINTS and row.lint not in self.file.lost:
            what = f"there is no lint `{row.lint}`"
            self.wrong(("accept", index, "lint"), what, did_you_mean(row.lint, LINTS))
        if row.rule is not None and row.rule not in ids and row.rule not in self.file.lost:
            what = f"rule `{row.rule}` is not in this file"
            self.wrong(("accept", index, "rule"), what, did_you_mean(row.rule, ids))

    def _keys(self, path: Sequence[str | int], keys: Sequence[str]) -> None:
        backend = self.file.model.backend
        catalog = self.directory.world.catalog
        served = {str(e.key) for e in catalog if e.backend == backend} or {e.key for e in catalog}
        for key in keys:
            if key not in served and key not in self.file.lost:
                what = f"{backend} does not answer key `{key}`"
                self.wrong((*path, "key"), what, did_you_mean(key, served))


_TABLES = (("deny", Effect.DENY), ("refer", Effect.REFER), ("allow", Effect.ALLOW))


def read_owner(file: Authored[OwnerFile], directory: Directory) -> OwnerDocument:
    """Resolve an owner's file; AuthoredError with everything that is wrong with it."""
    model, world = file.model, directory.world
    entries = [entry for entry in world.catalog if entry.backend == model.backend]
    # Of an unknown backend only that is said, not that it has none of the classes as well.
    known = entries or world.catalog
    classes = frozenset(str(c) for e in known for c in (*e.classes, *e.image_classes))
    reader = _Reader(file, directory, classes)
    for name in ("format", "default"):
        reader.no_placeholder((name,), getattr(model, name))
    if model.backend not in world.backends and not reader.filled_in(model.backend):
        what = f"backend `{model.backend}` is not in the world"
        reader.wrong(("backend",), what, did_you_mean(model.backend, world.backends))
    rules = []
    for table, effect in _TABLES:
        for index, row in enumerate(getattr(model, table)):
            rules.append(reader.rule((table, index), effect, row))
    tables = [*(table for table, _ in _TABLES), "never", "always"]
    _unique(reader, [(table, row) for table in tables for row in enumerate(getattr(model, table))])
    tests = [reader.test(index, row) for index, row in enumerate(model.test)]
    nevers = [reader.promise(("never", i), row) for i, row in enumerate(model.never)]
    always = [reader.promise(("always", i), row) for i, row in enumerate(model.always)]
    allows = {row.id for row in model.allow}
    for index, row in enumerate(model.deny):
        reader.exceptions(("deny", index), row, allows)
    ids = {rule.id for rule in rules}
    for index, row in enumerate(model.test):
        if row.rule is not None and row.rule not in ids and row.rule not in file.lost:
            what = f"rule `{row.rule}` is not in this file"
            reader.wrong(("test", index, "rule"), what, did_you_mean(row.rule, ids))
    for index, accepted in enumerate(model.accept):
        reader.accept(index, accepted, ids)
    if reader.findings:
        raise AuthoredError(reader.findings)
    default = Verdict.ALLOW_DEFAULT if model.default == "allow" else Verdict.DENY_DEFAULT
    version = hashlib.sha256(file.text.encode()).hexdigest()
    policy = Policy(model.backend, rules, default, version, model.owner)
    return OwnerDocument(file, policy, reader.timezone, tuple(tests), tuple(nevers), tuple(always))


def read_document(path: Path, directory: Directory, *, name: str | None = None) -> OwnerDocument:
    """One owner's file; UsageError if it cannot be read, AuthoredError with all its mistakes.

    A draft may have any name but that of another backend.
    """
    return read_owner(
        _its_own(inspect(path, OwnerFile, name=name), path.stem, directory), directory
    )


def _its_own(file: Authored[OwnerFile], stem: str, directory: Directory) -> Authored[OwnerFile]:
    """The file, with a finding if it stands under the name of another backend."""
    backends, said = directory.world.backends, file.model.backend
    if said == stem or said not in backends or stem not in backends:
        return file
    what = f"it is {said}'s file, by its own word"
    more = file.finding(("backend",), what, f'write backend = "{stem}"')
    return replace(file, findings=(*file.findings, more))


def _unique(reader: _Reader, rows: Sequence[tuple[str, tuple[int, Any]]]) -> None:
    seen: dict[str, int] = {}
    for table, (index, row) in rows:
        line = reader.file.line(table, index, "id")
        if row.id in seen and not reader.filled_in(row.id):
            what = f"id `{row.id}` stands twice (first in line {seen[row.id]}); ids are for ever"
            reader.wrong((table, index, "id"), what, "choose a new id")
        seen.setdefault(row.id, line)


def read_network(file: Authored[NetworkFile], directory: Directory) -> Policy:
    """Resolve the network's file; AuthoredError with everything that is wrong with it."""
    reader = _Reader(file, directory, frozenset())
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
    directory, findings = Directory(world), list[Finding]()
    owners: dict[str, Policy] = {}
    network = Policy(NETWORK, [], Verdict.DENY_ERROR, "", "switch operator")
    findings.extend(_strays(world))
    for name in (*world.backends, NETWORK):
        path = world.acl_folder / f"{name}.toml"
        shown = f"acl/{name}.toml"
        if not path.is_file():
            if name == NETWORK:
                continue  # nobody is suspended
            findings.append(
                Finding(shown, 0, "is missing", "every backend's owner states a default")
            )
            continue
        try:
            if name == NETWORK:
                network = read_network(inspect(path, NetworkFile, name=shown), directory)
            else:
                owners[name] = read_document(path, directory, name=shown).policy
        except AuthoredError as error:
            findings.extend(error.findings)
    if findings:
        raise AuthoredError(findings)
    return AccessStack(world, directory, owners, network)


def _strays(world: World) -> list[Finding]:
    """A file of no backend: most likely a misspelt one, whose rules would silently not apply."""
    known = {*world.backends, NETWORK}
    return [
        Finding(f"acl/{path.name}", 0, f"no backend `{path.stem}`", did_you_mean(path.stem, known))
        for path in sorted(world.acl_folder.glob("*.toml"))
        if path.stem not in known
    ]


def parse_rule(
    stack: AccessStack,
    backend: str,
    effect: str,
    table: Mapping[str, object],
    timezone: ZoneInfo | None = None,
) -> Rule:
    """A rule given as a table of its own (a scenario's row), checked as in the owner's file.

    Local times are read in `timezone`, by default the world's.
    """
    shapes: dict[str, type[TimedRow]] = {
        "deny": DenyRow,
        "refer": ReferRow,
        "allow": AllowRow,
        "suspend": SuspendRow,
    }
    name = f"rule for {backend}"
    wanted = ("suspend",) if backend == NETWORK else ("deny", "refer", "allow")
    if effect not in wanted or (backend != NETWORK and backend not in stack.owners):
        what = f"`{effect}` is not a rule that {backend} can have"
        raise AuthoredError([Finding(name, 0, what, f"one of {', '.join(wanted)}")])
    try:
        row = shapes[effect].model_validate(dict(table))
    except ValidationError as error:
        raise AuthoredError(
            [
                Finding(name, 0, f"`{'.'.join(map(str, item['loc']))}`: {item['msg']}")
                for item in error.errors()
            ]
        ) from None
    entries = [entry for entry in stack.world.catalog if entry.backend == backend]
    classes = frozenset(str(c) for e in entries for c in (*e.classes, *e.image_classes))
    model = _Place(backend=backend, timezone=(timezone or stack.world.timezone).key)
    reader = _Reader(Authored(name, "", model, {}), stack.directory, classes)
    rule = reader.rule((), Effect(effect), row)
    known = stack.network.rules if backend == NETWORK else stack.owners[backend].rules
    if isinstance(row, DenyRow):
        reader.exceptions((), row, {each.id for each in known if each.effect is Effect.ALLOW})
    if any(each.id == rule.id for each in known):
        reader.wrong(("id",), f"id `{rule.id}` stands there already; ids are for ever")
    if reader.findings:
        raise AuthoredError(reader.findings)
    return rule


class _Place(Row):
    backend: str
    timezone: str
