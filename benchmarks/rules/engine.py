"""What rules cost the engine: deciding, and the preview of a cut-off.

`python -m benchmarks.rules.engine`, also part of `make bench-rules`. Ratios are medians over paired
rounds; the time is the worst of several.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import stage
from switch.acl.analysis.amend import NewDeny, with_deny
from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.collateral import preview
from switch.acl.document import load_stack, read_document
from switch.acl.engine import AccessStack, Request
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Rule
from switch.terms import BackendName, Mnemonic, OperatorId, Ori
from switch.world_file import load_world

TERMINALS = 500
ASKING = 9  # agencies that ask, in the measurement of decisions
SIZES = (10, 10_000, 100_000)
FLOORS = {10_000: 0.9, 100_000: 0.85}
GOALS_MS = {"cutoff preview": 300.0}
ROUNDS, REPEATS = 9, 5
DECISIONS_PER_REQUEST = 50
_NOW = 1_735_689_600.0  # in January 2025, when all rules hold
_BENCH = BackendName("BENCH")


def main() -> int:
    """Measure and print; exit 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules.engine", description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = load_world(str(stage.build(Path(folder), TERMINALS)))
        stack = load_stack(world)
    policies = {size: _policy(stack, size) for size in SIZES}
    ratios = _flat(stack, policies)
    times = {"cutoff preview": max(_previewed() for _ in range(REPEATS))}
    return _report(ratios, times, as_json=options.json)


def _policy(stack: AccessStack, size: int) -> Policy:
    """So many rules. Of those who ask, each meets one, whatever the size: the others are about
    agencies that do not ask. The first of all is refused besides."""
    known = stack.owners[_BENCH]
    deny = next(rule for rule in known.rules if rule.effect is Effect.DENY)
    allow = next(rule for rule in known.rules if rule.effect is Effect.ALLOW)
    agencies = sorted(stack.world.agencies)
    rules: list[Rule] = []
    for number in range(size - 1):
        others = ASKING + number % (len(agencies) - ASKING)
        whose = agencies[number if number < ASKING else others]
        subject = replace(allow.subject, agency=frozenset((whose,)))
        rules.append(replace(allow, id=f"R{number:06}", subject=subject))
    first = replace(deny.subject, agency=frozenset((agencies[0],)), group=frozenset())
    rules.append(replace(deny, id="CUT-FIRST", subject=first))
    return Policy(known.name, rules, known.default, f"with {size} rules", known.owner)


def _flat(stack: AccessStack, policies: dict[int, Policy]) -> dict[int, float]:
    """How many decisions a second, as a ratio to those with the fewest rules in the same round."""
    requests = [
        Request(terminal, ori, operator, None, _BENCH, stack.world.catalog[0].key, False, purpose)
        for terminal, ori, operator in _lines()
        for purpose in (None, "C", "J")
    ] * DECISIONS_PER_REQUEST
    stacks = {size: stack.with_policy(policy) for size, policy in policies.items()}
    rounds: dict[int, list[float]] = {size: [] for size in SIZES[1:]}
    for number in range(ROUNDS + 1):
        took = {size: _decided(each, requests) for size, each in stacks.items()}
        for size, found in rounds.items():
            if number:  # the first round warms everything up
                found.append(took[SIZES[0]] / took[size])
    return {size: round(statistics.median(found), 3) for size, found in rounds.items()}


def _lines() -> list[tuple[Mnemonic, Ori, OperatorId]]:
    found = []
    for number in range(1, ASKING):
        mnemonic, operator, ori = stage.terminal(number)
        found.append((Mnemonic(mnemonic), Ori(ori), OperatorId(operator)))
    return found


def _decided(stack: AccessStack, requests: Sequence[Request]) -> float:
    """Seconds for all, none of them remembered."""
    begun = time.perf_counter()
    for request in requests:
        stack.decide_owner_only(request, _NOW)
    return time.perf_counter() - begun


def _previewed() -> float:
    """Milliseconds of what `acl cutoff` does before it writes anything, files read already."""
    world = load_world("golden-state")
    stack = load_stack(world)
    path = world.folder / "acl" / "CADMV.toml"
    document = read_document(path, stack.directory)
    begun = time.perf_counter()
    new = NewDeny({"agency": ["CBP"]}, "any", _NOW, None, _NOW, "a reason", "a cite", "", "")
    text, name = with_deny(document, new)
    policy = compiled(stack.directory, "CADMV", text.encode())
    rule = next(rule for rule in policy.rules if rule.id == name)
    found = preview(stack, stack.with_policy(policy), BackendName("CADMV"), rule.subject, _NOW)
    assert found.changes
    return (time.perf_counter() - begun) * 1e3


def _report(ratios: dict[int, float], times: dict[str, float], *, as_json: bool) -> int:
    missed = [f"{size} rules" for size, ratio in ratios.items() if ratio < FLOORS[size]]
    missed += [name for name, took in times.items() if took > GOALS_MS[name]]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    if as_json:
        shown = {name: round(took, 1) for name, took in times.items()}
        answer = {"training": True, "machine": machine, "ratios": ratios, "ms": shown}
        print(json.dumps({**answer, "missed": missed}))
    else:
        print(f"rules on a running switch, {machine}")
        for size, ratio in ratios.items():
            kept = "MISSED" if ratio < FLOORS[size] else "kept"
            print(
                f"  decisions with {size} rules: {ratio} of those with {SIZES[0]}, floor "
                f"{FLOORS[size]} {kept}"
            )
        for name, took in times.items():
            kept = "MISSED" if took > GOALS_MS[name] else "kept"
            goal = f"goal {GOALS_MS[name]:.0f} ms {kept}"
            print(f"  {name}: {took:.1f} ms at worst of {REPEATS}, {goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
