"""What is wrong with the `[[traffic]]` of a scenario in its world."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.background.messages import MESSAGES_MAX, can_be_made_up, made_up
from scenarios.script import Script, Traffic, duration_text
from scenarios.script_rows import ScenarioFile
from switch.config import World
from switch.errors import AuthoredError, Finding
from switch.files.authored import Authored, did_you_mean
from switch.files.salvage import FILLED_IN
from switch.wire.spec import Formats
from terminals.load.mix import Template, checked

_Path = tuple[str | int, ...]


def unknown(
    file: Authored[ScenarioFile], script: Script, world: World, formats: Formats
) -> Iterator[Finding]:
    """Who cannot speak, and what cannot be said, in the order of the blocks."""
    speaking = _speaking(script)
    for number, row in enumerate(script.traffic):
        path = ("traffic", number)
        yield from _seats(file, path, row, script, speaking)
        yield from _keys(file, path, row, script, world, formats)
        yield from _messages(file, path, row, script, world, formats)


def untimely(file: Authored[ScenarioFile], script: Script) -> Iterator[Finding]:
    """What is said at no time, or too often."""
    for number, row in enumerate(script.traffic):
        yield from _times(file, ("traffic", number), row, script)
    total = sum(max(0, row.count) for row in script.traffic)
    if total > MESSAGES_MAX:
        what = f"{total} messages in the background are more than {MESSAGES_MAX}"
        yield file.finding(("traffic", 0, "rate"), what, "a lower `rate`, or an earlier `until`")


def _speaking(script: Script) -> dict[str, str]:
    """Who has a part in the story: seat -> a row of it."""
    found = {row.actor: row.id for row in script.injects if row.actor}
    found |= {row.seat: row.id for row in script.expects}
    found |= {row.seat: row.id for row in script.forbids}
    return found


def _seats(
    file: Authored[ScenarioFile],
    path: _Path,
    row: Traffic,
    script: Script,
    speaking: dict[str, str],
) -> Iterator[Finding]:
    where = (*path, "seats")
    actors = [name for name, seat in script.seats.items() if seat.actor]
    for name in row.seats:
        seat = script.seats.get(name)
        if name in file.lost or name == FILLED_IN:
            continue
        if seat is None:
            yield file.finding(where, f"no actor `{name}`", did_you_mean(name, actors))
        elif not seat.actor:
            what = f"`{name}` is a seat for a person, who says what he likes"
            yield file.finding(where, what, "put a station into [actors]")
        elif name in speaking:
            what = f"`{name}` has a part in the story (`{speaking[name]}`), so it is no background"
            yield file.finding(where, what, "another station in [actors]")


def _keys(
    file: Authored[ScenarioFile],
    path: _Path,
    row: Traffic,
    script: Script,
    world: World,
    formats: Formats,
) -> Iterator[Finding]:
    for key in row.keys:
        if key == FILLED_IN or made_up(key, script, world, formats):
            continue
        known = can_be_made_up(script, world, formats)
        if formats.key(key) is None:
            yield file.finding((*path, "keys"), f"no message key `{key}`", did_you_mean(key, known))
        else:
            what = f"{key} cannot be made up for {world.id}"
            fix = f"write it under `messages`, or one of {' '.join(known)}"
            yield file.finding((*path, "keys"), what, fix)


def _messages(
    file: Authored[ScenarioFile],
    path: _Path,
    row: Traffic,
    script: Script,
    world: World,
    formats: Formats,
) -> Iterator[Finding]:
    oris = [script.seats[name].ori for name in row.seats if name in script.seats]
    for number, text in enumerate(row.messages):
        if not oris or text == FILLED_IN:
            continue
        listed = isinstance(file.model.traffic[int(path[1])].messages, list)
        where = (*path, "messages", number) if listed else (*path, "messages")
        try:
            checked([Template(text)], oris, formats, world.control_prefix)
        except AuthoredError as error:
            for found in error.findings:
                yield file.finding(where, f"`{text[:40]}`: {found.what}", found.remedy)


def _times(
    file: Authored[ScenarioFile], path: _Path, row: Traffic, script: Script
) -> Iterator[Finding]:
    end = duration_text(script.length)
    if row.at >= script.length:
        yield file.finding((*path, "at"), f"the scenario is over after {end}", "an earlier `at`")
    elif row.until > script.length:
        yield file.finding((*path, "until"), f"the scenario is over after {end}", f'"{end}"')
    elif row.until <= row.at:
        yield file.finding((*path, "until"), "`until` is not after `at`", "a later `until`")
    elif not row.count:
        what = f"{row.rate:g} a minute is not one message in {duration_text(row.until - row.at)}"
        yield file.finding((*path, "rate"), what, "a higher `rate`")
