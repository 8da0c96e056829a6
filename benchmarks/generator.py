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
from dataclasses import dataclass, field
from random import Random

from benchmarks import stage

READ_BYTES_MAX = 65_536


@dataclass(slots=True)
class Terminal:
    """One line of the load and what it is waiting for."""

    number: int
    connection: socket.socket
    received: bytes = b""
    sent: int = 0
    wanted: bytes = b""  # what the reply must hold
    licences: list[int] = field(default_factory=list)


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
            terminal = Terminal(number, connection)
            terminal.licences = [random.randrange(stage.LICENCES) for _ in range(997)]
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
            self._send(terminal)
        begun = time.perf_counter()
        until, count = begun + seconds, 0
        while time.perf_counter() < until:
            for descriptor, _ in self._epoll.poll(0.1):
                terminal = self._terminals[descriptor]
                reply = self._reply(terminal)
                if reply is not None:
                    self.errors += not check(terminal, reply)
                    count += 1
                    self._send(terminal)
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
            reply = self._reply(terminal)
            while reply is None:
                reply = self._reply(terminal)
            self.errors += not check(terminal, reply)
            terminal.connection.settimeout(None)

    def _send(self, terminal: Terminal) -> None:
        terminal.sent += 1
        licence = stage.licence(terminal.licences[terminal.sent % len(terminal.licences)])
        _, _, ori = stage.terminal(terminal.number)
        control = f"{terminal.number:04}{terminal.sent % 1_000_000:06}"
        terminal.wanted = f"*{control}\r\n".encode()
        text = f"DQ.{ori}.CA.*{control}.TXT\r\n\x7fPUR/C.OLN/{licence}"
        terminal.connection.send(_frame(text.encode()))

    @staticmethod
    def _reply(terminal: Terminal) -> bytes | None:
        terminal.received += terminal.connection.recv(READ_BYTES_MAX)
        if len(terminal.received) < 4:
            return None
        size = int.from_bytes(terminal.received[:4], "big")
        if len(terminal.received) < size + 4:
            return None
        reply = terminal.received[4 : size + 4]
        terminal.received = terminal.received[size + 4 :]
        return reply


def _frame(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def echoed(terminal: Terminal, reply: bytes) -> bool:
    """The echo came back to the right terminal."""
    return terminal.wanted[:-2] in reply


def answered(terminal: Terminal, reply: bytes) -> bool:
    """The right terminal got the right record, or the refusal that its agency must get."""
    if terminal.wanted not in reply:
        return False
    if terminal.number % stage.DENIED_EVERY == stage.DENIED_EVERY - 1:
        return b".93." in reply
    licence = stage.licence(terminal.licences[terminal.sent % len(terminal.licences)])
    return reply.startswith(b"DR.") and reply.count(licence.encode()) >= 2
