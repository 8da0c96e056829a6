"""docs/audit.md: its sessions, played one after the other in an empty folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.process import run

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
SESSIONS = re.findall(r"<!-- session -->\n```\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_prints_the_lines_that_are_shown_in_their_order(tmp_path: Path):
    assert len(SESSIONS) == 4
    for session in SESSIONS:
        for command in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
            typed, *shown = command.rstrip().split("\n")
            done = run(*shlex.split(typed)[1:], cwd=tmp_path)
            assert done.returncode in (0, 1), done.stderr
            printed = iter(line.rstrip() for line in done.stdout.split("\n"))
            for line in shown:
                assert any(line == each for each in printed), line
    assert "TRAINING" in (tmp_path / "report.html").read_text()
