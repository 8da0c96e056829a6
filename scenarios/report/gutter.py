"""Lines with a gutter: the time of day, and INVENTED on every line of an invented act.

The marker stands on each printed line, wrapped ones too, so that no excerpt of a screen can pass an
invention off as a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from scenarios.script import Script
from switch.terms import Instant

INVENTED = "INVENTED"
_TIME_WIDTH = len("00:00:00 ")
# A line may be broken behind a blank, and in a message before a field, which stays whole.
_BREAK = re.compile(r"(?<= )(?=[^ ])|(?<=\.)(?=[A-Z]{2,8}/)")


class Gutter:
    """Prints lines of one scenario."""

    def __init__(self, console: Console, script: Script, timezone: ZoneInfo) -> None:
        self.console = console
        self._script = script
        self._timezone = timezone
        self._shown: tuple[str, bool] | None = None

    def clock(self, at: Instant) -> str:
        """The local time of day that people in the scenario see."""
        return f"{datetime.fromtimestamp(at, self._timezone):%H:%M:%S}"

    def is_invented(self, at: Instant) -> bool:
        """Whether an instant falls into an invented act."""
        act = self._script.act_at(at)
        return act is not None and act.is_invented

    def line(
        self,
        at: Instant,
        text: str,
        style: str = "",
        *,
        indent: int = 0,
        hanging: int = 0,
        invented: bool = False,
    ) -> None:
        """One line, wrapped as often as need be; the time stands where it changes."""
        invented = invented or self.is_invented(at)
        marker = f"{INVENTED} " if invented else ""
        room = max(20, self.console.width - _TIME_WIDTH - len(marker) - 1)
        pieces = _wrapped(text, room, " " * indent, " " * (indent + hanging))
        for piece in pieces:
            line = Text(self._time(at, invented), style="cyan")
            line.append(marker, style="bold magenta")
            line.append(piece, style=style)
            line.rstrip()
            self.console.print(line, soft_wrap=True)

    def gap(self, at: Instant) -> None:
        """An empty line, which in an invented act says so too."""
        line = Text(" " * _TIME_WIDTH + INVENTED, style="bold magenta")
        self.console.print(line if self.is_invented(at) else "")

    def _time(self, at: Instant, invented: bool) -> str:
        shown = (self.clock(at), invented)
        if shown == self._shown:
            return " " * _TIME_WIDTH
        self._shown = shown
        return f"{shown[0]} "


def _wrapped(text: str, room: int, first: str, others: str) -> Iterator[str]:
    """Lines of at most `room` columns; what is too long for one is cut."""
    line = first
    for piece in _BREAK.split(text):
        if line.strip() and len(line) + len(piece.rstrip()) > room:
            yield line.rstrip()
            line = others
        while len(line) + len(piece.rstrip()) > room:
            cut = room - len(line)
            yield line + piece[:cut]
            line, piece = others, piece[cut:]
        line += piece
    yield line.rstrip()
