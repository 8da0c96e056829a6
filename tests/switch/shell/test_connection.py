"""Connections: a line that does not read holds up nobody and is ended at its bound."""

from __future__ import annotations

from typing import cast

import trio

from switch.shell.connection import Connection
from switch.shell.transport import BrokenLine
from switch.wire.session import Session
from tests.logs import logged


class Narrow:
    """A line that takes a few bytes at a time, when it is told to."""

    half_closes = False
    ended = False
    peer = "a test"

    def __init__(self, *takes: int) -> None:
        self.takes = list(takes)
        self.taken = b""
        self.closed = False
        self.broken = False

    async def receive(self) -> bytes:
        return b""

    def send_now(self, data: bytes) -> int:
        if self.broken:
            raise BrokenLine("gone")
        count = self.takes.pop(0) if self.takes else len(data)
        self.taken += data[:count]
        return min(count, len(data))

    async def wait_writable(self) -> None:
        await trio.lowlevel.checkpoint()

    def hang_up(self) -> None:
        self.closed = True

    def close(self) -> None:
        self.hang_up()


def connect(line: Narrow, outbox_bytes_max: int = 100) -> Connection:
    return Connection(1, line, cast("Session", None), outbox_bytes_max)


def test_what_a_line_takes_at_once_is_sent_at_once():
    line = Narrow()
    assert connect(line).send(b"hello")
    assert line.taken == b"hello"


async def test_the_rest_is_drained_in_order_as_the_far_end_reads():
    line = Narrow(2, 0, 1)
    connection = connect(line)
    assert not connection.send(b"hello")
    assert connection.unsent
    assert connection.send(b" world")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(connection.wait_sent)
        nursery.start_soon(connection.drain)
    assert line.taken == b"hello world"
    assert not connection.unsent


def test_an_outbox_past_its_bound_ends_the_line():
    line = Narrow(0)
    connection = connect(line, outbox_bytes_max=10)
    assert not connection.send(b"12345")
    connection.send(b"678901")
    assert line.closed


def test_a_closed_line_is_logged_once_with_its_first_reason():
    connection = connect(Narrow(0), outbox_bytes_max=10)
    with logged() as logs:
        connection.send(b"twelve bytes")
        connection.close("something else")
    (line,) = logs
    assert (line["event"], line["line"]) == ("line closed", 1)
    assert line["reason"] == "it does not read: 12 bytes wait for it"


def test_what_is_sent_at_once_is_bounded_too():
    line = Narrow(1)
    connection = connect(line, outbox_bytes_max=10)
    assert connection.send(b"twelve bytes")
    assert line.closed
    assert not connection.unsent


async def test_a_line_that_breaks_while_it_drains_is_closed():
    line = Narrow(1)
    connection = connect(line)
    connection.send(b"hello")
    line.broken = True
    await connection.drain()
    assert connection.closed
    assert connection.send(b"more")


def test_a_broken_line_is_closed_and_nothing_is_raised():
    line = Narrow()
    line.broken = True
    connection = connect(line)
    assert connection.send(b"hello")
    assert connection.closed
