"""The control socket: for its user only, one request a connection, and hard to disturb."""

from __future__ import annotations

import socket
import stat
import struct

import pytest
import structlog.testing
import trio

from switch.errors import JournalError, UsageError
from switch.office.control import CONNECTIONS_MAX, REQUEST_S_MAX, ControlSocket
from switch.wire.control import HEADER_SIZE, REQUEST_BYTES_MAX, framed, unpacked


class Authority:
    """Answers with what it was asked."""

    def status(self) -> dict:
        return {"files": {}}

    def history(self, backend):
        raise JournalError("the disk is full")

    def file(self, backend, digest):
        raise RuntimeError("a bug")


class Operations:
    """Says what it was asked to change."""

    def services(self) -> dict:
        return {"outages": [], "held": {}}

    async def change(self, wanted) -> dict:
        if wanted.destination == "TX":
            raise UsageError("no destination `TX`", "did you mean `NV`?")
        return {"changed": [wanted.destination, wanted.status, list(wanted.keys), wanted.minutes]}


async def talk(path, data: bytes) -> dict:
    async with await trio.open_unix_socket(str(path)) as stream:
        await stream.send_all(data)
        answer = b""
        while len(answer) < HEADER_SIZE or len(answer) < HEADER_SIZE + _size(answer):
            chunk = await stream.receive_some()
            if not chunk:
                return {}
            answer += chunk
        return unpacked(answer[HEADER_SIZE:])


def _size(answer: bytes) -> int:
    return struct.unpack(">I", answer[:HEADER_SIZE])[0]


@pytest.fixture
async def path(tmp_path, nursery):
    control = ControlSocket(tmp_path / "c")
    nursery.start_soon(control.run, Authority(), Operations())
    yield control.path
    control.close()


async def test_a_request_is_answered(path):
    assert await talk(path, framed({"do": "status"})) == {"training": True, "files": {}}


async def test_only_its_user_can_open_it(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_an_oversized_request_is_refused_before_it_is_read(path):
    answer = await talk(path, struct.pack(">I", REQUEST_BYTES_MAX + 1))
    assert "bytes" in answer["error"]


async def test_garbage_is_refused_in_words(path):
    assert "msgpack" in (await talk(path, struct.pack(">I", 3) + b"\xc1\xc1\xc1"))["error"]
    assert "no request" in (await talk(path, framed({"do": "rm"})))["error"]


async def test_what_the_authority_cannot_do_is_said(path):
    assert (await talk(path, framed({"do": "history"})))["error"] == "the disk is full"


async def test_a_bug_ends_its_connection_and_no_other(path):
    with structlog.testing.capture_logs() as logs:
        assert await talk(path, framed({"do": "file"})) == {}
    assert logs[0]["event"] == "control request failed"
    assert (await talk(path, framed({"do": "status"})))["training"]


async def test_a_client_that_hangs_up_in_mid_request_disturbs_nobody(path):
    stream = await trio.open_unix_socket(str(path))
    await stream.send_all(b"\x00\x00")
    await stream.aclose()
    assert (await talk(path, framed({"do": "status"})))["training"]


async def test_a_client_that_hangs_is_dropped_after_its_time(path, autojump_clock):
    with structlog.testing.capture_logs() as logs:
        stream = await trio.open_unix_socket(str(path))
        async with stream:
            await stream.send_all(b"\x00")
            started = trio.current_time()
            assert await stream.receive_some() == b""
            assert trio.current_time() - started >= REQUEST_S_MAX
    assert logs[0]["event"] == "control client too slow"


async def test_more_clients_than_its_bound_are_turned_away(path):
    idle = [await trio.open_unix_socket(str(path)) for _ in range(CONNECTIONS_MAX)]
    await trio.testing.wait_all_tasks_blocked()
    extra = await trio.open_unix_socket(str(path))
    assert await extra.receive_some() == b""
    for stream in (*idle, extra):
        await stream.aclose()


def test_a_socket_left_behind_by_a_killed_switch_is_taken_over(tmp_path):
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(tmp_path / "c"))
    dead.close()
    ControlSocket(tmp_path / "c").close()
    assert not (tmp_path / "c").exists()


def test_a_socket_in_use_is_a_clear_error(tmp_path):
    first = ControlSocket(tmp_path / "c")
    with pytest.raises(UsageError, match="listens at"):
        ControlSocket(tmp_path / "c")
    first.close()


def test_a_file_at_its_path_is_not_touched(tmp_path):
    (tmp_path / "c").write_text("mine")
    with pytest.raises(UsageError, match="not a socket"):
        ControlSocket(tmp_path / "c")
    assert (tmp_path / "c").read_text() == "mine"


@pytest.mark.parametrize("name", ["x" * 120, "no/such/folder/c"])
def test_a_path_that_cannot_be_is_a_clear_error(tmp_path, name):
    with pytest.raises(UsageError, match=r"too long|cannot listen"):
        ControlSocket(tmp_path / name)


async def test_the_operator_changes_services_here(path):
    asked = {"do": "service", "destination": "NV", "status": "hold", "keys": "DQ,RQ"}
    answer = await talk(path, framed({**asked, "minutes": 30}))
    assert answer == {"training": True, "changed": ["NV", "hold", ["DQ", "RQ"], 30]}
    assert (
        "no destination `TX`" in (await talk(path, framed({**asked, "destination": "TX"})))["error"]
    )
    assert "`minutes` must be" in (await talk(path, framed({**asked, "minutes": -1})))["error"]
    assert await talk(path, framed({"do": "services"})) == {
        "training": True,
        "outages": [],
        "held": {},
    }
