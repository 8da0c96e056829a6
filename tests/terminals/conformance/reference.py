"""A terminal without a network, for the kit to walk: right in all, or with one fault planted.

python -m tests.terminals.conformance.reference     records the shipped tapes anew
"""

from __future__ import annotations

import re
from pathlib import Path

from switch.errors import FormatError
from switch.terms import SEQUENCE_MAX
from switch.wire.codec import decode_output
from switch.wire.framing import WRAPS, Cutter, Framing, Spoiled, cutter
from terminals import conformance
from terminals.conformance.steps import Drop, Send, Step
from terminals.conformance.walk import Walk

STARTS = 1571122680.0  # an evening in 2019
HEARTBEAT_S = 30.0
TAPES = Path(conformance.__file__).parent / "tapes"
ROUNDS_MAX = 20_000

_NEXT = re.compile(r"^NEXT: (.+)", re.MULTILINE)
_TAKEN = re.compile(r"^RESUMED .* (\d+) TAKEN", re.MULTILINE)


class Reference:
    """`fault` names what it does wrong; see the tests."""

    def __init__(
        self,
        walk: Walk,
        *,
        framing: Framing = Framing.STX,
        acknowledges: bool = True,
        secret: str = "",
        fault: str = "",
    ) -> None:
        self.walk, self.framing, self.acknowledges = walk, framing, acknowledges
        self.secret, self.fault = secret, fault
        self.now = STARTS
        self.last = self.refused = 0
        self.sent: list[str] = []
        self.signed_on = self.done = self.waits = False
        self.waiting: list[Step] = []
        self.cutter: Cutter | None = None

    def run(self) -> Walk:
        """The walk, at its end."""
        self.waiting += self.walk.start(self.now)
        self.connect()
        for _ in range(ROUNDS_MAX):
            if self.waiting:
                self.take(self.waiting.pop(0))
            elif self.walk.over:
                return self.walk
            else:
                self.wait()
        raise AssertionError("the walk does not end")

    def wait(self) -> None:
        due = self.walk.next_deadline()
        assert due is not None
        beats = self.acknowledges and self.signed_on and self.fault != "never beats"
        if beats and self.now + HEARTBEAT_S < due:
            self.now += HEARTBEAT_S
            self.put("HEARTBEAT")
        else:
            self.now = due
            self.waiting += self.walk.pass_time(due)

    def connect(self) -> None:
        self.waiting += self.walk.connected(self.now)
        self.signed_on = False
        if self.cutter is None or self.fault != "keeps halves":
            self.cutter = cutter(self.framing, 4096 if self.fault == "small" else 20_000)
        if self.fault == "talks first":
            self.put("DQ.CA0990100.CA.*K001.TXTOLN/S0990001")
        self.sign_on()

    def sign_on(self) -> None:
        last = {"forgets": 0, "one behind": max(0, self.last - 1)}.get(self.fault, self.last)
        secret = f" {self.secret}" if self.secret else ""
        if self.acknowledges:
            self.put(f"RESUME BAY2 BPD2 {last:05d}{secret}")
        else:
            self.put(f"SIGNON BAY2 BPD2{secret}")

    def put(self, message: str) -> None:
        data = WRAPS[self.framing](message.encode())
        if self.framing is Framing.LINE:
            data = data[:-1]
        self.waiting += self.walk.received(data, self.now)

    def say(self, message: str) -> None:
        self.sent.append(message)
        self.waits = True
        self.put(message)

    def take(self, step: Step) -> None:
        if isinstance(step, Drop):
            if not self.done and not self.walk.over:
                self.connect()
        elif isinstance(step, Send):
            for piece in step.pieces:
                self.read(piece)

    def read(self, piece: bytes) -> None:
        assert self.cutter is not None
        if self.fault == "one read is one message":
            whole = piece.strip(b"\x02\x03\n")
            self.hear(whole) if piece.endswith(b"\x03") and len(piece) > 9 else None
            return
        if self.framing is Framing.LINE:
            self.read_lines(piece)
            return
        for cut in self.cutter.feed(piece):
            if not isinstance(cut, Spoiled):
                self.hear(cut)

    lines = b""

    def read_lines(self, piece: bytes) -> None:
        self.lines += piece
        while b"\n\n" in self.lines:
            message, _, self.lines = self.lines.partition(b"\n\n")
            self.hear(message)

    def hear(self, frame: bytes) -> None:
        try:
            message = decode_output(frame)
        except FormatError:
            return
        number = int(message.sent.sequence)
        if not self.signed_on:
            if message.mke == "ER":
                self.refused += 1
                if self.fault != "gives up":
                    self.sign_on()
                return
            self.signed_on = True
            self.signed_on_by(message.body, number)
        if number and self.acknowledges and not self.is_new(number):
            return
        self.act(message.mke, message.body, message.control)

    def signed_on_by(self, body: str, number: int) -> None:
        taken = _TAKEN.search(body)
        if taken is None:
            self.sent.clear()
            if self.fault != "counts on" or self.last == 0:
                self.last = number - 1
            return
        missing = self.sent if self.fault == "sends all" else self.sent[int(taken[1]) :]
        for message in () if self.fault == "sends nothing again" else missing:
            self.put(message)

    def is_new(self, number: int) -> bool:
        new = number == (
            self.last + 1 if self.fault == "never wraps" else self.last % SEQUENCE_MAX + 1
        )
        if new:
            self.last = number
        silent = self.fault == "never acknowledges" or (
            not new and self.fault == "ignores duplicates"
        )
        if not silent:
            ahead = 3 if self.fault == "acknowledges too much" else 0
            self.put(f"ACK {self.last + ahead:05d}")
        return new or self.fault == "acts twice"

    def act(self, mke: str, body: str, control: str | None) -> None:
        if (self.fault, mke) in (("deaf to ER", "ER"), ("deaf to SM", "SM")) and control:
            return
        if self.fault == "takes what comes first":
            waited, self.waits = self.waits, False
            if control and not waited:
                return  # an answer to nothing, as it sees it
        if "SIGNED OFF" in body:
            self.done = True
        for found in _NEXT.finditer(body):
            wanted = found[1]
            if wanted == "SIGNOFF" and self.fault == "stays":
                continue
            if self.fault == "own control field":
                wanted = wanted.replace("*K", "*X")
            self.say(wanted + ("\x02" if self.fault == "noise" else ""))


def record() -> Walk:
    """The walk whose tapes are shipped."""
    return Reference(Walk()).run()


if __name__ == "__main__":
    TAPES.mkdir(exist_ok=True)
    for part in record().tape.parts:
        (TAPES / part.file_name).write_text(part.text(), encoding="ascii")
