"""docs/audit.md: its sessions, played one after the other in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.sessions import played

PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
SESSIONS = re.findall(r"<!-- session -->\n```\n(.*?)```", PAGE, re.DOTALL)


def test_every_command_prints_the_lines_that_are_shown_in_their_order(tmp_path: Path):
    assert len(SESSIONS) == 4
    for session in SESSIONS:
        played(session, tmp_path, codes=(0, 1))
    assert "TRAINING" in (tmp_path / "report.html").read_text()
