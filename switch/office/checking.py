"""A candidate is examined in a process of its own: a large file must not hold up a message.

`python -m switch.office.checking` reads one pickled job on standard input and writes the
pickled result.
Both ends are this program on this machine; the file itself is data, and never unpickled.
"""

from __future__ import annotations

import pickle
import sys
from typing import NamedTuple

import trio

from switch.acl.analysis.candidate import Examined, examine
from switch.config import World
from switch.errors import Finding

CHECK_S_MAX = 120.0  # a file whose check takes longer is refused


class Job(NamedTuple):
    """What to examine."""

    world: World  # as it runs here, not as it may lie on disk by now
    backend: str
    file: bytes
    base: bytes


async def examined_elsewhere(job: Job, *, within_s: float = CHECK_S_MAX) -> Examined:
    """The result of `examine`; a finding where the other process fails or takes too long."""
    command = [sys.executable, "-m", "switch.office.checking"]
    with trio.move_on_after(within_s):
        done = await trio.run_process(
            command, stdin=pickle.dumps(job), capture_stdout=True, capture_stderr=True, check=False
        )
        if done.returncode == 0:
            # A large file takes a fifth of a second to take over; messages go on meanwhile.
            result: Examined = await trio.to_thread.run_sync(pickle.loads, done.stdout)
            return result
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return _failed(job, f"the check ended with code {done.returncode}: {last[:200]}")
    return _failed(job, f"the check took longer than {within_s:g} s")


def _failed(job: Job, what: str) -> Examined:
    return Examined(None, (Finding(f"{job.backend}.toml", 0, what, "write it in fewer rules"),))


def main() -> None:
    """One job."""
    job: Job = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(examine(*job)))


if __name__ == "__main__":
    main()


__all__ = ["CHECK_S_MAX", "Job", "examined_elsewhere"]
