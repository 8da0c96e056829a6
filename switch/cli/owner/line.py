"""The owner's end of the control socket, and signed orders over it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from switch.errors import UsageError
from switch.wire.control import ANSWER_BYTES_MAX, HEADER_SIZE, body_size, framed, unpacked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from switch.acl.envelope import Action

CONNECT_S_MAX = 5.0
ANSWER_S_MAX = 180.0  # a large file is checked before the answer comes
EXPIRES_S = 600  # how long a signed order can be used


def ask(path: Path, message: Mapping[str, Any]) -> dict[str, Any]:
    """One request and its answer; UsageError if no switch answers, or if it says no."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(CONNECT_S_MAX)
            line.connect(str(path))
            line.settimeout(ANSWER_S_MAX)
            line.sendall(framed(message))
            answer = unpacked(_exactly(line, body_size(_exactly(line, HEADER_SIZE), _MAX)))
    except TimeoutError:
        what = f"the switch at `{path}` did not answer in time"
        raise UsageError(what, "see its log; `owner history` tells what came of it") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        fix = "start one: wireroom serve WORLD --control PATH, and give the same path;"
        fix += " one that was started without --control cannot be asked"
        raise UsageError(f"no switch answers at `{path}`: {why}", fix) from None
    if "error" in answer:
        raise UsageError(str(answer["error"]))
    return answer


_MAX = ANSWER_BYTES_MAX


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = line.recv(min(65_536, size - len(data)))
        if not chunk:
            raise ValueError("it closed the connection")
        data += chunk
    return data


def state_of(path: Path, backend: str) -> dict[str, Any]:
    """Where a file stands; UsageError if no owner of it is registered."""
    from switch.files.authored import did_you_mean

    status = ask(path, {"do": "status"})
    files: dict[str, dict[str, Any]] = status["files"]
    if backend not in status["backends"]:
        fix = did_you_mean(backend, status["backends"])
        raise UsageError(f"the switch has no backend `{backend}`", fix)
    if backend not in files:
        known = ", ".join(files) or "nobody's"
        fix = f"wireroom owner keygen {backend} --register FOLDER, then start the switch again"
        raise UsageError(f"the switch has no key of {backend}'s owner (it has {known})", fix)
    return {**files[backend], **{name: status[name] for name in ("now", "world", "timezone")}}


def kept_file(path: Path, backend: str, digest: str = "") -> tuple[str, bytes]:
    """A version that the switch keeps, by the beginning of its digest: (digest, exact bytes)."""
    answer = ask(path, {"do": "file", "backend": backend, "digest": digest})
    return str(answer["digest"]), bytes(answer["file"])


def give(
    path: Path,
    key: Ed25519PrivateKey,
    action: Action,
    backend: str,
    digest: str,
    base: str,
    file: bytes | None = None,
    reason: str = "",
    cite: str = "",
) -> dict[str, Any]:
    """Sign an order and send it; the switch's answer, `accepted` or not."""
    from switch.acl.envelope import Envelope, as_message, sign

    state = state_of(path, backend)
    expires = int(state["now"]) + EXPIRES_S
    sequence = int(state["sequence"]) + 1
    envelope = Envelope(action, backend, sequence, base, expires, digest, reason, cite)
    signed = as_message(sign(envelope, key))
    return ask(path, {"do": "order", **signed, **({"file": file} if file is not None else {})})


def steady(path: Path) -> bytes:
    """A file's bytes, read once; UsageError if it changes while it is read, or is too large."""
    from switch.files.authored import steady_bytes
    from switch.wire.control import FILE_BYTES_MAX

    data = steady_bytes(path, FILE_BYTES_MAX)
    if len(data) > FILE_BYTES_MAX:
        raise UsageError(f"`{path}` is longer than {FILE_BYTES_MAX} bytes", "split it")
    return data
