"""One case: a line is sent mutated bytes, cut anywhere, and must behave.

Whatever is sent: nothing but results comes out; each frame that could not have been mistaken gives
exactly one; what is read is read the same by both readers and survives being sent again; what is
refused can be told in a message that a terminal can read; the outcome does not depend on where the
chunks were cut; what is held unfinished stays within its bound; and afterwards the line either is
cleanly closed or reads the next message.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from switch.errors import FormatError
from switch.message import InputMessage, Malformed, OutputMessage, Received, Stamp
from switch.terms import MessageKey, Ori
from switch.wire.answer import BODY_BYTES_MAX, error_body
from switch.wire.codec import decode_output, decode_with_care, encode_input
from switch.wire.framing import RAW_MAX, WRAPS, Framing
from switch.wire.page import CONTROLS
from switch.wire.session import Session, WireLimits
from switch.wire.spec import MESSAGE_BYTES_MAX, Formats
from tests.fuzz.corpus import ZONE, commands, inquiries, outputs
from tests.fuzz.mutation import mutated

PROBE = b"DQ.CA0990100.NV.*PROBE.TXTOLN/S0990001"
HALF_FRAME_S = 30.0
_STAMP = Stamp(1_571_122_800.0, 1)


class Misbehaved(AssertionError):
    """A case on which the line did not behave."""


class Fuzz:
    """Cases from a seed."""

    def __init__(self, formats: Formats, seed: int) -> None:
        self._formats = formats
        self._chance = Random(seed)
        self._frames = [*inquiries(formats), *commands()]
        self._outputs = outputs()
        self.results = 0
        self.read = 0
        self.closed = 0

    def case(self) -> bytes:
        """Play one case and return the bytes that were sent; Misbehaved says what went wrong."""
        chance = self._chance
        if chance.random() < 0.1:
            return self._of_a_terminal()
        framing = chance.choice((Framing.STX, Framing.LENGTH, Framing.LINE))
        frames = [
            mutated(chance.choice(self._frames), chance, self._frames)
            for _ in range(chance.choice((1, 1, 1, 2, 3)))
        ]
        if chance.random() < 0.5:
            frames = [_innocent(frame, framing) for frame in frames]
            stream = b"".join(_framed(frame, framing) for frame in frames)
            expected = sum(_is_message(frame, framing) for frame in frames)
        else:
            stream = b"".join(_framed(frame, framing) for frame in frames)
            stream, expected = mutated(stream, chance, self._frames), None
        self._play(stream, framing, expected)
        return stream

    def _play(self, stream: bytes, framing: Framing, expected: int | None) -> None:
        chunks = _chunks(stream, self._chance)
        session, at_once = self._session(), self._session()
        results, now = list[Received](), 0.0
        for chunk in chunks:
            results += session.receive(chunk, now)
            _check(_held(session) <= MESSAGE_BYTES_MAX + RAW_MAX + 8, "holds too much", stream)
        whole = at_once.receive(stream, now) if stream else []
        _check(_alike(results) == _alike(whole), "depends on where it was cut", stream)
        if expected is not None:
            _check(len(results) == expected, f"{len(results)} for {expected} frames", stream)
        while session.unfinished and not session.broken:
            due = session.next_deadline()
            _check(due is not None and due <= now + HALF_FRAME_S, "waits for ever", stream)
            now += HALF_FRAME_S
            results += session.on_deadline(now)
        for result in results:
            self._look(result, stream)
        self.results += len(results)
        self.closed += session.broken
        if not session.broken and session.framing is not None:
            again = (b"\n" if session.framing is Framing.LINE else b"") + _framed(
                PROBE, session.framing
            )
            heard = session.receive(again, now)
            last = heard[-1] if heard else None
            read = isinstance(last, InputMessage) and last.control == "PROBE"
            _check(read, "does not read the next message", stream)

    def _look(self, result: Received, stream: bytes) -> None:
        if isinstance(result, InputMessage):
            self.read += 1
            _check(self._careful(result.raw) == result, "is read differently", stream)
            again = encode_input(*result[:4], result.fields, result.text)
            _check(len(again) <= 2 * MESSAGE_BYTES_MAX, "grows", stream)
            if len(again) <= MESSAGE_BYTES_MAX:
                back = self._careful(again)
                same = back is not None and back[:6] == result[:6]
                _check(same, "does not survive being sent again", stream)
        elif isinstance(result, Malformed):
            error = result.error
            _check(bool(error.text and error.fix), "is refused without a word", stream)
            _check(len(result.raw) <= RAW_MAX, "keeps too much", stream)
            body = error_body(error.code, error.text, result.raw, [error.fix.upper()])
            _check(len(body) <= BODY_BYTES_MAX, "is told at too great length", stream)
            told = OutputMessage(
                MessageKey("ER"), Ori("NL0000000"), _STAMP, _STAMP, Ori("CA0990100"), None, body
            )
            heard = decode_output(self._session().send(told).rstrip(b"\n"), self._formats)
            _check(heard.mke == "ER", "is told in a way that nobody can read", stream)

    def _careful(self, raw: bytes) -> InputMessage | None:
        try:
            return decode_with_care(raw, self._formats, "*")
        except FormatError:
            return None

    def _of_a_terminal(self) -> bytes:
        """The other direction: what a terminal makes of a message of the switch."""
        raw = mutated(self._chance.choice(self._outputs), self._chance, self._outputs)
        self.results += 1
        try:
            output = decode_output(raw, self._formats)
        except FormatError as error:
            _check(0 <= error.offset <= len(raw), "fails outside of the message", raw)
        else:
            self.read += 1
            _check(len(output.body) <= len(raw), "grows", raw)
        return raw

    def _session(self) -> Session:
        return Session(self._formats, ZONE, WireLimits(half_frame_s=HALF_FRAME_S))


def _check(holds: bool, what: str, stream: bytes) -> None:
    if not holds:
        raise Misbehaved(f"{what}: {stream!r}")


def _innocent(frame: bytes, framing: Framing) -> bytes:
    """The same without what its framing would take for an end."""
    match framing:
        case Framing.STX:
            return frame.translate(None, b"\x02\x03")
        case Framing.LINE:
            frame = frame.translate(None, b"\n")
            return frame.lstrip(b"\x00\x02") or b"."
        case Framing.LENGTH:
            return frame


def _framed(frame: bytes, framing: Framing) -> bytes:
    return frame + b"\n" if framing is Framing.LINE else WRAPS[framing](frame)


def _is_message(frame: bytes, framing: Framing) -> bool:
    if framing is not Framing.LINE:
        return bool(frame)
    over = len(frame) - MESSAGE_BYTES_MAX  # the CR before the LF is not counted
    too_long = over > 1 or (over == 1 and frame[-1:] != b"\r")
    return too_long or bool(frame.translate(None, CONTROLS + b" "))


def _chunks(stream: bytes, chance: Random) -> Sequence[bytes]:
    cuts = sorted(chance.randrange(len(stream) + 1) for _ in range(chance.choice((0, 0, 1, 3))))
    if chance.random() < 0.02 and len(stream) < 500:
        cuts = list(range(len(stream)))  # byte by byte
    edges = [0, *cuts, len(stream)]
    return [stream[a:b] for a, b in pairwise(edges) if a < b]


def _held(session: Session) -> int:
    cutter = session._cutter
    names = ("_frame", "_noise", "_held")
    return sum(len(getattr(cutter, name, None) or b"") for name in names)


def _alike(results: Sequence[Received]) -> list[object]:
    """Results that can be compared: two errors are never equal."""
    return [
        (r.error.code, r.error.offset, r.error.fix, r.raw) if isinstance(r, Malformed) else r
        for r in results
    ]
