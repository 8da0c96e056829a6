"""Leaving in good order: what was asked on a line is answered before its sign-off, or its end.

Somebody who types an inquiry, signs off and closes his end (`printf ... | nc` does all three within
a millisecond) has asked, and wants to hear. So a sign-off and the end of what a line sends wait
until none of its inquiries is open, and what comes behind a waiting sign-off waits with it, in
order. The wait is bounded: every inquiry ends, at the latest when its backend's time is over.

A line that is gone altogether (`LineClosed`) waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from switch.core.events import LineEnding, MessageArrived
from switch.core.lines import LineState
from switch.message import SignOff
from switch.terms import LineId

BEHIND_MAX = 256  # messages of one line that wait behind its sign-off; beyond, it is hung up


class Farewells:
    """Lines on which something waits for their open inquiries."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[LineId, LineState] = {}

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
        """Hand out, in order, all that need not wait any longer."""
        for id in list(self._waiting):
            while (line := self._waiting.get(id)) is not None:
                if not line.behind:
                    del self._waiting[id]
                    line.look()
                elif line.in_flight and must_wait(line.behind[0]):
                    break
                else:
                    take(line, line.behind.popleft())


def must_wait(event: MessageArrived | LineEnding) -> bool:
    """Whether it waits while an inquiry of its line is open."""
    return isinstance(event, LineEnding) or isinstance(event.message, SignOff)
