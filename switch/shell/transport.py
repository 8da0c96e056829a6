"""Lines as byte streams: TCP sockets for people, memory streams for rehearsals, one shape for both.

A line can be written to without waiting, because the switch sends a whole batch to many lines and
must not wait for the slowest of them.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import trio

from switch.errors import UsageError

# More than 64 KiB a read costs far more: the system then makes each buffer anew.
READ_BYTES_MAX = 65_536
BACKLOG_MAX = 512


class Line(Protocol):
    """One connection."""

    @property
    def half_closes(self) -> bool:
        """Whether its far end can be done with sending and still read what is sent to it."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it is known that nothing comes behind what `receive` gave last."""
        ...

    @property
    def peer(self) -> str:
        """Whose it is, for the log: an address, or what else tells lines apart."""
        ...

    async def receive(self) -> bytes:
        """At most `READ_BYTES_MAX` bytes; empty when the far end is done or gone."""
        ...

    def send_now(self, data: bytes) -> int:
        """Send without waiting; how many bytes were taken (0 = full). BrokenLine if it is gone."""
        ...

    async def wait_writable(self) -> None:
        """Until `send_now` would take something. BrokenLine if the line is gone."""
        ...

    def hang_up(self) -> None:
        """End it in both directions; a waiting `receive` returns empty."""
        ...

    def close(self) -> None:
        """Hang up and give everything back; called by whoever reads it."""
        ...


class BrokenLine(Exception):
    """The far end is gone; the line's own handler catches it."""


class SocketLine:
    """A TCP connection on a non-blocking socket, waited for with trio's own wait functions.

    A read needs one wake-up and no lock, and a write none at all, which `trio.SocketStream` cannot
    offer.
    """

    half_closes = True

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._closed = False
        self._ahead: bytes | None = None  # what was found behind what was given last

    @property
    def descriptor(self) -> int:
        """For an epoll."""
        return self._socket.fileno()

    @property
    def ended(self) -> bool:
        """See `Line`."""
        return self._ahead == b""

    @property
    def peer(self) -> str:
        """See `Line`: `host:port`."""
        try:
            return _shown(self._socket.getpeername())
        except OSError:
            return "gone already"

    def as_stream(self) -> trio.SocketStream:
        """The same connection as a stream, for TLS; use one or the other."""
        return trio.SocketStream(trio.socket.from_stdlib_socket(self._socket))

    def receive_now(self) -> bytes | None:
        """What has come in; empty when the far end is done or gone, None when there is nothing."""
        try:
            return self._socket.recv(READ_BYTES_MAX)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    async def receive(self) -> bytes:
        """See `Line`."""
        chunk, self._ahead = self._ahead, None
        while chunk is None:
            if self._closed:
                return b""  # such a socket has no descriptor, which trio does not take
            try:
                await trio.lowlevel.wait_readable(self._socket)
            except (OSError, trio.ClosedResourceError):
                return b""
            chunk = self.receive_now()
        self._ahead = self.receive_now() if chunk else chunk
        return chunk

    def send_now(self, data: bytes) -> int:
        """See `Line`."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise BrokenLine(str(error)) from None

    async def wait_writable(self) -> None:
        """See `Line`."""
        if self._closed:
            raise BrokenLine("it is closed")
        try:
            await trio.lowlevel.wait_writable(self._socket)
        except (OSError, trio.ClosedResourceError) as error:
            raise BrokenLine(str(error)) from None

    def hang_up(self) -> None:
        """See `Line`."""
        with suppress(OSError):  # not connected any more
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """See `Line`."""
        if not self._closed:
            self._closed = True
            trio.lowlevel.notify_closing(self._socket)
            self._socket.close()


class _Pipe:
    """One direction of a line in memory."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._closed = False
        self._changed = trio.Event()

    def put(self, data: bytes) -> None:
        if self._closed:
            raise BrokenLine("the other end is closed")
        self._data += data
        self._changed.set()

    async def get(self, bytes_max: int) -> bytes:
        await trio.lowlevel.checkpoint()
        while not self._data and not self._closed:
            self._changed = trio.Event()
            await self._changed.wait()
        chunk = bytes(self._data[:bytes_max])
        del self._data[:bytes_max]
        return chunk

    def close(self) -> None:
        self._closed = True
        self._changed.set()


class MemoryLine:
    """The switch's end of a line in memory, for rehearsals in virtual time and for tests."""

    half_closes = False
    ended = False  # not known
    peer = "this process"

    def __init__(self, incoming: _Pipe, outgoing: _Pipe) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    async def receive(self) -> bytes:
        """See `Line`."""
        return await self._incoming.get(READ_BYTES_MAX)

    def send_now(self, data: bytes) -> int:
        """See `Line`: memory is never full."""
        self._outgoing.put(data)
        return len(data)

    async def wait_writable(self) -> None:
        """See `Line`."""
        await trio.lowlevel.checkpoint()

    def hang_up(self) -> None:
        """See `Line`."""
        self._incoming.close()
        self._outgoing.close()

    def close(self) -> None:
        """See `Line`."""
        self.hang_up()


class MemoryStream(trio.abc.Stream):
    """The terminal's end of a line in memory: an ordinary stream."""

    def __init__(self, incoming: _Pipe, outgoing: _Pipe) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """See `trio.abc.SendStream`."""
        await trio.lowlevel.checkpoint()
        try:
            self._outgoing.put(bytes(data))
        except BrokenLine as error:
            raise trio.BrokenResourceError from error

    async def wait_send_all_might_not_block(self) -> None:
        """See `trio.abc.SendStream`."""
        await trio.lowlevel.checkpoint()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """See `trio.abc.ReceiveStream`; empty when the switch closed the line."""
        return await self._incoming.get(max_bytes or READ_BYTES_MAX)

    async def aclose(self) -> None:
        """Hang up."""
        self._incoming.close()
        self._outgoing.close()
        await trio.lowlevel.checkpoint()


def memory_line() -> tuple[MemoryLine, MemoryStream]:
    """Both ends of a line in memory: the switch's and the terminal's."""
    there, back = _Pipe(), _Pipe()
    return MemoryLine(there, back), MemoryStream(back, there)


class Listener:
    """A listening TCP socket. Accepting is bounded by the caller, who may pause between calls."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = _listening(host, port)
        self._socket.setblocking(False)

    @property
    def address(self) -> str:
        """`host:port` as bound."""
        return _shown(self._socket.getsockname())

    async def accept(self) -> SocketLine:
        """The next connection; a shortage of descriptors is waited out, not fatal."""
        while True:
            await trio.lowlevel.wait_readable(self._socket)
            try:
                return SocketLine(self._socket.accept()[0])
            except (BlockingIOError, ConnectionAbortedError):
                continue
            except OSError as error:
                if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    raise
                await trio.sleep(0.1)

    def close(self) -> None:
        """Stop listening."""
        trio.lowlevel.notify_closing(self._socket)
        self._socket.close()


def _shown(address: Sequence[str | int]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"


def must_be_free(host: str, port: int) -> None:
    """UsageError if that address cannot be listened on, before anything is made for it."""
    _listening(host, port).close()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return _bound(host, port)
    except OSError as error:
        what = f"cannot listen on {host}:{port}: {error.strerror}"
        raise UsageError(what, _fix(error)) from None


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG_MAX)
    except OSError:
        listening.close()
        raise
    return listening


def _fix(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "another program uses that port; choose another, or :0 for any free one"
    if error.errno == errno.EACCES:
        return "ports below 1024 need privileges; choose a higher one"
    return "give HOST:PORT of this machine, such as 127.0.0.1:4000"
