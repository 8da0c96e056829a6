"""The switch's end of the line as the kit plays it: numbers, what is kept, what was taken.

Whoever sits at the terminal is led by its screen: a message of the kit ends with a line `NEXT: `,
and what stands there is to be sent, exactly. So what comes proves what was displayed, and a person,
a script and another language's terminal can all be led in the same way.
"""

from __future__ import annotations

from collections import deque
from zoneinfo import ZoneInfo

from switch.errors import FormatError
from switch.message import (
    Acknowledged,
    Heartbeat,
    InputMessage,
    Malformed,
    OutputMessage,
    Resume,
    SignOn,
    Stamp,
)
from switch.terms import SEQUENCE_MAX, TRAINING_LINE, Instant, MessageKey, Mnemonic, Ori
from switch.wire.answer import error_body
from switch.wire.codec import decode
from switch.wire.framing import Framing
from switch.wire.session import Session, WireLimits
from switch.wire.spec import Formats
from switch.wire.spec_files import load_formats
from terminals.conformance.steps import (
    Connected,
    Drop,
    Dropped,
    Failed,
    Heard,
    Listen,
    Overdue,
    Script,
    Send,
)

SWITCH = Ori("NL0000000")
RECEIVER = Ori("CA0990100")
INQUIRY = "DQ.CA0990100.{}.*{}.TXTOLN/S0990001"
NEXT = "NEXT: "
CONNECT_S = 300.0  # for whoever must first find out how to connect the terminal
TRIES_MAX = 3  # of a person who types something else than what stands on the screen

_SM, _ER, _DR = (MessageKey(key) for key in ("SM", "ER", "DR"))


