"""A switch as `wireroom serve` runs it, that tells how long each step of its loop took.

`python -m benchmarks.rules.watched WORLD FOLDER`: journal, owners' keys and control socket lie in
the folder. One JSON line on standard output when it is ready; when it is told to stop, one with
every step of at least `STEP_S_MIN`: nothing else happens in a switch while a step lasts.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

import trio

from switch.acl.document import load_stack
from switch.cli.logs import set_up_logs
from switch.office.office import OwnersOffice
from switch.shell.app import Switch
from switch.shell.clock import WallClock
from switch.shell.plugins import open_backends
from switch.shell.scribe import Scribe
from switch.shell.server import serve
from switch.shell.transport import Listener
from switch.wire.spec_files import load_formats
from switch.world_file import load_world

STEP_S_MIN = 0.005
CONTROL = "control"
OWNERS = "owners"


class Steps(trio.abc.Instrument):
    """How long the loop was with one task, from one checkpoint to the next."""

    def __init__(self) -> None:
        # When it ended, how many seconds, how many of CPU, whose step it was.
        self.long: list[tuple[float, float, float, str]] = []
        self._begun = 0.0, 0.0

    def before_task_step(self, task: Any) -> None:
        """A task has its turn."""
        self._begun = time.perf_counter(), time.thread_time()

    def after_task_step(self, task: Any) -> None:
        """It gave it back."""
        wall, cpu = self._begun
        wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
        if wall >= STEP_S_MIN:
            self.long.append((WallClock().now(), wall, cpu, task.name))


def main() -> None:
    """Serve until told to stop."""
    world_folder, folder = Path(sys.argv[1]), Path(sys.argv[2])
    clock, steps = WallClock(), Steps()
    world = load_world(str(world_folder))
    owners = OwnersOffice(folder / CONTROL, folder / OWNERS, clock)
    stack = owners.adopt(load_stack(world))
    journal = Scribe.open(folder / "bench.journal")
    backends = open_backends(world, folder / "cache")
    switch = Switch(world, stack, load_formats(), backends, journal, clock, watch=owners.watch)

    async def run() -> None:
        trio.lowlevel.add_instrument(steps)
        await serve(switch, Listener("127.0.0.1", 0), _announce, *owners.tasks(switch))

    gc.freeze()
    with set_up_logs():
        trio.run(run)
    journal.close()
    owners.close()
    print(json.dumps(steps.long))


def _announce(address: str) -> None:
    print(json.dumps({"port": int(address.rpartition(":")[2])}), flush=True)


if __name__ == "__main__":
    main()
