"""Random wire rooms in which one agency is cut off from some classes of data at some instant.

Agencies, terminals and catalog are those of golden-state; affiliations, hubs, rules, faults,
records and traffic are drawn. Each room has its records twice: the two differ in nothing but what
the cut-off agency may not have from that instant on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import tomlkit

from scenarios.script_rows import ScenarioFile
from scenarios.shelf import Opened, open_file
from switch.backend import Acknowledged, Query, Record, Reply
from switch.config import CatalogEntry
from switch.files.authored import instant, parse
from switch.shell.clock import Clock
from switch.terms import BackendName, DataClass, Instant, MessageKey
from switch.world_file import WORLDS_FOLDER
from tests.seats import ORIS, SEATS

Table = dict[str, Any]
Found = tuple[dict[str, str], ...]
Traffic = Iterator[tuple[Instant, str, bytes]]
Drawer = dict[tuple[MessageKey, str], Found]  # what is on file by key and identifier

STARTS = datetime.fromisoformat("2019-10-14T23:57:00")
LENGTH_S = 480.0
CUT_AFTER = timedelta(minutes=3)  # where it happens while the room is at work
CUT_AGENCIES = ("ICE-ERO", "ICE-HSI", "CBP", "BAY-PD", "VALLEY-SO", "NV-HP")
NAMES = ("ALBITE, MARA", "BASALT, ORRIN", "CHERT, LIO")
ASKED = frozenset(("DQ", "RQ", "ZIQ", "QW"))  # what they send; who answers none of it is left out
MESSAGES, LAST_MINUTE, SELDOM = 40, 10, 14

SCRIPT = """
format = 1
[scenario]
id = "room"
title = "A random room"
world = {world}
starts = {starts}
length = "8m"
pass = 80
floor = 40
[seats]
{seats}
[[inject]]
id = "call"
at = "1m"
to = "bay2"
radio = "Anything?"
[[expect]]
id = "ask"
after = "call"
within = "1m"
seat = "bay2"
sends = {{ key = "DQ", OLN = "S0990001" }}
points = 10
ideal = "20s"
{faults}
"""


@dataclass(frozen=True, slots=True)
class Room:
    """One room, its two versions of the records, and what everybody types."""

    opened: Opened
    cut: str  # the agency
    since: Instant  # from here on it may not have what differs
    records: Mapping[BackendName, tuple[Drawer, Drawer]]
    careless: frozenset[BackendName]  # backends that send a photograph unasked
    traffic: Sequence[tuple[Instant, str, bytes]]

    @property
    def watched(self) -> list[str]:
        """The seats at the cut-off agency's own terminals."""
        world, script = self.opened.world, self.opened.script
        seats = script.seats.values()
        return [seat.id for seat in seats if world.terminals[seat.terminal].agency == self.cut]  # type: ignore[index]


class Shelf:
    """A backend that answers from the first version of its records, and from `since` from one."""

    def __init__(self, room: Room, name: BackendName, version: int, clock: Clock) -> None:
        self._before, later = room.records[name]
        self._after = later if version else self._before
        self._since, self._clock = room.since, clock
        self._careless = name in room.careless
        self._asked: dict[str, list[int]] = {}  # by identifier, as a file remembers inquiries

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        """Records as they are on file at this instant."""
        drawer = self._before if self._clock.now() < self._since else self._after
        return [Reply(query.id, self._records(drawer, query)) for query in batch]

    def _records(self, drawer: Drawer, query: Query) -> tuple[Mapping[str, str], ...]:
        if query.key == "EW":
            return (self._entered(drawer, query),)
        self._asked.setdefault(identifier(query.fields), []).append(query.id)
        found = drawer.get((query.key, identifier(query.fields)), ())
        if self._careless:
            return found
        kept = [{k: v for k, v in one.items() if k != "IMG" or query.image} for one in found]
        return tuple(Record(one) if _is_text(one) else one for one in kept if one)

    def _entered(self, drawer: Drawer, query: Query) -> Record:
        """What is on file under that name is what was entered, if there is anything."""
        told = {"ACK": "ENTERED", "NIC": "W500000001", "OCA": query.fields["OCA"]}
        name = identifier(query.fields)
        whole: dict[str, str] = {}
        for record in drawer.get((MessageKey("QW"), name), ()):
            whole |= {code: str(text) for code, text in record.items()}
        earlier = self._asked.get(name, []) if whole else []
        return Acknowledged(told, Record(whole), tuple(earlier))

    def close(self) -> None:
        """Nothing to give back."""


