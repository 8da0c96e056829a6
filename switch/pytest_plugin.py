"""pytest collects rule files and worlds: `pytest --acl acl/`.

Of each rule file, every `[[test]]`, `[[never]]` and `[[always]]` is a test, and so is every mistake
that a lint finds; `readable` is the file itself. Of a world, `readable` is all that is wrong with
it. (Scenario files are collected by `scenarios.pytest_plugin`.)

Without the option nothing is collected and nothing is imported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from switch.acl.directory import Directory
    from switch.acl.document import OwnerDocument
    from switch.errors import Finding

_NETWORK = "NETWORK"
_TABLES = ("test", "never", "always")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that turn it on."""
    group = parser.getgroup("wireroom")
    what = "collect rule files (acl/*.toml) and worlds (world.toml)"
    group.addoption("--acl", action="store_true", default=False, help=what)
    which = "the world of rule files that do not lie in one (default: golden-state)"
    group.addoption("--acl-world", default=None, metavar="WORLD", help=which)
    parser.addini("wireroom_acl", f"always {what}", type="bool", default=False)
    parser.addini("wireroom_acl_world", which, default="golden-state")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """A rule file or a world, if they are wanted."""
    config = parent.config
    wanted = config.getoption("--acl") or config.getini("wireroom_acl")
    if not wanted or file_path.suffix != ".toml":
        return None
    if file_path.name == "world.toml":
        world: WorldNode = WorldNode.from_parent(parent, path=file_path)
        return world
    if file_path.stem == _NETWORK or _is_rules(file_path):
        rules: RulesNode = RulesNode.from_parent(parent, path=file_path)
        return rules
    return None


def _is_rules(path: Path) -> bool:
    """Whether a file says whose backend's it is, before its first table or as one of them lies."""
    if path.parent.name == "acl":
        return True
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.read(4096).partition("\n[")[0]
    keys = {line.partition("=")[0].strip() for line in head.splitlines()}
    return {"format", "backend"} <= keys


class Broken(Exception):
    """What a test has to say; told without a traceback."""


class _Test(pytest.Item):
    line = 1

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """In the words of the product; the traceback of a fault of ours stays."""
        from switch.errors import WireroomError

        if isinstance(excinfo.value, Broken | WireroomError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, self.line - 1, f"{self.path.name}: {self.name}"


class WorldNode(pytest.File):
    """A `world.toml`."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test: all that is wrong with it."""
        yield ReadableWorld.from_parent(self, name="readable")


class ReadableWorld(_Test):
    """The world itself."""

    def runtest(self) -> None:
        """Every mistake in it, each with its line."""
        from switch.world_file import load_world

        load_world(str(self.path.parent))


class RulesNode(pytest.File):
    """One rule file."""

    def collect(self) -> Iterator[pytest.Item]:
        """`readable`, then what the file promises, then what a lint finds."""
        from switch.errors import WireroomError

        yield Readable.from_parent(self, name="readable")
        try:
            document = self.document
        except WireroomError:
            return  # `readable` tells
        if document is None:
            return  # the network's file makes no promises
        for table in _TABLES:
            for index, row in enumerate(getattr(document.file.model, table)):
                yield Promise.of(self, table, index, _name(table, index, row))
        for finding in self.linted:
            rule = finding.what.split()[0]
            yield Found.of(self, f"{finding.id.replace(' ', '-')}-{rule}", finding)

    @cached_property
    def directory(self) -> Directory:
        """Of the world in whose folder it lies, or of the one that was named."""
        from switch.acl.directory import Directory
        from switch.world_file import load_world

        folder = self.path.parent.parent
        if self.path.parent.name == "acl" and (folder / "world.toml").is_file():
            return Directory(load_world(str(folder)))
        config = self.config
        named = config.getoption("--acl-world") or config.getini("wireroom_acl_world")
        return Directory(load_world(named))

    @cached_property
    def document(self) -> OwnerDocument | None:
        """The file, resolved; None for the network's, which is only read."""
        from switch.acl.document import read_document, read_network
        from switch.acl.rows import NetworkFile
        from switch.files.authored import inspect

        if self.path.stem == _NETWORK:
            read_network(inspect(self.path, NetworkFile), self.directory)
            return None
        return read_document(self.path, self.directory)

    @cached_property
    def broken(self) -> dict[tuple[str, int], list[Finding]]:
        """Findings of tests and promises, by table and index."""
        from switch.acl.analysis.promises import check

        assert self.document is not None
        file = self.document.file
        headers = sorted((file.layout.line(path), path) for path in file.layout.tables(_TABLES))
        lines = [line for line, _ in headers]
        found: dict[tuple[str, int], list[Finding]] = {}
        for finding in check(self.document, self.directory).findings:
            path = headers[bisect_right(lines, finding.line) - 1][1]
            found.setdefault((str(path[0]), int(path[1])), []).append(finding)
        return found

    @cached_property
    def linted(self) -> tuple[Finding, ...]:
        """What lints call a mistake."""
        from switch.acl.analysis.lints.every import lint

        assert self.document is not None
        return lint(self.document, self.directory).mistakes


def _name(table: str, index: int, row: Any) -> str:
    if row.id:
        return f"{table}-{row.id}"
    return f"{table}-{index + 1}-{row.terminal}-{row.key}-{row.expect}"


class Readable(_Test):
    """The file itself."""

    parent: RulesNode

    def runtest(self) -> None:
        """Every mistake in it, each with its line and its fix."""
        _ = self.parent.document


class Promise(_Test):
    """One `[[test]]`, `[[never]]` or `[[always]]`."""

    parent: RulesNode
    place: tuple[str, int]

    @classmethod
    def of(cls, parent: RulesNode, table: str, index: int, name: str) -> Promise:
        """The test of one paragraph."""
        made: Promise = cls.from_parent(parent, name=name)
        made.place = (table, index)
        assert parent.document is not None
        made.line = parent.document.file.line(table, index)
        return made

    def runtest(self) -> None:
        """It holds."""
        found = self.parent.broken.get(self.place)
        if found:
            raise Broken("\n".join(map(str, found)))


class Found(_Test):
    """One mistake that a lint finds."""

    finding: Finding

    @classmethod
    def of(cls, parent: RulesNode, name: str, finding: Finding) -> Found:
        """A test that fails: it is there because there is something to tell."""
        made: Found = cls.from_parent(parent, name=name)
        made.finding, made.line = finding, max(finding.line, 1)
        return made

    def runtest(self) -> None:
        """What the lint says."""
        raise Broken(str(self.finding))
