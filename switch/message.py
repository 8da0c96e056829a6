"""Messages as values: what the codec reads from a line and what the switch sends to one.

Made once for every message on the hot path, hence NamedTuples: as frozen as a dataclass, and
cheaper to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from switch.errors import FormatError
from switch.terms import Instant, MessageKey, Mnemonic, OperatorId, Ori


class InputMessage(NamedTuple):
    """A well-formed message from a terminal, already folded to upper case and checked.

    `fields` is None for free text (AM, HQ), `text` None for fielded keys; `control` has no
    asterisk.
    """

    mke: MessageKey
    ori: Ori
    destinations: tuple[str, ...]
    control: str | None
    fields: Mapping[str, str] | None
    text: str | None
    raw: bytes
    shown: str = ""  # its fields as an answer repeats them

    @property
    def words(self) -> Mapping[str, str]:
        """The text of an inquiry without fields (HQ), as the one field that a backend sees."""
        return {"TXT": " ".join(self.text.split())} if self.text and self.text.strip() else {}


class SignOn(NamedTuple):
    """`SIGNON <terminal> <operator> [secret]`; the secret is never journalled."""

    terminal: Mnemonic
    operator: OperatorId
    secret: str | None


class SignOff(NamedTuple):
    """`SIGNOFF`: the operator leaves; the line stays open for another one."""


class Resume(NamedTuple):
    """`RESUME <terminal> <operator> <last number seen> [secret]`: sign on as a terminal that
    acknowledges, or go on after a dropped line. `last` 0: begin afresh."""

    terminal: Mnemonic
    operator: OperatorId
    last: int
    secret: str | None


class Acknowledged(NamedTuple):
    """`ACK <number>`: the terminal has every message up to that number."""

    number: int


class Heartbeat(NamedTuple):
    """`HEARTBEAT`: is anybody there?"""


class Malformed(NamedTuple):
    """A frame that could not be read: answered with an ER, and the line lives on."""

    error: FormatError
    raw: bytes  # the offending frame, cut to 100 bytes
    control: str | None = None  # its control field, where that much could be read


Received = InputMessage | SignOn | SignOff | Resume | Acknowledged | Heartbeat | Malformed


class Stamp(NamedTuple):
    """One clock line of an output header: when, and the running five-digit number."""

    at: Instant
    sequence: int  # 1..99999, then 1 again [INF]; 0 = outside the count


class OutputMessage(NamedTuple):
    """A message to one terminal, before it is rendered; the body has its TRAINING line already."""

    mke: MessageKey
    sender: Ori
    received: Stamp  # line 2: when the switch took the inquiry in
    sent: Stamp  # line 3: when this went out, and its number on that line
    receiver: Ori
    control: str | None
    body: str  # lines joined by "\n", no blank lines (an answer in line mode ends with one)
