"""pytest collects scenario files if it is asked to, and only those."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.rehearsal_room import SMALL
from tests.scenarios.test_sheet import LESSON

# The small lesson on the real records of its world.
FAIR = SMALL.replace('key = "DR", fields', 'key = "DR", records = 1, fields')
UNFAIR = '[[expect]]\nid = "never"\nafter = "answer"\nwithin = "9s"\nseat = "desk"\n'


def collected(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_every_row_is_a_test_and_the_self_test_is_one_too(tmp_path):
    (tmp_path / "fair.toml").write_text(FAIR)
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
    (tmp_path / "sheet.csv").write_text(LESSON)
    (tmp_path / "other.csv").write_text("name,block\n")
    done = collected(tmp_path, "--scenarios")
    assert done.returncode == 0, done.stdout
    assert "PASSED fair.toml::ask" in done.stdout
    assert "PASSED fair.toml::self-test" in done.stdout
    assert "PASSED sheet.csv::ends" in done.stdout
    assert "7 passed" in done.stdout


def test_what_fails_says_why_in_the_words_of_the_product(tmp_path):
    (tmp_path / "unfair.toml").write_text(FAIR + UNFAIR + 'receives = { verdict = "DENY-RULE" }')
    (tmp_path / "wrong.toml").write_text(FAIR.replace("BAY2", "BAY9"))
    done = collected(tmp_path, "--scenarios")
    assert done.returncode == 1
    assert "missed: nothing fitting came in time" in done.stdout
    assert "UNFAIR  with perfect stand-ins, `never` is missed" in done.stdout
    assert "no terminal `BAY9`" in done.stdout
    assert "Traceback" not in done.stdout
    assert "3 failed, 2 passed" in done.stdout


def test_without_the_option_nothing_is_collected(tmp_path):
    (tmp_path / "fair.toml").write_text(FAIR)
    assert collected(tmp_path).returncode == 5
