"""Checks a scenario against its world: every name, message, rule and trigger, before anything runs.

All mistakes are shown at once, each on its line, with what to write instead. A file that passes
here plays through: whatever can be known beforehand is not left to the run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scenarios.background import findings as background
from scenarios.pattern import destinations
from scenarios.plan import Plan, never_called, plan, senders, triggers_of
from scenarios.script import (
    Cause,
    Cue,
    Expect,
    FaultKind,
    Forbid,
    Invariant,
    Receives,
    Script,
    Seat,
    Sends,
    duration_text,
)
from scenarios.script_file import blocks, build
from scenarios.script_rows import ScenarioFile
from scenarios.trial import Trial
from switch.acl.engine import AccessStack
from switch.config import World
from switch.core.mail.addresses import places_of
from switch.core.record.journal import KINDS
from switch.errors import AuthoredError, Finding, FormatError
from switch.files.authored import Authored, did_you_mean
from switch.files.salvage import FILLED_IN
from switch.terms import Verdict
from switch.wire.codec import decode, encode_input
from switch.wire.spec import Formats, KeySpec, Place

_Path = tuple[str | int, ...]
_PROBE_ORI = "CA0990100"  # any ORI: only the rest of a message is looked at


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything a check looks things up in."""

    file: Authored[ScenarioFile]
    script: Script
    world: World
    formats: Formats
    plan: Plan
    unread: frozenset[str]  # rows of which a part could not be read

    def unknown(
        self, path: _Path, what: str, name: str, known: Mapping[str, object] | set[str]
    ) -> Iterator[Finding]:
        """A finding if a name is not known; not for one that stands in what could not be read."""
        unread, table = self.file.unread, f"{what}s"
        if (table,) in unread.tables:  # one of its names is not known
            return
        if name not in known and name not in self.file.lost | self.unread:
            broken = {str(row[-1]) for row in unread.keys if row[0] == table}
            fix = did_you_mean(name, ({str(one) for one in known} | broken) - {FILLED_IN})
            yield self.file.finding(path, f"no {what} `{name}`", fix)


def check(
    file: Authored[ScenarioFile], world: World, stack: AccessStack, formats: Formats
) -> Script:
    """The script of a file that is fit to be played; AuthoredError with every finding if not."""
    script, own = build(file, world.timezone)
    starts = sorted(start for path, start in file.lines.items() if len(path) == 2)
    wrong = {_row_at(starts, finding.line) for finding in file.findings}  # in part not read
    findings = [*file.findings, *_not_of(wrong, own, starts)]
    rows = ((row.id, _row_at(starts, file.line(*path))) for path, row in blocks(file))
    unread = frozenset(name for name, line in rows if name is not None and line in wrong)
    desk = _Desk(file, script, world, formats, plan(script), unread)
    findings += _seats(desk)
    findings += _acts(desk)
    findings += _injects(desk)
    findings += _judged(desk)
    findings += _faults(desk)
    findings += _invariants(desk)
    findings += background.unknown(file, script, world, formats)
    findings += _triggers(desk)
    timing = (*_reached(desk), *_times(desk), *background.untimely(file, script))
    findings += _not_of(wrong, timing, starts)
    if not file.findings:  # a rule that is not there would make others wrong
        findings += Trial(file, script, stack, desk.plan).findings()
    if findings:
        raise AuthoredError(dict.fromkeys(findings))
    return script


def _not_of(
    rows: set[int], findings: Sequence[Finding], starts: Sequence[int]
) -> Iterator[Finding]:
    """A row without its misspelt key contradicts itself; that is no second mistake."""
    return (finding for finding in findings if _row_at(starts, finding.line) not in rows)


def _row_at(starts: Sequence[int], line: int) -> int:
    """The first line of the row that a line is in; 0 above all rows."""
    number = bisect_right(starts, line)
    return starts[number - 1] if number else 0


# --- who, and what they say -------------------------------------------------------------------


def _seats(desk: _Desk) -> Iterator[Finding]:
    oris = {ori for agency in desk.world.agencies.values() for ori in agency.oris}
    taken: dict[str, str] = {}
    for name, seat in desk.script.seats.items():
        path: _Path = ("actors" if seat.actor else "seats", name)
        yield from desk.unknown(
            (*path, "terminal"), "terminal", seat.terminal, {str(m) for m in desk.world.terminals}
        )
        yield from desk.unknown(
            (*path, "operator"), "operator", seat.operator, {str(o) for o in desk.world.operators}
        )
        yield from desk.unknown((*path, "ori"), "ORI", seat.ori, {str(ori) for ori in oris})
        if seat.terminal in taken:
            what = f"terminal `{seat.terminal}` is taken by `{taken[seat.terminal]}`"
            yield desk.file.finding(path, what, "one terminal, one seat")
        taken.setdefault(seat.terminal, name)


