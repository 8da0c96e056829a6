"""The hub over real sockets: many lines, one task, and no line that disturbs another."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog.testing
import trio

from switch.backend import Query, Reply
from switch.shell.app import Switch
from switch.shell.attached import attach
from switch.shell.connection import Connection
from switch.shell.hub import Hub
from switch.shell.reader import JournalReader
from switch.shell.scribe import Scribe
from switch.shell.store import Journal
from switch.shell.transport import Listener
from tests.playbook import ALBITE
from tests.running import LICENCE, answers, ask, running

OF_VSO = "DQ.CA0990200.CA.TXTOLN/S0990001"


class Fragile(Switch):
    """A switch with a bug that one line can reach."""

    def receive(self, connection: Connection, chunk: bytes) -> None:
        if chunk.startswith(b"BUG"):
            raise RuntimeError("a bug")
        super().receive(connection, chunk)


@asynccontextmanager
async def hub(
    kind: type[Switch] = Switch,
    cadmv: object = None,
    by_hub: bool = True,
    journal: Journal | Scribe | None = None,
) -> AsyncIterator[tuple[Switch, str, int]]:
    """A hub that serves whoever connects to the address; or else a task for each line does."""
    listener = Listener("127.0.0.1", 0)
    host, _, port = listener.address.rpartition(":")
    hubs: list[Hub] = []

    def with_hub(*parts: object) -> Switch:  # before it runs: the hub listens to the scribe
        switch = kind(*parts)  # type: ignore[arg-type]
        hubs.append(Hub(switch))
        return switch

    async with running(cadmv, journal, with_hub) as switch, trio.open_nursery() as nursery:
        (serving,) = hubs

        async def accept() -> None:
            while True:
                line = await listener.accept()
                if by_hub:
                    serving.add(line)
                else:
                    nursery.start_soon(attach, switch, line)

        nursery.start_soon(serving.run)
        nursery.start_soon(accept)
        yield switch, host, int(port)
        switch.stop("test")
        while not switch.over:  # a scribe is heard by the hub, to the end
            await switch.handled()
        nursery.cancel_scope.cancel()
    listener.close()


async def test_many_lines_are_all_served_right():
    async with hub() as (_, host, port):
        lines = [await trio.open_tcp_stream(host, port) for _ in range(30)]
        async with trio.open_nursery() as nursery:

            async def talk(number: int) -> None:
                text = await ask(lines[number], f"hello {number}", LICENCE)
                assert f"HELLO {number}" in text.upper()
                await lines[number].aclose()

            for number in range(30):
                nursery.start_soon(talk, number)


async def test_a_line_that_comes_while_the_hub_ends_is_given_back():
    async with running() as switch:
        ending = Hub(switch)
        ending._epoll.close()
        listener = Listener("127.0.0.1", 0)
        host, _, port = listener.address.rpartition(":")
        far = socket.create_connection((host, int(port)))
        ending.add(await listener.accept())
        assert far.recv(1) == b""
        far.close()
        listener.close()


async def test_a_line_that_hangs_up_is_forgotten():
    async with hub() as (switch, host, port):
        line = await trio.open_tcp_stream(host, port)
        assert "SIGNED ON" in await ask(line, "SIGNON BAY2 BPD2")
        await line.aclose()
        again = await trio.open_tcp_stream(host, port)
        assert "SIGNED ON" in await ask(again, "SIGNON BAY2 BPD2")
        while switch.connections > 1:
            await switch.handled()
        await again.aclose()


@pytest.mark.parametrize("by_hub", [True, False])
async def test_whoever_hangs_up_and_comes_back_at_once_is_let_in(by_hub):
    def comes_and_goes(host: str, port: int) -> bytes:  # faster than the switch takes its turns
        text = b""
        for _ in range(50):
            with socket.create_connection((host, port), timeout=60) as line:
                line.sendall(b"SIGNON BAY2 BPD2\n")
                while not text.endswith(b"\n\n"):
                    text += line.recv(65_536)
                line.sendall(LICENCE.encode() + b"\n")
            text = text.rstrip() + b"\n"
        return text

    async with hub(by_hub=by_hub) as (_, host, port):
        text = await trio.to_thread.run_sync(comes_and_goes, host, port)
    assert text.count(b"SIGNED ON BAY2") == 50
    assert b"ELSEWHERE" not in text


async def test_a_line_that_is_done_has_ended_before_a_later_one_that_is_read_with_it():
    async with hub() as (_, host, port):
        far = [socket.create_connection((host, port)) for _ in range(2)]
        first, second = [
            trio.SocketStream(trio.socket.from_stdlib_socket(each.dup())) for each in far
        ]
        assert "SIGNED ON BAY2" in await ask(first, "SIGNON BAY2 BPD2")
        far[0].sendall(f"{LICENCE}\n".encode())  # all three before the hub gets its turn
        far[0].shutdown(socket.SHUT_WR)
        far[1].sendall(b"SIGNON BAY2 BPD2\n")
        assert "SIGNED ON BAY2" in await answers(second, 1)
        assert "ALBITE" in await answers(first, 1)
        for each in far:
            each.close()
        await first.aclose()
        await second.aclose()


async def test_a_bug_on_one_line_closes_that_line_only():
    with structlog.testing.capture_logs() as logs:
        async with hub(Fragile) as (_, host, port):
            good = await trio.open_tcp_stream(host, port)
            bad = await trio.open_tcp_stream(host, port)
            await bad.send_all(b"BUG\n")
            assert await bad.receive_some() == b""
            await bad.aclose()
            assert "SIGNED ON" in await ask(good, "SIGNON BAY2 BPD2")
            await good.aclose()
    assert any(entry["event"] == "line failed" for entry in logs)


async def test_a_line_past_saving_hears_why_before_it_is_closed():
    async with hub() as (_, host, port):
        line = await trio.open_tcp_stream(host, port)
        await line.send_all(b"\x00\xff\xff\xff")
        assert b"ER." in await line.receive_some()
        assert await line.receive_some() == b""
        await line.aclose()


async def test_a_line_that_does_not_read_is_not_read_and_holds_up_nobody():
    async with hub() as (switch, host, port):
        slow = await trio.open_tcp_stream(host, port)
        await ask(slow, "SIGNON BAY2 BPD2")
        with trio.move_on_after(1):
            for _ in range(200):
                await slow.send_all((LICENCE + "\n").encode() * 100)
        quick = await trio.open_tcp_stream(host, port)
        text = await ask(quick, "SIGNON VSO1 VSO1A", OF_VSO)
        assert "NAM/ALBITE" in text
        assert switch.connections == 2
        await quick.aclose()
        await trio.aclose_forcefully(slow)


class Slow:
    """A backend that answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.go = trio.Event(), trio.Event()

    async def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        self.asked.set()
        await self.go.wait()
        return [Reply(query.id, (ALBITE,)) for query in batch]

    def close(self) -> None:
        pass


