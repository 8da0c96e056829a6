"""Running the real program as a person does: its own process, its own exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PROGRAM = (sys.executable, "-m", "wireroom")
TIME_MAX_S = 60


def run(*arguments: str, typed: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess:
    """One command to its end; a traceback in its output fails the test that ran it."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=TIME_MAX_S,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100"},
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


class Serving(NamedTuple):
    """A switch in a process of its own."""

    process: subprocess.Popen[str]
    host: str
    port: int
    ready: dict

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(by)
        return self.process.wait(TIME_MAX_S)


@contextmanager
def serving(
    folder: Path, *options: str, world: str = "golden-state", cwd: Path | None = None
) -> Iterator[Serving]:
    """`wireroom serve` on a free port, its journal in the folder."""
    command = [*PROGRAM, "serve", world, "--listen", "127.0.0.1:0"]
    command += ["--journal", str(folder / "test.journal"), *options]
    errors = (folder / "stderr").open("w+")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=cwd)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "stderr").read_text()
        ready = json.loads(line)
        host, _, port = ready["listen"].rpartition(":")
        yield Serving(process, host, int(port), ready)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(TIME_MAX_S)
        assert process.stdout is not None
        process.stdout.close()
        errors.close()
    assert "Traceback" not in (folder / "stderr").read_text()
