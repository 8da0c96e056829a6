"""examples/: the programs there do what they say, against a real switch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.process import TIME_MAX_S, serving

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_terminal_of_twenty_lines_prints_what_two_states_answer(tmp_path: Path):
    program = EXAMPLES / "terminal.py"
    assert len(program.read_text().splitlines()) <= 24
    with serving(tmp_path) as switch:
        command = [sys.executable, str(program), switch.host, str(switch.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_MAX_S)
    assert done.returncode == 0, done.stderr
    assert "SIGNED ON BAY2 BPD2" in done.stdout
    assert "FROM CADMV" in done.stdout
    assert "FROM NVDMV" in done.stdout
    alone = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    assert (alone.returncode, "Traceback" in alone.stderr) == (1, False)
    assert "python examples/terminal.py 127.0.0.1 4000" in alone.stderr
