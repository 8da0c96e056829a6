"""Writing the file: all or nothing, and only over what was read."""

from __future__ import annotations

import stat

import pytest

from switch.cli.acl.amending import write
from switch.errors import UsageError
from wireroom import main


def test_the_new_text_is_there_whole_with_the_old_mode(tmp_path):
    path = tmp_path / "f.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path, b"old", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("verb", ["cutoff", "restore"])
@pytest.mark.parametrize(("reason", "cite"), [("", "y"), ("x", " ")])
def test_a_reason_or_a_paper_that_says_nothing_is_misuse(capsys, verb, reason, cite):
    words = ["--agency", "CBP", "--reason", reason, "--cite", cite, "--dry-run"]
    with pytest.raises(SystemExit) as caught:
        main(["acl", verb, "CADMV", *words])
    assert caught.value.code == 2
    assert "says nothing" in capsys.readouterr().err


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "f.toml"
    path.write_bytes(b"somebody else's")
    with pytest.raises(UsageError, match="changed meanwhile"):
        write(path, b"old", b"new")
    assert path.read_bytes() == b"somebody else's"


def test_a_folder_that_cannot_be_written_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "f.toml"
    path.write_bytes(b"old")
    (tmp_path / ".f.toml.new").mkdir()
    with pytest.raises((UsageError, OSError)):
        write(path, b"old", b"new")
    assert path.read_bytes() == b"old"
