"""What is said on the control socket: one request, one answer, each a msgpack map with its length.

Bytes to values and back, no socket: the server and the owner's command share it. Whatever does not
fit its limits or its shape is refused by name before anything is done with it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgpack

HEADER_SIZE = 4
FILE_BYTES_MAX = 8 * 1024 * 1024  # as for every authored file
REQUEST_BYTES_MAX = FILE_BYTES_MAX + 65_536
MINUTES_MAX = 7 * 24 * 60
ANSWER_BYTES_MAX = 2 * FILE_BYTES_MAX


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Where every file stands."""


@dataclass(frozen=True, slots=True)
class AskHistory:
    """What happened to a file; to all of them if `backend` is empty."""

    backend: str


@dataclass(frozen=True, slots=True)
class AskFile:
    """A version's exact bytes; of the one in force if `digest` is empty."""

    backend: str
    digest: str


@dataclass(frozen=True, slots=True)
class AskProbe:
    """Is this rule live at every point?"""

    backend: str
    rule: str


@dataclass(frozen=True, slots=True)
class GiveOrder:
    """A signed order, with the file that it is about unless the switch has it."""

    message: Mapping[str, object]
    file: bytes | None


@dataclass(frozen=True, slots=True)
class AskServices:
    """Who is out of service, and what waits for whom."""


@dataclass(frozen=True, slots=True)
class ChangeService:
    """A destination goes out of service, or comes back."""

    destination: str
    status: str  # up, hold, remove, never
    keys: tuple[str, ...]  # none = all
    minutes: int  # for so long; 0 = until it is changed again


ControlRequest = (
    AskStatus | AskHistory | AskFile | AskProbe | GiveOrder | AskServices | ChangeService
)


def framed(message: Mapping[str, Any]) -> bytes:
    """A message with its length before it."""
    body: bytes = msgpack.packb(dict(message))
    return struct.pack(">I", len(body)) + body


def body_size(header: bytes, size_max: int) -> int:
    """How many bytes follow the header; ValueError if they are too many or none."""
    (size,) = struct.unpack(">I", header)
    if not 0 < size <= size_max:
        raise ValueError(f"a message of {size} bytes; 1 to {size_max} are taken")
    return int(size)


def unpacked(body: bytes) -> dict[str, Any]:
    """The map in these bytes; ValueError for anything else."""
    try:
        message = msgpack.unpackb(body, max_map_len=64, max_array_len=100_000)
    except (ValueError, msgpack.UnpackException, RecursionError) as error:
        raise ValueError(f"not a msgpack map: {error}") from None
    if not isinstance(message, dict) or not all(isinstance(key, str) for key in message):
        raise ValueError("not a msgpack map with texts as keys")
    return message


def parse(message: Mapping[str, Any]) -> ControlRequest:
    """A request; ValueError, in words, for what is none."""
    match message.get("do"):
        case "status":
            return AskStatus()
        case "history":
            return AskHistory(_text(message, "backend"))
        case "file":
            return AskFile(_text(message, "backend"), _text(message, "digest"))
        case "probe":
            return AskProbe(_text(message, "backend"), _text(message, "rule"))
        case "services":
            return AskServices()
        case "service":
            keys = tuple(filter(None, _text(message, "keys").split(",")))
            minutes = message.get("minutes", 0)
            if type(minutes) is not int or not 0 <= minutes <= MINUTES_MAX:
                raise ValueError(f"`minutes` must be a number from 0 to {MINUTES_MAX}")
            where, status = _text(message, "destination"), _text(message, "status")
            return ChangeService(where, status, keys, minutes)
        case "order":
            file = message.get("file")
            if file is not None and not isinstance(file, bytes):
                raise ValueError("`file` must be bytes")
            return GiveOrder(message, file)
        case other:
            raise ValueError(f"no request {str(other)[:40]!r}")


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name, "")
    if not isinstance(value, str) or len(value) > 100:
        raise ValueError(f"`{name}` must be a text of 100 characters at most")
    return value
