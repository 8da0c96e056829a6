"""Requests as JSON lines: what `acl decide --jsonl` reads, a bounded line at a time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from switch.errors import UsageError

if TYPE_CHECKING:
    from switch.acl.rules import Request
    from switch.config import World

LINE_BYTES_MAX = 65_536  # of one line
NEEDED = ("at", "terminal", "ori", "backend", "key")
KNOWN = (*NEEDED, "id", "operator", "on_behalf_of", "image", "purpose", "fields", "used")


def open_lines(name: str) -> IO[bytes]:
    if name == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed", "name a file, or pipe the requests in")
        return open(sys.stdin.fileno(), "rb", closefd=False)
    try:
        return Path(name).open("rb")
    except OSError as error:
        fix = "check the path and permissions"
        raise UsageError(f"cannot read `{name}`: {error.strerror}", fix) from None


def each_line(lines: IO[bytes]) -> Iterator[bytes]:
    """Each line, of which no more than its bound is ever held in memory."""
    while line := lines.readline(LINE_BYTES_MAX + 1):
        yield line
        rest = line
        while len(rest) > LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = lines.readline(LINE_BYTES_MAX + 1)


def read_row(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_BYTES_MAX:
        raise ValueError(f"longer than {LINE_BYTES_MAX} bytes")
    try:
        line.decode()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    try:
        row = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    return row


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def read_id(row: dict[str, Any]) -> str | int | None:
    """What the line's author calls it; it comes back with the answer."""
    id_ = row.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int | None):
        raise ValueError("`id` must be a text or a whole number")
    return id_


def read_named(row: dict[str, Any]) -> tuple[dict[str, str], dict[tuple[str, str], int]]:
    """For court orders: the fields of the question, and how often each order was used so far."""
    fields, used = row.get("fields") or {}, row.get("used") or {}
    if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
        raise ValueError("`fields` must be texts by field code")
    if not isinstance(used, dict) or not all(type(n) is int and n >= 0 for n in used.values()):
        raise ValueError("`used` must be numbers by the ids of orders")
    backend = str(row.get("backend"))
    return fields, {(backend, str(name)): count for name, count in used.items()}


def read_request(row: dict[str, Any], world: World) -> tuple[Request, float]:
    """The request and its instant; ValueError in words for the line's author."""
    from datetime import datetime

    from switch.acl.rules import Request
    from switch.files.authored import did_you_mean, instant
    from switch.terms import BackendName, MessageKey, Mnemonic, OperatorId, Ori

    for name in row:
        if name not in KNOWN:
            raise ValueError(f"`{name}` is not a key here; {did_you_mean(name, KNOWN)}")
    for name in (*NEEDED, "operator", "on_behalf_of", "purpose"):
        value = row.get(name)
        if not isinstance(value, str) and not (value is None and name not in NEEDED):
            raise ValueError(f"`{name}` must be a text")
    image = row.get("image")
    if image is not None and not isinstance(image, bool):
        raise ValueError("`image` must be true or false")
    try:
        moment = datetime.fromisoformat(row["at"])
    except ValueError:
        raise ValueError(f"`at` is not a time: {row['at']!r}; write 2019-10-15T00:00:00") from None
    if ":" not in row["at"] and "T" not in row["at"]:
        raise ValueError("`at` is a bare date; write the time too, such as 2019-10-15T00:00:00")
    request = Request(
        Mnemonic(row["terminal"]),
        Ori(row["ori"]),
        OperatorId(row["operator"]) if row.get("operator") else None,
        Ori(row["on_behalf_of"]) if row.get("on_behalf_of") else None,
        BackendName(row["backend"]),
        MessageKey(row["key"]),
        bool(image),
        row.get("purpose") or None,
    )
    return request, instant(moment, world.timezone)
