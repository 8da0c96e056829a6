"""The control socket of a running switch: owners' signed orders come in, answers go out.

A Unix socket that only the user who runs the switch can open (mode 0600 from its first moment). One
request and one answer for each connection, both limited in size and in time; whatever a client does
ends with its connection. It can change no rule without an owner's signature; what the operator of
the switch decides himself, which destination is in service, it takes from its user.
"""

from __future__ import annotations

import os
import socket as plain_socket
import stat
from pathlib import Path
from typing import Any, assert_never

import structlog
import trio

from switch.acl.envelope import from_message
from switch.errors import JournalError, UsageError
from switch.office.authority import Authority, as_row
from switch.office.operations import Operations
from switch.wire.control import (
    HEADER_SIZE,
    REQUEST_BYTES_MAX,
    AskFile,
    AskHistory,
    AskProbe,
    AskServices,
    AskStatus,
    ChangeService,
    ControlRequest,
    GiveOrder,
    body_size,
    framed,
    parse,
    unpacked,
)

CONNECTIONS_MAX = 16
REQUEST_S_MAX = 10.0  # for a whole request to come in, and for an answer to be taken
BACKLOG = 16
PATH_BYTES_MAX = 100  # the system's own limit is 107

Desks = tuple[Authority, Operations]

log = structlog.get_logger("wireroom.control")


class ControlSocket:
    """Listens at a path from the start; `run()` it beside the switch, `close()` it at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if len(os.fsencode(path)) > PATH_BYTES_MAX:
            fix = "give --control a shorter path, such as ./wireroom.control"
            raise UsageError(f"`{path}` is too long for a socket", fix)
        _clear(path)
        self._socket = _bound(path)

    async def run(self, authority: Authority, operations: Operations) -> None:
        """Serve until cancelled; no client can end it."""
        socket = trio.socket.from_stdlib_socket(self._socket)
        limit = trio.CapacityLimiter(CONNECTIONS_MAX)
        async with trio.open_nursery() as nursery:
            while True:
                near, _ = await socket.accept()
                stream = trio.SocketStream(near)
                if limit.available_tokens < 1:
                    await trio.aclose_forcefully(stream)
                    continue
                nursery.start_soon(self._serve, stream, (authority, operations), limit)

    async def _serve(
        self, stream: trio.SocketStream, desks: Desks, limit: trio.CapacityLimiter
    ) -> None:
        async with limit, stream:
            try:
                with trio.move_on_after(REQUEST_S_MAX) as waited:
                    request = await _received(stream)
                if waited.cancelled_caught:
                    log.warning("control client too slow", limit_s=REQUEST_S_MAX)
                    return
                answer = await _answered(request, desks)
                with trio.move_on_after(REQUEST_S_MAX):
                    await stream.send_all(framed(answer))
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                pass  # it went away; what it ordered is on record
            except Exception:
                # One client's fault must not end the others, whatever it is.
                log.exception("control request failed")

    def close(self) -> None:
        """Give the path back."""
        self._socket.close()
        self.path.unlink(missing_ok=True)


def _bound(path: Path) -> plain_socket.socket:
    """A listening socket that nobody else could open for a moment even."""
    listening = plain_socket.socket(plain_socket.AF_UNIX, plain_socket.SOCK_STREAM)
    old = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        what = f"cannot listen at `{path}`: {error.strerror}"
        raise UsageError(
            what, "give a path in a folder you may write, of 100 bytes at most"
        ) from None
    finally:
        os.umask(old)
    listening.listen(BACKLOG)
    listening.setblocking(False)
    return listening


def _clear(path: Path) -> None:
    """A socket that a killed switch left behind is taken away; anything else is not touched."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(mode):
        raise UsageError(f"`{path}` is there and is not a socket", "give --control another path")
    with plain_socket.socket(plain_socket.AF_UNIX, plain_socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise UsageError(f"a switch listens at `{path}` already", "give --control another path")


async def _received(stream: trio.SocketStream) -> ControlRequest | str:
    """A request, or what is wrong with it."""
    try:
        size = body_size(await _exactly(stream, HEADER_SIZE), REQUEST_BYTES_MAX)
        return parse(unpacked(await _exactly(stream, size)))
    except ValueError as error:
        return str(error)


async def _exactly(stream: trio.SocketStream, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = await stream.receive_some(min(65_536, size - len(data)))
        if not chunk:
            raise ValueError(f"cut off after {len(data)} of {size} bytes")
        data += chunk
    return bytes(data)


async def _answered(request: ControlRequest | str, desks: Desks) -> dict[str, Any]:
    if isinstance(request, str):
        log.warning("control request refused", reason=request)
        return {"training": True, "error": request}
    try:
        return {"training": True, **await _answer(request, *desks)}
    except (JournalError, UsageError) as error:
        return {"training": True, "error": str(error)}


async def _answer(
    request: ControlRequest, authority: Authority, operations: Operations
) -> dict[str, Any]:
    match request:
        case AskStatus():
            return authority.status()
        case AskHistory(backend):
            changes = authority.history(backend or None)
            return {"changes": [as_row(change) for change in changes]}
        case AskFile(backend, digest):
            return authority.file(backend, digest)
        case AskProbe(backend, rule):
            return await authority.probe(backend, rule)
        case AskServices():
            return operations.services()
        case ChangeService():
            return await operations.change(request)
        case GiveOrder(message, file):
            return (await authority.order(from_message(message), file)).as_answer()
        case _:
            assert_never(request)
