"""Lines over sockets and over memory behave alike; the socket is exercised once, for real."""

from __future__ import annotations

import socket

import pytest
import trio
import trio.testing

from switch.errors import UsageError
from switch.shell.transport import BrokenLine, Listener, SocketLine, memory_line


async def socket_pair():
    listener = Listener("127.0.0.1", 0)
    host, _, port = listener.address.rpartition(":")
    far = await trio.open_tcp_stream(host, int(port))
    line = await listener.accept()
    listener.close()
    return line, far


async def memory_pair():
    return memory_line()


@pytest.mark.parametrize("pair", [socket_pair, memory_pair])
async def test_bytes_go_both_ways(pair):
    line, far = await pair()
    await far.send_all(b"hello")
    assert await line.receive() == b"hello"
    assert line.send_now(b"world") == 5
    assert await far.receive_some() == b"world"
    line.close()
    await far.aclose()


@pytest.mark.parametrize("pair", [socket_pair, memory_pair])
async def test_a_far_end_that_hangs_up_reads_as_empty(pair):
    line, far = await pair()
    await far.aclose()
    assert await line.receive() == b""
    line.close()


async def test_a_line_that_is_closed_already_reads_as_empty_and_takes_nothing():
    line, far = await socket_pair()
    line.close()
    assert await line.receive() == b""
    with pytest.raises(BrokenLine):
        await line.wait_writable()
    await far.aclose()


@pytest.mark.parametrize("pair", [socket_pair, memory_pair])
async def test_closing_a_line_ends_its_reader(pair):
    line, far = await pair()
    async with trio.open_nursery() as nursery:

        async def read() -> None:
            assert await line.receive() == b""

        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        line.close()
    await far.aclose()


async def test_a_socket_that_nobody_reads_takes_nothing_more():
    line, far = await socket_pair()
    taken = sum(iter(lambda: line.send_now(b"x" * 65_536), 0))  # what is on its way makes room
    assert taken > 0
    line.close()
    await trio.aclose_forcefully(far)


async def test_a_broken_socket_says_so():
    line, far = await socket_pair()
    line.close()
    with pytest.raises(BrokenLine):
        line.send_now(b"x")
    await far.aclose()


async def test_a_port_in_use_is_a_clear_error():
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    with pytest.raises(UsageError, match=r"cannot listen on 127\.0\.0\.1:\d+"):
        Listener("127.0.0.1", port)
    taken.close()


async def test_a_socket_line_does_not_wait_to_fill_packets():
    line, far = await socket_pair()
    assert isinstance(line, SocketLine)
    assert line._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    line.close()
    await far.aclose()


async def test_what_comes_before_an_end_is_given_first_and_the_end_is_known_with_it():
    line, far = await socket_pair()
    await far.send_all(b"last words")
    await far.aclose()
    assert await line.receive() == b"last words"
    assert line.ended
    assert await line.receive() == b""
    line.close()
