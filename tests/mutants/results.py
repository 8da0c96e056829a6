"""What mutmut has run: its verdicts, read from the folder `mutants` where it keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.mutants.ledger import DEAD, Fate, Mutant

FOLDER = Path("mutants")

# Exit codes of the run of a mutant's tests. Whatever is not listed here has killed nothing.
NO_TEST = 33
MISTYPED = 37
_KILLED = (1, 3, 24, -24, 36, 152, 255, -9, -11)  # a failed test, a run that never ends, a crash


def fate(exit_code: int | None) -> Fate:
    """What the exit code of a mutant's tests says of it."""
    if exit_code in _KILLED:
        return Fate.KILLED
    if exit_code == NO_TEST:
        return Fate.NO_TEST
    if exit_code == MISTYPED:
        return Fate.MISTYPED
    return Fate.SURVIVED if exit_code == 0 else Fate.NOT_RUN


def place(name: str) -> tuple[str, str]:
    """Module and function of a mutant, from its mangled name."""
    module, _, mangled = name.rpartition(".")
    function = mangled.rpartition("__mutmut_")[0]
    if function.startswith("xǁ"):
        return module, function.removeprefix("xǁ").replace("ǁ", ".")
    return module, function.removeprefix("x_")


def changed(diff: str) -> str:
    """The lines of a unified diff that differ, without their indentation."""
    lines = diff.splitlines()[2:]  # the first two name the file
    return "\n".join(f"{each[0]} {each[1:].strip()}" for each in lines if each[:1] in ("-", "+"))


def mutants(wanted: Sequence[str], folder: Path = FOLDER) -> Iterator[Mutant]:
    """Every mutant whose name is met by one of the patterns, all if there is none."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    for path in kept(folder):
        source = path.relative_to(folder).with_suffix("")
        for name, exit_code in read(path)["exit_code_by_key"].items():
            if wanted and not any(fnmatchcase(name, pattern) for pattern in wanted):
                continue
            found = fate(exit_code)
            diff = "" if found in DEAD else get_diff_for_mutant(name, path=source)
            yield Mutant(name, *place(name), found, changed(diff))


def forget_survivors(folder: Path = FOLDER) -> None:
    """Take back every verdict that a new or better test may have changed.

    Verdicts are kept while a function stays as it is, so a test that was written since would
    change nothing.
    """
    for path in kept(folder):
        data = read(path)
        codes = data["exit_code_by_key"]
        for name, exit_code in codes.items():
            if fate(exit_code) not in DEAD:
                codes[name] = None
        write(path, data)


def kept(folder: Path = FOLDER) -> list[Path]:
    """Where the verdicts of each module are kept."""
    return sorted(folder.rglob("*.py.meta"))


def read(path: Path) -> dict[str, Any]:
    """The verdicts of one module, among what mutmut keeps with them."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def write(path: Path, data: dict[str, Any]) -> None:
    """Keep the verdicts of one module."""
    path.write_text(json.dumps(data), encoding="utf-8")
