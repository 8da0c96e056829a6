"""`make kill9`: a hundred switches under load, each killed with SIGKILL.

    python -m tests.killing --kills 100 --seed 1

Exit 1 at the first message that left a switch and is not on record, or a journal that is not whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.progress import track

from tests.killing.books import Unrecorded
from tests.killing.kills import kills


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    victims, heard = Counter[str](), 0
    with tempfile.TemporaryDirectory(prefix="wireroom-kills-") as folder:
        every = kills(Path(folder), options.kills, options.seed)
        try:
            for found in track(every, "kills", total=options.kills, transient=True):
                victims[found.victim] += 1
                heard += found.heard
        except Unrecorded as problem:
            print(f"kill {sum(victims.values()) + 1}, seed {options.seed}: {problem}")
            return 1
    told = ", ".join(f"{victim} {count}" for victim, count in victims.items())
    print(f"{options.kills} kills ({told}), seed {options.seed}: chain whole after each")
    print(f"{heard} messages were heard, all of them on record among {found.entries} entries")
    print(f"{found.entered} records were entered and none lost; {found.waited} messages waited")
    return 0


if __name__ == "__main__":
    sys.exit(main())
