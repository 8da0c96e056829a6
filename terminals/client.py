"""A terminal as a program: signs on, asks, reads what comes. It knows the line only.

    async with await Client.connect("127.0.0.1", 4000) as terminal:
        await terminal.sign_on("BAY2", "BPD2")
        answers = await terminal.ask("DQ.CA0990100.CA.NV.TXTOLN/S0990001")

A line is not strict question and answer: one inquiry has an answer per destination, late ones come
later, and messages from others come at any time. `ask` tells its answers by the control field and
puts everything else into the mailbox, from which `receive` takes first.
"""

from __future__ import annotations

import re
import ssl
from collections import deque
from pathlib import Path
from types import TracebackType

import trio

from switch.errors import FormatError, UsageError
from switch.wire.codec import Output, decode, decode_output, encode_input
from switch.wire.framing import WRAPS, Framing, Spoiled, cutter
from switch.wire.spec import load_formats

ANSWER_BYTES_MAX = 65_536
READ_BYTES_MAX = 65_536
MAILBOX_MAX = 10_000  # messages that nobody has taken; a terminal that lets more lie is at fault
_WHOLE = re.compile(r"^\.9[12]\. ", re.MULTILINE)  # suspended, or not identified

CONTROL_NUMBERS = 99_999  # control fields that a client makes, C00001 and so on, then from 1 again


class Client:
    """One line in STX...ETX framing, or another; use it in `async with`, from one task at a time.

    `mailbox` holds what came and was not waited for, oldest first.
    """

    def __init__(self, stream: trio.abc.Stream, *, framing: Framing = Framing.STX) -> None:
        if framing is Framing.LINE:
            raise ValueError("a program uses a framing in which any message can be sent")
        self.mailbox: deque[Output] = deque()
        self._stream = stream
        self._wrap = WRAPS[framing]
        self._cutter = cutter(framing, ANSWER_BYTES_MAX)
        self._came: deque[Output] = deque()  # read with the same chunk, not looked at yet
        self._asked = 0

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        framing: Framing = Framing.STX,
        within_s: float = 5.0,
    ) -> Client:
        """Connect to a switch, by TLS with that context; UsageError if none answers there."""
        try:
            with trio.fail_after(within_s):
                stream: trio.abc.Stream = await trio.open_tcp_stream(host, port)
                if tls is not None:
                    stream = await _secured(stream, tls, host)
                return cls(stream, framing=framing)
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
        try:
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
        raw, control, count = self._prepared(message)
        await self.send(raw)
        answers: list[Output] = []
        try:
            while len(answers) < count:
                answer = await self._answer_to(control)
                answers.append(answer)
                if _ends_the_inquiry(answer):
                    break
        except BaseException:
            self.mailbox.extend(answers)
            raise
        return answers

    async def sign_on(self, terminal: str, operator: str, secret: str | None = None) -> Output:
        """Sign on and return the switch's answer: SM if it worked, ER if not."""
        words = ["SIGNON", terminal, operator, *([secret] if secret else [])]
        return await self._command(" ".join(words))

    async def sign_off(self) -> Output:
        """Sign off and return the switch's answer; the line stays open."""
        return await self._command("SIGNOFF")

    # --- inside ----------------------------------------------------------------------------------

    def _prepared(self, message: str) -> tuple[bytes, str | None, int]:
        """As it is sent, the control field of its answers, and how many there will be."""
        raw = message.encode("utf-8")
        try:
            read = decode(raw, load_formats())
        except FormatError:
            return raw, None, 1
        control = read.control
        if control is None:
            self._asked = self._asked % CONTROL_NUMBERS + 1
            control = f"C{self._asked:05d}"
            raw = encode_input(
                read.mke, read.ori, read.destinations, control, read.fields, read.text
            )
        return raw, control, max(1, len(read.destinations)) if read.fields is not None else 1

    async def _command(self, words: str) -> Output:
        """A command of the line, and the SM or ER without control field that answers it."""
        await self.send(words.encode("ascii", "replace"))
        return await self._answer_to(None)

    async def _answer_to(self, control: str | None) -> Output:
        """The next message with this control field; what comes between goes to the mailbox."""
        while True:
            message = await self._next()
            if message is None:
                raise UsageError("the switch closed the line instead of answering", "see its log")
            if _answers(message, control):
                return message
            if len(self.mailbox) >= MAILBOX_MAX:
                raise UsageError(f"{MAILBOX_MAX} messages lie unread", "take them with receive()")
            self.mailbox.append(message)

    async def _next(self) -> Output | None:
        while not self._came:
            try:
                chunk = await self._stream.receive_some(READ_BYTES_MAX)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return None
            if not chunk:
                return None
            for cut in self._cutter.feed(bytes(chunk)):
                if isinstance(cut, Spoiled):
                    raise UsageError(f"the switch sent what cannot be read: {cut.why}")
                self._came.append(decode_output(cut))
        return self._came.popleft()


def _answers(message: Output, control: str | None) -> bool:
    """Whether it answers what was sent with that control field; without one only SM and ER do."""
    if control is None:
        return message.control is None and message.mke in ("SM", "ER")
    return message.control == control and message.mke != "AM"  # AM has its sender's own


def _ends_the_inquiry(answer: Output) -> bool:
    """An error about who asks, or about the message, stands for all destinations."""
    return answer.mke == "ER" and (answer.control is None or _WHOLE.search(answer.body) is not None)


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
