"""The load: a closed loop of N lines with one inquiry in flight each, every reply checked.

A plain epoll loop in a process of its own, with prebuilt frames, so that it is faster than what it
measures; `__main__` checks that against a bare responder and refuses to report if it is not.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from benchmarks import stage

READ_BYTES_MAX = 65_536
INQUIRIES = 997  # prebuilt for each terminal, then the same again


class Inquiry(NamedTuple):
    """One prebuilt frame and what its reply must hold."""

    frame: bytes
    control: bytes
    licence: bytes


@dataclass(slots=True)
class Terminal:
    """One line of the load and what it is waiting for."""

    connection: socket.socket
    denied: bool
    inquiries: list[Inquiry]
    asked: Inquiry
    received: bytes = b""
    sent: int = 0


Check = Callable[[Terminal, bytes], bool]


class Load:
    """Lines to one contender, signed on where it demands that, ready to be driven."""

    def __init__(self, port: int, terminals: int, *, signs_on: bool, seed: int = 1) -> None:
        self._epoll = select.epoll()
        self._terminals: dict[int, Terminal] = {}
        self.errors = 0
        random = Random(seed)
        for number in range(terminals):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            inquiries = [_inquiry(number, sent, random) for sent in range(INQUIRIES)]
            denied = number % stage.DENIED_EVERY == stage.DENIED_EVERY - 1
            terminal = Terminal(connection, denied, inquiries, inquiries[0])
            if signs_on:
                mnemonic, operator, _ = stage.terminal(number)
                connection.sendall(_frame(f"SIGNON {mnemonic} {operator}".encode()))
                if b"SIGNED ON" not in connection.recv(READ_BYTES_MAX):
                    raise RuntimeError(f"{mnemonic} could not sign on")
            self._terminals[connection.fileno()] = terminal
            self._epoll.register(connection.fileno(), select.EPOLLIN)

    def drive(self, seconds: float, check: Check) -> float:
        """Replies a second over so many seconds; wrong replies are counted in `errors`."""
        for terminal in self._terminals.values():
            _send(terminal)
        begun = time.perf_counter()
        until, count = begun + seconds, 0
        terminals, poll = self._terminals, self._epoll.poll
        while time.perf_counter() < until:
            for descriptor, _ in poll(0.1):
                terminal = terminals[descriptor]
                reply = _reply(terminal)
                if reply is not None:
                    if not check(terminal, reply):
                        self.errors += 1
                    count += 1
                    _send(terminal)
        elapsed = time.perf_counter() - begun
        self._settle(check)
        return count / elapsed

    def close(self) -> None:
        """Hang up."""
        for terminal in self._terminals.values():
            terminal.connection.close()
        self._epoll.close()

    def _settle(self, check: Check) -> None:
        """Take the replies that are still under way, so that none is lost unnoticed."""
        for terminal in self._terminals.values():
            terminal.connection.settimeout(5.0)
            reply = _reply(terminal)
            while reply is None:
                reply = _reply(terminal)
            self.errors += not check(terminal, reply)
            terminal.connection.settimeout(None)


def _inquiry(terminal: int, sent: int, random: Random) -> Inquiry:
    licence = stage.licence(random.randrange(stage.LICENCES))
    _, _, ori = stage.terminal(terminal)
    control = f"*{terminal:04}{sent:06}"
    frame = _frame(f"DQ.{ori}.CA.{control}.TXT\r\n\x7fPUR/C.OLN/{licence}".encode())
    return Inquiry(frame, control.encode(), licence.encode())


def _send(terminal: Terminal) -> None:
    """The next inquiry; with one in flight, no other that is under way has its control field."""
    terminal.sent += 1
    terminal.asked = terminal.inquiries[terminal.sent % INQUIRIES]
    terminal.connection.send(terminal.asked.frame)


def _reply(terminal: Terminal) -> bytes | None:
    data = terminal.connection.recv(READ_BYTES_MAX)
    if terminal.received:
        data = terminal.received + data
    if len(data) >= 4 and len(data) == int.from_bytes(data[:4], "big") + 4:
        terminal.received = b""
        return data
    if not data:
        raise RuntimeError("the contender hung up")
    terminal.received = data
    return None


def _frame(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def echoed(terminal: Terminal, reply: bytes) -> bool:
    """The echo came back to the right terminal."""
    return reply == terminal.asked.frame


def answered(terminal: Terminal, reply: bytes) -> bool:
    """The right terminal got the right record, or the refusal that its agency must get."""
    _, control, licence = terminal.asked
    if control + b"\r\n" not in reply:
        return False
    if terminal.denied:
        return b".93." in reply
    return reply.startswith(b"DR.", 4) and reply.count(licence) >= 2
