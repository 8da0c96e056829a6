"""The owner's end of the control socket."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from switch.cli.owner.line import ask, steady
from switch.errors import UsageError
from switch.files import authored
from switch.wire.control import FILE_BYTES_MAX, framed


@pytest.fixture
def answering(tmp_path):
    """A socket that answers whoever comes with these bytes."""
    path, threads = tmp_path / "c", []
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(1)

    def start(answer: bytes):
        def serve() -> None:
            near, _ = server.accept()
            with near:
                near.recv(65_536)
                near.sendall(answer)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return path

    yield start
    for thread in threads:
        thread.join(10)
    server.close()


def test_an_answer_comes_back(answering):
    assert ask(answering(framed({"training": True})), {"do": "status"}) == {"training": True}


@pytest.mark.parametrize("answer", [b"", b"\x00", framed({"a": 1})[:-1], b"\xff\xff\xff\xff"])
def test_half_an_answer_is_a_clear_error(answering, answer):
    with pytest.raises(UsageError, match="no switch answers"):
        ask(answering(answer), {"do": "status"})


def test_what_the_switch_cannot_do_is_a_clear_error(answering):
    with pytest.raises(UsageError, match="the disk is full"):
        ask(answering(framed({"error": "the disk is full"})), {"do": "status"})


def test_no_switch_is_a_clear_error(tmp_path):
    with pytest.raises(UsageError, match="wireroom serve"):
        ask(tmp_path / "nothing", {"do": "status"})


def test_a_file_is_read_as_it_is(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"a = 1\n")
    assert steady(path) == b"a = 1\n"


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    """What would be signed is not what lies there a moment later."""
    path = tmp_path / "f"
    path.write_bytes(b"a = 1\n")
    looks: list[int] = []

    def look(number: int) -> os.stat_result:
        if looks:
            with path.open("ab") as more:
                more.write(b"b = 2\n")
        looks.append(number)
        return path.stat()

    monkeypatch.setattr(authored, "_look", look)
    with pytest.raises(UsageError, match="changed while it was read"):
        steady(path)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "f"
    with path.open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    with pytest.raises(UsageError, match="longer than"):
        steady(path)


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        steady(tmp_path / "nothing")
