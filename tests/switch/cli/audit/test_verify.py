"""`wireroom audit verify`: the bundle and what its owner kept, and no switch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from switch.audit.bundle import bundle_lines
from switch.cli.audit.verify import main
from switch.errors import UsageError
from switch.office.keys import generate
from tests.process import run
from tests.switch.audit.around import around, shipped_files, written


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    own, network = shipped_files()
    lines = bundle_lines("CADMV", "golden-state", around().ledger(), own, network)
    (tmp_path / "a.bundle").write_text("".join(lines))
    (tmp_path / "CADMV.heads").write_text("".join(around().lines["CADMV"]))
    return tmp_path


def test_with_only_its_two_files_in_an_empty_folder_it_is_whole(kept: Path):
    done = run("audit", "verify", "a.bundle", "--heads", "CADMV.heads", cwd=kept)
    assert done.returncode == 0
    assert "WHOLE: it is the history whose heads were delivered" in done.stdout
    assert "not proved:" in done.stdout
    assert "no key was given" in done.stdout


def test_without_heads_nothing_is_proved_and_that_is_exit_1(kept: Path, capsys):
    assert main([str(kept / "a.bundle")]) == 1
    out = capsys.readouterr().out
    assert "NOT HELD AGAINST ANYTHING" in out
    assert "anything at all: no heads were given" in out


def test_a_bundle_that_was_tampered_with_is_exit_1_and_says_where(kept: Path, capsys):
    path = kept / "a.bundle"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:6], *lines[7:]]))
    assert main([str(path), "--heads", str(kept / "CADMV.heads"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["training"], found["whole"]) == (True, False)
    assert {fault["breach"] for fault in found["faults"]} >= {"MISSING"}
    assert found["not_proved"]


def test_a_key_is_asked_for_what_the_owner_signed(kept: Path, capsys):
    _, public = generate(kept, "CADMV")
    argv = [str(kept / "a.bundle"), "--heads", str(kept / "CADMV.heads"), "--key", str(public)]
    assert main(argv) == 0
    assert "no key was given" not in capsys.readouterr().out


def test_a_file_of_another_kind_is_a_misuse_and_told_how_to_make_a_bundle(tmp_path: Path):
    path = written(around(), tmp_path / "a.journal")
    with pytest.raises(UsageError, match="is a journal, not a bundle") as raised:
        main([str(path)])
    assert raised.value.fix == f"wireroom audit BACKEND --journal {path} --bundle BUNDLE makes one"
    other = tmp_path / "notes.txt"
    other.write_text("hello\n" * 300)
    with pytest.raises(UsageError, match="no line of it can be read"):
        main([str(other)])


def test_a_bundle_whose_first_line_was_damaged_is_still_a_bundle(kept: Path, capsys):
    path = kept / "a.bundle"
    path.write_text("x" + path.read_text())
    assert main([str(path)]) == 1
    assert "UNREADABLE: line 1" in capsys.readouterr().out


def test_heads_that_are_not_there_are_a_misuse(kept: Path):
    with pytest.raises(UsageError, match="cannot read"):
        main([str(kept / "a.bundle"), "--heads", str(kept / "nothing")])
