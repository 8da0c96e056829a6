"""Bugs planted on purpose: each wraps or replaces one real component of the switch.

Every one is a mistake that somebody could make with good intentions. The simulation must find all
of them, else it proves nothing. The name says what the switch then does wrong.
"""

from __future__ import annotations

from tests.simulation.bugs import handling, lending, waiting
from tests.simulation.bugs.planted import BUGS

__all__ = ["BUGS", "handling", "lending", "waiting"]
