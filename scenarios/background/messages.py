"""What is said in the background, made from a seed: same seed, same messages at the same instants.

What a message looks like is `terminals.load.mix`'s business, as for `wireroom load`. A block's time
is cut into as many equal parts as it has messages, and each part has one of them somewhere in it:
nothing comes in a rush, and how many there are is known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from scenarios.script import Script, Traffic
from switch.config import World
from switch.wire.codec import encode_input
from switch.wire.spec import Formats, KeySpec, Place
from terminals.load.mix import Mix, Template, of_world, varied

MESSAGES_MAX = 2_000  # of a whole scenario
_TICKS = 1_000  # instants within a part

TEXTS = (  # of messages to people; all invented, and nothing that anybody has to act upon
    "FOUND AT MILE {01..60}: DOG, BROWN, NO COLLAR. OWNER MAY CALL THIS STATION",
    "ROAD WORK AT MILE {01..60}, ONE LANE UNTIL {10..18}00",
    "PRINTER TEST {001..999} OF THIS STATION. NO ANSWER NEEDED",
    "COURT MOVED TO ROOM {101..140} TODAY. FOR ALL WHO ARE CALLED AS WITNESSES",
    "LOST KEYS, {2..9} ON A RING, HANDED IN HERE",
    "TRAFFIC SIGNAL {001..250} DARK, CREW IS ON ITS WAY",
    "TRAINING ROOM {1..8} IS FREE ON FRIDAY. CALL EXT {201..299}",
    "ATTEMPT TO LOCATE: WHITE VAN OVERDUE SINCE {10..18}00, LAST SEEN AT MILE {01..60}. NOT WANTED",
)


class Spoken(NamedTuple):
    """One message: so many seconds after the start, by the actor of that name."""

    at: float
    seat: str
    raw: bytes


def spoken(script: Script, world: World, formats: Formats, seed: int) -> list[Spoken]:
    """All that is said in the background, in the order of time."""
    said: list[Spoken] = []
    for row in script.traffic:
        said += _of_row(row, script, world, formats, Random(f"{seed} {row.id}"), len(said))
    return sorted(said, key=lambda one: one.at)


def _of_row(
    row: Traffic, script: Script, world: World, formats: Formats, chance: Random, before: int
) -> Iterator[Spoken]:
    """`before` messages have a control field already."""
    kinds = [made_up(key, script, world, formats) for key in row.keys]
    kinds += [[Template(text)] for text in row.messages]
    mixes = [Mix(kind, formats, world.control_prefix, chance.randrange) for kind in kinds]
    part = 60 / row.rate
    for number in range(row.count):
        at = row.at + (number + chance.randrange(_TICKS) / _TICKS) * part
        seat = row.seats[chance.randrange(len(row.seats))]
        mix = mixes[chance.randrange(len(mixes))]
        raw = mix.next(script.seats[seat].ori, f"B{before + number + 1}").raw
        yield Spoken(round(at, 3), seat, raw)


def made_up(key: str, script: Script, world: World, formats: Formats) -> list[Template]:
    """Messages of that key with invented values; none if it is not one that can be made up: what
    asks nothing, changes a database, or needs another's answer. To people it goes where they sit.
    """
    spec = formats.key(key)
    if spec is None or not spec.from_terminals or spec.enters:
        return []
    if _is_to_people(spec):
        oris = dict.fromkeys(seat.ori for seat in script.seats.values() if not seat.actor)
        to = list(oris)[: spec.destinations_max]
        prefix = world.control_prefix
        return [
            Template(encode_input(key, "{ORI}", to, text=text, control_prefix=prefix).decode())
            for text in TEXTS
        ]
    start = f"{key}."
    found = [one for one in of_world(world, formats) if one.text.startswith(start)]
    return [varied(one, formats, world.control_prefix) for one in found]


def _is_to_people(spec: KeySpec) -> bool:
    return spec.free_text and not spec.answer and Place.AGENCY in spec.destinations


def can_be_made_up(script: Script, world: World, formats: Formats) -> list[str]:
    """The keys of the formats that can."""
    return [key for key in formats.terminal_keys if made_up(key, script, world, formats)]
