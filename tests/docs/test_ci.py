"""docs/ci.md: its scripts, run over a change that is fine and over changes that are not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from switch.world_file import WORLDS_FOLDER

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text()
JUDGED, AS_TESTS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
RULES = "acl/CADMV.toml"


def script(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        ["sh", "-c", text], cwd=folder, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def worlds(tmp_path: Path) -> Path:
    for name in ("before", "after"):
        shutil.copytree(WORLDS_FOLDER / "golden-state", tmp_path / name)
    return tmp_path


def change(worlds: Path, old: str, new: str) -> None:
    path = worlds / "after" / RULES
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_script_passes_what_takes_access_away(worlds: Path):
    change(worlds, '["driver.record", "vehicle.registration"]', '["driver.record"]')
    assert script(JUDGED, worlds).returncode == 0
    done = script(AS_TESTS, worlds)
    assert done.returncode == 0, done.stdout
    assert 'name="never-DMV-N1"' in (worlds / "access.xml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('mask    = ["RES"]\n', "", 1),  # a residence is seen that was not
        ('"DENY-RULE"', '"ALLOW"', 1),  # a test that does not hold
        ('["ero"]', '["eroo"]', 2),  # a file that cannot be read
    ],
)
def test_the_script_stops_what_does_not_pass(worlds: Path, old: str, new: str, code: int):
    change(worlds, old, new)
    assert script(JUDGED, worlds).returncode == code


def test_the_tests_stop_it_too(worlds: Path):
    change(worlds, '"DENY-RULE"', '"ALLOW"')
    done = script(AS_TESTS, worlds)
    assert done.returncode == 1
    assert "test expects ALLOW" in (worlds / "access.xml").read_text()
