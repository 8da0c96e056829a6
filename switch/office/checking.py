"""A candidate is examined in a process of its own: a large file must not hold up a message.

`python -m switch.office.checking` reads one pickled job on standard input and writes the pickled
result. Both ends are this program on this machine; the file itself is data, and never unpickled.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from io import BytesIO
from typing import NamedTuple

import trio

from switch.acl.analysis.candidate import Examined, examine
from switch.config import World
from switch.errors import Finding

CHECK_S_MAX = 120.0  # a file whose check takes longer is refused
RULES_PER_STEP = 250  # taken over at once: 2 to 3 ms
NICENESS = 5  # of the check, where the system knows such a thing: messages go first


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
            return await taken_over(done.stdout)
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        return _failed(job, f"the check ended with code {done.returncode}: {last[:200]}")
    return _failed(job, f"the check took longer than {within_s:g} s")


def handed_over(found: Examined) -> bytes:
    """A result as it leaves the process that found it: pickles that share what they refer to."""
    parts = BytesIO()
    pickler = pickle.Pickler(parts, pickle.HIGHEST_PROTOCOL)
    rules = found.policy.rules if found.policy is not None else ()
    for start in range(0, len(rules), RULES_PER_STEP):
        pickler.dump(rules[start : start + RULES_PER_STEP])
    pickler.dump(found)
    return parts.getvalue()


async def taken_over(data: bytes) -> Examined:
    """What `handed_over` made, back again; others have their turn after each of its pickles.

    So many new objects make the collector look through all there are, which takes longer than
    everything else together. Rules do not refer to themselves, and go without it when they are
    replaced: until they are there it rests, and then it never looks at them.
    """
    unpickler = pickle.Unpickler(BytesIO(data))  # one, so that it knows the rules at the end
    collects = gc.isenabled()
    gc.disable()
    try:
        while not isinstance(part := unpickler.load(), Examined):
            await trio.lowlevel.checkpoint()
        gc.freeze()
    finally:
        if collects:
            gc.enable()
    return part


def _failed(job: Job, what: str) -> Examined:
    return Examined(None, (Finding(f"{job.backend}.toml", 0, what, "write it in fewer rules"),))


def main() -> None:
    """One job."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    job: Job = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(handed_over(examine(*job)))


if __name__ == "__main__":
    main()


__all__ = ["CHECK_S_MAX", "Job", "examined_elsewhere", "handed_over", "taken_over"]
