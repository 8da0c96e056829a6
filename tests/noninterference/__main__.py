"""`make noninterference`: many random rooms, each played twice with different records.

    python -m tests.noninterference --rooms 500 --seed 1000

Exit 1 at the first difference that a cut-off agency can see, with both sides of it.
"""

from __future__ import annotations

import argparse
import sys

import structlog
from rich.progress import track

from tests.noninterference.comparison import leak

CRITICAL = 50


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.noninterference")
    parser.add_argument("--rooms", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="of the first room")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    seeds = range(options.seed, options.seed + options.rooms)
    for seed in track(seeds, f"rooms, seed {options.seed}", transient=True):
        if difference := leak(seed):
            print(difference)
            return 1
    print(f"{options.rooms} rooms, seeds from {options.seed}: no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
