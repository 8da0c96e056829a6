"""A run as rows of a sequence diagram: who says what to whom, one below the other.

Drawn from the journal and the judge alone, so that a class is drawn as a rehearsal is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from scenarios.background.entries import Background
from scenarios.course import Move, intervention
from scenarios.pattern import Way, received_key, way
from scenarios.replay import Replay
from scenarios.report.lanes import Lanes
from scenarios.report.words import fault_text
from scenarios.result import Block, Line, Status
from scenarios.schedule import Due, Step
from scenarios.script import Act, Fault, Inject, Script, duration_text
from switch.core.record.journal import Entry
from switch.terms import Instant


class Tone(Enum):
    """What a row is, so that it can be seen; never by colour alone."""

    SENT = "sent"
    GOOD = "good"
    PART = "part"
    BAD = "bad"
    WARN = "warn"
    RADIO = "radio"
    CHANGE = "change"
    FAULT = "fault"
    LEAD = "lead"  # what whoever leads the run did
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `start` and `ends` are lanes; without `ends` it is a mark in its lane."""

    at: Instant
    tone: Tone
    text: str
    start: int | None  # None = the left edge
    ends: tuple[int, ...] = ()
    entry: int | None = None
    lines: tuple[Line, ...] = ()  # what it earned or lost
    act: Act | None = None  # it is the heading of an act
    background: int = 0  # messages of the background that it stands for


def rows(script: Script, lanes: Lanes, entries: Sequence[Entry], replayed: Replay) -> Iterator[Row]:
    """All rows in the order of time; of one instant: acts, the script's doing, entries, misses."""
    decided = _decided(replayed.result.lines)
    gathered: list[tuple[Instant, int, int, Row]] = []

    def put(rank: int, found: Iterable[Row]) -> None:
        gathered.extend((row.at, rank, len(gathered) + n, row) for n, row in enumerate(found))

    put(0, _acts(script))
    put(1, (row for due in replayed.happened for row in _happened(due, lanes)))
    refused, background = _never_asked(entries), Background(script)
    for entry in entries:
        if background.take(entry):
            if way(entry) is Way.SENT:
                put(2, [_folded(entry["at"], 1, lanes)])
            continue
        if entry["kind"] == "signed-on" and entry["at"] == script.starts:
            continue  # everybody does, before anything happens
        put(2, _entry(entry, lanes, refused, decided.get(entry["n"], ())))
    put(3, _misses(script, lanes, replayed.result.lines))
    gathered.sort(key=lambda item: item[:3])
    found = (row for *_, row in gathered if row.at <= replayed.result.ended)
    return _fold(found, lanes)


def _fold(found: Iterable[Row], lanes: Lanes) -> Iterator[Row]:
    """What is said in the background between two rows of the story is one row."""
    for quiet, several in groupby(found, key=lambda row: bool(row.background)):
        if quiet:
            said = list(several)
            yield _folded(said[0].at, len(said), lanes)
        else:
            yield from several


def _folded(at: Instant, count: int, lanes: Lanes) -> Row:
    text = f"in the background: {count} message{'s' if count > 1 else ''}"
    return Row(at, Tone.QUIET, text, lanes.switch, background=count)


def _decided(lines: Iterable[Line]) -> dict[int, tuple[Line, ...]]:
    """The lines that an entry earned or lost. A miss stands where its window closed."""
    found: dict[int, tuple[Line, ...]] = {}
    for line in lines:
        if line.entry is not None and line.status is not Status.MISSED:
            found[line.entry] = (*found.get(line.entry, ()), line)
    return found


def _acts(script: Script) -> Iterator[Row]:
    for act in script.acts:
        at = script.starts + act.start
        yield Row(at, Tone.QUIET, act.title, None, act=act)


def _happened(due: Due, lanes: Lanes) -> Iterator[Row]:
    match due.row:
        case Inject(radio=str(radio), to=to):
            place = lanes.place(to or "")
            yield Row(due.at, Tone.RADIO, radio, None, () if place is None else (place,))
        case Fault() as fault:
            place = lanes.place(fault.backend or fault.seat)
            if due.step is Step.LIFT:
                text = f"{fault.backend or f'the line of {fault.seat}'} is well again"
                yield Row(due.at, Tone.QUIET, text, place)
                return
            yield Row(due.at, Tone.FAULT, fault_text(fault), place)
            if fault.announce:
                yield Row(due.at, Tone.RADIO, fault.announce, None, (lanes.switch,))
        case _:
            pass  # an actor's message and a change of access are told by their own entries


def _never_asked(entries: Iterable[Entry]) -> frozenset[tuple[int, int]]:
    """Legs that were refused before their backend could be asked."""
    early = ("ingress", "route")
    refused = (e for e in entries if e["kind"] == "refused" and e["point"] in early)
    return frozenset((entry["query"], entry["leg"]) for entry in refused)


