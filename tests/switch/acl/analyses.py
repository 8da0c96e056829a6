"""What the analyses say of random worlds, held against enumeration by the oracle.

Each draws a world and two sides or one, and returns in words where both differ; none is expected.
A share of it is in the suite, and `make oracle` goes on by the hundred.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random

from rich.console import Console

from switch.acl.analysis.difference import difference
from switch.acl.analysis.leaks.hard import hard_paths
from switch.acl.analysis.leaks.search import Search
from switch.acl.analysis.matrix import matrix
from switch.acl.analysis.promises import check
from switch.acl.document import load_stack, read_document
from switch.acl.rules import Subject
from switch.world_file import load_world
from tests.switch.acl import enumeration, random_worlds
from tests.switch.acl.oracle import Oracle
from tests.switch.acl.random_changes import small_world, two_sides
from tests.switch.acl.random_worlds import Table

_END = 1e12
SHOWN_MAX = 20  # of what differs
NOBODY: Table = {"format": 1, "timezone": "America/Los_Angeles"}  # no suspension


def rules_differ(random: Random, folder: Path) -> Iterator[str]:
    """`diff` of two versions of the rules."""
    yield from _differ(random, folder, same_world=True)


def worlds_differ(random: Random, folder: Path) -> Iterator[str]:
    """`diff` of two versions of directory and catalog, of the rules as well or not."""
    yield from _differ(random, folder, same_world=False)


def _differ(random: Random, folder: Path, *, same_world: bool) -> Iterator[str]:
    oracles, stacks = two_sides(random, folder, same_world=same_world)
    starts = sorted({at for stack in stacks for at in stack.instants_until(_END)})
    starts = [starts[0] - 1, *starts] if starts else [0.0]
    told = set()
    for change in difference(*stacks):
        for name, (start, end) in product(change.data_classes, change.spans):
            inside = [
                at for at in starts if (start is None or start <= at) and not (end and end <= at)
            ]
            told |= {(str(change.kind), change.backend, name, change.who, at) for at in inside}
        request, name = change.witness._asdict(), change.data_classes[0]
        before, after = (enumeration.seen(oracle, request, change.at) for oracle in oracles)
        if enumeration.kind(before.get(name), after.get(name)) != change.kind:
            yield f"diff: the witness shows something else: {change}"
    yield from _apart("diff", told, set(enumeration.differences(oracles, starts)))


def matrices_differ(random: Random, folder: Path) -> Iterator[str]:
    """`matrix` at a random day: every cell, what is masked in it, and that it was so since then."""
    place = small_world(random)
    owners = {name: random_worlds.owner_file(random, place, name) for name in ("B1", "B2")}
    network = random_worlds.network_file(random, place)
    oracle = Oracle(place, owners, network)
    stack = load_stack(load_world(str(random_worlds.write(folder, place, owners, network))))
    at = oracle.when(random_worlds.day(random))
    told, expected = set(), set()
    for cell in matrix(stack, at):
        where = cell.agency, cell.backend, cell.data_class
        told.add((*where, str(cell.access), cell.masks))
        since = [each for each in enumeration.moments(oracle) if (cell.since or 0) <= each <= at]
        for each in since:
            access, masked = enumeration.access(oracle, *where, each)
            if (access, masked) != (cell.access, set(cell.masks)):
                yield f"matrix: {where} was {access} at {each}, not since {cell.since}"
    for row, backend in product(oracle.terminals.values(), enumeration.KEYS):
        asks = [line for line in enumeration.lines(oracle) if line["terminal"] == row["mnemonic"]]
        if any(oracle.oris[line["ori"]] == row["agency"] for line in asks):
            questions = enumeration.questions(oracle, backend)
            for name in {n for each in questions for n in enumeration.asked_of(oracle, each)}:
                access, masked = enumeration.access(oracle, row["agency"], backend, name, at)
                expected.add((row["agency"], backend, name, access, tuple(sorted(masked))))
    yield from _apart("matrix", told, expected)


def promises_differ(random: Random, folder: Path) -> Iterator[str]:
    """Which `never` and `always` of a file `check` says do not hold."""
    place = small_world(random)
    if random.random() < 0.5:
        place["backend"][0]["answers"][0]["purposes"] = ["C", "J"]
    owner = random_worlds.owner_file(random, place, "B1", 6)
    for kind in ("never", "always"):
        owner[kind] = [
            {
                "id": f"{kind}-{number}",
                **random_worlds.subject(random, place),
                "data": random.choice(["any", random_worlds.some(random, random_worlds.CLASSES)]),
                "from": random_worlds.day(random),
            }
            for number in range(3)
        ]
    files = {"B1": owner, "B2": random_worlds.owner_file(random, place, "B2", 0)}
    world = load_world(str(random_worlds.write(folder, place, files, NOBODY)))
    stack = load_stack(world)
    made = read_document(folder / "acl" / "B1.toml", stack.directory)
    told = {finding.what.split()[0] for finding in check(made, stack.directory).findings}
    alone = Oracle(place, {"B1": owner}, {})
    holds: dict[str, Callable[[Oracle, str, Table], bool]] = {
        "never": enumeration.never_holds,
        "always": enumeration.always_holds,
    }
    broken = {
        row["id"]
        for kind, held in holds.items()
        for row in owner[kind]
        if not held(alone, "B1", row)
    }
    yield from _apart("promises", told, broken)


def leaks_differ(random: Random, folder: Path) -> Iterator[str]:
    """The hard paths of `leaks`; soft ones are for people to judge and cannot be enumerated."""
    place = small_world(random)
    owners = {name: random_worlds.owner_file(random, place, name, 6) for name in ("B1", "B2")}
    network = random_worlds.network_file(random, place)
    oracle = Oracle(place, owners, network)
    stack = load_stack(load_world(str(random_worlds.write(folder, place, owners, network))))
    at = oracle.when(random_worlds.day(random))
    for list_, value in (("group", "g1"), ("agency", "A1"), ("agency", "A6")):
        told = set()
        for name in random_worlds.CLASSES:
            subject = Subject(**{list_: frozenset([value])})  # type: ignore[arg-type]
            for path in hard_paths(Search(stack, subject, name, at)):
                told.add((str(path.way), path.who, path.backend, path.key, name))
                if name not in enumeration.seen(oracle, path.witness._asdict(), at):
                    yield f"leaks: the witness gets no {name}: {path}"
        yield from _apart(
            f"leaks of {value}", told, enumeration.hard_ways(oracle, list_, value, at)
        )


def _apart(what: str, told: set[tuple[object, ...]] | set[str], expected: object) -> Iterator[str]:
    assert isinstance(expected, set)
    yield from (f"{what}: not found: {each}" for each in sorted(expected - told, key=str))
    yield from (f"{what}: found, and not so: {each}" for each in sorted(told - expected, key=str))


def run(worlds: int, seed: int, console: Console) -> int:
    """Each analysis in so many worlds; 1, and what differs in the first such, if one does."""
    for name, differ in ANALYSES.items():
        for number in range(worlds):
            with tempfile.TemporaryDirectory() as folder:
                found = list(differ(Random(seed + number), Path(folder)))
            if found:
                console.print(f"[bold]{name}[/] and enumeration differ, seed {seed + number}:")
                console.out("\n".join(found[:SHOWN_MAX]), highlight=False)
                return 1
        console.print(f"{name}: {worlds} worlds, as enumeration by the oracle has it")
    return 0


ANALYSES: dict[str, Callable[[Random, Path], Iterator[str]]] = {
    "diff of rules": rules_differ,
    "diff of worlds": worlds_differ,
    "matrix": matrices_differ,
    "never and always": promises_differ,
    "leaks": leaks_differ,
}