def _acts(desk: _Desk) -> Iterator[Finding]:
    before = -1.0
    for number, act in enumerate(desk.script.acts):
        if bool(act.source) == bool(act.invented):
            what = "an act has a `source` (it was reported) or says what is `invented`"
            yield desk.file.finding(("act", number), what, "give one of them")
        if act.start <= before:
            what = "acts stand in the order in which they begin"
            yield desk.file.finding(("act", number, "from"), what, "move it, or change its `from`")
        before = act.start


def _injects(desk: _Desk) -> Iterator[Finding]:
    people = {name for name, seat in desk.script.seats.items() if not seat.actor}
    actors = desk.script.seats.keys() - people
    for number, row in enumerate(desk.script.injects):
        path = ("inject", number)
        if row.to is not None:
            yield from desk.unknown((*path, "to"), "seat", row.to, people)
        if row.actor is not None:
            yield from desk.unknown((*path, "actor"), "actor", row.actor, actors)
        if row.sends is not None:
            yield from _message(desk, (*path, "sends"), row.sends)


def _judged(desk: _Desk) -> Iterator[Finding]:
    """Expectations and forbids: a seat, and a pattern of what it sends or receives."""
    rows: list[tuple[_Path, Expect | Forbid]] = [
        *((("expect", number), row) for number, row in enumerate(desk.script.expects)),
        *((("forbid", number), row) for number, row in enumerate(desk.script.forbids)),
    ]
    for path, row in rows:
        yield from desk.unknown((*path, "seat"), "seat", row.seat, desk.script.seats)
        if isinstance(row.pattern, Sends):
            whole = isinstance(row, Expect)
            yield from _message(desk, (*path, "sends"), row.pattern, whole=whole)
        else:
            yield from _answer(desk, (*path, "receives"), row.pattern)
    lasting = {row.id for row in desk.script.expects} | {f.id for f in desk.script.faults}
    for number, forbid in enumerate(desk.script.forbids):
        if forbid.during is not None:
            where = ("forbid", number, "during")
            yield from desk.unknown(where, "expect or fault", forbid.during, lasting)
    called = {row.id for row in desk.script.injects}
    for number, expect in enumerate(desk.script.expects):
        if expect.if_missed is not None:
            where = ("expect", number, "if_missed")
            yield from desk.unknown(where, "inject", expect.if_missed, called)


def _message(desk: _Desk, path: _Path, sends: Sends, *, whole: bool = True) -> Iterator[Finding]:
    """A message that a stand-in must be able to complete; a forbid's need not be whole."""
    spec = desk.formats.key(sends.key)
    if spec is None or not spec.from_terminals:
        known = set(desk.formats.terminal_keys)
        if desk.formats.known(sends.key):
            what = f"`{sends.key}` is a key that no terminal sends here"
            yield desk.file.finding((*path, "key"), what, f"one of {' '.join(sorted(known))}")
        else:
            yield from desk.unknown((*path, "key"), "message key", sends.key, known)
        return
    wrong = list(_fields(desk, path, spec, sends))
    yield from wrong
    places = destinations(sends, desk.script.seats)
    nowhere = [place for place in places if not _goes_to(desk, spec, place)]
    for place in [place for place in nowhere if place not in desk.file.lost][:1]:
        seats, terminals = desk.script.seats, map(str, desk.world.terminals)
        fix = did_you_mean(place, {*seats, *spec.destination_codes, *terminals} - {FILLED_IN})
        yield desk.file.finding((*path, "to"), f"{sends.key} does not go to `{place}`", fix)
    if whole and not wrong and not nowhere:
        try:
            decode(complete(sends, desk.script.seats, _PROBE_ORI, desk.world, spec), desk.formats)
        except FormatError as error:
            yield desk.file.finding(path, f"no terminal can send this: {error}", error.fix)


def _goes_to(desk: _Desk, spec: KeySpec, place: str) -> bool:
    if desk.formats.place(place) is Place.TERMINAL and place not in desk.world.terminals:
        return False  # a misspelt seat, most of the time
    return desk.formats.takes(spec, place)


