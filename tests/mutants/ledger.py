"""What became of every mutant, held against the written reasons why some may live.

A *mutant* is one small change of the product's code. Tests kill it by failing. One that lives is
either a test that is missing or a change that nobody could notice; which of the latter there are
stands in `justified.toml`, each with its reason. Pure: `results` reads what was run, `__main__`
prints.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from switch.errors import Finding
from switch.files.authored import Authored, Row, read

Text = Annotated[str, Field(min_length=1)]


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    MISTYPED = "mistyped"  # refused by the type check, which is killed as well
    SURVIVED = "survived"
    NO_TEST = "no test"  # no selected test runs the function it stands in
    NOT_RUN = "not run"  # interrupted, or asked about before it was tried


DEAD = (Fate.KILLED, Fate.MISTYPED)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change and its fate."""

    name: str  # as `mutmut show` takes it
    module: str
    function: str  # with its class, as in AccessStack.decide
    fate: Fate
    change: str = ""  # the lines that differ, "- before" and "+ after"; of those that live


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


class MutantRow(Row):
    """`[[mutant]]`: one change that may live."""

    module: Text
    function: Text
    change: Text
    reason: Text


class PatternRow(Row):
    """`[[pattern]]`: every change that looks so may live, wherever a module's name fits."""

    module: Text  # with * for any
    change: Annotated[Text, AfterValidator(_pattern)]  # an expression that meets all of it
    reason: Text


class JustifiedFile(Row):
    """The shape of `justified.toml`."""

    mutant: list[MutantRow] = []
    pattern: list[PatternRow] = []


@dataclass(frozen=True, slots=True)
class Figures:
    """One module in figures."""

    module: str
    killed: int
    mistyped: int
    justified: int
    survived: int
    no_test: int
    not_run: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every mutant that was asked for, weighed."""

    figures: tuple[Figures, ...]  # by module
    unsettled: tuple[Mutant, ...]  # neither killed nor justified
    stale: tuple[Finding, ...]  # justifications that meet none of the mutants that live

    @property
    def settled(self) -> bool:
        """Whether every mutant is killed or justified, and every justification is needed."""
        return not self.unsettled and not self.stale


def justified(path: Path) -> Authored[JustifiedFile]:
    """The written reasons; UsageError or AuthoredError if they cannot be read."""
    return read(path, JustifiedFile)


def weighed(mutants: Sequence[Mutant], reasons: Authored[JustifiedFile]) -> Ledger:
    """The mutants held against the reasons.

    A reason for a module of which no mutant was asked about is left alone.
    """
    file, modules = reasons.model, sorted({mutant.module for mutant in mutants})
    needed: set[tuple[str, int]] = set()
    excused = set()
    for mutant in mutants:
        if mutant.fate not in DEAD:
            met = list(_reasons(mutant, file))
            needed.update(met)
            if met:
                excused.add(mutant.name)
    about = {
        **{("mutant", index): row.module for index, row in enumerate(file.mutant)},
        **{("pattern", index): row.module for index, row in enumerate(file.pattern)},
    }
    stale = [
        reasons.finding(place, "meets no mutant that lives", "take it out, or write it anew")
        for place, module in about.items()
        if place not in needed and any(fnmatchcase(name, module) for name in modules)
    ]
    return Ledger(
        tuple(_figures(name, mutants, excused) for name in modules),
        tuple(m for m in mutants if m.fate not in DEAD and m.name not in excused),
        tuple(stale),
    )


def _reasons(mutant: Mutant, file: JustifiedFile) -> Iterable[tuple[str, int]]:
    """The places of the reasons for this one."""
    for index, row in enumerate(file.mutant):
        about = (row.module, row.function, row.change.strip())
        if about == (mutant.module, mutant.function, mutant.change):
            yield ("mutant", index)
    for number, pattern in enumerate(file.pattern):
        met = re.fullmatch(pattern.change.strip(), mutant.change, re.DOTALL)
        if met and fnmatchcase(mutant.module, pattern.module):
            yield ("pattern", number)


def _figures(module: str, mutants: Sequence[Mutant], excused: Collection[str]) -> Figures:
    own = [mutant for mutant in mutants if mutant.module == module]
    left = Counter(mutant.fate for mutant in own if mutant.name not in excused)
    return Figures(
        module,
        killed=left[Fate.KILLED],
        mistyped=left[Fate.MISTYPED],
        justified=len(own) - left.total(),
        survived=left[Fate.SURVIVED],
        no_test=left[Fate.NO_TEST],
        not_run=left[Fate.NOT_RUN],
    )
