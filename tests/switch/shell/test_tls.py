"""TLS: lines that behave like plain ones, handshakes that disturb nobody, and who is at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog.testing
import trio
import trio.testing

from switch.errors import UsageError
from switch.shell.app import Switch
from switch.shell.attached import attach
from switch.shell.tls import BUFFER_BYTES_MAX, Door, TlsLine, server_context
from switch.shell.transport import BrokenLine, Listener
from terminals.client import Client, trusting
from tests.certificates import Certificates, Pair, certificates
from tests.running import LICENCE, running


class Secure(NamedTuple):
    """A switch that takes lines by TLS."""

    switch: Switch
    files: Certificates
    port: int

    async def connect(self, pair: Pair | None = None) -> Client:
        context = trusting(self.files.ca, *(pair or ()))
        return await Client.connect("127.0.0.1", self.port, tls=context)


@asynccontextmanager
async def secure(folder: Path, *, client_ca: bool = False) -> AsyncIterator[Secure]:
    files = certificates(folder)
    context = server_context(*files.switch, files.ca if client_ca else None)
    async with running() as switch:
        listener = Listener("127.0.0.1", 0)
        door = Door(context, partial(attach, switch))
        async with trio.open_nursery() as nursery:

            async def accept() -> None:
                while True:
                    nursery.start_soon(door.admit, await listener.accept())

            nursery.start_soon(accept)
            yield Secure(switch, files, int(listener.address.rpartition(":")[2]))
            nursery.cancel_scope.cancel()
        listener.close()


@asynccontextmanager
async def certified(folder: Path) -> AsyncIterator[tuple[Secure, Client]]:
    """The same, and a terminal with BAY2's certificate."""
    there_is = secure(folder, client_ca=True)
    async with there_is as there, await there.connect(there.files.bay2) as terminal:
        yield there, terminal


async def test_a_terminal_signs_on_and_asks_by_tls(tmp_path: Path):
    async with secure(tmp_path) as there, await there.connect() as terminal:
        assert (await terminal.sign_on("BAY2", "BPD2")).mke == "SM"
        (answer,) = await terminal.ask(LICENCE)
        assert "ALBITE" in answer.body


async def test_a_certificate_stands_for_its_terminal_and_for_no_other(tmp_path: Path):
    async with certified(tmp_path) as (_, terminal):
        wrong = await terminal.sign_on("BAY1", "TFO7")
        assert "CERTIFICATE OF THIS LINE IS NOT TERMINAL BAY1'S" in wrong.body
        assert "SIGNED ON BAY2" in (await terminal.sign_on("BAY2", "BPD2")).body


async def test_without_a_certificate_an_operator_needs_a_secret(tmp_path: Path):
    async with secure(tmp_path, client_ca=True) as there, await there.connect() as terminal:
        refused = await terminal.sign_on("BAY2", "BPD2")
        assert refused.mke == "ER"
        assert "OPERATOR BPD2 HAS NO SECRET: TERMINAL CERTIFICATE NEEDED" in refused.body


async def test_failed_handshakes_disturb_no_other_line(tmp_path: Path):
    async with certified(tmp_path) as (there, terminal):
        with structlog.testing.capture_logs() as logs:
            # A terminal learns of its refused certificate when it first reads (TLS 1.3).
            with pytest.raises(UsageError, match="closed the line"):
                async with await there.connect(there.files.stranger) as forged:
                    await forged.sign_on("BAY2", "BPD2")
            for hostile in (b"SIGNON BAY2 BPD2\n", b"\x16\x03\x01\x00\x05hello", b""):
                plain = await trio.open_tcp_stream("127.0.0.1", there.port)
                if hostile:
                    await plain.send_all(hostile)
                await plain.send_eof()
                while await plain.receive_some():
                    pass
                await plain.aclose()
        assert [each["event"] for each in logs].count("handshake failed") == 4
        assert "SIGNED ON BAY2" in (await terminal.sign_on("BAY2", "BPD2")).body


async def test_a_handshake_that_never_ends_is_given_up(tmp_path: Path, autojump_clock, monkeypatch):
    monkeypatch.setattr("switch.shell.tls.HANDSHAKE_S", 0.0)
    async with secure(tmp_path) as there:
        silent = await trio.open_tcp_stream("127.0.0.1", there.port)
        assert await silent.receive_some() == b""
        await silent.aclose()


async def test_one_handshake_too_many_is_closed_at_once(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("switch.shell.tls.HANDSHAKES_MAX", 0)
    async with secure(tmp_path) as there:
        line = await trio.open_tcp_stream("127.0.0.1", there.port)
        assert await line.receive_some() == b""
        await line.aclose()


# --- the line by itself ---------------------------------------------------------------------------


@asynccontextmanager
async def pair(folder: Path) -> AsyncIterator[tuple[TlsLine, trio.SSLStream]]:
    """Both ends of one line, in a nursery that writes it out."""
    files = certificates(folder)
    listener = Listener("127.0.0.1", 0)
    port = int(listener.address.rpartition(":")[2])
    far = trio.SSLStream(
        await trio.open_tcp_stream("127.0.0.1", port),
        trusting(files.ca),
        server_hostname="127.0.0.1",
        https_compatible=True,
    )
    plain = await listener.accept()
    near = trio.SSLStream(
        plain.as_stream(),
        server_context(*files.switch, None),
        server_side=True,
        https_compatible=True,
    )
    async with trio.open_nursery() as nursery:
        nursery.start_soon(far.do_handshake)
        await near.do_handshake()
    line = TlsLine(near, "a terminal")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.write_out)
        yield line, far
        line.close()
        await trio.aclose_forcefully(far)
    listener.close()


async def test_what_was_sent_before_hanging_up_still_arrives(tmp_path: Path):
    async with pair(tmp_path) as (line, far):
        assert line.send_now(b"last words") == 10
        line.hang_up()
        assert await line.receive() == b""
        assert await far.receive_some() == b"last words"
        with pytest.raises(BrokenLine):
            line.send_now(b"more")
        with pytest.raises(BrokenLine):
            await line.wait_writable()


async def test_the_buffer_takes_no_more_than_its_limit_until_it_is_read(tmp_path: Path):
    async with pair(tmp_path) as (line, far):
        assert line.send_now(b"x" * (BUFFER_BYTES_MAX + 1)) == BUFFER_BYTES_MAX
        assert line.send_now(b"y") == 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(line.wait_writable)
            read = 0
            while read < BUFFER_BYTES_MAX:
                read += len(await far.receive_some())


async def test_hanging_up_ends_the_reader(tmp_path: Path):
    async with pair(tmp_path) as (line, _), trio.open_nursery() as nursery:

        async def read() -> None:
            assert await line.receive() == b""

        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        line.hang_up()


@pytest.mark.parametrize("broken", ["switch", "key", "client_ca"])
def test_files_that_cannot_be_used_are_named(tmp_path: Path, broken: str):
    files = certificates(tmp_path)
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("nothing")
    certificate, key = files.switch
    with pytest.raises(UsageError, match="rubbish"):
        server_context(
            rubbish if broken == "switch" else certificate,
            rubbish if broken == "key" else key,
            rubbish if broken == "client_ca" else files.ca,
        )
    with pytest.raises(UsageError, match="is not a file"):
        server_context(tmp_path / "gone", key, None)
