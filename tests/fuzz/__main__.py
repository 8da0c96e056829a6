"""`make fuzz`: a line is sent a million mutated inputs.

    python -m tests.fuzz --cases 100000 --seed 7

Exit 1 at the first on which it did not behave, with its bytes; a case that takes longer than
`SLOW_S`, and memory that grows by more than `GROWTH_MB_MAX`, count too.
"""

from __future__ import annotations

import argparse
import faulthandler
import resource
import sys
from time import perf_counter, process_time

from rich.progress import track

from switch.wire.spec_files import load_formats
from tests.fuzz.target import Fuzz, Misbehaved

SLOW_S = 1.0
HANGS_S = 600.0  # by the clock, for a thousand cases
GROWTH_MB_MAX = 128
_WARM = 20_000  # cases after which all that is made once has been made


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    fuzz, begun, slowest, before = Fuzz(load_formats(), options.seed), perf_counter(), 0.0, 0.0
    for number in track(range(options.cases), f"seed {options.seed}", transient=True):
        if number % 1_000 == 0:
            faulthandler.dump_traceback_later(HANGS_S, exit=True)
        if number == _WARM:
            before = _resident_mb()
        started = process_time()  # of this process: a busy machine is not its fault
        try:
            sent = fuzz.case()
        except Exception as error:
            word = "misbehaved" if isinstance(error, Misbehaved) else "crashed"
            print(f"case {number} of seed {options.seed} {word}: {error!r}")
            return 1
        took = process_time() - started
        slowest = max(slowest, took)
        if took > SLOW_S:
            print(f"case {number} of seed {options.seed} took {took:.2f} s: {sent[:400]!r}")
            return 1
    faulthandler.cancel_dump_traceback_later()
    seconds, grown = perf_counter() - begun, _resident_mb() - before if before else 0.0
    print(
        f"{options.cases} inputs, seed {options.seed}: {fuzz.results} answers, {fuzz.read} messages"
        f" read, {fuzz.closed} lines closed; {seconds:.0f} s, the slowest {slowest * 1000:.0f} ms;"
        f" memory grew by {grown:.0f} MB to {_resident_mb():.0f} MB"
    )
    return int(grown > GROWTH_MB_MAX)


if __name__ == "__main__":
    sys.exit(main())
