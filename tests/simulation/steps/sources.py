"""Databases answer: well, late, twice, never, nonsense, or not at all."""

from __future__ import annotations

from switch.shell.asking import answered_now
from tests.simulation.room import MOODS, Room, Source
from tests.simulation.step import any_of, one_of, step


@step(36, which=any_of, mood=one_of("good", "good", "good", "good", *MOODS))
def answers(room: Room, which: int, mood: str) -> None:
    """One waiting backend comes back; which one is late is up to the dice."""
    if room.at_work:
        work = room.at_work.pop(which % len(room.at_work))
        room.tell(answered_now(Source(lambda: mood), work.ask))


@step(2, which=any_of, other=any_of)
def answers_for_another(room: Room, which: int, other: int) -> None:
    """A backend answers what another one was asked."""
    if room.at_work:
        work = room.at_work.pop(which % len(room.at_work))
        event = answered_now(Source(lambda: "good"), work.ask)
        if room.at_work:
            stranger = room.at_work[other % len(room.at_work)].ask
            event = answered_now(Source(lambda: "good"), stranger)._replace(
                backend=work.ask.backend, worker=work.ask.worker
            )
        room.tell(event)


@step(3, which=any_of, mood=one_of("good", *MOODS))
def changes_mood(room: Room, which: int, mood: str) -> None:
    """A backend that answers at once is so from now on."""
    names = sorted(room.inline)
    if names:
        room.moods[names[which % len(names)]] = mood
