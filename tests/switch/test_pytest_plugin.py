"""pytest collects rule files and worlds if it is asked to, and only those."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from switch.world_file import WORLDS_FOLDER
from tests.switch.acl.analysis.lints.files import head, rule
from tests.switch.acl.shipped import TEXT, changed


def collected(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_every_test_and_promise_of_a_world_is_a_test(tmp_path: Path):
    shutil.copytree(WORLDS_FOLDER / "golden-state", tmp_path / "world")
    (tmp_path / "other.toml").write_text("[tool]\nformat = 1\n")
    done = collected(tmp_path, "--acl")
    assert done.returncode == 0, done.stdout
    for name in (
        "world.toml::readable",
        "acl/NETWORK.toml::readable",
        "acl/CADMV.toml::test-1-ERO1-DQ-DENY-RULE",
        "acl/CADMV.toml::never-DMV-N1",
        "acl/CADMV.toml::always-DMV-A1",
    ):
        assert f"PASSED world/{name}" in done.stdout


def test_what_fails_says_where_and_what_to_write(tmp_path: Path):
    (tmp_path / "broken.toml").write_text(
        changed(('data   = "any"', 'data   = ["vehicle.owner"]'), ('"DENY-RULE"', '"ALLOW"'))
    )
    (tmp_path / "unreadable.toml").write_text(changed(('["ero"]', '["eroo"]')))
    ends = rule("deny", "D", 'group = ["police"]; data = "any"; until = 2020-01-01T00:00:00')
    (tmp_path / "linted.toml").write_text(head() + ends)
    done = collected(tmp_path, "--acl")
    assert done.returncode == 1
    assert "FAILED broken.toml::test-1-ERO1-DQ-ALLOW" in done.stdout
    assert "broken.toml:54: test expects ALLOW" in done.stdout
    assert "FAILED broken.toml::never-DMV-N1" in done.stdout
    assert "PASSED broken.toml::always-DMV-A1" in done.stdout
    assert "unreadable.toml:9: group `eroo` is not in the directory" in done.stdout
    assert 'in line 9 write: group  = ["ero"]' in done.stdout
    assert "FAILED linted.toml::L04-expiry-widens-when" in done.stdout
    assert "Traceback" not in done.stdout


def test_it_is_asked_for_by_option_or_ini_and_else_costs_nothing(tmp_path: Path):
    (tmp_path / "CADMV.toml").write_text(TEXT)
    assert collected(tmp_path).returncode == 5
    (tmp_path / "pytest.ini").write_text("[pytest]\nwireroom_acl = true\n")
    assert collected(tmp_path).returncode == 0
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nwireroom_acl = true\nwireroom_acl_world = plain-county\n"
    )
    assert "is not in the directory" in collected(tmp_path).stdout
    assert collected(tmp_path, "--acl-world", "golden-state").returncode == 0


def test_a_world_with_mistakes_tells_them_all(tmp_path: Path):
    shutil.copytree(WORLDS_FOLDER / "golden-state", tmp_path / "world")
    path = tmp_path / "world" / "world.toml"
    text = path.read_text()
    text = text.replace('agency = "CBP"', 'agency = "CPB"')
    path.write_text(text.replace('groups = ["police"]', 'grups = ["police"]', 1))
    done = collected(tmp_path, "--acl", "world/world.toml")
    assert done.returncode == 1
    assert "`CPB`" in done.stdout
    assert "did you mean `groups`?" in done.stdout
