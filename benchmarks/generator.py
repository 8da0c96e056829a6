"""The load: a closed loop of N lines with one inquiry in flight each, every reply checked.

A plain epoll loop in a process of its own, with prebuilt frames and prebuilt answers to look for,
so that it is much faster than what it measures; `__main__` holds it against a bare responder, and
refuses to report if it is not.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from operator import contains, eq
from random import Random
from typing import NamedTuple

from benchmarks import stage
from switch.terms import TRAINING_LINE

READ_BYTES_MAX = 65_536
INQUIRIES = 997  # prebuilt for each terminal, then the same again


class Inquiry(NamedTuple):
    """One prebuilt frame, and what its reply must hold: the inquiry's own control field, the record
    of its licence, or the refusal that its agency must get."""

    frame: bytes
    expected: bytes


@dataclass(slots=True)
class Terminal:
    """One line of the load and what it is waiting for."""

    connection: socket.socket
    inquiries: Iterator[Inquiry]
    expected: bytes = b""
    received: bytes = b""  # of a reply that has come in part

    def ask(self) -> None:
        """The next inquiry; with one in flight, no other under way has its control field."""
        frame, self.expected = next(self.inquiries)
        self.connection.send(frame)

    def reply(self) -> bytes | None:
        """What came in; None while it is not a whole reply. RuntimeError if the far end hung up."""
        data = self.connection.recv(READ_BYTES_MAX)
        if not data:
            raise RuntimeError("the contender hung up")
        if self.received:
            data = self.received + data
        if len(data) == int.from_bytes(data[:4], "big") + 4:
            self.received = b""
            return data
        self.received = data
        return None


class Load:
    """Lines to one contender, ready to be driven; `echo`: it answers with what it was asked, and
    nobody signs on."""

    def __init__(self, port: int, terminals: int, *, echo: bool, seed: int = 1) -> None:
        self._epoll = select.epoll()
        self._terminals: dict[int, Terminal] = {}
        self._right = eq if echo else contains  # of a reply, and what it must be or hold
        self.errors = 0
        random = Random(seed)
        for number in range(terminals):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            inquiries = [inquiry(number, sent, random, echo=echo) for sent in range(INQUIRIES)]
            if not echo:
                mnemonic, operator, _ = stage.terminal(number)
                connection.sendall(_frame(f"SIGNON {mnemonic} {operator}".encode()))
                if b"SIGNED ON" not in connection.recv(READ_BYTES_MAX):
                    raise RuntimeError(f"{mnemonic} could not sign on")
            self._terminals[connection.fileno()] = Terminal(connection, cycle(inquiries))
            self._epoll.register(connection.fileno(), select.EPOLLIN)

    def drive(self, seconds: float) -> float:
        """Replies a second over so many seconds; wrong replies are counted in `errors`."""
        for terminal in self._terminals.values():
            terminal.ask()
        begun = time.perf_counter()
        until, count = begun + seconds, 0
        terminals, poll, right = self._terminals, self._epoll.poll, self._right
        while time.perf_counter() < until:
            for descriptor, _ in poll(0.1):
                terminal = terminals[descriptor]
                reply = terminal.reply()
                if reply is not None:
                    if not right(reply, terminal.expected):
                        self.errors += 1
                    count += 1
                    terminal.ask()
        elapsed = time.perf_counter() - begun
        self._settle()
        return count / elapsed

    def close(self) -> None:
        """Hang up."""
        for terminal in self._terminals.values():
            terminal.connection.close()
        self._epoll.close()

    def _settle(self) -> None:
        """Take the replies that are still under way, so that none is lost unnoticed."""
        for terminal in self._terminals.values():
            terminal.connection.settimeout(5.0)
            reply = terminal.reply()
            while reply is None:
                reply = terminal.reply()
            self.errors += not self._right(reply, terminal.expected)
            terminal.connection.settimeout(None)


def inquiry(terminal: int, sent: int, random: Random, *, echo: bool = False) -> Inquiry:
    """The n-th inquiry of a terminal (both 0-based), about a licence by chance."""
    licence = stage.licence(random.randrange(stage.LICENCES))
    _, _, ori = stage.terminal(terminal)
    control = f"*{terminal:04}{sent:06}"
    frame = _frame(f"DQ.{ori}.CA.{control}.TXT\r\n\x7fPUR/C.OLN/{licence}".encode())
    if echo:
        return Inquiry(frame, frame)
    head = f"{control}\r\nTXT\r\n{TRAINING_LINE}\r\n"
    if terminal % stage.DENIED_EVERY == stage.DENIED_EVERY - 1:
        return Inquiry(frame, f"{head}.93.".encode())
    answer = f"{head}DQ PUR/C.OLN/{licence}\r\nFROM BENCH\r\nOLN/{licence}."
    return Inquiry(frame, answer.encode())


def _frame(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
