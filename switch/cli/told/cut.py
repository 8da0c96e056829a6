"""What is said of a journal that has lost its end, by whoever has read what is left of it."""

from __future__ import annotations

import sys

from switch.errors import Exit


def unless_cut(code: int, lost: str | None) -> int:
    """The exit code of a verb whose findings have that one, and what its reader says is lost.

    That is told on standard error, behind what was printed, and FINE is FINDINGS then: nobody knows
    what the rest would have said.
    """
    if lost is None:
        return code
    sys.stdout.flush()  # or it stands before what it is about
    sys.stderr.write(f"wireroom: {lost}\n")
    return code or int(Exit.FINDINGS)
