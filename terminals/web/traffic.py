"""What a seat has sent, received and heard, as its page shows it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from switch.wire.answer import NOT_ON_FILE
from switch.wire.spec import Formats


class Tone(Enum):
    """What kind of thing it is; the value is the word that stands beside it, never colour alone."""

    SENT = "sent"
    RECORD = "record"  # an answer with something in it
    CLEAR = "no record"
    REFUSED = "refused"
    STATUS = "status"
    MESSAGE = "message"  # nobody asked for it
    RADIO = "radio"
    WORD = "class"  # about the class itself


class Item(NamedTuple):
    """One line of a seat's traffic. `n` counts from 1 within a seat."""

    n: int
    tone: Tone
    at: str  # HH:MM:SS of the trainees' clock
    head: str
    body: str
    raw: str  # of what was sent, to be recalled

    @property
    def alarm(self) -> bool:
        """Whether it calls for attention: nobody at this seat asked for it."""
        return self.tone in (Tone.MESSAGE, Tone.RADIO)


def tone_of(key: str, body: str, formats: Formats) -> Tone:
    """What a received message is for the person who reads it."""
    if key == "ER":
        return Tone.REFUSED
    if key == "SM":
        return Tone.STATUS
    if any(spec.answer == key for spec in formats.keys.values()):
        return Tone.CLEAR if NOT_ON_FILE in body.split("\n") else Tone.RECORD
    return Tone.MESSAGE
