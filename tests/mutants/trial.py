"""Mutants tried by tests: collected once, and for every mutant a fork that runs until one fails.

    cd mutants; python -m tests.mutants.trial 'switch.acl.rules.*'
    cd mutants; python -m tests.mutants.trial --own 'switch.acl.analysis.leaks.*'

A mutant is tried by the tests that reach the function it stands in, most likely killers first. Its
fork is one of a process that has collected and run nothing, so what a test leaves in memory, such
as decisions that a stack remembers, never hides a mutant from the next. Only where forks are.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import ceil
from pathlib import Path
from time import process_time

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.results import NO_TEST, kept, read, write

KILLED, LIVES = 1, 0
SHARPEST = "test_reader.py::test_every_mistake_is_told_word_for_word"  # passes most lines
TIMES_MAX = 10  # of the computing that a test takes without a mutant, it may take with one,
SECONDS_MORE = 10  # and so much more: what an earlier test has made for it is not there
FORKS_MAX = os.cpu_count() or 1  # at once
LONGEST_S = 2.0  # of computing, traced, which is slow: a test that takes longer takes no part


@dataclass(frozen=True, slots=True)
class Passage:
    """One test where nothing is changed."""

    seconds: float  # of computing
    reached: frozenset[str]  # functions, as mutmut mangles their names
    passed: bool


def function_of(mutant: str) -> str:
    """The mangled name of the function in which a mutant stands."""
    return mutant.rpartition("__mutmut_")[0]


def own_tests(module: str) -> str:
    """The one file of a module's tests: the tests mirror the tree."""
    rooms, _, name = module.rpartition(".")
    return f"tests/{rooms.replace('.', '/')}/test_{name}.py"


def tests_for(mutant: str, passages: Mapping[str, Passage]) -> list[str]:
    """The tests that reach it: the sharpest of all, its module's, others; each quickest first."""
    function = function_of(mutant)
    own = own_tests(function.rpartition(".")[0])

    def rank(test: str) -> tuple[bool, bool, float]:
        return not test.endswith(SHARPEST), not test.startswith(own), passages[test].seconds

    reaching = [t for t, each in passages.items() if function in each.reached]
    quick = [t for t in reaching if passages[t].seconds <= LONGEST_S or t.endswith(SHARPEST)]
    return sorted(quick, key=rank)


class Trial:
    """A plug-in that runs what was collected once for every mutant, instead of once."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted
        self.failed: list[str] = []  # tests that fail where nothing is changed
        self._forks: dict[int, tuple[Path, str]] = {}  # by process: the mutant, where it is kept

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Every mutant that is open; each verdict is kept as soon as it is known."""
        if session.testsfailed:
            return None  # a file that cannot be collected; pytest says so, and ends
        items = {item.nodeid: item for item in session.items}
        passages = _passages(session.items)
        self.failed = [name for name, passage in passages.items() if not passage.passed]
        for path in [] if self.failed else kept(Path()):
            for name in self._open(path):
                if chosen := tests_for(name, passages):
                    while len(self._forks) >= FORKS_MAX:
                        self._next_verdict()
                    fork = _forked(name, [(items[t], passages[t].seconds) for t in chosen])
                    self._forks[fork] = (path, name)
                else:
                    _keep(path, name, NO_TEST)
        while self._forks:
            self._next_verdict()
        return True

    def _next_verdict(self) -> None:
        """Wait until one of the forks has ended, and keep what it says."""
        fork, status = os.wait()
        _keep(*self._forks.pop(fork), os.waitstatus_to_exitcode(status))

    def _open(self, path: Path) -> list[str]:
        codes = read(path)["exit_code_by_key"]
        return [name for name, code in codes.items() if code is None and met(name, self._wanted)]


def met(name: str, wanted: Collection[str]) -> bool:
    """Whether one of the patterns meets a name; any does if there is none."""
    return not wanted or any(fnmatchcase(name, pattern) for pattern in wanted)


def _passages(items: Sequence[pytest.Item]) -> dict[str, Passage]:
    """What every test takes and reaches; in a fork, so that nothing of it stays."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with os.fdopen(writing, "w") as pipe:
            json.dump({item.nodeid: _passage(item) for item in items}, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = json.load(pipe)
    os.waitpid(child, 0)
    return {name: Passage(each[0], frozenset(each[1]), each[2]) for name, each in told.items()}


def _passage(item: pytest.Item) -> tuple[float, list[str], bool]:
    from mutmut.mutation import trampoline

    reached = set[str]()
    recorder = "record_trampoline_hit"  # mutmut's own keeps more, and takes many times as long
    vars(trampoline)[recorder] = lambda name, caller=None: reached.add(name)
    trampoline.set_mutant_under_test("stats")  # mutmut's word for: tell what is called
    begun = process_time()
    passed = _passes(item)
    return process_time() - begun, sorted(reached), passed


def _keep(path: Path, mutant: str, code: int) -> None:
    data = read(path)
    data["exit_code_by_key"][mutant] = code
    write(path, data)


def _forked(mutant: str, items: Sequence[tuple[pytest.Item, float]]) -> int:
    """A fork with this mutant; it ends as killed, alive, or by the signal of a test's limit."""
    if child := os.fork():
        return child
    from mutmut.mutation.trampoline import set_mutant_under_test

    code = KILLED
    try:
        set_mutant_under_test(mutant)
        code = LIVES if all(_passes_in_time(*each) for each in items) else KILLED
    finally:
        os._exit(code)


def limit(used: float, usual: float) -> int:
    """Seconds of computing at which a fork that has used so many ends, within a test that takes
    so many as a rule. For each test by itself: one that never ends shall not take what all do."""
    return ceil(used + usual * TIMES_MAX) + SECONDS_MORE


def _passes_in_time(item: pytest.Item, usual: float) -> bool:
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (limit(process_time(), usual), hard))
    return _passes(item)


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def _selected(wanted: Sequence[str], own: bool) -> list[str]:
    """The tests to collect: those of the configuration, or the wanted modules' own alone."""
    from mutmut.configuration import config

    options = list(config().pytest_add_cli_args)
    if not own:
        return [*options, *config().pytest_add_cli_args_test_selection]
    names = [name for path in kept(Path()) for name in read(path)["exit_code_by_key"]]
    modules = dict.fromkeys(n.rpartition(".")[0] for n in names if met(n, wanted))
    return [*options, *(file for file in map(own_tests, modules) if Path(file).exists())]


def main() -> int:
    """The command line; 1 if a test fails where nothing is changed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.trial")
    parser.add_argument("names", nargs="*", help="of mutants, with *; all if none")
    parser.add_argument("--own", action="store_true", help="by the tests of its own module only")
    options = parser.parse_args()
    trial = Trial(options.names)
    # The product's own plug-in for pytest is rewritten by it, and what it imports is here already.
    known = "-Wignore:Module already imported:pytest.PytestAssertRewriteWarning"
    code = pytest.main(["-q", known, *_selected(options.names, options.own)], plugins=[trial])
    for name in trial.failed:
        print(f"fails where nothing is changed: {name}", file=sys.stderr)
    return int(code) or int(bool(trial.failed))


if __name__ == "__main__":
    sys.exit(main())