def _is_text(record: Mapping[str, object]) -> bool:
    return all(isinstance(value, str) for value in record.values())


def identifier(fields: Mapping[str, str]) -> str:
    """What an inquiry asks for."""
    return next((fields[code] for code in ("OLN", "LIC", "NAM") if code in fields), "")


# --- rules ----------------------------------------------------------------------------------------


def room(seed: int, folder: Path) -> Room:
    """The room of a seed; its files are written to that folder."""
    random = Random(seed)
    place = tomllib.loads((WORLDS_FOLDER / "golden-state" / "world.toml").read_text())
    for operator in place["operator"]:
        if random.random() < 0.3:
            span = {"agency": random.choice(CUT_AGENCIES), "from": _time(random)}
            operator["affiliations"] = [span]
    for terminal in place["terminal"]:
        terminal["via"] = ["REGION-HUB"] if random.random() < 0.2 else []
    cut = random.choice(CUT_AGENCIES)
    since = STARTS + random.choice([timedelta(days=-1), CUT_AFTER, CUT_AFTER])
    forbidden = _forbidden(random, place)
    for backend in place["backend"]:
        backend.get("options", {}).pop("records", None)  # they are drawn
    (folder / "acl").mkdir(parents=True, exist_ok=True)
    (folder / "world.toml").write_text(tomlkit.dumps(place))
    for backend in place["backend"]:
        file = _file(random, backend, cut, since, forbidden.get(backend["name"], []))
        (folder / "acl" / f"{backend['name']}.toml").write_text(tomlkit.dumps(file))
    opened = open_file(
        parse(_script(random, folder, place, list(forbidden)), ScenarioFile, name="room.toml")
    )
    world = opened.world
    odd = Random(f"odd {seed}")
    records = {
        name: _drawers(
            random,
            [e for e in world.catalog if e.backend == name],
            opened,
            frozenset(forbidden.get(name, ())),
            odd,
        )
        for name in world.backends
    }
    careless = frozenset(name for name in world.backends if random.random() < 0.5)
    at = instant(since, world.timezone)
    starts = opened.script.starts
    traffic = _traffic(random, starts, cut, place)
    seldom = _seldom(Random(f"seldom {seed}"), starts, cut, place)
    return Room(opened, cut, at, records, careless, sorted([*traffic, *seldom]))


def _forbidden(random: Random, place: Table) -> dict[str, list[str]]:
    """Some classes of some backends."""
    chosen = {}
    for backend in random.sample(_asked(place), random.randint(2, 4)):
        classes = _classes(backend)
        chosen[backend["name"]] = random.sample(classes, random.randint(1, min(2, len(classes))))
    return chosen


def _asked(place: Table) -> list[Table]:
    """The backends that have anything to do."""
    return [row for row in place["backend"] if _classes(row)]


def _classes(backend: Table) -> list[str]:
    """What the answers to what is asked can contain."""
    rows = [row for row in backend["answers"] if ASKED.intersection(row["keys"])]
    return sorted({c for row in rows for c in (*row["classes"], *row.get("image_classes", ()))})


def _file(random: Random, backend: Table, cut: str, since: datetime, forbidden: list[str]) -> Table:
    head = {
        "format": 1,
        "backend": backend["name"],
        "owner": backend["owner"],
        "timezone": "America/Los_Angeles",
        "default": random.choice(["allow", "allow", "allow", "deny"]),
    }
    tables: dict[str, list[Table]] = {"deny": [], "refer": [], "allow": []}
    if forbidden:
        row = _rule("CUT", since) | {"agency": [cut], "data": forbidden}
        tables["deny"].append(row | ({"tell": "ASK IN WRITING."} if random.random() < 0.5 else {}))
    for number in range(random.randint(0, 3)):
        effect = random.choice(["deny", "refer", "allow", "allow"])
        row = _rule(f"R{number}", _time(random)) | {"agency": [random.choice(CUT_AGENCIES)]}
        classes = _classes(backend)
        row["data"] = [random.choice(classes)] if classes and random.random() < 0.7 else "any"
        if effect == "allow":
            row |= {"mask": random.sample(["RES", "DOB", "STA"], 1), "notice": f"NOTICE {number}"}
        tables[effect].append(row)
    return head | {name: rows for name, rows in tables.items() if rows}


