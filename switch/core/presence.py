"""Who comes to a line and who leaves it: sign-ons, sign-offs, and lines that end.

A terminal is signed on at one line at most. The rule that keeps it whole, and lets in whoever comes
back at once: to leave is dealt with before whatever arrives after it. So a line whose far end
sends no more is left as soon as what it asked is answered, before its connection is taken down; and
a sign-on at a terminal that is leaving waits for that (`core.farewell`), rather than being refused.
"""

from __future__ import annotations

from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.acknowledging import Acknowledging
from switch.core.farewell import Farewells
from switch.core.lines import Lines, LineState
from switch.core.outbox import Outbox
from switch.message import Malformed, Resume, SignOn
from switch.terms import LineId
from switch.wire.answer import ERROR_KEY, STATUS_KEY, error_body, status_body

NOT_IN_TIME = "NOBODY SIGNED ON IN TIME"


class Presence:
    """Signs on and off; every change is on record, and logged."""

    def __init__(
        self,
        world: World,
        out: Outbox,
        lines: Lines,
        farewells: Farewells,
        acknowledging: Acknowledging,
    ) -> None:
        self._switch_ori = world.switch_ori
        self._out = out
        self._lines = lines
        self._farewells = farewells
        self._acknowledging = acknowledging

    def sign_on(self, line: LineState, wanted: SignOn) -> bool:
        """Somebody wants to sign on; whether he is, now. He is told either way."""
        other = self._lines.at(wanted.terminal)
        if other is not None and self._lines.doubt(line, wanted) is None:
            self._acknowledging.make_room(other)
        problem = self._lines.sign_on(line, wanted)
        who = {"line": line.id, "terminal": wanted.terminal, "operator": wanted.operator}
        if problem is None:
            self._out.record("signed-on", **who)
            self._out.log("signed on", **who)
            self.tell(line, f"SIGNED ON {wanted.terminal} {wanted.operator}")
            return True
        body = error_body(".92.", f"REFUSED - NOT IDENTIFIED. {problem}", b"", [])
        self._out.send(line, ERROR_KEY, self._switch_ori, self._out.receive(), None, body)
        self._out.record("sign-on-refused", **who, reason=problem)
        self._out.log("sign-on refused", **who, reason=problem)
        return False

    def resume(
        self, line: LineState, wanted: Resume, stack: AccessStack
    ) -> Malformed | LineState | None:
        """Go on where the terminal's last line broke off; else sign on as one that acknowledges.

        The line of whoever has signed on; Malformed if what he does not have cannot be told; None
        if he was refused.
        """
        resumed = None
        if self._lines.doubt(line, wanted) is None:
            resumed = self._acknowledging.resume(line, wanted, stack)
        if resumed is not None:
            return resumed
        if not self.sign_on(line, SignOn(wanted.terminal, wanted.operator, wanted.secret)):
            return None
        self._acknowledging.begin(line)
        return line

    def sign_off(self, line: LineState) -> None:
        """The operator leaves; the line stays open for another one."""
        if line.terminal is None:
            self.tell(line, "NOBODY IS SIGNED ON")
            return
        self._out.left(line, "said so")
        self._acknowledging.forget(line, "signed off")
        text = f"SIGNED OFF {line.terminal} {line.operator}"
        self._lines.sign_off(line, self._out.now)
        self.tell(line, text)

    def end(self, line: LineState) -> None:
        """Its far end sends no more, and has heard what it asked: whoever is there leaves."""
        self._out.close(line.id, "its far end hung up")
        self.closed(line.id)

    def closed(self, line_id: LineId) -> None:
        """The connection is gone: whoever is there leaves, unless his terminal outlives it."""
        if self._acknowledging.lost(line_id):
            return
        line = self._lines.close(line_id)
        if line is None:
            return
        untaken = self._farewells.forget(line)
        if untaken:
            self._out.record("untaken", line=line.id, terminal=line.terminal, messages=untaken)
        if line.terminal is not None:
            self._out.left(line, "line closed")

    def overdue(self) -> None:
        """Lines at which nobody has signed on in time are closed."""
        for line in self._lines.overdue(self._out.now):
            self.hang_up(line, NOT_IN_TIME)

    def hang_up(self, line: LineState, why: str) -> None:
        """Close a line from this end, and say why."""
        self.tell(line, f"LINE CLOSED. {why}")
        self._out.close(line.id, why.lower())

    def tell(self, line: LineState, text: str) -> None:
        """A status message of the switch itself."""
        received, body = self._out.receive(), status_body(text)
        self._out.send(line, STATUS_KEY, self._switch_ori, received, None, body)
