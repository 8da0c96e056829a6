"""A terminal as a program: signs on, asks, reads what comes. It knows the line only.

    async with await Client.connect("127.0.0.1", 4000) as terminal:
        await terminal.sign_on("BAY2", "BPD2")
        answers = await terminal.ask("DQ.CA0990100.CA.NV.TXTOLN/S0990001")

    place = Place()                                  # outlives the line
    async with await Client.connect("127.0.0.1", 4000) as terminal:
        await terminal.resume("BAY2", "BPD2", place)  # and so again after the line dropped

A line is not strict question and answer: one inquiry has an answer per destination, late ones come
later, and messages from others come at any time. `ask` tells its answers by the control field and
puts everything else into the mailbox, from which `receive` takes first.
"""

from __future__ import annotations

import re
import ssl
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import trio

from switch.errors import UsageError
from switch.terms import SEQUENCE_MAX
from switch.wire.codec import Output, decode_output
from switch.wire.framing import WRAPS, Framing, Spoiled, cutter
from switch.wire.spec import Formats
from switch.wire.spec_files import load_formats
from terminals.inquiry import Inquiry, answers, ends_the_inquiry, prepared

ANSWER_BYTES_MAX = 65_536
READ_BYTES_MAX = 65_536
MAILBOX_MAX = 10_000  # messages that nobody has taken; a terminal that lets more lie is at fault
RECENT_MAX = 1_000  # messages kept until they are known to be taken
HEARTBEAT_S = 30.0  # a third of the `silence_s` of the shipped worlds
UNHEARD_MAX = 3  # heartbeats in a row that nobody answers: then the line is dead
CONTROL_NUMBERS = 99_999  # control fields that a client makes, C00001 and so on, then from 1 again

_BEAT = re.compile(r"^HEARTBEAT$", re.MULTILINE)
_TAKEN = re.compile(r"^RESUMED .*\b(\d{5,}) TAKEN", re.MULTILINE)


