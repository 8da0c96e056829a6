"""`wireroom acl check --fix`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.process import run
from tests.switch.acl.shipped import TEXT, changed

WRONG = changed(('group  = ["ero"]', 'group  = "eroo"'), ("[[always]]", "[[alway]]"))


def file(folder: Path, text: str) -> Path:
    path = folder / "CADMV.toml"
    path.write_text(text)
    return path


def test_the_mended_file_is_shown_and_nothing_is_written(tmp_path: Path):
    path = file(tmp_path, WRONG)
    done = run("acl", "check", str(path), "--fix")
    assert done.returncode == 1
    assert '-group  = "eroo"' in done.stdout
    assert '+group  = ["ero"]' in done.stdout
    assert "NOTHING WRITTEN: look at it, then add --write" in done.stdout
    assert path.read_text() == WRONG


def test_it_is_written_on_demand_with_all_its_comments(tmp_path: Path):
    path = file(tmp_path, WRONG)
    assert run("acl", "check", str(path), "--fix", "--write").returncode == 0
    assert path.read_text() == TEXT
    again = run("acl", "check", str(path), "--fix", "--write")
    assert (again.returncode, "nothing to mend" in again.stdout) == (0, True)


def test_a_file_that_would_not_pass_is_not_written_and_neither_is_any_other(tmp_path: Path):
    one = file(tmp_path, WRONG)
    two = tmp_path / "draft.toml"
    two.write_text(changed(('expect   = "DENY-RULE"', 'expect   = "ALLOW"')))
    done = run("acl", "check", str(one), str(two), "--fix", "--write")
    assert done.returncode == 1
    assert "left: " in done.stdout
    assert one.read_text() == WRONG


def test_json_has_the_text_and_what_was_mended(tmp_path: Path):
    answer = json.loads(run("acl", "check", str(file(tmp_path, WRONG)), "--fix", "--json").stdout)
    assert answer["training"] is True
    assert answer["files"][0]["text"] == TEXT
    assert {row["line"] for row in answer["files"][0]["mended"]} >= {9}


def test_write_without_fix_and_fix_without_a_file_are_misuse(tmp_path: Path):
    assert run("acl", "check", str(file(tmp_path, TEXT)), "--write").returncode == 2
    assert run("acl", "check", "--fix").returncode == 2
