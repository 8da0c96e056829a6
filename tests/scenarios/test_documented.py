"""The example of docs/scenarios.md is a scenario that plays."""

from __future__ import annotations

import re
from pathlib import Path

from tests.rehearsal_room import played

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def test_the_example_of_the_manual_earns_everything():
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert played(text=example).result.flawless