def _fields(desk: _Desk, path: _Path, spec: KeySpec, sends: Sends) -> Iterator[Finding]:
    prefixes = {field.prefix for field in spec.fields}
    for name, value in sends.fields.items():
        known = spec.field(name)
        if known is None:
            yield from desk.unknown((*path, name), f"field of {sends.key}", name, prefixes)
        elif not known.pattern.fullmatch(value):
            what = f"{name} cannot be `{value}`: {known.help}"
            yield desk.file.finding((*path, name), what, f'such as {name} = "{known.example}"')


def complete(
    sends: Sends, seats: Mapping[str, Seat], ori: str, world: World, spec: KeySpec
) -> bytes:
    """The whole message as a terminal sends it: example values and a destination are filled in."""
    fields = None if spec.free_text else spec.complete(sends.fields)
    text = (sends.text or "TRAINING MESSAGE") if spec.free_text else None
    to = destinations(sends, seats) or _usual_destination(sends.key, ori, world)
    return encode_input(
        sends.key, ori, to, sends.control, fields, text, control_prefix=world.control_prefix
    )


def _usual_destination(key: str, ori: str, world: World) -> tuple[str, ...]:
    """Where a terminal usually sends this key: its own state if it is served there."""
    places = [entry.destination for entry in world.catalog if entry.key == key]
    if not places or not places[0]:
        return ()
    return (ori[:2],) if ori[:2] in places else (places[0],)


def _answer(desk: _Desk, path: _Path, pattern: Receives) -> Iterator[Finding]:
    codes = {code for codes in desk.world.class_fields.values() for code in codes}
    keys = set(desk.formats.keys)
    lists: list[tuple[str, str, tuple[str | None, ...], set[str]]] = [
        ("key", "message key", (pattern.key,), keys),
        ("backend", "backend", (pattern.backend,), {str(b) for b in desk.world.backends}),
        ("verdict", "verdict", (pattern.verdict,), {str(v) for v in Verdict}),
        ("network", "verdict", (pattern.network,), {str(v) for v in Verdict}),
        ("owner", "verdict", (pattern.owner,), {str(v) for v in Verdict}),
        ("reply_to", "row that sends a message", (pattern.reply_to,), set(senders(desk.script))),
        ("withheld", "data class", pattern.withheld, {str(c) for c in desk.world.class_fields}),
        ("masked", "field code", pattern.masked, codes),
        ("fields", "field code", tuple(pattern.fields or ()), codes),
    ]
    for key, what, names, known in lists:
        for name in names:
            if name is not None:
                yield from desk.unknown((*path, key), what, name, known)


# --- backends and invariants ------------------------------------------------------------------


def _faults(desk: _Desk) -> Iterator[Finding]:
    backends = {str(name): entry for name, entry in desk.world.backends.items()}
    people = {name for name, seat in desk.script.seats.items() if not seat.actor}
    for number, fault in enumerate(desk.script.faults):
        path = ("fault", number)
        if fault.seat:
            yield from desk.unknown((*path, "seat"), "seat", fault.seat, people)
        if fault.backend:
            yield from desk.unknown((*path, "backend"), "backend", fault.backend, backends)
        if fault.destination:
            known = places_of(desk.world)
            where = (*path, "destination")
            yield from desk.unknown(where, "destination", fault.destination, known)
        entry = backends.get(fault.backend)
        if entry is None or fault.kind is not FaultKind.LATE or fault.takes is None:
            continue
        if fault.takes <= entry.reply_timeout_s:
            given_up = duration_text(entry.reply_timeout_s)
            what = f"{fault.backend} has {given_up} to answer, so this is slow and not late"
            yield desk.file.finding((*path, "takes"), what, f"more than {given_up}")


def _invariants(desk: _Desk) -> Iterator[Finding]:
    world = desk.world
    groups = {group for agency in world.agencies.values() for group in agency.groups}
    for number, row in enumerate(desk.script.invariants):
        names: list[tuple[str, str, tuple[str | None, ...], set[str]]] = [
            ("never", "kind of journal entry", row.never, set(KINDS)),
            ("group", "group", (row.group,), groups),
            ("terminal", "terminal", (row.terminal,), {str(m) for m in world.terminals}),
            ("backend", "backend", (row.backend,), {str(b) for b in world.backends}),
            ("key", "message key", (row.key,), set(desk.formats.keys)),
        ]
        for key, what, given, known in names:
            for name in given:
                if name is not None:
                    yield from desk.unknown(("assert", number, key), what, name, known)


