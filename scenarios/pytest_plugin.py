"""pytest collects scenario files: `pytest --scenarios lessons/`.

Of each file, every expect, forbid and assert is a test of a rehearsal with perfect stand-ins, and
`self-test` is the proof that the file is fair. A file with mistakes is one test, which tells them.

Without the option nothing is collected, so that a TOML or CSV file of something else is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from scenarios.result import Result
    from scenarios.script import Expect, Forbid, Invariant
    from scenarios.shelf import Opened
    from switch.backend import Backend
    from switch.terms import BackendName

_HEAD_CHARACTERS = 65_536  # of a file, in which a scenario has said that it is one
_BACKENDS = pytest.StashKey[dict[str, "Mapping[BackendName, Backend]"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that turns it on."""
    group = parser.getgroup("wireroom")
    group.addoption(
        "--scenarios",
        action="store_true",
        default=False,
        help="collect scenario files (TOML, CSV, XLSX): a test for each row, and the self-test",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is opened yet."""
    config.stash[_BACKENDS] = {}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the databases back."""
    for backends in config.stash.get(_BACKENDS, {}).values():
        for backend in backends.values():
            backend.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioNode | None:
    """A scenario file, if scenarios are wanted."""
    if not parent.config.getoption("--scenarios") or not _is_scenario(file_path):
        return None
    node: ScenarioNode = ScenarioNode.from_parent(parent, path=file_path)
    return node


def _is_scenario(path: Path) -> bool:
    match path.suffix.lower():
        case ".toml":
            return "\n[scenario]" in f"\n{_head(path)}"
        case ".csv":
            heads = (line.lower().lstrip('\ufeff"') for line in _head(path).splitlines())
            return any(line.startswith(("block,", "block;", 'block"')) for line in heads)
        case ".xlsx":
            return not path.name.startswith("~$")  # what a spreadsheet program leaves beside it
        case _:
            return False


def _head(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(_HEAD_CHARACTERS)


class ScenarioNode(pytest.File):
    """One scenario file."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each row, or one that tells what is wrong with the file."""
        from switch.errors import WireroomError

        try:
            script = self.opened.script
        except WireroomError:
            yield Readable.from_parent(self, name="check")
            return
        rows: tuple[Expect | Forbid | Invariant, ...]
        rows = (*script.expects, *script.forbids, *script.invariants)
        for row in rows:
            yield JudgedRow.from_parent(self, name=row.id)
        yield SelfTest.from_parent(self, name="self-test")

    @cached_property
    def opened(self) -> Opened:
        """The file, checked."""
        from scenarios.shelf import open_scenario

        return open_scenario(str(self.path))

    @cached_property
    def result(self) -> Result:
        """How perfect stand-ins fare."""
        return self.played()

    def played(self, omit: Any = frozenset(), late: Any = frozenset()) -> Result:
        """How stand-ins fare that leave some things out and do some too late."""
        from scenarios.runner import play

        return play(self.opened, self._backends(), omit=omit, late=late).result

    def _backends(self) -> Mapping[BackendName, Backend]:
        """Opened once for all scenarios of a world."""
        from switch.backend import no_progress
        from switch.shell.plugins import default_cache_folder, open_backends

        opened, world = self.config.stash[_BACKENDS], self.opened.world
        if world.id not in opened:
            opened[world.id] = open_backends(world, default_cache_folder(), no_progress)
        return opened[world.id]


class Broken(Exception):
    """What a test has to say; told without a traceback."""


class _Test(pytest.Item):
    parent: ScenarioNode

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """In the words of the product; the traceback of a fault of ours stays."""
        from switch.errors import WireroomError

        if isinstance(excinfo.value, Broken | WireroomError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, None, f"{self.path.name}: {self.name}"


class Readable(_Test):
    """The file itself."""

    def runtest(self) -> None:
        """Every mistake in it, each with its line."""
        from scenarios.cli.mistakes import told
        from scenarios.shelf import open_scenario, texts
        from switch.errors import AuthoredError

        try:
            open_scenario(str(self.path))
        except AuthoredError as error:
            raise Broken(told(error, texts(str(self.path)))) from None


class JudgedRow(_Test):
    """One expect, forbid or assert."""

    def runtest(self) -> None:
        """It ended as the author wanted."""
        line = next(line for line in self.parent.result.lines if line.id == self.name)
        if not line.status.good:
            differs = line.nearest.differs if line.nearest else ()
            raise Broken("\n  ".join((f"{line.status.value}: {line.why}", *differs)))


class SelfTest(_Test):
    """The proof that the file is fair."""

    def runtest(self) -> None:
        """Nothing is unfair about it."""
        from scenarios.proof import prove

        wrong = list(prove(self.parent.opened.script, self.parent.played))
        if wrong:
            raise Broken("\n".join(f"UNFAIR  {what}" for what in wrong))
