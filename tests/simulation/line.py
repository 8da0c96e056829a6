"""A simulated line and the terminal at its far end, which knows nothing of the product's code.

Bytes that the terminal has typed travel until the switch reads them; bytes that the switch has sent
travel until the terminal reads them, and the line takes no more than its window. The terminal cuts
and reads what it hears by rules of its own, written from the documented form of the output header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import NamedTuple

from switch.shell.transport import BrokenLine
from tests.simulation.promise import Broken

WINDOW_BYTES = 1_500  # of unread bytes that a line holds: a few answers

_HEADER = re.compile(
    rb"([A-Z]{2,4})\.([A-Z0-9]{9})\r?\n"
    rb"\d\d:\d\d \d\d/\d\d/\d{4} (\d{5})\r?\n"
    rb"\d\d:\d\d \d\d/\d\d/\d{4} (\d{5}) [A-Z0-9]{9}\r?\n"
)
_REST = re.compile(rb"(?:\*([^\r\n]*)\r?\n)?TXT\r?\n(.*)", re.DOTALL)


class Heard(NamedTuple):
    """One message of the switch, as a terminal reads it."""

    key: str
    inbound: int
    outbound: int
    control: str | None
    body: str  # lines joined by "\\n"


@dataclass(slots=True)
class Typed:
    """One message on its way to the switch."""

    mark: str  # by which it is found on record
    raw: bytes
    ends: int  # at which byte of the line
    begun: float | None = None  # when the switch read its first byte
    taken: float | None = None  # when the switch read its last byte


def wrapped(framing: str, message: bytes) -> bytes:
    """A message as a terminal sends it."""
    if framing == "stx":
        return b"\x02" + message + b"\x03"
    if framing == "length":
        return len(message).to_bytes(4, "big") + message
    return message + b"\n"


class Ear:
    """Cuts and reads what the switch sends, byte by byte if need be."""

    def __init__(self, framing: str = "line") -> None:
        self.framing = framing
        self._held = b""

    def feed(self, data: bytes) -> list[Heard]:
        """All messages that are complete with this."""
        self._held += data
        found = []
        while (cut := self._cut()) is not None:
            found.append(read(cut))
        return found

    @property
    def beginning(self) -> int | None:
        """Of a message that has only begun to come: its number, as soon as that is known."""
        header = _HEADER.search(self._held)
        return int(header[4]) if header else None

    def _cut(self) -> bytes | None:
        held = self._held
        if self.framing == "length":
            size = int.from_bytes(held[:4], "big")
            if len(held) < 4 or len(held) < 4 + size:
                return None
            self._held = held[4 + size :]
            return held[4 : 4 + size]
        start, end = (b"\x02", b"\x03") if self.framing == "stx" else (b"", b"\n\n")
        at = held.find(end)
        if at < 0:
            return None
        if not held.startswith(start):
            raise Broken(f"a message begins with {held[:20]!r}")
        self._held = held[at + len(end) :]
        return held[len(start) : at]


def read(message: bytes) -> Heard:
    """One message by its header."""
    header = _HEADER.match(message)
    rest = _REST.fullmatch(message, header.end()) if header else None
    if header is None or rest is None:
        raise Broken(f"no output header: {message[:90]!r}")
    control = rest[1].decode() if rest[1] is not None else None
    body = rest[2].decode("ascii").replace("\r\n", "\n")
    return Heard(header[1].decode(), int(header[3]), int(header[4]), control, body)


class _Writable:
    """Waited for by whoever sends what a slow reader has not taken; resumed by the room."""

    def __await__(self) -> Generator[None, None, None]:
        yield


@dataclass(eq=False)
class SimulatedLine:
    """A line with both its ends. The switch holds it as a `switch.shell.transport.Line`."""

    number: int  # of the room; the switch's own number is in `connection`
    framing: str
    left: Callable[[SimulatedLine, bytes], None]  # told of every byte that the switch lets go
    half_closes: bool = True
    ended: bool = False
    peer: str = "the room"
    typed: list[Typed] = field(default_factory=list)
    outgoing: bytearray = field(default_factory=bytearray)  # typed, not read by the switch
    written: int = 0  # bytes typed in all
    read_bytes: int = 0  # of them read by the switch
    unread: bytearray = field(default_factory=bytearray)  # sent, not read by the terminal
    window: int = WINDOW_BYTES
    done: bool = False  # the terminal sends no more
    gone: bool = False  # the terminal has hung up
    hung_up: bool = False  # the switch has
    ear: Ear = field(default_factory=Ear)  # what left, as it leaves
    heard: list[Heard] = field(default_factory=list)

    def type(self, mark: str, message: bytes) -> None:
        """The terminal sends one message."""
        data = wrapped(self.framing, message)
        self.outgoing += data
        self.written += len(data)
        self.typed.append(Typed(mark, message, self.written))

    def take(self, size: int, now: float) -> bytes:
        """The switch reads at most so many bytes."""
        chunk = bytes(self.outgoing[:size])
        del self.outgoing[:size]
        start, self.read_bytes = self.read_bytes, self.read_bytes + len(chunk)
        if start == 0 and chunk:
            self.ear.framing = self.framing
        begins = 0
        for each in self.typed:
            if each.begun is None and begins < self.read_bytes:
                each.begun = now
            if each.taken is None and each.ends <= self.read_bytes:
                each.taken = now
            begins = each.ends
        return chunk

    # --- as the switch sees it -------------------------------------------------------------------

    async def receive(self) -> bytes:
        """Not used: the room reads it, as the hub does."""
        raise NotImplementedError

    def send_now(self, data: bytes) -> int:
        """As much as the window has room for."""
        if self.gone or self.hung_up:
            raise BrokenLine("the far end is gone")
        taken = data[: max(0, self.window - len(self.unread))]
        if taken:
            self.left(self, taken)
            self.unread += taken
        return len(taken)

    async def wait_writable(self) -> None:
        """Until the terminal has read something."""
        while len(self.unread) >= self.window and not self.gone and not self.hung_up:
            await _Writable()
        if self.gone or self.hung_up:
            raise BrokenLine("the far end is gone")

    def hang_up(self) -> None:
        """The switch ends it."""
        self.hung_up = True

    def close(self) -> None:
        """The switch gives it back."""
        self.hung_up = True
