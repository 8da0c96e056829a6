"""The server: a failing line is logged and ends alone."""

from __future__ import annotations

import structlog.testing
import trio

from switch.server import _attach, serve
from switch.transport import Listener


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


async def test_the_server_lives_on_after_a_line_failed_and_ends_with_its_switch():
    switch, listener = Failing(), Listener("127.0.0.1", 0)
    host, _, port = listener.address.rpartition(":")
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            ready = trio.Event()
            nursery.start_soon(serve, switch, listener, lambda address: ready.set())
            await ready.wait()
            for _ in range(2):
                far = await trio.open_tcp_stream(host, int(port))
                assert await far.receive_some() == b""
                await far.aclose()
            switch.stop("test")
    listener.close()
