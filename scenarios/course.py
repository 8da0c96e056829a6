"""The course of a run: what whoever leads it did that the script does not say.

A live run's journal holds these as entries of the kind `noted`, each in its place among all the
others, so that journal and script together are the whole run: judged again, its score is the same.
Everything is in the scenario's own time. A pause stops that clock and a skip moves it forward, so
neither changes what is judged; they are on record for the debrief.

To lead a run: post `note(...)` to the switch, and let the judge observe the entry that comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from switch.core.events import Noted
from switch.core.record.journal import Entry
from switch.terms import Instant


class Move(Enum):
    """What was done."""

    BEGAN = "began"  # the clock starts; `about` is the scenario's id, `reason` the file's digest
    TICKED = "ticked"  # nothing but time passed: everything due by then is due
    PAUSED = "paused"  # the clock stands
    RESUMED = "resumed"  # and goes on; `reason` says how long it stood
    SKIPPED = "skipped"  # the clock was moved forward to this entry's instant
    FIRED = "fired"  # the row `about` happens now, whether or not its time had come
    CANCELLED = "cancelled"  # the row `about` will not happen unless it is fired
    PLAYED = "played"  # the next message of the row's actor is the trainer's own, for that row
    STOOD_IN = "stood-in"  # a stand-in takes the seat `about`
    TOOK_SEAT = "took-seat"  # somebody sits (again) at the seat `about`
    OVERRODE = "overrode"  # the row `about` earns `points`, for `reason`; both stay
    ENDED = "ended"  # the run is over before its length


@dataclass(frozen=True, slots=True)
class Intervention:
    """One move, by whom; `at` is the instant of its entry, 0 until it is on record."""

    move: Move
    by: str
    about: str = ""  # a row or a seat of the script
    reason: str = ""
    points: int | None = None  # of an override
    at: Instant = 0.0


def note(intervention: Intervention) -> Noted:
    """The event that puts it on record."""
    fields: dict[str, object] = {"move": intervention.move.value}
    if intervention.about:
        fields["about"] = intervention.about
    if intervention.reason:
        fields["reason"] = intervention.reason
    if intervention.points is not None:
        fields["points"] = intervention.points
    return Noted(intervention.by, fields)


def intervention(entry: Entry) -> Intervention | None:
    """What an entry puts on record; None for every other entry, and for notes of others."""
    if entry["kind"] != "noted" or entry.get("move") not in _MOVES:
        return None
    return Intervention(
        _MOVES[entry["move"]],
        entry["by"],
        entry.get("about", ""),
        entry.get("reason", ""),
        entry.get("points"),
        entry["at"],
    )


_MOVES = {move.value: move for move in Move}
