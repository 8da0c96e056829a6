"""The server: a failing line is logged and ends alone."""

from __future__ import annotations

import signal

import structlog.testing
import trio

from switch.shell.server import _attach, serve, stop_signals
from switch.shell.transport import Listener
from tests.running import ask, running


class Failing:
    """A switch whose every line ends in a bug."""

    def __init__(self) -> None:
        self.stopped = trio.Event()

    async def run(self, task_status: trio.TaskStatus[None]) -> None:
        task_status.started()
        await self.stopped.wait()

    async def attach(self, line: object) -> None:
        raise RuntimeError("a bug")

    def stop(self, reason: str) -> None:
        self.stopped.set()


class Closing:
    closed = False

    def close(self) -> None:
        self.closed = True


async def test_a_bug_on_one_line_closes_that_line_only():
    line = Closing()
    with structlog.testing.capture_logs() as logs:
        await _attach(Failing(), line)  # type: ignore[arg-type]
    assert line.closed
    assert logs[0]["event"] == "line failed"


async def test_the_server_takes_lines_until_its_switch_ends():
    async with running() as switch:
        listener = Listener("127.0.0.1", 0)
        host, _, port = listener.address.rpartition(":")
        async with trio.open_nursery() as nursery:
            ready = trio.Event()
            other = type(switch)(*(getattr(switch, name) for name in PARTS))
            nursery.start_soon(serve, other, listener, lambda address: ready.set())
            await ready.wait()
            line = await trio.open_tcp_stream(host, int(port))
            assert "SIGNED ON" in await ask(line, "SIGNON BAY2 BPD2")
            other.stop("test")
            assert await line.receive_some() == b""
            await line.aclose()
        listener.close()


def test_a_window_that_is_closed_ends_it_but_not_under_nohup():
    assert stop_signals() == (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert stop_signals() == (signal.SIGINT, signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)


PARTS = ("world", "stack", "formats", "_backends", "_journal", "_clock")
