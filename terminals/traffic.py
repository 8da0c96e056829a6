"""What a seat has sent, received and heard, as its page shows it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

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
    no_record = {spec.no_record for spec in formats.keys.values() if spec.answer == key}
    if no_record:
        return Tone.RECORD if no_record.isdisjoint(body.split("\n")) else Tone.CLEAR
    return Tone.MESSAGE
