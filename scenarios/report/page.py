"""Pages to open in any browser, to print and to mail: one file each, nothing loaded from anywhere.

Every text in them is escaped: what stands in a message was written by anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.background.entries import story
from scenarios.replay import Replay
from scenarios.report.drawing import LANE_WIDTH, draw
from scenarios.report.facts import facts, outcome, visible
from scenarios.report.lanes import Lanes
from scenarios.report.sequence import rows
from scenarios.report.words import Words
from scenarios.script import duration_text
from scenarios.shelf import Opened
from switch.core.record.journal import Entry
from switch.terms import TRAINING_LINE, Instant

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGES = Path(__file__).parent / "pages"


@cache
def environment() -> Environment:
    """Where templates are found; everything they are given is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    found.globals |= {"training": TRAINING_LINE, "duration": duration_text, "outcome": outcome}
    found.filters |= {"shortened": shortened, "words": words}
    return found


def timeline_page(
    opened: Opened, entries: Sequence[Entry], replayed: Replay, raw: Mapping[int, str] | None = None
) -> str:
    """The whole run as one picture, with a card for each entry of the journal behind it."""
    script, world, result = opened.script, opened.world, replayed.result
    lanes = Lanes(script, world, story(script, entries))
    found = list(rows(script, lanes, entries, replayed))
    told = {row.entry for row in found} | {line.entry for line in result.lines}
    drawing = draw(script, lanes, found, entries, result.lines, result.ended)
    owners = {str(name): entry.owner for name, entry in world.backends.items()}
    shown = [entry for entry in entries if entry["n"] in told]
    cards = facts(shown, result.lines, Words(opened.stack, owners), raw or {})
    return (
        environment()
        .get_template("timeline.html.j2")
        .render(
            script=script,
            result=result,
            drawing=drawing,
            lane_width=LANE_WIDTH,
            cards=list(cards),
            clock=clock(opened),
            date=long_date(opened),
        )
    )


def clock(opened: Opened) -> Callable[[Instant], str]:
    """The time of day that people in the scenario see."""
    zone = opened.world.timezone
    return lambda at: f"{datetime.fromtimestamp(at, zone):%H:%M:%S}"


def long_date(opened: Opened) -> str:
    """The day on which the scenario begins."""
    started = datetime.fromtimestamp(opened.script.starts, opened.world.timezone)
    return f"{started:%B} {started.day}, {started.year}"


def shortened(text: str, length: int) -> str:
    """At most so many characters of one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def words(text: str, length: int, lines: int) -> list[str]:
    """A name on a few short lines."""
    found = [""]
    for word in text.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > length:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    kept: Iterable[str] = found[:lines]
    return [shortened(line, length) for line in kept]
