"""What is measured, each in a process of its own: `python -m benchmarks.contenders NAME WORLD`.

`bare`   bytes back as they came, by an epoll and nothing else: what the generator can measure
`echo`   trio's own SocketStream, bytes back as they came: what the I/O layer costs
`naive`  the switch one would write first: a task, an event, a lock and a write per message, with
         the same codec, rules and records as ours, and no journal
`switch` wireroom with memory backend, access rules and a durable journal
"""

from __future__ import annotations

import gc
import select
import socket
import sys
from functools import partial
from pathlib import Path

import trio

from benchmarks.generator import READ_BYTES_MAX
from switch.acl.document import load_stack
from switch.acl.engine import Request
from switch.backend import Query
from switch.cli.logs import set_up_logs
from switch.message import InputMessage, OutputMessage, SignOn, Stamp
from switch.shell.app import Switch
from switch.shell.clock import WallClock
from switch.shell.plugins import open_backends
from switch.shell.scribe import Scribe
from switch.shell.server import serve
from switch.shell.transport import Listener
from switch.terms import MessageKey
from switch.wire.answer import answer_body, error_body
from switch.wire.session import Session, WireLimits
from switch.wire.spec_files import load_formats
from switch.world_file import load_world


def _announce(address: str) -> None:
    sys.stdout.write(address.rpartition(":")[2] + "\n")
    sys.stdout.flush()


def bare() -> None:
    """Bytes back as they came, without trio."""
    poll, lines = select.epoll(), dict[int, socket.socket]()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        poll.register(listening.fileno(), select.EPOLLIN)
        _announce(f"127.0.0.1:{listening.getsockname()[1]}")
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == listening.fileno():
                    line = listening.accept()[0]
                    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    lines[line.fileno()] = line
                    poll.register(line.fileno(), select.EPOLLIN)
                elif chunk := lines[descriptor].recv(READ_BYTES_MAX):
                    lines[descriptor].send(chunk)
                else:
                    poll.unregister(descriptor)
                    lines.pop(descriptor).close()


async def echo() -> None:
    """Bytes back as they came."""

    async def back(stream: trio.SocketStream) -> None:
        async for chunk in stream:
            await stream.send_all(chunk)

    await _serve_tcp(back)


async def naive(world_folder: Path) -> None:
    """A task per message, as one would write it first."""
    world = load_world(str(world_folder))
    stack, formats, clock = load_stack(world), load_formats(), WallClock()
    backend = open_backends(world, world_folder / "cache")["BENCH"]  # type: ignore[index]
    entry, spec = world.catalog[0], formats.key(MessageKey("DQ"))
    assert spec is not None

    async def one(
        message: InputMessage,
        who: SignOn,
        session: Session,
        stream: trio.SocketStream,
        lock: trio.Lock,
        number: int,
    ) -> None:
        now = clock.now()
        done = trio.Event()
        body = ""
        with trio.fail_after(10):
            request = Request(
                who.terminal, message.ori, who.operator, None, entry.backend, entry.key, False, "C"
            )
            decision = stack.decide(request, now)
            if decision.released:
                query = Query(number, entry.key, "CA", message.fields or {}, False, "C", now)
                reply = backend.answer([query])[0]  # type: ignore[index]
                body = answer_body(spec, message.shown, entry.backend, reply.records, (), False)
            else:
                body = error_body(".93.", "DENIED", message.raw, [])
            done.set()
            await done.wait()
            key = MessageKey("DR" if decision.released else "ER")
            stamp = Stamp(now, number)
            answer = OutputMessage(
                key, message.ori, stamp, stamp, message.ori, message.control, body
            )
            async with lock:
                await stream.send_all(session.send(answer))

    async def line(stream: trio.SocketStream) -> None:
        session = Session(formats, world.timezone, WireLimits(), "*")
        lock, number, who = trio.Lock(), 0, None
        async with trio.open_nursery() as nursery:
            async for chunk in stream:
                for message in session.receive(bytes(chunk), clock.now()):
                    if isinstance(message, SignOn):
                        who = message
                        await stream.send_all(b"\x00\x00\x00\x09SIGNED ON")
                    elif isinstance(message, InputMessage) and who is not None:
                        number += 1
                        nursery.start_soon(one, message, who, session, stream, lock, number)

    await _serve_tcp(line)


async def _serve_tcp(handler: object) -> None:
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    _announce(f"127.0.0.1:{listeners[0].socket.getsockname()[1]}")
    await trio.serve_listeners(handler, listeners)  # type: ignore[arg-type]


def switch(world_folder: Path) -> None:
    """Wireroom itself, as `wireroom serve` runs it."""
    world = load_world(str(world_folder))
    journal = Scribe.open(world_folder / "bench.journal")
    backends = open_backends(world, world_folder / "cache")
    running = Switch(world, load_stack(world), load_formats(), backends, journal, WallClock())
    gc.freeze()  # as `wireroom serve` does
    with set_up_logs():  # as that does, too
        trio.run(serve, running, Listener("127.0.0.1", 0), _announce)


def main() -> None:
    """Run the contender that the command line names, until it is ended."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    if name == "switch":
        switch(folder)
    elif name == "bare":
        bare()
    else:
        trio.run(echo if name == "echo" else partial(naive, folder))


if __name__ == "__main__":
    main()
