"""What else is on record about invented people: histories, boats, permits, warrants, supervision.

All of it hangs on the people of a `Population`: whoever has a permit has a licence too. Each
register is made from the same seed in the same order, so that it can be built by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Protocol

from backends import names

Fields = dict[str, str]


class People(Protocol):
    """What a register needs of a population."""

    state: str
    year: int
    people: list[Fields]

    def pick(self, purpose: str) -> Random:
        """A stream of chance for one purpose."""
        ...


EVERY: Mapping[str, int] = {
    "history": 1,
    "boat": 5,
    "snowmobile": 9,
    "aircraft": 25,
    "permit": 11,
    "registrant": 90,
    "supervision": 30,
    "warrant": 45,
    "wildlife": 14,
}
"""Of how many people one is in a register."""

_FIRST = {"registrant": 3, "supervision": 5, "warrant": 7, "wildlife": 2}  # so that they differ

ROADS = 3  # reports of a state
_SUPERVISED = ("PAROLE", "PROBATION", "CORRECTIONS")


def count(kind: str, people: int) -> int:
    """How many records a register has."""
    return ROADS if kind == "road" else -(-max(0, people - _FIRST.get(kind, 0)) // EVERY[kind])


def _in(of: People, kind: str) -> Iterator[tuple[int, Fields]]:
    return enumerate(of.people[_FIRST.get(kind, 0) :: EVERY[kind]])


def history(of: People) -> Iterator[Fields]:
    """A driver's history; every third one has something in it."""
    chance = of.pick("history")
    for person in of.people:
        number = chance.choice((0, 0, 1, 2)) if chance.random() < 0.5 else 0
        entries = [
            f"{_day(of.year - 1 - each, chance)} {chance.choice(names.VIOLATIONS)}"
            for each in range(number)
        ]
        yield {
            **_of(person, "NAM", "DOB", "SEX", "OLN", "OLS", "OLT", "OLY", "STA"),
            "ENT": f"{number}",
            **({"HIS": "; ".join(entries)} if entries else {}),
            "IMG": person["IMG"],
        }


def boats(of: People) -> Iterator[Fields]:
    """Boats in the suggested layout: REG, EXPIRES, BHN, then the rest [N-BQ]."""
    chance = of.pick("boats")
    for number, person in _in(of, "boat"):
        yield {
            "REG": f"SIM{number:04}{of.state}",
            "EXPIRES": f"{of.year + 1 + number % 3}",
            "BHN": f"SIM{of.state}099{number:06}",
            "BMA": chance.choice(names.MAKES),
            "BYR": f"{of.year - chance.randrange(1, 30)}",
            "BLE": f"{chance.randrange(12, 42)}FT",
            **_owner(person),
        }


def snowmobiles(of: People) -> Iterator[Fields]:
    """Snowmobiles."""
    chance = of.pick("snowmobiles")
    for number, person in _in(of, "snowmobile"):
        yield {
            "REG": f"SIMS{number:04}{of.state}",
            "EXPIRES": f"{of.year + 1 + number % 3}",
            "VIN": f"SIM{of.state}S99{number:09}",
            "VMA": chance.choice(names.MAKES),
            "VYR": f"{of.year - chance.randrange(1, 20)}",
            **_owner(person),
        }


def aircraft(of: People) -> Iterator[Fields]:
    """Aircraft; names stand with blanks there, without a comma [N-GQ]."""
    chance = of.pick("aircraft")
    for number, person in _in(of, "aircraft"):
        yield {
            "REG": f"N0{number:03}S",
            "SER": f"SIM-{number:06}",
            "EXPIRES": f"{of.year + 1 + number % 3}",
            "AMA": chance.choice(names.MAKES),
            "AYR": f"{of.year - chance.randrange(1, 40)}",
            "NAM": person["NAM"].replace(",", "")[:40],
            "RES": person["RES"],
        }