@pytest.mark.parametrize("by_hub", [True, False])
async def test_a_far_end_that_is_done_sending_still_gets_its_answer(by_hub):
    slow = Slow()
    async with hub(cadmv=slow, by_hub=by_hub) as (switch, host, port):
        line = await trio.open_tcp_stream(host, port)
        await line.send_all(f"SIGNON BAY2 BPD2\n{LICENCE}".encode())  # no LF at the end either
        await line.send_eof()
        await slow.asked.wait()
        slow.go.set()
        text = await answers(line, 3)
        assert "NAM/ALBITE" in text
        assert await line.receive_some() == b""
        while switch.connections:
            await switch.handled()
        await line.aclose()


@pytest.mark.parametrize("by_hub", [True, False])
async def test_a_switch_that_stops_answers_what_it_took_and_takes_nothing_more(by_hub):
    slow = Slow()
    async with hub(cadmv=slow, by_hub=by_hub) as (switch, host, port):
        line = await trio.open_tcp_stream(host, port)
        await ask(line, "SIGNON BAY2 BPD2")
        await line.send_all(f"{LICENCE}\n".encode())
        await slow.asked.wait()
        switch.stop("test")
        await line.send_all(f"{LICENCE}\n".encode())
        slow.go.set()
        text = await answers(line, 2)
        assert text.count("NAM/ALBITE") == 1
        await line.aclose()


async def test_one_that_breaks_off_meanwhile_is_forgotten():
    slow = Slow()
    async with hub(cadmv=slow) as (switch, host, port):
        line = await trio.open_tcp_stream(host, port)
        await ask(line, "SIGNON BAY2 BPD2")
        await line.send_all(f"{LICENCE}\n".encode())
        await line.send_eof()
        await slow.asked.wait()
        reset = struct.pack("ii", 1, 0)  # linger for no time: a reset instead of an end
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        await line.aclose()
        while switch.connections:
            await switch.handled()
        slow.go.set()


async def asks_much_and_reads_late(host: str, port: int) -> bytes:
    """All that a line is sent which asks 3,000 times before it reads anything."""
    line = await trio.open_tcp_stream(host, port)
    heard = bytearray()
    await ask(line, "SIGNON BAY2 BPD2")

    async def type_ahead() -> None:
        for _ in range(30):
            await line.send_all((LICENCE + "\n").encode() * 100)
        await line.send_eof()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(type_ahead)
        with trio.move_on_after(0.5):
            await trio.sleep_forever()
        while chunk := await line.receive_some():
            heard += chunk
    await line.aclose()
    return bytes(heard)


@pytest.mark.parametrize("heads", [False, True])
async def test_with_a_scribe_every_line_gets_all_its_answers_in_order(tmp_path: Path, heads: bool):
    scribe = Scribe.open(tmp_path / "a.journal")
    if heads:
        scribe.deliver_to(lambda heads: None)
    async with hub(journal=scribe) as (switch, host, port):
        quick = await trio.open_tcp_stream(host, port)
        assert "NAM/ALBITE" in await ask(quick, "SIGNON VSO1 VSO1A", OF_VSO)
        (connection,) = switch._connections.values()
        assert connection.lent is not heads
        heard = await asks_much_and_reads_late(host, port)
        assert "NAM/ALBITE" in await ask(quick, OF_VSO)
        await quick.aclose()
        while switch.connections:
            await switch.handled()
    scribe.close()
    numbers = re.findall(rb"\d\d:\d\d \d\d/\d\d/\d{4} (\d{5}) CA0990100\n", heard)
    assert [int(number) for number in numbers] == list(range(2, 3002))
    reader = JournalReader(tmp_path / "a.journal")
    assert reader.verify().faults == ()
    recorded = [e["sequence"] for e in reader.entries() if "sequence" in e and e["line"] == 2]
    reader.close()
    assert recorded == list(range(2, 3002))  # answered, or told that the inbox is full
