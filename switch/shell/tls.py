"""Lines by TLS: the switch's certificate, the terminals' certificates, and a line over either.

A handshake has its own task, its own time and its own end: whatever the far end does there, no
other line hears of it. Written to without waiting, like every line: what is sent goes into a
bounded buffer, and a task of the line writes it out.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
import trio

from switch.errors import UsageError
from switch.shell.transport import READ_BYTES_MAX, BrokenLine, SocketLine
from switch.terms import Mnemonic

HANDSHAKE_S = 10.0  # from the first byte to a secure line
HANDSHAKES_MAX = 256  # at the same time; one more is closed at once
BUFFER_BYTES_MAX = 65_536  # given to the line and not encrypted yet; the rest waits in the outbox
LINGER_S = 5.0  # after hanging up, for the last answers to leave

log = structlog.get_logger("wireroom.tls")


def server_context(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later as a server; UsageError names the file that cannot be used.

    With `client_ca` a terminal may show a certificate, and one that this authority did not sign
    ends the handshake.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in (certificate, key, *([client_ca] if client_ca else [])):
        if not path.is_file():
            raise UsageError(f"{path} is not a file", "give a PEM file")
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        fix = "give the certificate (with its chain) and its key, each as PEM, without a passphrase"
        raise UsageError(f"{certificate} and {key} are no pair: {_reason(error)}", fix) from None
    if client_ca is not None:
        try:
            context.load_verify_locations(client_ca)
        except (OSError, ssl.SSLError) as error:
            fix = "give the authority's certificate as PEM"
            raise UsageError(f"{client_ca} cannot be used: {_reason(error)}", fix) from None
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


class TlsLine:
    """One line after its handshake; `write_out` runs beside whoever reads it."""

    def __init__(self, stream: trio.SSLStream[trio.SocketStream], peer: str) -> None:
        self._stream = stream
        self.peer = peer
        self._buffer = bytearray()
        self._over = False
        self._waiting = (
            trio.lowlevel.ParkingLot()
        )  # for something to write, or for room, or the end
        self._reading = trio.CancelScope()
        self._writing = trio.CancelScope(shield=True)  # its deadline is set by hanging up

    @property
    def half_closes(self) -> bool:
        """See `Line`: after a TLS close the far end is taken to be gone."""
        return False

    @property
    def ended(self) -> bool:
        """See `Line`: not known."""
        return False

    async def receive(self) -> bytes:
        """See `Line`."""
        if self._over:
            await trio.lowlevel.checkpoint()
            return b""
        with trio.CancelScope() as self._reading:
            try:
                return bytes(await self._stream.receive_some(READ_BYTES_MAX))
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return b""
        return b""

    def send_now(self, data: bytes) -> int:
        """See `Line`."""
        if self._over:
            raise BrokenLine("the line is closed")
        taken = min(len(data), BUFFER_BYTES_MAX - len(self._buffer))
        self._buffer += data[:taken]
        self._waiting.unpark_all()
        return taken

    async def wait_writable(self) -> None:
        """See `Line`."""
        await trio.lowlevel.checkpoint()
        while len(self._buffer) >= BUFFER_BYTES_MAX and not self._over:
            await self._waiting.park()
        if self._over:
            raise BrokenLine("the line is closed")

    def hang_up(self) -> None:
        """See `Line`; what was given to the line still has `LINGER_S` to leave."""
        if not self._over:
            self._over = True
            self._writing.deadline = trio.current_time() + LINGER_S
            self._reading.cancel()
            self._waiting.unpark_all()

    def close(self) -> None:
        """See `Line`; `write_out` gives the stream back."""
        self.hang_up()

    async def write_out(self) -> None:
        """Write what is sent until the line is over, then close the stream."""
        with self._writing:
            try:
                while self._buffer or not self._over:
                    if not self._buffer:
                        await self._waiting.park()
                        continue
                    piece = bytes(self._buffer)
                    self._buffer.clear()
                    self._waiting.unpark_all()
                    await self._stream.send_all(piece)
                await self._stream.aclose()
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                self._buffer.clear()
        self.hang_up()
        await trio.aclose_forcefully(self._stream)


Attach = Callable[[TlsLine, "tuple[Mnemonic, ...] | None"], Awaitable[None]]


class Door:
    """Where lines become secure before the switch hears of them."""

    def __init__(self, context: ssl.SSLContext, attach: Attach) -> None:
        self._context = context
        self._attach = attach
        self._handshakes = 0

    async def admit(self, line: SocketLine) -> None:
        """Shake hands, then serve the line until it ends; never raises for the far end's sake."""
        if self._handshakes >= HANDSHAKES_MAX:
            log.warning("line refused: too many handshakes", handshakes=self._handshakes)
            line.close()
            return
        stream = trio.SSLStream(
            line.as_stream(), self._context, server_side=True, https_compatible=True
        )
        self._handshakes += 1
        peer = line.peer
        try:
            secure = await shaken(stream, peer)
        finally:
            self._handshakes -= 1
        if not secure:
            await trio.aclose_forcefully(stream)
            return
        tls = TlsLine(stream, peer)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(tls.write_out)
            try:
                asked = self._context.verify_mode is not ssl.CERT_NONE
                await self._attach(tls, names_of(stream) if asked else None)
            finally:
                tls.close()


def names_of(stream: trio.SSLStream[Any]) -> tuple[Mnemonic, ...]:
    """The terminals that the far end's certificate names, if it has shown one."""
    shown = stream.getpeercert() or {}
    names = shown.get("subjectAltName", ())
    return tuple(Mnemonic(name.upper()) for kind, name in names if kind == "DNS")


async def shaken(stream: trio.SSLStream[Any], peer: str) -> bool:
    """Whether the handshake was done in time; why not is logged."""
    with trio.move_on_after(HANDSHAKE_S):
        try:
            await stream.do_handshake()
            return True
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            log.info("handshake failed", peer=peer, reason=_reason(error.__cause__ or error))
            return False
    log.info("handshake failed", peer=peer, reason=f"took longer than {HANDSHAKE_S:g} s")
    return False


def _reason(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