def _rule(id: str, start: datetime) -> Table:
    return {"id": id, "from": start, "reason": "r", "cite": "c"}


def _time(random: Random) -> datetime:
    return STARTS + timedelta(seconds=random.choice([-86_400, 60, 180, 200]))


# --- records --------------------------------------------------------------------------------------


def _drawers(
    random: Random,
    entries: Sequence[CatalogEntry],
    opened: Opened,
    forbidden: frozenset[str],
    odd: Random,
) -> tuple[Drawer, Drawer]:
    """Two versions that differ in what is forbidden alone; in the second it is not always text."""
    one: Drawer = {}
    other: Drawer = {}
    fields = opened.world.class_fields
    for entry in entries:
        owner: dict[str, DataClass] = {}  # a code belongs to the first class that has it
        for data_class in (*entry.classes, *entry.image_classes):
            for code in sorted(fields[data_class]):
                owner.setdefault(code, data_class)
        for asked in _identifiers(entry.key):
            many = random.choice([0, 1, 2, 3, 9])
            records = [_record(random, owner, asked) for _ in range(many)]
            one[entry.key, asked] = tuple(records)
            hidden = {code for code, c in owner.items() if c in forbidden}
            if entry.classes[0] in forbidden:
                many = random.choice([0, 1, 2, 12])
                changed = [_record(random, owner, asked) for _ in range(many)]
            else:
                changed = [_without(random, record, hidden) for record in records]
                # a record of nothing but what is forbidden, such as a photograph by itself
                alone = {code: _value(random, code, asked) for code in sorted(hidden)}
                if alone and random.random() < 0.5:
                    changed.insert(random.randint(0, len(changed)), alone)
            other[entry.key, asked] = tuple(_oddly(odd, one, hidden) for one in changed)
    return one, other


def _record(random: Random, owner: Mapping[str, DataClass], asked: str) -> dict[str, str]:
    codes = [code for code in owner if random.random() < 0.6] or list(owner)[:1]
    return {code: _value(random, code, asked) for code in codes}


def _without(random: Random, record: Mapping[str, str], hidden: set[str]) -> dict[str, str]:
    """The same record, what is hidden in it changed, added or taken away; others as they were."""
    changed = {code: text for code, text in record.items() if code not in hidden}
    for code in sorted(hidden):
        if random.random() < 0.7:
            changed[code] = _value(random, code, "")
    return changed


def _oddly(random: Random, record: dict[str, str], hidden: set[str]) -> dict[str, str]:
    """The same record, where what is hidden may be something else than text."""
    values: list[Any] = [None, 42, b"X", ["X"]]
    for code in sorted(hidden & record.keys()):
        if random.random() < 0.1:
            record[code] = random.choice(values)
    return record


def _value(random: Random, code: str, asked: str) -> str:
    if code in ("OLN", "LIC", "NAM") and asked:
        return asked
    return f"{code} {'X' * random.choice([1, 3, 40])}{random.randint(0, 999)}"


def _identifiers(key: MessageKey) -> Sequence[str]:
    if key in ("DNQ", "RNQ", "QW", "IQ"):
        return NAMES
    return ("S0990001", "S0990002") if key == "DQ" else ("SIM2019", "SIM1234")


# --- what happens ---------------------------------------------------------------------------------


