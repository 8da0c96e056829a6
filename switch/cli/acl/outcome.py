"""How `wireroom acl cutoff` and `acl restore` end: each outcome with its words and exit code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from switch.errors import Exit


class Outcome(Enum):
    """What came of a cut-off or of its end; `words` are what a person reads of it, `exit` what a
    program does.

    That nobody knows whether a cut-off is live is never fine: its owner would rely on it.
    """

    UNCHANGED = (
        "NOTHING CHANGES: all of this is refused already; nothing was written",
        Exit.FINDINGS,
    )
    REFUSED_STILL = (
        "NOBODY GETS ANYTHING AGAIN: other rules refuse it too; nothing was written",
        Exit.FINDINGS,
    )
    DRY = ("DRY RUN: nothing was written, nothing was sent", Exit.FINE)
    WRITTEN = ("written to", Exit.FINE)  # into the file alone: no switch was told
    REFUSED = ("REFUSED BY THE SWITCH", Exit.FINDINGS)
    ACTIVATED = ("ACTIVATED", Exit.FINE)  # by the switch; of a cut-off more is known then
    LATER = (
        "ORDERED, NOT YET EFFECTIVE: `wireroom owner history` lists it until it is",
        Exit.FINE,
    )
    UNKNOWN = ("NOT PROBED", Exit.FINDINGS)  # the switch took the order and did not tell more
    MASKS_ONLY = (
        "NOT PROBED  there is no inquiry that it refuses as a whole now",
        Exit.FINE,
    )
    LIVE = ("live at every point", Exit.FINE)
    OPEN = ("NOT LIVE AT EVERY POINT", Exit.FINDINGS)

    def __init__(self, words: str, code: Exit) -> None:
        self.words = words
        self.exit = code


def of_cutoff(
    *,
    changes: bool,
    dry_run: bool,
    order: Mapping[str, Any] | None,
    probe: Mapping[str, Any] | None,
) -> Outcome:
    """`changes`: whether anybody is refused more than before; `order`: the switch's answer, None
    if none was asked; `probe`: what it found, None if it was not asked to look."""
    if not changes:
        return Outcome.UNCHANGED
    outcome = carried_out(dry_run=dry_run, order=order)
    if outcome is not Outcome.ACTIVATED:
        return outcome
    return Outcome.LATER if probe is None else probed(probe)


def of_restore(*, changes: bool, dry_run: bool, order: Mapping[str, Any] | None) -> Outcome:
    """`changes`: whether anybody gets anything again; `order` as above."""
    return carried_out(dry_run=dry_run, order=order) if changes else Outcome.REFUSED_STILL


def carried_out(*, dry_run: bool, order: Mapping[str, Any] | None) -> Outcome:
    """What was done with a file that changes something, as far as it is known at once."""
    if order is None:
        return Outcome.DRY if dry_run else Outcome.WRITTEN
    return Outcome.ACTIVATED if order["accepted"] else Outcome.REFUSED


def probed(probe: Mapping[str, Any]) -> Outcome:
    """What a probe found: `live` at all points or not, None if there was nothing to send; without
    it nobody knows."""
    if "live" not in probe:
        return Outcome.UNKNOWN
    if probe["live"] is None:
        return Outcome.MASKS_ONLY
    return Outcome.LIVE if probe["live"] else Outcome.OPEN
