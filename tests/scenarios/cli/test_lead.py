"""`wireroom class` says what is wrong before anything runs."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.process import run


def test_a_class_needs_a_lesson_a_free_folder_and_an_address(tmp_path: Path):
    for arguments, word in (
        ((), "no lesson"),
        (("no-such",), "no scenario"),
        (("first-query", "--listen", "nowhere"), "HOST:PORT"),
        (("--resume", str(tmp_path)), "not the folder of a class"),
    ):
        done = run("class", *arguments, cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert word in done.stderr


def test_an_address_that_is_not_here_is_told(tmp_path: Path):
    done = run("class", "first-query", "--listen", "192.0.2.1:8000", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "cannot listen" in done.stderr


def test_a_port_in_use_leaves_no_folder_behind(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        done = run("class", "first-query", "--listen", address, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "another program uses that port" in done.stderr
    assert list(tmp_path.iterdir()) == []