def _script(random: Random, folder: Path, place: Table, forbidden: Sequence[str]) -> str:
    """Backends misbehave here and there; two that are cut off are slow at that instant."""
    seats = "\n".join(
        f'{terminal.lower()} = {{ terminal = "{terminal}", ori = "{ori}", operator = "{who}" }}'
        for terminal, (ori, who) in SEATS.items()
    )
    faults = []
    for backend in random.sample(_asked(place), 3):
        kind = random.choice(["slow", "slow", "late", "drop"])
        takes = f'takes = "{random.choice([2, 7, 20])}s"' if kind == "slow" else ""
        start = random.randint(0, 200)
        faults.append(
            f'[[fault]]\nkind = "{kind}"\nbackend = "{backend["name"]}"\n{takes}\n'
            f'at = "{start}s"\nuntil = "{start + random.randint(20, 120)}s"'
        )
    for name in forbidden[:2]:
        seconds, at = random.choice([3, 8, 20]), CUT_AFTER.seconds - 15
        faults.append(
            f'[[fault]]\nkind = "slow"\nbackend = "{name}"\ntakes = "{seconds}s"\n'
            f'at = "{at}s"\nuntil = "{at + 30}s"'
        )
    return SCRIPT.format(
        world=f'"{folder}"', starts=STARTS.isoformat(), seats=seats, faults="\n".join(faults)
    )


def _traffic(
    random: Random, starts: Instant, cut: str, place: Table
) -> list[tuple[Instant, str, bytes]]:
    """Half of it from those who are cut off."""
    own = [row["mnemonic"] for row in place["terminal"] if row["agency"] == cut]
    at, sent = starts + 1.0, []
    for number in range(MESSAGES):
        at += random.choice([0.0, 0.5, 3.0, 12.0])
        terminal = random.choice(own if random.random() < 0.5 else list(SEATS))
        sent.append((at, terminal.lower(), _message(random, terminal, number).encode()))
    for number in range(MESSAGES, MESSAGES + LAST_MINUTE):  # what is under way when it is cut off
        at = starts + CUT_AFTER.seconds - random.choice([0.001, 1.0, 2.5, 7.0, 12.0])
        terminal = random.choice(own)
        sent.append((at, terminal.lower(), _message(random, terminal, number).encode()))
    return sorted(sent)


def _message(random: Random, terminal: str, number: int) -> str:
    ori, _ = SEATS[terminal]
    more = ""
    if random.random() < 0.3:
        more += f"PUR/{random.choice('CJF')}."
    if random.random() < 0.2:
        more += f"OBO/{random.choice(ORIS)}."
    licence, plate = random.choice(["S0990001", "S0990002"]), random.choice(["SIM2019", "SIM1234"])
    image = ".IMQ/Y" if random.random() < 0.5 else ""
    where = random.choice(["CA", "NV", "NL", "NL", "CA.NV"])
    person = f"NAM/{random.choice(NAMES)}.DOB/19800101"
    control = f"*M{number}"
    return random.choice(
        [
            f"DQ.{ori}.{where}.{control}.TXT{more}OLN/{licence}{image}",
            f"DQ.{ori}.{where}.{control}.TXT{more}OLN/{licence}{image}",
            f"RQ.{ori}.{where}.{control}.TXT{more}LIC/{plate}",
            f"ZIQ.{ori}.ZA.{control}.TXT{more}LIC/{plate}",
            f"QW.{ori}.{person}",
            f"AM.{ori}.{random.choice(ORIS)}.{control}.TXTHELLO {number}",
        ]
    )


def _seldom(random: Random, starts: Instant, cut: str, place: Table) -> Traffic:
    """Searches of the log and entries of persons, half of them by those who are cut off."""
    own = [row["mnemonic"] for row in place["terminal"] if row["agency"] == cut]
    for number in range(SELDOM):
        terminal = random.choice(own if random.random() < 0.5 else list(SEATS))
        ori, control = SEATS[terminal][0], f"*S{number}"
        person = f"NAM/{random.choice(NAMES)}.DOB/19800101"
        words = random.choice(["FND/S0990001", "FND/SIM2019", "FND/XXX", "NAM/A*, M*"])
        said = random.choice(
            [
                f"EW.{ori}.{person}.OFF/DRILL CHARGE.DOW/20191001.OCA/SIM{number}",
                f"NLQ.{ori}.NL.{control}.TXTTYP/ALL.BEG/20191014.END/20191015.{words}",
                f"NFQ.{ori}.NL.{control}.TXTMRI/{random.randint(1, 40)}00{random.choice('0112')}",
            ]
        )
        yield starts + random.uniform(20.0, 300.0), terminal.lower(), said.encode()
