"""Terminals that acknowledge: what they were sent is kept until they say that they have it.

A terminal that signs on by RESUME outlives its line: when that drops, it stays signed on for
`resume_s`, its inquiries go on, and what it is sent is kept; on its next line it hears what it
does not have, under the numbers that it had before. So each message reaches it exactly once by
number, whatever breaks in between (docs/line-protocol.md, clauses 6 and 7; *simulated*).

The rule that keeps it whole: what is sent again is not older than the rules in force. What was made
under other rules is not disclosed any more; its number says so, and to ask again.

What is kept is on record as it changes, so that it outlives the switch as well: see `core.kept`,
and `take_over` for whoever goes on with a journal.

A terminal that signs on by SIGNON costs nothing here: what comes from it is not counted, and what
goes to all is looked through once per batch, only if somebody acknowledges.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping

from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.farewell import Farewells
from switch.core.kept import Kept, Rules, Sent
from switch.core.lines import Lines, LineState
from switch.core.outbox import Outbox
from switch.core.record.unbroken import Message, Unanswered, Unbroken, texts
from switch.errors import FormatError
from switch.message import (
    Acknowledged,
    Heartbeat,
    Malformed,
    OutputMessage,
    Received,
    Resume,
    Stamp,
)
from switch.terms import NEVER, Instant, LineId
from switch.wire.answer import STATUS_KEY, status_body
from switch.wire.spec import Formats

_UNCOUNTED = (Acknowledged, Heartbeat, Resume)  # of what a terminal sends
_NEVER_SENT = "number {:05d} was not sent to this terminal; RESUME with 00000 begins afresh"
_GONE = "up to {:05d} all is acknowledged, and not kept; RESUME with 00000 begins afresh"
_LOST = "NO ANSWER FROM {place}. THE SWITCH WAS RESTARTED BEFORE IT CAME"
ROLL_CALL_S = 60.0  # at most, while something changes, between two batches that name everybody


class Acknowledging:
    """All terminals that acknowledge; true if there are any."""

    def __init__(
        self, world: World, formats: Formats, out: Outbox, lines: Lines, farewells: Farewells
    ) -> None:
        self._limits = world.limits
        self._switch_ori = world.switch_ori
        self._formats = formats
        self._out = out
        self._lines = lines
        self._farewells = farewells
        self._kept: dict[LineId, Kept] = {}
        self._look_at = NEVER  # nobody's time is over before
        self._unkept = 0  # the first send of the batch that was not looked at
        self._crowded: list[Kept] = []  # who came to owe too much in this batch
        self._changed: list[Kept] = []  # whose state is to be put on record
        self._call_at: Instant = 0.0  # when everybody's is, with the next that changes
        self._versions: Mapping[str, str] = {}  # of the rules, and what they are called together
        self._version = ""

    def __bool__(self) -> bool:
        return bool(self._kept)

    def next_deadline(self) -> Instant | None:
        """When `start` may have something to look at."""
        return None if self._look_at == NEVER else self._look_at

    # --- a batch ----------------------------------------------------------------------------------

    def start(self) -> None:
        """A batch begins: lines that fell silent are lost, who did not come back is signed off."""
        self._unkept = 0
        if self._out.now < self._look_at:
            return
        for kept in list(self._kept.values()):
            if self._out.now < self._due(kept):
                continue
            if kept.away is not None:
                self._sign_off(kept, "did not come back")
                continue
            self._hang_up(kept.line, f"NOTHING HEARD FOR {self._limits.silence_s:g} S")
            self._lose(kept, "silent")
        self._look_at = min(map(self._due, self._kept.values()), default=NEVER)

    def _due(self, kept: Kept) -> Instant:
        if kept.away is not None:
            return kept.away + self._limits.resume_s
        return kept.heard + self._limits.silence_s

    def _expect(self, kept: Kept) -> None:
        self._look_at = min(self._look_at, self._due(kept))

    def finish(self, stack: AccessStack) -> None:
        """A batch ends: keep what was sent."""
        self.keep(stack)
        crowded, self._crowded = self._crowded, []
        for kept in crowded:
            if not kept.ended and len(kept.messages) > self._limits.unacknowledged_max:
                owed = len(kept.messages)
                self._hang_up(kept.line, f"{owed} MESSAGES ARE NOT ACKNOWLEDGED")
                self._sign_off(kept, "acknowledges too little")
        if self._changed:
            self._put_on_record(stack)

    def keep(self, stack: AccessStack) -> None:
        """Keep what was sent since it was last called, which these rules have let out."""
        sends, rules = self._out.sends, self._rules(stack, self._out.now)
        for line, message in sends[self._unkept :]:
            kept = self._kept.get(line)
            if kept is not None and message.sent.sequence:
                kept.keep(message, line, rules)
                self._has_changed(kept)
                if len(kept.messages) > self._limits.unacknowledged_max:
                    self._crowded.append(kept)
        self._unkept = len(sends)

    def _rules(self, stack: AccessStack, at: Instant) -> Rules:
        """These rules, as they were at that instant."""
        if stack.versions is not self._versions:
            self._versions = stack.versions
            named = repr(sorted(self._versions.items()))
            self._version = hashlib.sha256(named.encode()).hexdigest()[:32]
        return Rules(self._version, stack.epoch(at))

    def _has_changed(self, kept: Kept) -> None:
        if not kept.changed:
            kept.changed = True
            self._changed.append(kept)

    def _put_on_record(self, stack: AccessStack) -> None:
        """Where everybody stands who has moved in this batch; now and then, where all stand."""
        all_called = self._out.now >= self._call_at
        changed, self._changed = self._changed, []
        if all_called:
            changed, self._call_at = list(self._kept.values()), self._out.now + ROLL_CALL_S
        said = texts(self._out.records)
        version = self._rules(stack, self._out.now).version
        for kept in changed:
            if not kept.ended:
                self._out.record("kept", **kept.on_record(version, said, all_called=all_called))

    # --- what a terminal says ---------------------------------------------------------------------

    def hear(self, line: LineState) -> None:
        """Something came from it."""
        kept = self._kept.get(line.id)
        if kept is not None:
            kept.heard = self._out.now

    def count(self, line: LineState, message: Received) -> None:
        """A message of it is taken, which it need not send again."""
        kept = self._kept.get(line.id)
        if kept is not None and not isinstance(message, _UNCOUNTED):
            kept.taken += 1
            self._has_changed(kept)

    def acknowledge(
        self, line: LineState, said: Acknowledged, stack: AccessStack
    ) -> Malformed | None:
        """It has everything up to a number; what is wrong with that, if it cannot be."""
        self.keep(stack)
        kept = self._kept.get(line.id)
        if kept is None:
            if line.terminal is None:
                return None  # it crossed the answer to a sign-off
            return self._wrong("ACK", "sign on by RESUME to acknowledge")
        if kept.drop_until(said.number) or kept.is_old(said.number):
            return None
        return self._wrong("ACK", _NEVER_SENT.format(said.number))

    def begin(self, line: LineState) -> None:
        """It has just signed on by RESUME, and was told so."""
        kept = self._kept[line.id] = Kept(line, self._out.now)
        line.acknowledges = True
        line.look()
        self._expect(kept)
        self._has_changed(kept)

    def make_room(self, terminal: LineState) -> bool:
        """Somebody proved to be this terminal and begins afresh: whether that is possible, because
        whoever was signed on there is away."""
        kept = self._kept.get(terminal.id)
        if kept is None or kept.away is None:
            return False
        self._sign_off(kept, "signed on afresh")
        return True

    def resume(
        self, line: LineState, wanted: Resume, stack: AccessStack
    ) -> Malformed | LineState | None:
        """Go on, on this line, where the terminal's last one broke off: its state from now on.

        None if there is nothing to go on with, and it is to sign on; Malformed if what it does not
        have cannot be told from the number that it says it saw last. The caller has proved who it
        is.
        """
        self.keep(stack)
        old = self._lines.at(wanted.terminal)
        kept = self._kept.get(old.id) if old is not None else None
        if kept is None or kept.line.operator != wanted.operator:
            return None
        if wanted.last == 0:
            self._out.close(kept.line.id, "its terminal is on another line")
            self._sign_off(kept, "signed on afresh")
            return None
        if not kept.drop_until(wanted.last):
            gone = _GONE.format(kept.acknowledged)
            return self._wrong(
                "RESUME",
                gone if kept.is_old(wanted.last) else _NEVER_SENT.format(wanted.last),
            )
        self._move(kept, line)
        self._send_again(kept, wanted.last, stack)
        return kept.line

    def _move(self, kept: Kept, line: LineState) -> None:
        if kept.away is None:  # it is broken, though nobody noticed it yet
            self._out.close(kept.line.id, "its terminal is on another line")
            self._farewells.forget(kept.line)
        del self._kept[kept.line.id]
        self._lines.take_over(kept.line, line)
        self._farewells.move(line, kept.line)
        self._kept[line.id] = kept
        kept.away, kept.heard = None, self._out.now
        self._expect(kept)
        self._has_changed(kept)

    def _send_again(self, kept: Kept, last: int, stack: AccessStack) -> None:
        line, rules = kept.line, self._rules(stack, self._out.now)
        again = [sent.again(rules) for sent in kept.messages]
        self._out.log("resumed", **line.who, again=len(again))
        withheld = [
            new.sent.sequence
            for new, sent in zip(again, kept.messages, strict=True)
            if new.mke != sent.message.mke
        ]
        self._out.record(
            "resumed",
            **line.who,
            last=last,
            taken=kept.taken,
            again=[message.sent.sequence for message in again],
            withheld=withheld,
        )
        text = (
            f"RESUMED {line.terminal} {line.operator}. {kept.taken:05d} TAKEN, {len(again)} FOLLOW"
        )
        self.say(line, text)
        self._out.sends.extend((line.id, message) for message in again)
        self._unkept = len(self._out.sends)
        kept.messages = deque(sent._replace(tried=True) for sent in kept.messages)

    def say(self, line: LineState, text: str) -> None:
        """An SM outside the count: its numbers are 00000, and it is not acknowledged."""
        stamp = Stamp(self._out.now, 0)
        receiver, body = line.receiver, status_body(text)
        message = OutputMessage(STATUS_KEY, self._switch_ori, stamp, stamp, receiver, None, body)
        self._out.sends.append((line.id, message))

    def _hang_up(self, line: LineState, why: str) -> None:
        self.say(line, f"LINE CLOSED. {why}")
        self._out.close(line.id, why.lower())

    # --- the end ----------------------------------------------------------------------------------

    def lost(self, line: LineId) -> bool:
        """A connection is gone; whether its terminal outlives it."""
        kept = self._kept.get(line)
        if kept is None:
            return False
        if kept.away is None:
            self._lose(kept, "closed")
        return True

    def _lose(self, kept: Kept, reason: str) -> None:
        line = kept.line
        kept.away = self._out.now
        self._expect(kept)
        self._has_changed(kept)
        self._farewells.forget(line)  # not taken, so it comes again
        self._lines.detach(line)
        self._out.record("line-lost", **line.who, reason=reason)
        self._out.log("line lost, may resume", **line.who, reason=reason)

    def forget(self, line: LineState, reason: str) -> None:
        """It signs off: what is not acknowledged is on record as such."""
        kept = self._kept.pop(line.id, None)
        if kept is None:
            return
        kept.ended = True
        line.acknowledges = False
        line.look()
        self._record_owed(kept, reason)

    def _record_owed(self, kept: Kept, reason: str) -> None:
        numbers = [sent.message.sent.sequence for sent in kept.messages]
        if numbers:
            self._out.record("unacknowledged", **kept.line.who, reason=reason, sequences=numbers)

    def stop(self) -> None:
        """The switch stops: they may go on with the next one."""
        for kept in self._kept.values():
            self._record_owed(kept, "the switch stopped")

    def _sign_off(self, kept: Kept, reason: str) -> None:
        line = kept.line
        self.forget(line, reason)
        self._farewells.forget(line)
        self._out.left(line, reason)
        self._lines.leave(line)

    # --- an earlier run of the switch -------------------------------------------------------------

    def take_over(self, found: Iterable[Unbroken], stack: AccessStack) -> None:
        """Terminals that were signed on when the switch ended: all of them are away. What they had
        asked and is not answered never will be, which they are told with the rest."""
        for terminal in found:
            line = self._lines.keep(
                terminal.line, terminal.terminal, terminal.operator, terminal.last
            )
            if line is None:
                continue  # no such terminal or operator in this world any more
            kept = self._kept[line.id] = Kept(line, self._out.now)
            kept.acknowledged, kept.taken = terminal.acknowledged, terminal.taken
            kept.away = self._out.now
            kept.messages = deque(self._as_sent(line, one, stack) for one in terminal.messages)
            line.acknowledges = True
            line.look()
            self._expect(kept)
            self._has_changed(kept)
            for asked in terminal.unanswered:
                self._end(line, asked)
        self._call_at = self._out.now

    def _as_sent(self, line: LineState, one: Message, stack: AccessStack) -> Sent:
        sent = Stamp(one.at, one.sequence)
        message = OutputMessage(
            one.mke, one.sender, one.received, sent, line.receiver, one.control, one.body
        )
        rules = Rules(one.version, self._rules(stack, one.at).epoch)
        return Sent(message, line.id, rules, one.tried)

    def _end(self, line: LineState, asked: Unanswered) -> None:
        """An inquiry that was open when the switch ended has no answer."""
        body, received = status_body(_LOST.format(place=asked.place)), Stamp(asked.at, 0)
        sequence = self._out.send(line, STATUS_KEY, self._switch_ori, received, asked.control, body)
        for leg, backend in asked.legs:
            self._out.record(
                "no-answer",
                line=line.id,
                query=asked.query,
                leg=leg,
                backend=backend,
                terminal=line.terminal,
                reason="restarted",
                text=body,
                sequence=sequence,
            )

    # --- what is wrong ----------------------------------------------------------------------------

    def _wrong(self, word: str, fix: str) -> Malformed:
        error = FormatError("0", self._formats.error_text("0"), offset=len(word), fix=fix)
        return Malformed(error, word.encode())
