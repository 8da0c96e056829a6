"""The kit's socket: one terminal at a time, its bytes into the walk, the walk's bytes out.

A terminal that connects again takes the place of its own older line. What the kit sends in pieces
leaves in pieces: Nagle's algorithm is off, and there is a moment between them.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable

import trio

from switch.errors import UsageError
from switch.shell.clock import Clock
from switch.shell.tls import names_of, shaken
from switch.terms import Mnemonic
from terminals.conformance.steps import Drop, Listen, Send, Step, Tell, Verdict
from terminals.conformance.walk import Walk

READ_BYTES_MAX = 65_536
PIECE_GAP_S = 0.0005  # between two pieces, so that they do not arrive as one
LINES_MAX = 16  # at the same time, though one is under test; one more is closed at once
HAPPENED_MAX = 16  # things that wait for the walk; beyond, lines are not read

Proved = tuple[Mnemonic, ...]
Happened = tuple[trio.abc.Stream, bytes | Proved]  # a tuple: it has connected; b"": it has hung up


async def open_listeners(host: str, port: int) -> list[trio.SocketListener]:
    """Where terminals can connect; UsageError if that address cannot be had."""
    try:
        return await trio.open_tcp_listeners(port, host=host)
    except (OSError, OverflowError) as error:
        fix = "give an address of this machine and a free port, such as 127.0.0.1:4000"
        raise UsageError(f"cannot listen at {host}:{port}: {error}", fix) from None


async def walk_through(
    walk: Walk,
    listeners: list[trio.SocketListener],
    clock: Clock,
    told: Callable[[Tell | Verdict], None],
    tls: ssl.SSLContext | None = None,
) -> None:
    """Until the walk is over; `told` hears of every verdict when it is given. By TLS with that
    context."""
    happened_in, happened = trio.open_memory_channel[Happened](HAPPENED_MAX)

    lines = trio.CapacityLimiter(LINES_MAX)

    async def admit(stream: trio.abc.Stream) -> None:
        try:
            lines.acquire_on_behalf_of_nowait(stream)
        except trio.WouldBlock:
            await trio.aclose_forcefully(stream)
            return
        await attend(stream)
        lines.release_on_behalf_of(stream)

    async def attend(stream: trio.abc.Stream) -> None:
        proved: Proved = ()
        if tls is not None:
            secured = trio.SSLStream(stream, tls, server_side=True, https_compatible=True)
            if not await shaken(secured, "a terminal"):
                await trio.aclose_forcefully(secured)
                return
            stream, proved = secured, names_of(secured)
        await happened_in.send((stream, proved))
        chunk: bytes | bytearray = b"-"
        while chunk:
            try:
                chunk = await stream.receive_some(READ_BYTES_MAX)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                chunk = b""
            await happened_in.send((stream, bytes(chunk)))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.serve_listeners, admit, listeners)
        desk = _Desk(walk, clock, told)
        await desk.attend(happened)
        nursery.cancel_scope.cancel()


class _Desk:
    def __init__(self, walk: Walk, clock: Clock, told: Callable[[Tell | Verdict], None]) -> None:
        self._walk = walk
        self._clock = clock
        self._told = told
        self._line: trio.abc.Stream | None = None

    async def attend(self, happened: trio.MemoryReceiveChannel[Happened]) -> None:
        await self._do(self._walk.start(self._clock.now()))
        while not self._walk.over:
            due = self._walk.next_deadline()
            wait_s = 0.0 if due is None else max(0.0, due - self._clock.now())
            with trio.move_on_after(wait_s):
                await self._take(*await happened.receive())
                continue
            await self._do(self._walk.pass_time(max(self._clock.now(), due or 0.0)))

    async def _take(self, stream: trio.abc.Stream, chunk: bytes | Proved) -> None:
        now = self._clock.now()
        if isinstance(chunk, tuple):
            await self._hang_up(now)
            self._line = stream
            await self._do(self._walk.connected(now, chunk))
        elif stream is not self._line:
            await trio.aclose_forcefully(stream)  # the rest of a line that was dropped
        elif chunk:
            await self._do(self._walk.received(chunk, now))
        else:
            await self._hang_up(now)

    async def _hang_up(self, now: float) -> None:
        if self._line is not None:
            await trio.aclose_forcefully(self._line)
            self._line = None
            await self._do(self._walk.dropped(now))

    async def _do(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case Send():
                    await self._send(step.pieces)
                case Drop():
                    await self._drop()
                case Tell() | Verdict():
                    self._told(step)
                case Listen():
                    raise AssertionError("a walk waits by its deadline")

    async def _send(self, pieces: tuple[bytes, ...]) -> None:
        if self._line is None:
            return
        try:
            for piece in pieces:
                await self._line.send_all(piece)
                if len(pieces) > 1:
                    await trio.sleep(PIECE_GAP_S)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass  # the reader of the line reports it

    async def _drop(self) -> None:
        if self._line is not None:
            await trio.aclose_forcefully(self._line)
            self._line = None
