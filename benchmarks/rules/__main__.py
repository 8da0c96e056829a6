"""`make bench-rules`: what the analysis of access rules costs in a large world.

Each measurement is one run on whatever the machine is doing; `cpu_s` is steadier than `wall_s`.
The goals are goals of `wall_s` on an idle machine; a missed one is said, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from benchmarks.rules import large_world
from switch.acl.analysis.difference import difference
from switch.acl.analysis.lints.every import lint
from switch.acl.analysis.promises import check
from switch.acl.analysis.traffic import tally
from switch.acl.directory import Directory
from switch.acl.document import OwnerDocument, load_stack, read_document
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.terms import BackendName, Instant, MessageKey, Mnemonic, OperatorId, Ori
from switch.world_file import load_world

DECISIONS = 100_000
GOALS_S = {"diff": 10.0, "traffic": 5.0, "check": 30.0}
CHECKED = (20, 80)  # rules of a file that is checked
_START: Instant = 1_704_096_000.0  # in January 2024; the rules begin in that year
_YEAR_S = 365 * 86_400
_Decision = tuple[str, Request, Instant]  # and where it stands in the record


def main() -> int:
    """Build the world, measure, print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *GOALS_S], help="default: all")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old, new = stacks(Path(folder))
        files = [document(Path(folder), rules, old.directory) for rules in CHECKED]
    recorded = list(traffic(old, DECISIONS)) if "traffic" in (options.what or GOALS_S) else []
    gc.freeze()  # as `acl diff` does once it has read everything
    work: dict[str, Callable[[], str]] = {
        "diff": lambda: f"{len(difference(old, new))} changes",
        "traffic": lambda: _told(old, new, recorded),
        "check": lambda: ", ".join(checked(each, old.directory) for each in files),
    }
    rows = {name: _measured(work[name]) for name in options.what or work}
    return _report(rows, as_json=options.json)


def stacks(folder: Path) -> tuple[AccessStack, AccessStack]:
    """The large world before and after an ordinary change of every file."""
    files = large_world.rule_files(1)
    sides = (files, large_world.after_a_change(files))
    old, new = (
        load_stack(load_world(str(large_world.write(folder / name, side))))
        for name, side in zip(("old", "new"), sides, strict=True)
    )
    return old, new


def document(folder: Path, rules: int, directory: Directory) -> OwnerDocument:
    """The first owner's file of so many rules."""
    world = large_world.write(folder / f"with {rules}", large_world.rule_files(1, rules))
    return read_document(world / "acl" / f"{large_world.backend(0)}.toml", directory)


def checked(file: OwnerDocument, directory: Directory) -> str:
    """What is found in one file, read already, and what its tests, promises and lints take."""
    begun = time.process_time()
    check(file, directory)
    linted = lint(file, directory)
    took = time.process_time() - begun
    findings = len(linted.mistakes) + len(linted.advice)
    return f"{findings} findings of {len(file.policy.rules)} rules in {took:.1f} s of CPU"


def _told(old: AccessStack, new: AccessStack, recorded: Sequence[_Decision]) -> str:
    counts = tally(old, new, recorded).counts
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))


def traffic(stack: AccessStack, decisions: int) -> Iterator[_Decision]:
    """Random requests at random seconds of the year, from a seed. At nine desks of ten sits whoever
    belongs there, at the tenth an operator of another agency."""
    random = Random(7)
    numbers = range(large_world.AGENCIES)
    each = large_world.ORIS // large_world.AGENCIES
    entries = stack.world.catalog
    for number in range(decisions):
        who, entry = random.choice(numbers), random.choice(entries)
        request = Request(
            Mnemonic(f"T{who:04}"),
            Ori(large_world.ori(who * each + random.randrange(each))),
            OperatorId(f"OP{who if random.random() < 0.9 else random.choice(numbers):04}"),
            None,
            BackendName(entry.backend),
            MessageKey(entry.key),
            bool(entry.image_classes) and random.random() < 0.3,
            random.choice(entry.purposes or (None, "C", "J")),
        )
        yield f"decision {number + 1}", request, _START + random.randrange(_YEAR_S)


def _measured(work: Callable[[], str]) -> dict[str, object]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1), "result": result}


def _report(rows: dict[str, dict[str, object]], *, as_json: bool) -> int:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    missed = [name for name, row in rows.items() if float(str(row["wall_s"])) > GOALS_S[name]]
    if as_json:
        answer = {"training": True, "machine": machine, "load": load, "missed": missed, **rows}
        print(json.dumps(answer))
    else:
        print(
            f"{large_world.BACKENDS} databases x {large_world.RULES} rules, {machine}, load {load}"
        )
        for name, row in rows.items():
            goal = f"goal {GOALS_S[name]:.0f} s {'MISSED' if name in missed else 'kept'}"
            spent = f"{row['wall_s']} s, {row['cpu_s']} s of CPU"
            print(f"  {name}: {spent}, {goal}: {row['result']}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
