"""`make bench`: all contenders up, visited in turn, ratios to the bare echo of the same round."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import stage
from benchmarks.generator import Load

CONTENDERS = ("bare", "naive", "echo", "switch")  # whose ratio is the goal stand side by side
GENERATOR_MIN = 1.3  # what the generator reaches alone, in times of what it measures
FLOOR = 0.6  # the switch's share of the bare echo, below which the benchmark fails
AIM = 0.75
SYNCS, SYNC_BYTES = 200, 65_536


def main() -> int:
    """Measure and print; exit 1 if a reply was wrong or the switch missed its floor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=0.25, help="per contender and round")
    parser.add_argument("--terminals", type=int, default=50)
    parser.add_argument("--folder", help="where the journal lies (default: the system's own)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        world = stage.build(Path(folder), options.terminals)
        rates, errors = _measure(world, options)
        _doubt_generator(rates)
        disk_us = _disk_us(Path(folder) / "sync")
    return _report(rates, errors, disk_us, options)


def _doubt_generator(rates: dict[str, list[float]]) -> None:
    """Refuse to report where the generator may have measured itself."""
    pairs = zip(rates["bare"], rates["switch"], strict=True)
    alone = statistics.median(bare / ours for bare, ours in pairs)
    if alone < GENERATOR_MIN:
        sys.exit(
            f"no report: against a bare responder the generator reaches {alone:.2f} times the "
            f"switch, and {GENERATOR_MIN} is the least; give it a core of its own"
        )


def _disk_us(path: Path) -> int:
    """How long the disk takes for what a commit asks of it; with 50 in flight it is part of every
    answer."""
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), bytes(SYNC_BYTES), 0)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    return round(statistics.median(took) * 1e6)


def _measure(world: Path, options: argparse.Namespace) -> tuple[dict[str, list[float]], int]:
    pinned = _pin(0)
    processes, loads = {}, {}
    try:
        for name in CONTENDERS:
            command = [sys.executable, "-m", "benchmarks.contenders", name, str(world)]
            log = (world / f"{name}.log").open("w")
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
            processes[name] = process
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            if not port:
                sys.exit(f"{name} did not start:\n{(world / f'{name}.log').read_text()}")
            if pinned:
                os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0) | {1})})
            loads[name] = Load(int(port), options.terminals, echo=name in ("bare", "echo"))
        return _rounds(loads, options), sum(load.errors for load in loads.values())
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def _rounds(loads: dict[str, Load], options: argparse.Namespace) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for round_ in range(options.rounds + 1):
        for name in CONTENDERS:
            rate = loads[name].drive(options.seconds)
            if round_:  # the first round warms everything up
                rates[name].append(rate)
        sys.stderr.write(f"\rround {round_} of {options.rounds}")
    sys.stderr.write("\n")
    return rates


def _pin(core: int) -> bool:
    """Keep the generator on one core, where there are two; contenders get the other."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return False
    os.sched_setaffinity(0, {core})
    return True


def _report(
    rates: dict[str, list[float]], errors: int, disk_us: int, options: argparse.Namespace
) -> int:
    ratios = {
        name: [rate / base for rate, base in zip(rates[name], rates["echo"], strict=True)]
        for name in CONTENDERS
    }
    quartiles = {
        name: [round(q, 3) for q in statistics.quantiles(values, n=4)[::2]]
        for name, values in ratios.items()
    }
    rows = {
        name: {
            "ratio": round(statistics.median(values), 3),
            "quartiles": quartiles[name],
            "per_second": round(statistics.median(rates[name])),
        }
        for name, values in ratios.items()
    }
    result = {
        "training": True,
        "terminals": options.terminals,
        "in_flight": 1,
        "rounds": options.rounds,
        "wrong_replies": errors,
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "disk_us": disk_us,
        "contenders": rows,
    }
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"{options.terminals} terminals x 1 in flight, {options.rounds} paired rounds, "
            f"{errors} wrong replies, {result['machine']}, "
            f"the journal's disk takes {disk_us} us for a commit"
        )
        for name, row in rows.items():
            low, high = quartiles[name]
            print(
                f"  {name:<8} {row['ratio']:>6} of bare echo  (quartiles {low}-{high}, "
                f"{row['per_second']}/s here)"
            )
    ours, theirs = statistics.median(ratios["switch"]), statistics.median(ratios["naive"])
    floor, missed = "kept", False
    if ours < FLOOR:  # a noisy minute is no failure, and no success
        missed = statistics.quantiles(ratios["switch"], n=4)[2] < FLOOR
        floor = "MISSED" if missed else "in doubt, the upper quartile reaches it"
    print(
        f"floor {FLOOR} {floor}; aim {AIM} "
        f"{'reached' if ours >= AIM else 'not reached'}, {ours / theirs:.1f} x naive",
        file=sys.stderr,
    )
    return 1 if errors or missed or ours <= theirs else 0


if __name__ == "__main__":
    sys.exit(main())
