"""What a terminal knows about a message that it sends: how many answers it gets, and which.

Answers are told by the control field [N-RQ]; one comes per destination, one for all states, or one
error that stands for the whole (docs/line-protocol.md, 4.2).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from switch.errors import FormatError
from switch.wire.codec import Output, decode, encode_input
from switch.wire.header import control_in
from switch.wire.spec import Formats

_WHOLE = re.compile(r"^\.9[12]\. ", re.MULTILINE)  # suspended, or not identified
_NOT_SENT = re.compile(r"^(?:\.0[14]\. |DELIVERED TO 0 )", re.MULTILINE)


class Inquiry(NamedTuple):
    """One message as it is sent; without `control` no control field could be read in it."""

    raw: bytes
    key: str
    control: str | None
    answers: int  # how many are due, an error for the whole aside


def prepared(message: str, control: str, formats: Formats, control_prefix: str = "*") -> Inquiry:
    """A message as it was typed, with this control field if it has none of its own.

    What cannot be read by the formats is left as it stands, for the switch to judge, and answered
    under the control field that can be seen in it.
    """
    raw = message.encode("utf-8")
    try:
        read = decode(raw, formats, control_prefix=control_prefix)
    except FormatError:
        return Inquiry(raw, "", control_in(raw, control_prefix), 1)
    if read.control is None:
        raw = encode_input(
            read.mke,
            read.ori,
            read.destinations,
            control,
            read.fields,
            read.text,
            control_prefix=control_prefix,
        )
    asks = formats.keys[read.mke].answer and read.mke != "YQ"  # of an agency, which has time
    count = max(1, len(read.destinations)) if asks else 1
    return Inquiry(raw, read.mke, read.control or control, count)


def answers(message: Output, control: str | None, formats: Formats) -> bool:
    """Whether it answers what was sent with that control field; without one only SM and ER do."""
    if control is None:
        return message.control is None and message.mke in ("SM", "ER")
    return message.control == control and not is_from_a_terminal(message, formats)


def is_from_a_terminal(message: Output, formats: Formats) -> bool:
    """Whether another terminal wrote it (AM, YQ ...): the control field is its sender's then."""
    spec = formats.key(message.mke)
    return spec is not None and spec.from_terminals


def serves(answer: Output, key: str, formats: Formats) -> bool:
    """Whether it is what was wanted of a message with this key ("" = a command of the line): data
    for an inquiry, for all others a status that says neither "nobody" nor "not forwarded"."""
    if answer.mke == "ER":
        return False
    spec = formats.key(key)
    asks = spec is not None and bool(spec.answer) and key != "YQ"
    return answer.mke != "SM" or not (asks or _NOT_SENT.search(answer.body))


def ends_the_inquiry(answer: Output) -> bool:
    """An error about who asks, or about the message, stands for all destinations."""
    return answer.mke == "ER" and (answer.control is None or _WHOLE.search(answer.body) is not None)