def _entry(
    entry: Entry, lanes: Lanes, refused: frozenset[tuple[int, int]], lines: tuple[Line, ...]
) -> Iterator[Row]:
    found = _drawn(entry, lanes, refused)
    if found is not None:
        tone, text, start, ends = found
        yield Row(entry["at"], tone, text, start, ends, entry["n"], lines)


_Drawn = tuple[Tone, str, int | None, tuple[int, ...]]


def _drawn(entry: Entry, lanes: Lanes, refused: frozenset[tuple[int, int]]) -> _Drawn | None:
    seat, switch, kind = lanes.seat(entry.get("terminal")), lanes.switch, entry["kind"]
    back = () if seat is None else (seat,)
    backend = entry.get("backend") or ""
    match kind:
        case "query":
            asked = [leg for leg in entry["legs"] if (entry["query"], leg["leg"]) not in refused]
            places = (lanes.place(leg["backend"]) for leg in asked)
            ends = (switch, *(place for place in places if place is not None))
            return Tone.SENT, _query(entry), seat, ends
        case "message":
            return Tone.SENT, f"{entry['key']} {entry.get('text') or ''}", seat, (switch,)
        case "released":
            part = bool(entry["withheld"] or entry["masks"])
            return Tone.PART if part else Tone.GOOD, _released(entry), lanes.place(backend), back
        case "refused":
            owner = lanes.owner("NETWORK" if entry["network"] else backend)
            return Tone.BAD, _refused(entry), owner, back
        case "no-answer" | "rejected" | "malformed" | "sign-on-refused":
            reason = entry.get("reason") or entry.get("number") or entry.get("code") or ""
            text = f"{received_key(entry)} {kind.replace('-', ' ')} {reason}"
            return Tone.WARN, text.rstrip(), switch, back
        case "delivered":
            return Tone.SENT, _first_words(entry), switch, back
        case "withheld":
            text = f"withheld: {entry['verdict']} {' '.join(entry['rules'])}"
            return Tone.BAD, text, lanes.place(backend), (switch,)
        case "unmatched" | "undelivered":
            return Tone.WARN, kind, lanes.place(backend), (switch,)
        case "access":
            return Tone.CHANGE, entry["error"] or entry["change"], lanes.owner(backend), (switch,)
        case "effective":
            return Tone.CHANGE, _effective(entry), lanes.owner(backend), ()
        case "signed-on" | "signed-off":
            return Tone.QUIET, f"{entry['operator']} {kind.replace('-', ' ')}", seat, ()
        case "noted":
            return _led(entry, lanes)
        case _:
            return None


def _query(entry: Entry) -> str:
    fields = ".".join(f"{code}/{value}" for code, value in entry["fields"].items())
    return " ".join(part for part in (entry["key"], *entry["destinations"], fields) if part)


def _released(entry: Entry) -> str:
    records = entry["records"]
    count = "no record" if not records else f"{records} record{'s' if records > 1 else ''}"
    late = " LATE" if entry["late"] else ""
    rules = " ".join(entry["rules"])
    return f"{entry['key']} {count}{late}, {entry['verdict']} {rules}".rstrip()


def _refused(entry: Entry) -> str:
    rules = entry["suspension"] if entry["network"] else " ".join(entry["rules"])
    return f"ER {entry['verdict']} {rules}".rstrip()


def _effective(entry: Entry) -> str:
    parts = [f"{rule} begins" for rule in entry["started"]]
    parts += [f"{rule} ends" for rule in entry["ended"]]
    return ", ".join(sorted(parts))


def _first_words(entry: Entry) -> str:
    lines = (entry.get("text") or "").splitlines()
    return f"{received_key(entry)} {lines[1] if len(lines) > 1 else ''}".rstrip()


def _led(entry: Entry, lanes: Lanes) -> _Drawn | None:
    moved = intervention(entry)
    if moved is None or moved.move is Move.TICKED:
        return None
    words = (moved.by, moved.move.value.replace("-", " "), moved.about, moved.reason)
    return Tone.LEAD, " ".join(word for word in words if word), None, (lanes.switch,)


def _misses(script: Script, lanes: Lanes, lines: Iterable[Line]) -> Iterator[Row]:
    """Where a window closed without what was expected, on time at least."""
    windows = {row.id: row.within for row in script.expects}
    for line in lines:
        if line.block is Block.EXPECT and line.since is not None and line.status is Status.MISSED:
            at = line.since + windows[line.id]
            within = duration_text(windows[line.id])
            text = f"{line.id} did not come within {within}"
            yield Row(at, Tone.BAD, text, lanes.place(line.seat), lines=(line,))
