"""What a terminal says to the line itself: SIGNON, SIGNOFF, RESUME, ACK, HEARTBEAT (*simulated*).

No message key looks like one of these words, because a key is followed by a period. What they mean
is in docs/line-protocol.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from switch.errors import FormatError
from switch.message import Acknowledged, Heartbeat, Malformed, Received, Resume, SignOff, SignOn
from switch.terms import SEQUENCE_MAX, Mnemonic, OperatorId, parse_name
from switch.wire.framing import RAW_MAX
from switch.wire.spec import Formats

_WORD = re.compile(
    rb"[\x00-\x20\x7f]*(SIGNON|SIGNOFF|RESUME|ACK|HEARTBEAT)(?![^\x00-\x20\x7f])", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9]{5}\Z")
_SECRET_MAX = 64
_IN_FRAMES = frozenset(("RESUME", "ACK"))

_FORMS = {
    "SIGNON": "SIGNON TERMINAL OPERATOR, then the secret if the operator has one",
    "SIGNOFF": "SIGNOFF stands alone",
    "RESUME": "RESUME TERMINAL OPERATOR and the five digits of the last number seen, 00000 at "
    "first, then the secret if the operator has one",
    "ACK": "ACK and the five digits of a number that was sent on this line",
    "HEARTBEAT": "HEARTBEAT stands alone",
}


def read_command(frame: bytes, formats: Formats, *, by_line: bool) -> Received | None:
    """The command in a frame, or what is wrong with it; None if it is none.

    `by_line`: a line of text lines cannot acknowledge, because its answers have no end that could
    be told from a broken connection.
    """
    found = _WORD.match(frame)
    if found is None:
        return None
    word = found[1].decode("ascii").upper()
    fix = _FORMS[word]
    if by_line and word in _IN_FRAMES:
        fix = f"{word} needs frames with STX and ETX, or with a length"
    else:
        try:
            return _READERS[word](frame[found.end() :].decode("latin-1").split())
        except ValueError:
            pass
    error = FormatError("0", formats.error_text("0"), offset=found.end(), fix=fix)
    # The words of a sign-on may hold a secret, so a wrong one is kept without them.
    return Malformed(error, word.encode() if word in ("SIGNON", "RESUME") else frame[:RAW_MAX])


def _sign_on(words: list[str]) -> Received:
    terminal, operator, *secret = words
    return SignOn(*_names(terminal, operator), _secret(secret))


def _resume(words: list[str]) -> Received:
    terminal, operator, last, *secret = words
    return Resume(*_names(terminal, operator), _number(last), _secret(secret))


def _acknowledged(words: list[str]) -> Received:
    (number,) = words
    return Acknowledged(_number(number))


def _alone(word: Callable[[], Received]) -> Callable[[list[str]], Received]:
    def read(words: list[str]) -> Received:
        if words:
            raise ValueError("stands alone")
        return word()

    return read


_READERS: dict[str, Callable[[list[str]], Received]] = {
    "SIGNON": _sign_on,
    "SIGNOFF": _alone(SignOff),
    "RESUME": _resume,
    "ACK": _acknowledged,
    "HEARTBEAT": _alone(Heartbeat),
}


def _names(terminal: str, operator: str) -> tuple[Mnemonic, OperatorId]:
    return Mnemonic(parse_name(terminal.upper())), OperatorId(parse_name(operator.upper()))


def _secret(words: list[str]) -> str | None:
    if len(words) > 1 or any(len(word) > _SECRET_MAX for word in words):
        raise ValueError("too many words, or too long ones")
    return words[0] if words else None


def _number(word: str) -> int:
    if not _NUMBER.match(word) or int(word) > SEQUENCE_MAX:
        raise ValueError("five digits")
    return int(word)
