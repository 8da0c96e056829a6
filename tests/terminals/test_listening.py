"""The kit's socket: our client library on a real line, and lines that come and go."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from switch.clock import WallClock
from switch.errors import UsageError
from terminals.conformance.steps import Outcome
from terminals.conformance.walk import Walk
from terminals.listening import open_listeners, walk_through


async def started(nursery: trio.Nursery, walk: Walk) -> tuple[int, trio.Event]:
    """A walk on a free port, and when it is over."""
    listeners, over = await open_listeners("127.0.0.1", 0), trio.Event()

    async def run() -> None:
        await walk_through(walk, listeners, WallClock(), lambda _: None)
        over.set()

    nursery.start_soon(run)
    return listeners[0].socket.getsockname()[1], over


async def test_a_terminal_that_connects_again_takes_the_place_of_its_older_line():
    walk = Walk(wait_s=60.0)
    async with trio.open_nursery() as nursery:
        port, _ = await started(nursery, walk)
        first = await trio.open_tcp_stream("127.0.0.1", port)
        await first.send_all(b"\x02SIGNON BAY2 BPD2\x03")
        assert b"SIGN ON AGAIN" in await first.receive_some()
        second = await trio.open_tcp_stream("127.0.0.1", port)
        assert await first.receive_some() == b""
        await second.send_all(b"\x02SIGNON BAY2 BPD2\x03")
        assert b"NEXT: DQ" in await second.receive_some()
        assert walk.verdicts == []
        await second.aclose()
        await first.aclose()
        nursery.cancel_scope.cancel()


async def test_where_nobody_does_anything_the_walk_ends_by_itself(autojump_clock):
    walk = Walk(wait_s=5.0)

    class Virtual:
        def now(self) -> float:
            return trio.current_time()

    class Nobody(trio.abc.Listener[trio.abc.Stream]):
        async def accept(self) -> trio.abc.Stream:
            await trio.sleep_forever()
            raise AssertionError

        async def aclose(self) -> None:
            await trio.lowlevel.checkpoint()

    told: list[object] = []
    await walk_through(walk, [Nobody()], Virtual(), told.append)  # type: ignore[list-item]
    assert walk.over
    assert {verdict.outcome for verdict in walk.verdicts} > {Outcome.FAILED}
    assert [each for each in told if each in walk.verdicts] == walk.verdicts


async def test_an_address_that_cannot_be_had_is_a_clear_error():
    (listener,) = await open_listeners("127.0.0.1", 0)
    port = listener.socket.getsockname()[1]
    with pytest.raises(UsageError, match=f"cannot listen at 127.0.0.1:{port}"):
        await open_listeners("127.0.0.1", port)
    await listener.aclose()
