"""docs/serving.md: its sessions are played; every event that is logged and every kind is on it."""

from __future__ import annotations

import re
from pathlib import Path

from switch.core.record.journal import KINDS
from tests.docs.sessions import played
from tests.process import serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "serving.md").read_text()
LOGGED = re.compile(r'(?:log|_out|told)\.(?:info|warning|exception|log)\(\s*"([^"]+)"')


def test_every_command_prints_the_lines_that_are_shown_in_their_order(tmp_path: Path):
    while_it_runs, afterwards = re.findall(r"<!-- session -->\n```\n(.*?)```", PAGE, re.DOTALL)
    with serving(tmp_path, "--journal", "wireroom.journal", cwd=tmp_path) as switch:
        played(while_it_runs, tmp_path, switch.address)
        assert switch.stop() == 0
    played(afterwards, tmp_path)


def test_every_kind_of_entry_is_on_the_page():
    assert {kind for kind in KINDS if f"`{kind}`" not in PAGE} == set()


def test_every_event_that_is_logged_is_on_the_page():
    rooms = [ROOT / "switch" / room for room in ("shell", "core", "office", "cli")]
    texts = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    events = {event for text in texts for event in LOGGED.findall(text)}
    assert len(events) > 20
    assert {event for event in events if f"`{event}`" not in PAGE} == set()
