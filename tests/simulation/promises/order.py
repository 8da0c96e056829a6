"""Order within a line: its numbers go up by one, and start again behind the highest."""

from __future__ import annotations

from tests.simulation.line import Heard
from tests.simulation.promise import Broken, Promise

SEQUENCE_MAX = 99_999  # five digits


class OrderWithinALine(Promise):
    """No number is left out, used twice or out of order."""

    def started(self) -> None:
        """Every line begins at 1."""
        self.last: dict[int, int] = {}

    def left(self, line: int, heard: Heard) -> None:
        """One more than the last."""
        expected = self.last.get(line, 0) % SEQUENCE_MAX + 1
        if heard.outbound != expected:
            raise Broken(f"line {line}: number {heard.outbound} instead of {expected}")
        self.last[line] = heard.outbound

    def winds_forward(self, line: int, sequence: int) -> None:
        """A step has made the line's last number this one, to come near the highest."""
        self.last[line] = sequence
