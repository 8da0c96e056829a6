"""`make soak`: simulated rooms, one seed after the other, for as long as one likes.

    python -m tests.simulation --seconds 600
    python -m tests.simulation --seed 64 --seconds 0     one seed again

Exit 1 at the first broken promise, with its seed and a short list of steps that break it.
"""

from __future__ import annotations

import argparse
import sys
import time

import structlog
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tests.simulation.reached import WANTED, Reached
from tests.simulation.run import STEPS, planned, play, shortened

CRITICAL = 50


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1_000, help="the first one")
    parser.add_argument("--steps", type=int, default=STEPS, help="of each run")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    reached, seed, begun = Reached(), options.seed, time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as progress:
        bar = progress.add_task("seeds", total=max(options.seconds, 0.001))
        while seed == options.seed or time.monotonic() - begun < options.seconds:
            failure = play(seed, planned(seed, options.steps), reached)
            if failure is not None:
                progress.update(bar, description=f"seed {seed} fails; making it short")
                print(shortened(failure))
                return 1
            seed += 1
            done = time.monotonic() - begun
            progress.update(bar, completed=done, description=f"seed {seed}")
    took = time.monotonic() - begun
    print(f"{seed - options.seed} seeds from {options.seed} in {took:.0f} s: every promise holds")
    print(", ".join(f"{reached.counted[what]} {what}" for what in WANTED))
    return 0


if __name__ == "__main__":
    sys.exit(main())