# --- triggers and times -----------------------------------------------------------------------


def _triggers(desk: _Desk) -> Iterator[Finding]:
    cues, sending = set(desk.script.cues), senders(desk.script)
    for block, number, trigger in triggers_of(desk.script):
        path = (block, number, "after")
        if trigger.row not in cues:
            yield from desk.unknown(path, "row", trigger.row, cues)
        elif trigger.cause is not Cause.ROW and trigger.row not in sending | desk.unread:
            what = (
                f"`{trigger.row}` sends no message, so nothing can be a `{trigger.cause.value}` it"
            )
            yield desk.file.finding(path, what, f'after = "{trigger.row}"')
    for block, number, trigger in triggers_of(desk.script):
        if trigger.cause is not Cause.ROW and _answered_by_nobody(desk, trigger.row):
            what = f"`{trigger.row}` sends a text, which nobody answers: no `{trigger}` ever comes"
            fix = f'after = "{trigger.row}"'
            yield desk.file.finding((block, number, "after"), what, fix)


def _answered_by_nobody(desk: _Desk, name: str) -> bool:
    row = desk.script.cues.get(name)
    sends = row.pattern if isinstance(row, Expect) else getattr(row, "sends", None)
    spec = desk.formats.key(sends.key) if isinstance(sends, Sends) else None
    return spec is not None and spec.free_text


def _reached(desk: _Desk) -> Iterator[Finding]:
    """Rows that can never happen, and forbids and asserts that never hold."""
    for row in never_called(desk.script, desk.plan):
        if row.id in desk.file.lost:
            continue  # what could not be read may call it
        where = ("inject", desk.script.injects.index(row))
        what = f"`{row.id}` can never happen: no `at`, no `after`, and no `if_missed` calls it"
        yield desk.file.finding(where, what, 'give it a time, such as at = "2m"')
    for name in sorted(desk.plan.circles):
        what = f"`{name}` waits for itself: its triggers go round in a circle"
        yield desk.file.finding(_place(desk.script, name), what, "start one of them at a time")

    holding: dict[str, tuple[Forbid | Invariant, ...]] = {
        "forbid": desk.script.forbids,
        "assert": desk.script.invariants,
    }
    for block, rows in holding.items():
        for number, held in enumerate(rows):
            start = held.when.at or 0.0
            if held.until is not None and held.until <= start:
                what = f"`{held.id}` holds at no time: it ends before it begins"
                yield desk.file.finding((block, number, "until"), what, "a later `until`")
            elif start >= desk.script.length:
                what = f"`{held.id}` holds at no time: the scenario is over before it begins"
                yield desk.file.finding((block, number), what, "an earlier `from`")


def _place(script: Script, name: str) -> tuple[str, int]:
    rows: dict[str, tuple[Cue, ...]] = {
        "inject": script.injects,
        "expect": script.expects,
        "access": script.access,
    }
    return next(
        (block, number)
        for block, listed in rows.items()
        for number, row in enumerate(listed)
        if row.id == name
    )


def _times(desk: _Desk) -> Iterator[Finding]:
    script, end = desk.script, duration_text(desk.script.length)
    for number, act in enumerate(script.acts):
        if act.start >= script.length:
            what = f"the scenario is over after {end}"
            yield desk.file.finding(("act", number, "from"), what, "an earlier `from`")
    for number, fault in enumerate(script.faults):
        if fault.at >= script.length:
            what = f"the scenario is over after {end}"
            yield desk.file.finding(("fault", number, "at"), what, "an earlier `at`")
    for row in script.cues.values():
        happens, opens = desk.plan.times.get(row.id), desk.plan.triggers.get(row.id)
        path = _place(script, row.id)
        if happens is not None and happens >= script.length:
            when = duration_text(happens)
            what = f"`{row.id}` happens after {when}, but the scenario is over after {end}"
            yield desk.file.finding(path, what, "move it, or give the scenario more `length`")
        elif isinstance(row, Expect) and opens is not None and opens + row.within > script.length:
            when = duration_text(opens + row.within)
            what = f"`{row.id}` may be met until {when}, but the scenario is over after {end}"
            yield desk.file.finding((*path, "within"), what, "give the scenario more `length`")
