"""From a scenario file to a `Script`, and what is wrong with the file by itself.

What pydantic sees is found by `scenarios.script_rows`. What needs the file alone (ids given twice,
keys that exclude each other) is found here; whatever needs a world is found by `scenarios.check`.
Both lists are shown together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scenarios.script import (
    NETWORK,
    Access,
    Act,
    Expect,
    Fault,
    FaultKind,
    Forbid,
    Inject,
    Invariant,
    Receives,
    Script,
    Seat,
    Sends,
    Traffic,
    When,
    parse_trigger,
)
from scenarios.script_rows import (
    AccessRow,
    ExpectRow,
    FaultRow,
    ForbidRow,
    InjectRow,
    InvariantRow,
    ReceivesRow,
    ScenarioFile,
    SeatRow,
    TrafficRow,
)
from switch.errors import Finding, said
from switch.files.authored import Authored, did_you_mean, instant
from switch.files.salvage import FILLED_IN

# And assert, whose name is an alias.
_BLOCKS = ("inject", "expect", "forbid", "fault", "access", "traffic")


def blocks(file: Authored[ScenarioFile]) -> Iterator[tuple[tuple[str, int], Any]]:
    """Every row with its place in the file."""
    for block in _BLOCKS:
        for number, row in enumerate(getattr(file.model, block)):
            yield (block, number), row
    for number, row in enumerate(file.model.invariant):
        yield ("assert", number), row


class Read(NamedTuple):
    """A script, and what is wrong with the file by itself; with findings it is not to be played."""

    script: Script
    findings: list[Finding]


def build(file: Authored[ScenarioFile], timezone: ZoneInfo) -> Read:
    """The script of a file."""
    findings = [*_duplicates(file), *_contradictions(file)]
    head = file.model.scenario
    starts = 0.0
    try:
        starts = 0.0 if head.starts == FILLED_IN else instant(head.starts, timezone)
    except ValueError as error:
        what, fix = said(error)
        findings.append(file.finding(("scenario", "starts"), f"`starts`: {what}", fix))
    findings += _message_shapes(file)
    model = file.model
    seats = {name: _seat(name, row, actor=False) for name, row in model.seats.items()}
    seats |= {name: _seat(name, row, actor=True) for name, row in model.actors.items()}
    faults = tuple(_fault(n, row, head.length) for n, row in enumerate(model.fault, 1))
    script = Script(
        id=head.id,
        title=head.title,
        world=head.world,
        starts=starts,
        length=head.length,
        seed=head.seed,
        pass_percent=head.pass_,
        floor_percent=head.floor,
        teaches=_texts(head.teaches),
        debrief=head.debrief,
        source=head.source,
        invented=head.invented,
        invented_rules=frozenset(head.invented_rules),
        seats=seats,
        acts=tuple(Act(a.id, a.title, a.start, a.source, a.invented) for a in model.act),
        injects=tuple(_inject(row) for row in model.inject),
        expects=tuple(_expect(row) for row in model.expect),
        forbids=tuple(_forbid(row, faults) for row in model.forbid),
        faults=faults,
        access=tuple(_access(row) for row in model.access),
        invariants=tuple(_invariant(row) for row in model.invariant),
        traffic=tuple(_traffic(row, head.length) for row in model.traffic),
    )
    return Read(script, findings)


# --- rows -------------------------------------------------------------------------------------


def _seat(name: str, row: SeatRow, *, actor: bool) -> Seat:
    return Seat(name, row.terminal, row.ori, row.operator, actor)


def _inject(row: InjectRow) -> Inject:
    when = When(row.at, row.after, row.wait)
    return Inject(row.id, when, row.to, row.radio, row.actor, _sends(row.sends))


def _expect(row: ExpectRow) -> Expect:
    after = row.after
    if after is None and row.at is None and row.receives and row.receives.reply_to:
        after = parse_trigger(row.receives.reply_to)
    return Expect(
        id=row.id,
        when=When(row.at, after),
        not_before=row.not_before,
        within=row.within,
        seat=row.seat,
        pattern=_pattern(row),
        points=row.points,
        ideal=row.not_before if row.ideal is None else row.ideal,
        if_missed=row.if_missed,
        note=row.note,
    )


def _forbid(row: ForbidRow, faults: Sequence[Fault]) -> Forbid:
    when, until, during = When(row.at, row.after), row.until, row.during
    for fault in faults:
        if fault.id == during:  # its times are known: it is as if they stood here
            when, until, during = When(fault.at), fault.until, None
    what = (row.seat, _pattern(row), row.more_than, row.points)
    return Forbid(row.id, when, until, during, *what)


def _fault(number: int, row: FaultRow, length: float) -> Fault:
    until = length if row.until is None else row.until
    name, whose = row.id or f"fault-{number}", (row.backend or "", row.seat or "")
    where, kind = (row.destination or "", _texts(row.keys)), FaultKind(row.kind)
    return Fault(name, kind, *whose, row.at, until, row.takes, row.announce, *where)


def _access(row: AccessRow) -> Access:
    backend = NETWORK if row.network else row.backend or ""
    when = When(row.at, row.after, row.wait)
    return Access(row.id, when, backend, row.effect, row.rule, row.withdraw)


def _invariant(row: InvariantRow) -> Invariant:
    when = When(row.at, row.after)
    about = (row.group, row.terminal, row.backend, row.key, row.text)
    return Invariant(row.id, when, row.until, _texts(row.never), *about)


def _traffic(row: TrafficRow, length: float) -> Traffic:
    until = length if row.until is None else row.until
    what = (_texts(row.seats), _texts(row.keys), _texts(row.messages))
    return Traffic(row.id, *what, row.rate, row.at, until)


def _pattern(row: ExpectRow | ForbidRow) -> Sends | Receives:
    sends = _sends(row.sends)
    return sends if sends is not None else _receives(row.receives or ReceivesRow())


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _sends(table: Mapping[str, Any] | None) -> Sends | None:
    if table is None:
        return None
    # Whatever is not a text has its finding; here it only must not stop the other checks.
    words = {name: str(value) for name, value in table.items() if name != "to"}
    fields = {name: value for name, value in words.items() if name.isupper()}
    to = _texts(table.get("to", []))
    return Sends(words.get("key", ""), to, fields, words.get("text"), words.get("control"))


def _receives(row: ReceivesRow) -> Receives:
    given = row.model_dump()
    several = ("rule", "text", "without", "withheld", "masked")
    return Receives(**given | {name: _texts(given[name]) for name in several})


# --- what the file says wrong by itself -------------------------------------------------------


_OF_A_BACKEND = ("outage", "slow", "late", "drop", "duplicate", "garble", "crash")
_OUT_OF_SERVICE = ("hold", "remove", "never")
_OF_A_SEAT = ("outage", "slow", "drop", "duplicate", "garble", "disconnect")


def _fault_contradictions(
    file: Authored[ScenarioFile], path: tuple[str, int], row: FaultRow
) -> Iterator[Finding]:
    if [row.backend, row.seat, row.destination].count(None) != 2:
        what = "a fault is one of a `backend`, of the line of a `seat`, or of a `destination`"
        yield file.finding(path, what, 'backend = "CADMV"')
        return
    whose = "destination"
    kinds: tuple[str, ...] = _OUT_OF_SERVICE
    if row.backend is not None:
        whose, kinds = "backend", (*_OF_A_BACKEND, *_OUT_OF_SERVICE)
    elif row.seat is not None:
        whose, kinds = "line", _OF_A_SEAT
    if row.keys and row.kind not in _OUT_OF_SERVICE:
        what = f"`keys` is for {', '.join(_OUT_OF_SERVICE)}, not for {row.kind}"
        yield file.finding((*path, "keys"), what, "take the key out")
    if row.kind not in kinds:
        what = f"`{row.kind}` is no fault of a {whose}"
        yield file.finding((*path, "kind"), what, f"one of {', '.join(kinds)}")
    if row.kind == "slow" and row.takes is None:
        what = "the fault `slow` must say how long it takes"
        yield file.finding(path, what, 'takes = "30s"')
    if row.takes is not None and row.kind not in ("slow", "late"):
        what = f"`takes` is for slow and late, not for {row.kind}"
        yield file.finding((*path, "takes"), what, "take the key out")
    if row.seat is not None and row.at == 0:
        what = "seats sign on as the scenario begins, so a fault of a line begins later"
        yield file.finding(path, what, 'at = "1m"')
    if row.until is not None and row.until <= row.at:
        yield file.finding((*path, "until"), "`until` is not after `at`", "a later `until`")


def _duplicates(file: Authored[ScenarioFile]) -> Iterator[Finding]:
    named: list[tuple[tuple[str | int, ...], str]] = [
        ((*path, "id"), row.id) for path, row in blocks(file) if row.id is not None
    ]
    named += [(("act", number, "id"), row.id) for number, row in enumerate(file.model.act)]
    named.sort(key=lambda item: file.line(*item[0]))
    first: dict[str, int] = {}
    for path, name in named:
        if name in first and name != FILLED_IN:
            what = f"`{name}` is the id of another row too (line {first[name]})"
            yield file.finding(path, what, "give each row an id of its own")
        first.setdefault(name, file.line(*path))
    for name in file.model.actors.keys() & file.model.seats.keys():
        yield file.finding(("actors", name), f"`{name}` is a seat already", "choose another name")


def _contradictions(file: Authored[ScenarioFile]) -> Iterator[Finding]:
    for path, row in blocks(file):
        if path[0] not in ("fault", "traffic") and row.at is not None and row.after is not None:
            yield file.finding(path, "a row has `at` or `after`, not both", "keep one of them")
        match path[0]:
            case "inject":
                yield from _inject_contradictions(file, path, row)
            case "expect" | "forbid":
                if (row.sends is None) == (row.receives is None):
                    what = "a row says what its seat `sends` or what it `receives`, one of them"
                    yield file.finding(path, what, 'sends = { key = "DQ" }')
                if path[0] == "forbid" and row.during is not None and _times_of(row):
                    what = "`during` says when it holds, so `from`, `after` and `until` do not"
                    yield file.finding((*path, "during"), what, "keep one of them")
                if path[0] == "expect":
                    yield from _window_contradictions(file, path, row)
            case "access":
                yield from _access_contradictions(file, path, row)
            case "fault":
                yield from _fault_contradictions(file, path, row)
            case "traffic" if not (row.keys or row.messages):
                what = "nothing says what is sent in the background"
                yield file.finding(path, what, 'keys = ["DQ", "AM"]')
            case "assert" if bool(_texts(row.never)) == bool(row.always):
                what = "an assert says `never` (kinds of journal entries) or `always`"
                yield file.finding(path, what, 'never = "released", or always = "one outcome"')
            case _:
                pass


def _times_of(row: ForbidRow) -> bool:
    return any(value is not None for value in (row.at, row.after, row.until))


def _inject_contradictions(
    file: Authored[ScenarioFile], path: tuple[str, int], row: InjectRow
) -> Iterator[Finding]:
    radio = row.to is not None and row.radio is not None
    message = row.actor is not None and row.sends is not None
    given = [name for name in ("to", "radio", "actor", "sends") if getattr(row, name) is not None]
    if radio == message or len(given) > 2:
        what = "an inject has `to` and `radio`, or `actor` and `sends`"
        yield file.finding(path, what, 'to = "desk1", radio = "Unit 12, traffic stop."')


def _window_contradictions(
    file: Authored[ScenarioFile], path: tuple[str, int], row: ExpectRow
) -> Iterator[Finding]:
    if row.within <= row.not_before:
        what = "`within` is not after `not_before`"
        yield file.finding((*path, "within"), what, "a later `within`")
    if row.ideal is not None and not row.not_before <= row.ideal <= row.within:
        what = "`ideal` is outside of the window from `not_before` to `within`"
        yield file.finding((*path, "ideal"), what, "a time within it")
    reply_to = row.receives.reply_to if row.receives else None
    if row.at is None and row.after is None and reply_to is None:
        what = "nothing says when this is expected"
        yield file.finding(path, what, 'add `after = "ROW"` or `at = "2m"`')


def _access_contradictions(
    file: Authored[ScenarioFile], path: tuple[str, int], row: AccessRow
) -> Iterator[Finding]:
    if row.network == (row.backend is not None):
        what = "an access row is an owner's (`backend`) or the switch operator's (`network = true`)"
        yield file.finding(path, what, 'backend = "CADMV", or network = true')
    if (row.rule is None) == (row.withdraw is None) or (row.rule is None) != (row.effect is None):
        what = "an access row has `effect` and `rule`, or `withdraw`"
        yield file.finding(path, what, 'withdraw = "DMV-01"')


_SENDS_KEYS = ("key", "to", "text", "control")


def _message_shapes(file: Authored[ScenarioFile]) -> Iterator[Finding]:
    """`sends` holds fields in capitals beside its few keys, so its shape is looked at by hand."""
    for path, row in blocks(file):
        table = getattr(row, "sends", None)
        for name, value in (table or {}).items():
            where = (*path, "sends", name)
            if not name.isupper() and name not in _SENDS_KEYS:
                fix = did_you_mean(name, _SENDS_KEYS)
                yield file.finding(where, f"`{name}` is not a key of `sends`", fix)
            elif not isinstance(value, str) and not (name == "to" and _is_texts(value)):
                what = f"`{name}` must be a text in quotes (got {value!r})"
                yield file.finding(where, what, f'{name} = "{value}"')
        if table is not None and "key" not in table:
            yield file.finding((*path, "sends"), "`sends` needs a message key", 'key = "DQ"')


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