class Desk:
    """The kit's side of one terminal's conversation, over as many lines as it takes."""

    def __init__(self, wait_s: float, silence_s: float) -> None:
        self.wait_s = wait_s
        self.silence_s = silence_s
        self.now: Instant = 0.0
        self.session: Session | None = None  # None: no line
        self.framing: Framing | None = None
        self.proved: tuple[Mnemonic, ...] = ()  # by the certificate of its line
        self.signed_on: SignOn | Resume | None = None
        self.acknowledges = False  # it signed on as one that does
        self.sequence = 0  # number of the last message to it
        self.acknowledged = 0
        self.taken = 0
        self._inbound = 0
        self._formats: Formats = load_formats()
        self._prompted = 0
        self._prompts: deque[str] = deque(maxlen=1000)  # control fields that were typed and taken
        self._wanted = ""  # what stands behind NEXT
        self._open = False  # it was typed, and is not answered
        self._left: Resume | None = None  # it wants to resume, and was not answered
        self._spoken = False  # on this line a number was used already

    def connect(self) -> None:
        """A fresh line."""
        zone = ZoneInfo("UTC")
        self.session = Session(self._formats, zone, WireLimits())
        self._spoken = False

    # --- sending ----------------------------------------------------------------------------------

    def next_inquiry(self, destinations: str = "CA") -> str:
        """A new inquiry to be typed; its control field tells it from all others."""
        self._prompted += 1
        self._open = False
        self._wanted = INQUIRY.format(destinations, f"K{self._prompted:03d}")
        return self._wanted

    @property
    def control(self) -> str:
        """The control field of the inquiry that was asked for last."""
        return self._wanted.split("*")[1].split(".")[0]

    def message(
        self, mke: str, body: str, control: str | None = None, *, number: int | None = None
    ) -> bytes:
        """The bytes of one more message; or of the last one again, under its number; 0 for one
        outside the count."""
        assert self.session is not None
        if number is None:
            number = self.sequence = self.sequence % SEQUENCE_MAX + 1
            self._spoken = True
            self._inbound = self._inbound % SEQUENCE_MAX + 1
        inbound = 0 if number == 0 else self._inbound
        taken_in, went_out = Stamp(self.now, inbound), Stamp(self.now, number)
        text = f"{TRAINING_LINE}\n{body}"
        made = OutputMessage(MessageKey(mke), SWITCH, taken_in, went_out, RECEIVER, control, text)
        return self.session.send(made)

    def screen(
        self, mke: str, text: str, control: str | None = None, *, destinations: str = "CA"
    ) -> Send:
        """A message that ends with the next inquiry to be typed."""
        body = f"{text}\n{NEXT}{self.next_inquiry(destinations)}"
        return Send((self.message(mke, body, control),))

    def answer(self, text: str, *, destinations: str = "CA") -> Send:
        """The answer to what was typed last, which ends with the next inquiry."""
        return self.screen(_DR, text, self.control, destinations=destinations)

    def plain_answer(self) -> Send:
        """The answer to what was typed last, and nothing to be typed."""
        return Send((self.message(_DR, "NOT ON FILE", self.control),))

    # --- hearing ----------------------------------------------------------------------------------

    def hear(self, within_s: float) -> Script[Heard]:
        """The next thing; acknowledgements are noted and heartbeats answered by the way."""
        heard = yield Listen(self.now + within_s)
        match heard:
            case Dropped():
                self.session = None
            case Connected(proved):
                self.connect()
                self.proved = proved
            case Acknowledged(number):
                self._note(number)
            case Heartbeat():
                yield Send((self.message(_SM, "HEARTBEAT", number=0),))
            case Malformed(error, raw):
                self.taken += 1
                body = error_body(error.code, error.text, raw, [error.fix.upper()])
                text = body.removeprefix(f"{TRAINING_LINE}\n")
                yield Send((self.message(_ER, text),))
                raise Failed(f"sent what cannot be read: {error.fix}")
            case _:
                pass
        return heard

    def _note(self, number: int) -> None:
        if not self.acknowledges:
            raise Failed("sent ACK, but did not sign on by RESUME")
        if (self.sequence - number) % SEQUENCE_MAX >= SEQUENCE_MAX // 2:
            raise Failed(f"acknowledged {number:05d}, which was not sent")
        if (number - self.acknowledged) % SEQUENCE_MAX < SEQUENCE_MAX // 2:
            self.acknowledged = number

    def words(self) -> Script[SignOn | Resume]:
        """How it signs on, on this line or on another."""
        until = self.now + CONNECT_S
        while self.now < until:
            heard = yield from self.hear(until - self.now)
            match heard:
                case SignOn() | Resume():
                    assert self.session is not None
                    self.framing = self.session.framing
                    return heard
                case InputMessage():
                    raise Failed("sent a message before it signed on")
                case _:
                    pass
        raise Failed(f"nobody signed on within {CONNECT_S:g} s")

    def typed(self, *, taken: bool = True) -> Script[InputMessage]:
        """What stands behind NEXT, from the terminal; `taken`: and it counts."""
        for _ in range(TRIES_MAX):
            message = yield from self._inquiry()
            if self._is_wanted(message):
                self._prompts.append(str(message.control))
                self._open = True
                self.taken += taken
                return message
            self.taken += 1
            if message.control in self._prompts:
                raise Failed(f"sent the inquiry *{message.control} again, which was taken")
            text = f"NOT WHAT STANDS BEHIND NEXT\n{NEXT}{self._wanted}"
            yield Send((self.message(_SM, text, message.control),))
        raise Failed(f"did not send what stands behind NEXT: {self._wanted}")

    def _inquiry(self) -> Script[InputMessage]:
        until = self.now + self.wait_s
        while True:
            heard = yield from self.hear(until - self.now)
            match heard:
                case InputMessage():
                    return heard
                case Dropped():
                    raise Failed("hung up")
                case Overdue():
                    raise Failed(
                        f"did not send what stands behind NEXT within {self.wait_s:g} s:"
                        f" {self._wanted}"
                    )
                case _:
                    pass

    def _is_wanted(self, message: InputMessage) -> bool:
        try:
            wanted = decode(self._wanted.encode(), self._formats)
        except FormatError:
            return False
        return _meaning(message) == _meaning(wanted)

    def acknowledgement(self) -> Script[None]:
        """Until everything that was sent is acknowledged."""
        until = self.now + self.wait_s
        while self.acknowledged != self.sequence:
            heard = yield from self.hear(until - self.now)
            if isinstance(heard, Overdue):
                raise Failed(
                    f"acknowledged up to {self.acknowledged:05d} only, of {self.sequence:05d}"
                )
            if isinstance(heard, Dropped):
                raise Failed("hung up")

    # --- signing on -------------------------------------------------------------------------------

    def greet(self, words: SignOn | Resume, *, after: int | None = None) -> Send:
        """It is signed on; counting begins with the next number, or behind that one."""
        self.signed_on, self._left = words, None
        self.acknowledges = isinstance(words, Resume)
        self._count_afresh()
        if after is not None:
            self.sequence = after
        self.taken = 0
        self.acknowledged = self.sequence
        return self.screen(_SM, f"SIGNED ON {words.terminal} {words.operator}")

    def refuse(self, text: str) -> Send:
        """It is not signed on, and why."""
        self._count_afresh()
        return Send((self.message(_ER, f".92. REFUSED - NOT IDENTIFIED. {text}"),))

    def _count_afresh(self) -> None:
        if not self._spoken:
            self.sequence = 0

    def dropped(self) -> Script[Resume]:
        """The line drops, and the terminal comes back on another one."""
        before = self.signed_on
        yield Drop()
        self.session = None
        words = yield from self.words()
        assert before is not None
        if not isinstance(words, Resume):
            raise Failed("came back by SIGNON, which resumes nothing")
        if words[:2] != before[:2]:
            raise Failed(f"came back as {words.terminal} {words.operator}")
        self._left = words
        return words

    def goes_on(self, words: Resume, last: int, follow: int) -> Send:
        """The answer to its RESUME; Failed if it did not name the number it must have seen last."""
        if words.last != last:
            raise Failed(f"resumed with {words.last:05d}; the last that it was sent is {last:05d}")
        self.acknowledged, self._left = last, None
        who = f"{words.terminal} {words.operator}"
        text = f"RESUMED {who}. {self.taken:05d} TAKEN, {follow} FOLLOW"
        return Send((self.message(_SM, text, number=0),))

    def ready(self) -> Script[None]:
        """Before an exercise: somebody is signed on, wherever the one before has ended."""
        if self.session is None or self.signed_on is None:
            yield self.greet((yield from self.words()))
            yield from self.typed()
        elif self._left is not None:
            yield self.greet(self._left)
            yield from self.typed()
        elif not self._open:
            yield self.screen(_SM, "GO ON HERE")
            yield from self.typed()


def _meaning(message: InputMessage) -> tuple[object, ...]:
    """Of an inquiry, without how it was typed."""
    return message.mke, message.ori, message.destinations, message.control, message.fields