def permits(of: People) -> Iterator[Fields]:
    """Permits to carry a concealed weapon."""
    chance = of.pick("permits")
    for number, person in _in(of, "permit"):
        yield {
            "PER": f"SIMP{number:06}",
            **_of(person, "NAM", "DOB", "SEX", "SOC"),
            "ISS": f"{of.year - 1 - number % 4}0{1 + number % 9}01",
            "EXPIRES": f"{of.year + 1 + number % 4}",
            "STA": "REVOKED" if chance.random() < 0.05 else "VALID",
            "RES": person["RES"],
        }


def registrants(of: People) -> Iterator[Fields]:
    """Entries of the registry."""
    for number, person in _in(of, "registrant"):
        yield {
            "RGN": f"SIMR{number:05}",
            **_of(person, "NAM", "DOB", "SEX", "SOC", "HGT", "WGT", "EYE", "HAI"),
            "OFF": "SIMULATED REGISTERED OFFENSE",
            "STA": "ABSCONDED" if number % 7 == 3 else "REGISTERED",
            "RES": person["RES"],
            "IMG": person["IMG"],
        }


def supervision(of: People) -> Iterator[Fields]:
    """Parole, probation and corrections, by turns."""
    chance = of.pick("supervision")
    for number, person in _in(of, "supervision"):
        yield {
            "SUP": _SUPERVISED[number % 3],
            **_of(person, "NAM", "DOB", "SEX", "SOC"),
            "SID": f"{of.state}099{number:05}",
            "FBI": f"SIM{number:06}",
            "OFF": chance.choice(names.OFFENSES),
            "AGT": f"SIMULATED OFFICER {number % 12 + 1}",
            "UNT": f"{of.year + 1 + number % 5}",
        }


def warrants(of: People) -> Iterator[Fields]:
    """Warrants of the state, which the national file need not have."""
    chance = of.pick("warrants")
    for number, person in _in(of, "warrant"):
        yield {
            "WAR": "STATE WARRANT - SIMULATED",
            **_of(person, "NAM", "DOB", "SEX", "OLN", "SOC"),
            "OFF": chance.choice(names.OFFENSES),
            "DOW": _day(of.year, chance),
            "OCA": f"SIM{of.year % 100:02}-{number:05}",
            "ORI": f"{of.state}0990{1 + number % 2}00",
            "MIS": "SYNTHETIC RECORD, CONFIRM IN TRAINING ONLY",
        }


def wildlife(of: People) -> Iterator[Fields]:
    """Licences to hunt and fish, and what became of some."""
    chance = of.pick("wildlife")
    for number, person in _in(of, "wildlife"):
        violated = chance.random() < 0.2
        yield {
            "LCN": f"SIMW{number:06}",
            **_of(person, "NAM", "DOB", "SEX", "SOC"),
            "TYP": chance.choice(names.GAME),
            "EXPIRES": f"{of.year + number % 2}",
            "STA": "REVOKED" if violated else "VALID",
            **({"VIO": chance.choice(names.POACHING)} if violated else {}),
        }


def roads(of: People) -> Iterator[Fields]:
    """Reports of a state's roads and weather; the answer is free text [N-HQ]."""
    chance = of.pick("roads")
    for number in range(ROADS):
        yield {
            "RDS": f"SIMULATED ROUTE {10 * (number + 1)} {chance.choice(names.SURFACES)}",
            "WEA": chance.choice(names.WEATHER),
        }


REGISTERS: Mapping[str, Callable[[People], Iterator[Fields]]] = {
    "history": history,
    "boat": boats,
    "snowmobile": snowmobiles,
    "aircraft": aircraft,
    "permit": permits,
    "registrant": registrants,
    "supervision": supervision,
    "warrant": warrants,
    "wildlife": wildlife,
    "road": roads,
}
"""All registers, by the kind of their records."""


def _of(person: Fields, *codes: str) -> Fields:
    return {code: person[code] for code in codes}


def _owner(person: Fields) -> Fields:
    return {"OWN": person["NAM"], "DOB": person["DOB"], "RES": person["RES"]}


def _day(year: int, chance: Random) -> str:
    return f"{year}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
