"""The kit's socket: our client library on a real line, and lines that come and go."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trio

from switch.errors import UsageError
from switch.shell.clock import WallClock
from switch.shell.tls import server_context
from terminals.client import Client, trusting
from terminals.conformance.steps import Outcome
from terminals.conformance.walk import Walk
from terminals.listening import LINES_MAX, open_listeners, walk_through
from tests.certificates import certificates


async def started(nursery: trio.Nursery, walk: Walk, tls: ssl.SSLContext | None = None) -> int:
    """A walk on a free port."""
    listeners = await open_listeners("127.0.0.1", 0)
    nursery.start_soon(walk_through, walk, listeners, WallClock(), lambda _: None, tls)
    return listeners[0].socket.getsockname()[1]


async def test_a_terminal_that_connects_again_takes_the_place_of_its_older_line():
    walk = Walk(wait_s=60.0)
    async with trio.open_nursery() as nursery:
        port = await started(nursery, walk)
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


async def test_by_tls_a_terminal_shows_its_certificate(tmp_path: Path):
    files, walk = certificates(tmp_path), Walk(certified=True, wait_s=60.0)
    async with trio.open_nursery() as nursery:
        port = await started(nursery, walk, server_context(*files.switch, files.ca))
        plain = await trio.open_tcp_stream("127.0.0.1", port)
        await plain.send_all(b"\x02SIGNON BAY2 BPD2\x03")
        assert await plain.receive_some() == b""  # no handshake, no line
        tls = trusting(files.ca, *files.bay2)
        async with await Client.connect("127.0.0.1", port, tls=tls) as terminal:
            assert (await terminal.sign_on("BAY2", "BPD2")).mke == "ER"
            greeting = await terminal.sign_on("BAY2", "BPD2")
            await terminal.ask(greeting.body.split("NEXT: ")[1])
            judged = {verdict.clause: verdict.outcome for verdict in walk.verdicts}
            assert judged["3.1"] is judged["3.4"] is Outcome.PASSED
        await plain.aclose()
        nursery.cancel_scope.cancel()


async def test_one_line_too_many_is_closed_at_once():
    async with trio.open_nursery() as nursery:
        port = await started(nursery, Walk(wait_s=60.0), context_for_nobody())
        streams = [await trio.open_tcp_stream("127.0.0.1", port) for _ in range(LINES_MAX + 1)]
        assert await streams[-1].receive_some() == b""
        for stream in streams:
            await stream.aclose()
        nursery.cancel_scope.cancel()


def context_for_nobody() -> ssl.SSLContext:
    """With it lines stay in their handshake."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)


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
