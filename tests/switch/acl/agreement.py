"""`make oracle`: the engine and the oracle judge the same random cases, by the hundred thousand.

    python -m tests.switch.acl.agreement --decisions 500000 --seed 7

Every case is a decision or a release of a random request in a random world. The first on which
they differ is made as small as it will go and printed as files and a request (exit 1), and so is
every clause of the specification that no case has met. Then `diff`, `matrix`, `leaks`, `never` and
`always` are held against enumeration by the oracle, in `--worlds` small worlds each.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import tomlkit
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table as Rows

from switch.acl.decision import Decision
from switch.acl.document import load_stack
from switch.acl.engine import AccessStack
from switch.acl.rules import Request
from switch.errors import WireroomError
from switch.world_file import load_world
from tests.switch.acl import analyses, random_worlds
from tests.switch.acl.clauses import CLAUSES, Clauses
from tests.switch.acl.oracle import Oracle

Table = dict[str, Any]
A_WORLD = 500  # decisions in each world before there is another
RELEASES = 0.2  # of all cases


@dataclass(frozen=True, slots=True)
class Case:
    """A world with its files, and one request in it at an instant."""

    place: Table
    owners: dict[str, Table]
    network: Table
    request: Table
    at: float
    asked_at: float | None = None  # of a release: when it was asked

    def written(self) -> str:
        """As files that a person could put down and try."""
        files = {"world.toml": self.place, "acl/NETWORK.toml": self.network}
        files |= {f"acl/{name}.toml": table for name, table in self.owners.items()}
        parts = [f"# --- {name}\n{tomlkit.dumps(table)}" for name, table in files.items()]
        when = {"at": self.at} | ({} if self.asked_at is None else {"asked_at": self.asked_at})
        utc = {name: datetime.fromtimestamp(v, UTC).isoformat() for name, v in when.items()}
        return "\n".join([*parts, "# --- request", json.dumps(self.request | utc, indent=2)])


def made(seed: int) -> tuple[Random, Table, dict[str, Table], Table]:
    """The world and the files of a seed, and the rest of its stream."""
    random = Random(seed)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name) for name in ("B1", "B2")}
    return random, place, owners, random_worlds.network_file(random, place)


def asked(table: Table) -> Request:
    """A request as the engine takes it."""
    return Request(*(table[name] for name in Request._fields))


def loaded(folder: Path, place: Table, owners: dict[str, Table], network: Table) -> AccessStack:
    """The files written down and read by the product."""
    return load_stack(load_world(str(random_worlds.write(folder, place, owners, network))))


def instant(random: Random, oracle: Oracle) -> float:
    """Anywhere in the ten days, often exactly where something changes, or just before."""
    return oracle.when(random_worlds.day(random)) + random.choice([0, 0, -0.001, 3600])


def parts(decision: Decision, *, release: bool) -> Table:
    """What both sides say of a decision, in the oracle's words."""
    if decision.verdict == "DENY-ERROR":
        return {"verdict": "DENY-ERROR"}
    said: Table = {
        "verdict": decision.verdict.value,
        "classes": {str(name): verdict.value for name, verdict, _ in decision.classes},
        "masks": set(decision.masks),
        "notices": set(decision.notices),
    }
    if not release:
        said |= {
            "owner": decision.owner,
            "rules": set(decision.rules),
            "exceptions": set(decision.exceptions),
        }
    return said


def by_engine(stack: AccessStack, case: Case) -> Table:
    """What the engine says."""
    request = asked(case.request)
    if case.asked_at is None:
        return parts(stack.decide(request, case.at), release=False)
    earlier = stack.decide(request, case.asked_at)
    return parts(stack.decide_release(request, case.asked_at, earlier, case.at), release=True)


def by_oracle(oracle: Oracle, case: Case) -> Table:
    """What the oracle says."""
    if case.asked_at is None:
        return oracle.decide(case.request, case.at)
    return oracle.release(case.request, case.asked_at, case.at)


def differ(case: Case) -> tuple[Table, Table] | None:
    """Both answers where they differ; None where they agree, or where the files are wrong."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            stack = loaded(Path(folder), case.place, case.owners, case.network)
        except WireroomError:
            return None
    try:
        expected = by_oracle(Oracle(case.place, case.owners, case.network), case)
    except KeyError:  # something that the request needs was taken away
        return None
    got = by_engine(stack, case)
    return None if got == expected else (got, expected)


def cases(seed: int, folder: Path) -> Iterator[tuple[Case, Table, Table, list[str]]]:
    """Cases of one world, with both answers and the clauses that each has met."""
    random, place, owners, network = made(seed)
    stack, oracle = loaded(folder, place, owners, network), Oracle(place, owners, network)
    clauses = Clauses(oracle)
    for _ in range(A_WORLD):
        request, at = random_worlds.request(random, place), instant(random, oracle)
        case = Case(place, owners, network, request, at)
        found = oracle.decide(request, at)
        met = list(clauses.of(request, at, found))
        if random.random() < RELEASES:
            later = max(at, instant(random, oracle))
            case = replace(case, at=later, asked_at=at)
            met += clauses.of_release(request, at, later, found, oracle.decide(request, later))
        yield case, by_engine(stack, case), by_oracle(oracle, case), met


def run(decisions: int, seed: int, console: Console, *, as_json: bool) -> int:
    """So many cases; 1 if they differ anywhere or a clause was never met."""
    from tests.switch.acl.shrinking import smallest

    met: Counter[str] = Counter()
    bar = Progress(
        "[bold]engine and oracle",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
    )
    with bar, tempfile.TemporaryDirectory() as folder:
        task = bar.add_task("", total=decisions)
        for number in range(-(-decisions // A_WORLD)):
            for case, got, expected, clauses in cases(seed + number, Path(folder)):
                if got != expected:
                    bar.stop()
                    _tell(console, seed + number, smallest(case, differ))
                    return 1
                met.update(clauses)
            bar.advance(task, A_WORLD)
    never = [clause for clause in CLAUSES if not met[clause]]
    total = -(-decisions // A_WORLD) * A_WORLD
    if as_json:
        counted = {clause: met[clause] for clause in CLAUSES}
        console.out(json.dumps({"training": True, "seed": seed, "cases": total, "met": counted}))
    else:
        rows = Rows("clause of the specification", "cases", title=f"{total} cases, seed {seed}")
        for clause in CLAUSES:
            rows.add_row(clause, str(met[clause]) if met[clause] else "[bold]NEVER MET[/]")
        console.print(rows)
        console.print(
            f"{total} cases of {total // A_WORLD} worlds: no difference; "
            f"{len(CLAUSES) - len(never)} of {len(CLAUSES)} clauses met"
        )
    return 1 if never else 0


def _tell(console: Console, seed: int, case: Case) -> None:
    both = differ(case)
    assert both is not None
    console.out(case.written())
    console.out(f"# --- seed {seed}: they differ\nengine: {both[0]}\noracle: {both[1]}")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.switch.acl.agreement")
    parser.add_argument("--decisions", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first world")
    parser.add_argument("--worlds", type=int, default=50, help="in which to try each analysis")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = run(options.decisions, options.seed, Console(), as_json=options.json)
    tried = Console(stderr=options.json)
    return found or analyses.run(options.worlds, options.seed, tried)


if __name__ == "__main__":
    sys.exit(main())