class _Sent:
    """A message of an acknowledging terminal."""

    __slots__ = ("answered", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.answered = False


class Place:
    """Where an acknowledging terminal stands, whatever becomes of its line: keep it, and give it to
    `resume` again.

    `in_doubt` holds what was sent and not answered when the switch had forgotten this terminal,
    because it began another journal or the terminal stayed away too long. Ask again or do not; it
    may be on record already.
    """

    def __init__(self) -> None:
        self.last = 0  # number of the last message received, 0 = none
        self.sent = 0  # messages sent since it signed on
        self._recent: deque[_Sent] = deque(maxlen=RECENT_MAX)  # the last of them
        self.in_doubt: list[bytes] = []

    def count(self, message: bytes) -> None:
        """A message is about to be sent."""
        self.sent += 1
        self._recent.append(_Sent(message))

    def answered(self, message: bytes) -> None:
        """All answers to a message have come."""
        for sent in self._recent:
            if sent.raw is message:
                sent.answered = True

    def is_new(self, number: int) -> bool:
        """Whether this message was not received before; UsageError if one before it is missing."""
        if number == 0:
            return True  # outside the count
        if number == self.last % SEQUENCE_MAX + 1:
            self.last = number
            return True
        if (self.last - number) % SEQUENCE_MAX < SEQUENCE_MAX // 2:
            return False
        raise UsageError(f"message {self.last + 1:05d} is missing before {number:05d}")

    def signed_on(self, before: int = 0) -> None:
        """The switch began afresh, after this number: what is not known to be answered stays in
        doubt."""
        self.in_doubt += [sent.raw for sent in self._recent if not sent.answered]
        self.signed_off()
        self.last = before

    def signed_off(self) -> None:
        """The switch has answered all, and keeps nothing."""
        self._recent.clear()
        self.last = self.sent = 0

    def not_taken(self, taken: int) -> list[bytes]:
        """What must be sent again, after the switch has told how many messages it took."""
        missing = self.sent - taken
        recent = [sent.raw for sent in self._recent]
        if not 0 <= missing <= len(recent):
            raise UsageError(f"the switch took {taken} of {self.sent} messages")
        return recent[len(recent) - missing :]


class Client:
    """One line in STX...ETX framing, or another; use it in `async with`, from one task at a time
    (`send` from one and `receive` from another go together).

    `mailbox` holds what came and was not waited for, oldest first.
    """

    def __init__(
        self,
        stream: trio.abc.Stream,
        *,
        framing: Framing = Framing.STX,
        formats: Formats | None = None,
        control_prefix: str = "*",
    ) -> None:
        if framing is Framing.LINE:
            raise ValueError("a program uses a framing in which any message can be sent")
        self.mailbox: deque[Output] = deque()
        self._stream = stream
        self._putting = trio.Lock()
        self._wrap = WRAPS[framing]
        self._cutter = cutter(framing, ANSWER_BYTES_MAX)
        self._came: deque[Output] = deque()  # read with the same chunk, not looked at yet
        self._formats = formats or load_formats()  # else of a world with keys of its own
        self._prefix = control_prefix  # of that world: what marks a control field
        self._asked = 0
        self._place: Place | None = None  # of a terminal that acknowledges
        self._heartbeat_s = float("inf")
        self._unheard = 0  # heartbeats sent by itself and not answered

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        framing: Framing = Framing.STX,
        formats: Formats | None = None,
        control_prefix: str = "*",
        within_s: float = 5.0,
    ) -> Client:
        """Connect to a switch, by TLS with that context; UsageError if none answers there."""
        try:
            with trio.fail_after(within_s):
                stream: trio.abc.Stream = await trio.open_tcp_stream(host, port)
                if tls is not None:
                    stream = await _secured(stream, tls, host)
                return cls(stream, framing=framing, formats=formats, control_prefix=control_prefix)
        except (OSError, trio.TooSlowError):
            fix = "start one: wireroom serve golden-state --listen HOST:PORT"
            raise UsageError(f"no switch answers at {host}:{port}", fix) from None

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await trio.aclose_forcefully(self._stream)

    # --- messages --------------------------------------------------------------------------------

    async def send(self, message: bytes) -> None:
        """Send one message in a frame of its own; UsageError if the switch is gone."""
        if self._place is not None:
            self._place.count(message)
        await self._put(message)

    async def _put(self, message: bytes) -> None:
        try:
            async with self._putting:  # a message, and what a reader acknowledges meanwhile
                await self._stream.send_all(self._wrap(message))
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise UsageError("the switch closed the line", "see its log") from None

    async def receive(self) -> Output | None:
        """The next message, the mailbox first; None when the switch closed the line."""
        return self.mailbox.popleft() if self.mailbox else await self._next()

    async def ask(self, message: str) -> list[Output]:
        """Send an inquiry and return its answers, one per destination, in the order they came.

        It is given a control field if it has none. What cannot be read by the published formats is
        sent as it stands, and the switch's error is the answer. Use it under a trio time limit:
        answers that have come by then are in the mailbox. UsageError if the switch closes the line.
        """
        raw, _, control, count = self._prepared(message)
        await self.send(raw)
        found: list[Output] = []
        try:
            while len(found) < count:
                answer = await self._answer_to(control)
                found.append(answer)
                if ends_the_inquiry(answer):
                    break
        except BaseException:
            self.mailbox.extend(found)
            raise
        if self._place is not None:
            self._place.answered(raw)
        return found

    async def sign_on(self, terminal: str, operator: str, secret: str | None = None) -> Output:
        """Sign on and return the switch's answer: SM if it worked, ER if not."""
        words = ["SIGNON", terminal, operator, *([secret] if secret else [])]
        await self.send(" ".join(words).encode("ascii", "replace"))
        return await self._answer_to(None)

    async def resume(
        self,
        terminal: str,
        operator: str,
        place: Place,
        secret: str | None = None,
        *,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> Output:
        """Sign on as a terminal that acknowledges, or go on where the last line dropped.

        Returns the switch's answer, ER if it refuses. What the switch did not take is sent again;
        what the terminal does not have comes again, and `receive` hands each message out once.
        From then on, whatever the client waits for, it says every `heartbeat_s` seconds that it is
        there; a switch that does not answer that is gone.
        """
        if place.last == 0:
            place.signed_on()
        words = ["RESUME", terminal, operator, f"{place.last:05d}", *([secret] if secret else [])]
        self._place = None  # the command is not counted
        await self._put(" ".join(words).encode("ascii", "replace"))
        answer = await self._answer_to(None)
        if answer.mke == "ER":
            return answer
        self._place, self._heartbeat_s = place, heartbeat_s
        taken = _TAKEN.search(answer.body)
        if taken is None:
            place.signed_on(int(answer.sent.sequence) - 1)
            await self._note(answer)
        else:
            for message in place.not_taken(int(taken[1])):
                await self._put(message)
        return answer

    async def heartbeat(self) -> Output:
        """Ask whether anybody is there."""
        await self._put(b"HEARTBEAT")
        while True:
            answer = await self._answer_to(None)
            if int(answer.sent.sequence) == 0:
                return answer
            self.mailbox.append(answer)

    async def sign_off(self) -> Output:
        """Sign off and return the switch's answer; the line stays open."""
        await self.send(b"SIGNOFF")
        answer = await self._answer_to(None)
        if self._place is not None:
            self._place.signed_off()
            self._place = None
        return answer

    # --- inside ----------------------------------------------------------------------------------

    def _prepared(self, message: str) -> Inquiry:
        number = self._asked % CONTROL_NUMBERS + 1
        made = f"C{number:05d}"
        inquiry = prepared(message, made, self._formats, self._prefix)
        if inquiry.control == made:
            self._asked = number
        return inquiry

    async def _answer_to(self, control: str | None) -> Output:
        """The next message with this control field; what comes between goes to the mailbox."""
        while True:
            message = await self._next()
            if message is None:
                raise UsageError("the switch closed the line instead of answering", "see its log")
            if answers(message, control, self._formats):
                return message
            if len(self.mailbox) >= MAILBOX_MAX:
                raise UsageError(f"{MAILBOX_MAX} messages lie unread", "take them with receive()")
            self.mailbox.append(message)

    async def _next(self) -> Output | None:
        """The next message that was not there before, acknowledged now that it is in memory."""
        while True:
            message = await self._read()
            if message is None or (await self._note(message) and not self._is_beat(message)):
                return message

    def _is_beat(self, message: Output) -> bool:
        """Whether it answers a heartbeat that nobody asked for."""
        if not self._unheard or int(message.sent.sequence) or not _BEAT.search(message.body):
            return False
        self._unheard -= 1
        return True

    async def _note(self, message: Output) -> bool:
        number = int(message.sent.sequence)
        if self._place is None or number == 0:
            return True
        new = self._place.is_new(number)
        if not self._came:  # one for all that came together
            with suppress(UsageError):  # the line is gone: it is acknowledged on the next one
                await self._put(b"ACK %05d" % self._place.last)
        return new

    async def _read(self) -> Output | None:
        while not self._came:
            chunk = await self._chunk()
            if not chunk:
                return None
            for cut in self._cutter.feed(chunk):
                if isinstance(cut, Spoiled):
                    raise UsageError(f"the switch sent what cannot be read: {cut.why}")
                read = decode_output(cut, self._formats, control_prefix=self._prefix)
                self._came.append(read)
        return self._came.popleft()

    async def _chunk(self) -> bytes:
        """What comes next on the line; nothing when it is over."""
        while True:
            try:
                with trio.move_on_after(self._heartbeat_s):
                    return bytes(await self._stream.receive_some(READ_BYTES_MAX))
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return b""
            if self._unheard >= UNHEARD_MAX:
                return b""
            self._unheard += 1
            with suppress(UsageError):  # the line is gone: what comes next says so
                await self._put(b"HEARTBEAT")


def trusting(ca: Path, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """TLS as a terminal: which authority signs the switch's certificate, and its own certificate
    with its key, if it has one. UsageError names what cannot be used."""
    try:
        context = ssl.create_default_context(cafile=ca)
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        where = f"{ca}" + (f", {certificate}, {key}" if certificate else "")
        raise UsageError(f"{where} cannot be used: {error}", "give PEM files") from None
    return context


async def _secured(stream: trio.abc.Stream, tls: ssl.SSLContext, host: str) -> trio.abc.Stream:
    secured = trio.SSLStream(stream, tls, server_hostname=host, https_compatible=True)
    try:
        await secured.do_handshake()
    except trio.BrokenResourceError as error:
        await trio.aclose_forcefully(stream)
        cause = error.__cause__ or error
        raise UsageError(f"no secure line to {host}: {cause}", "see its certificate") from None
    return secured
