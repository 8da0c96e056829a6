"""Leaving in good order: what was asked on a line is answered before its sign-off, or its end.

Somebody who types an inquiry, signs off and closes his end (`printf ... | nc` does all three within
a millisecond) has asked, and wants to hear. So a sign-off and the end of what a line sends wait
until none of its inquiries is open, and what comes behind a waiting sign-off waits with it, in
order. The wait is bounded: every inquiry ends, at the latest when its backend's time is over.

A sign-on at a terminal that is leaving another line in this way waits for that too, and is taken
next: whoever reconnects at once is let in, and still nobody is signed on at two lines.

A line that is gone altogether (`LineClosed`) waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from switch.core.events import LineEnding, MessageArrived
from switch.core.lines import Lines, LineState
from switch.message import Resume, SignOff, SignOn
from switch.terms import LineId

BEHIND_MAX = 256  # messages of one line that wait behind its sign-off; beyond, it is hung up


class Farewells:
    """Lines on which something waits, for their open inquiries or for whoever leaves another."""

    __slots__ = ("_lines", "_waiting")

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._waiting: dict[LineId, LineState] = {}

    def must_wait(self, line: LineState, event: MessageArrived | LineEnding) -> bool:
        """Whether this cannot be taken yet."""
        message = None if isinstance(event, LineEnding) else event.message
        if message is None or isinstance(message, SignOff):
            return line.in_flight > 0
        if not isinstance(message, SignOn | Resume):
            return False
        there = self._lines.at(message.terminal)
        if there is None or there is line or not there.behind:
            return False  # nobody is there, or whoever is does not leave
        if there.acknowledges and isinstance(message, Resume):
            return False  # it goes on with what that line leaves open
        return self._lines.doubt(line, message) is None

    def hold(self, line: LineState, event: MessageArrived | LineEnding) -> bool:
        """Keep what came behind; False when a line has sent too much that waits."""
        self._waiting[line.id] = line
        line.behind.append(event)
        line.look()
        return len(line.behind) <= BEHIND_MAX

    def forget(self, line: LineState) -> int:
        """The line is gone: how many messages nobody will take any more."""
        self._waiting.pop(line.id, None)
        left = sum(isinstance(event, MessageArrived) for event in line.behind)
        line.behind.clear()
        line.look()
        return left

    def move(self, fresh: LineState, line: LineState) -> None:
        """Another terminal's state takes over this line: what waits on it waits for that one."""
        if fresh.id in self._waiting:
            self._waiting[fresh.id] = line
            line.behind, fresh.behind = fresh.behind, line.behind
            line.look()

    def catch_up(self, take: Callable[[LineState, MessageArrived | LineEnding], None]) -> None:
        """Hand out, in order, all that need not wait any longer.

        Again while somebody left: a sign-on may have waited for that. Each round takes something.
        """
        moved = bool(self._waiting)
        while moved:
            moved = False
            for id in list(self._waiting):
                while (line := self._waiting.get(id)) is not None:
                    if not line.behind:
                        del self._waiting[id]
                        line.look()
                    elif self.must_wait(line, line.behind[0]):
                        break
                    else:
                        take(line, line.behind.popleft())
                        moved = True
