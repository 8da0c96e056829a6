"""Where one message ends and the next begins; what is inside is nobody's business here.

Three framings, told apart by the first byte a line ever sends (all three are simulated; the byte
layout of the real interface was not seen):

    0x02     STX message ETX
    0x00     length as four bytes, big-endian, then the message
    other    a message a line; an answer ends with a blank line (for people and netcat)

Each cutter is fed chunks, cut anywhere, and hands out frames and what was spoiled. The outcome must
not depend on where the chunks were cut. Nothing unfinished grows beyond the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import NamedTuple, Protocol

from switch.wire.page import CONTROLS

STX, ETX = b"\x02", b"\x03"
RAW_MAX = 100  # bytes kept of what was spoiled, for the ER [N-ER]
SKIP_BYTES_MAX = 1_048_576  # a longer frame is not skipped: the far end has lost its place

_LENGTH_SIZE = 4
_NOISELESS = CONTROLS + b" "


class Framing(Enum):
    """How the messages of a line are held apart."""

    STX = "stx"
    LENGTH = "length"
    LINE = "line"


class Spoiled(NamedTuple):
    """A frame that cannot be handed out: why, and how it begins."""

    why: str
    raw: bytes


Cut = bytes | Spoiled


class Cutter(Protocol):
    """What one framing does with the bytes of a line."""

    @property
    def unfinished(self) -> bool:
        """Whether the rest of something is owed."""
        ...

    @property
    def broken(self) -> bool:
        """Whether the place in the stream is lost for good."""
        ...

    def whole(self, chunk: bytes) -> bytes | None:
        """The frame, where a chunk is exactly one and nothing is unfinished, as nearly always."""
        ...

    def feed(self, chunk: bytes) -> list[Cut]:
        """Take a chunk; what it completes."""
        ...

    def give_up(self) -> list[Cut]:
        """The rest did not come in time: drop what there is, and skip the rest if it comes."""
        ...


def framing_of(first: int) -> Framing:
    """The framing of a line by the first byte that it sends."""
    return {0x02: Framing.STX, 0x00: Framing.LENGTH}.get(first, Framing.LINE)


def cutter(framing: Framing, frame_bytes_max: int) -> Cutter:
    """A cutter at the beginning of a line."""
    match framing:
        case Framing.STX:
            return _StxCutter(frame_bytes_max)
        case Framing.LENGTH:
            return _LengthCutter(frame_bytes_max)
        case Framing.LINE:
            return _LineCutter(frame_bytes_max)


def _as_stx(message: bytes) -> bytes:
    return STX + message + ETX


def _with_length(message: bytes) -> bytes:
    return len(message).to_bytes(_LENGTH_SIZE, "big") + message


def _as_lines(message: bytes) -> bytes:
    lines = message.replace(b"\r\n", b"\n")
    if b"\n\n" in lines:  # would end the answer too early
        lines = b"\n".join(line for line in lines.split(b"\n") if line)
    return lines + b"\n\n"


WRAPS: Mapping[Framing, Callable[[bytes], bytes]] = {
    Framing.STX: _as_stx,
    Framing.LENGTH: _with_length,
    Framing.LINE: _as_lines,
}
"""A message with CR LF line breaks as it goes onto a line from the switch."""


def _too_long(limit: int, start: bytes | bytearray) -> Spoiled:
    return Spoiled(f"a frame has {limit} bytes at most", bytes(start[:RAW_MAX]))


class _StxCutter:
    """STX ... ETX. Blanks and control characters between frames are ignored, anything else is not:
    a terminal that forgets its STX must hear of it."""

    broken = False

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._frame: bytearray | None = None  # None = between frames
        self._noise = b""  # the first bytes between frames that should not be there
        self._skipping = False  # behind a frame that was too long, up to its end

    @property
    def unfinished(self) -> bool:
        return self._frame is not None or bool(self._noise)

    def whole(self, chunk: bytes) -> bytes | None:
        one = (
            chunk.rfind(STX) == 0
            and chunk.find(ETX) == len(chunk) - 1
            and 2 < len(chunk) <= self._limit
            and not (self._frame is not None or self._noise or self._skipping)
        )
        return chunk[1:-1] if one else None

    def feed(self, chunk: bytes) -> list[Cut]:
        cuts: list[Cut] = []
        at = 0
        while at < len(chunk):
            at = self._inside(chunk, at, cuts) if self._frame is not None else (
                self._outside(chunk, at, cuts)
            )  # fmt: skip
        return cuts

    def give_up(self) -> list[Cut]:
        raw, self._noise = bytes(self._frame or self._noise), b""
        self._skipping = self._frame is not None
        self._frame = None
        return [Spoiled("ETX did not come in time", raw[:RAW_MAX])]

    def _outside(self, chunk: bytes, at: int, cuts: list[Cut]) -> int:
        start = chunk.find(STX, at)
        until = start if start >= 0 else len(chunk)
        if self._skipping:
            end = chunk.find(ETX, at, until)
            if end >= 0:
                self._skipping = False
                return end + 1
        elif len(self._noise) < RAW_MAX:
            self._noise = (self._noise + chunk[at:until].translate(None, _NOISELESS))[:RAW_MAX]
        if start < 0:
            return until
        if self._noise:
            cuts.append(Spoiled("a message stands between STX and ETX", self._noise))
        self._noise, self._skipping, self._frame = b"", False, bytearray()
        return start + 1

    def _inside(self, chunk: bytes, at: int, cuts: list[Cut]) -> int:
        assert self._frame is not None
        end = chunk.find(ETX, at)
        restart = chunk.find(STX, at, end if end >= 0 else len(chunk))
        until = restart if restart >= 0 else end if end >= 0 else len(chunk)
        self._frame += chunk[at:until]
        if len(self._frame) > self._limit:
            cuts.append(_too_long(self._limit, self._frame))
            self._frame, self._skipping = None, True
            return until  # the byte there, if any, ends the skipping
        if restart >= 0:
            cuts.append(
                Spoiled("ETX did not come before the next STX", bytes(self._frame[:RAW_MAX]))
            )
            self._frame = bytearray()
            return restart + 1
        if end < 0:
            return until
        if self._frame:
            cuts.append(bytes(self._frame))
        self._frame = None
        return end + 1


class _LengthCutter:
    """Four bytes of length, then so many of message. A length of nought is a keep-alive."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._to_skip = 0
        self.broken = False

    @property
    def unfinished(self) -> bool:
        return bool(self._held) or self._to_skip > 0

    def whole(self, chunk: bytes) -> bytes | None:
        size = len(chunk) - _LENGTH_SIZE
        if int.from_bytes(chunk[:_LENGTH_SIZE], "big") != size or not 0 < size <= self._limit:
            return None
        if self._held or self._to_skip or self.broken:
            return None
        return chunk[_LENGTH_SIZE:]

    def feed(self, chunk: bytes) -> list[Cut]:
        if self.broken:
            return []
        data: bytes | bytearray = chunk
        if self._held:
            self._held += chunk
            data = self._held
        cuts: list[Cut] = []
        at = self._skip(data, 0) if self._to_skip else 0
        while not self.broken and len(data) - at >= _LENGTH_SIZE:
            start = at + _LENGTH_SIZE
            size = int.from_bytes(data[at:start], "big")
            have = len(data) - start
            if size <= have and size <= self._limit:
                at = start + size
                if size:
                    cuts.append(bytes(data[start:at]))
            elif size > SKIP_BYTES_MAX:
                cuts.append(_too_long(self._limit, data[at:start]))
                self.broken = True
                at = len(data)
            elif size > self._limit and have >= min(size, RAW_MAX):
                cuts.append(_too_long(self._limit, data[start : start + RAW_MAX]))
                self._to_skip = size
                at = self._skip(data, start)
            else:
                break
        if at < len(data):
            self._held = bytearray(data[at:])
        elif self._held:
            self._held = bytearray()
        return cuts

    def give_up(self) -> list[Cut]:
        why = "the rest of the frame did not come in time"
        held, self._held = self._held, bytearray()
        if self._to_skip or len(held) < _LENGTH_SIZE:
            self.broken = True
            return [Spoiled(why, bytes(held))]
        size = int.from_bytes(held[:_LENGTH_SIZE], "big")
        self._to_skip = size - (len(held) - _LENGTH_SIZE)
        return [Spoiled(why, bytes(held[_LENGTH_SIZE : _LENGTH_SIZE + RAW_MAX]))]

    def _skip(self, data: bytes | bytearray, at: int) -> int:
        step = min(self._to_skip, len(data) - at)
        self._to_skip -= step
        return at + step


class _LineCutter:
    """A message a line, ended by LF; CR and empty lines are ignored."""

    broken = False

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._skipping = False

    @property
    def unfinished(self) -> bool:
        return bool(self._held)

    def whole(self, chunk: bytes) -> bytes | None:
        return None  # lines are typed by people, who have time

    def feed(self, chunk: bytes) -> list[Cut]:
        cuts: list[Cut] = []
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            self._add(line, cuts)
            if self._held.translate(None, _NOISELESS):
                cuts.append(bytes(self._held.rstrip(b"\r")))
            self._held, self._skipping = bytearray(), False
        self._add(rest, cuts)
        return cuts

    def give_up(self) -> list[Cut]:
        raw, self._held, self._skipping = bytes(self._held[:RAW_MAX]), bytearray(), True
        return [Spoiled("the end of the line did not come in time", raw)]

    def _add(self, piece: bytes, cuts: list[Cut]) -> None:
        if self._skipping:
            return
        self._held += piece
        over = len(self._held) - self._limit
        if over > 1 or (over == 1 and self._held[-1:] != b"\r"):  # the CR is not the message's
            cuts.append(_too_long(self._limit, self._held))
            self._held, self._skipping = bytearray(), True
