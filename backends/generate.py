"""Invented people, vehicles and what is on record about them, from a seed.

The same seed gives the same state the same people and vehicles, whichever backend builds them: a
wanted person has a licence, a stolen vehicle a registration. Every value shows that it is invented:
plates and vehicle numbers begin with SIM, social security numbers with 000, the county is 099.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from backends import names, registers

VERSION = 7  # of what is generated and how it is found; another one: every cache built anew
WANTED_EVERY = 40
STOLEN_EVERY = 50
KNOWN_EVERY = 8  # people with an identity record
REPORTED_EVERY = 12  # people in an incident
_EVERY = {
    "wanted": WANTED_EVERY,
    "stolen": STOLEN_EVERY,
    "identity": KNOWN_EVERY,
    "incident": REPORTED_EVERY,
}

YEAR = 2019  # unless a world says otherwise

Fields = dict[str, str]


class Population:
    """One state's people and vehicles, as they are on record in one year."""

    def __init__(self, seed: int, state: str, people: int, vehicles: int, year: int = YEAR) -> None:
        self.state = state
        self.year = year
        self._seed = f"{seed}:{self.state}"
        first, second = map(ord, self.state)
        self._digit = 1 + (31 * first + second) % 9  # CA 1, NV 3: they do not share numbers
        self.people = [*self._people(people)]
        self.vehicle_count = vehicles
        pick = Random(f"{self._seed}:owners").random
        self._owners = [int(pick() * people) for _ in range(vehicles)] if people else []

    def count(self, kind: str) -> int:
        """How many records of a kind there are."""
        if kind in registers.REGISTERS:
            return registers.count(kind, len(self.people))
        whole = self.vehicle_count if kind in ("vehicle", "stolen") else len(self.people)
        return -(-whole // _EVERY.get(kind, 1))

    def records(self, kind: str) -> Iterator[Fields]:
        """All generated records of a kind."""
        match kind:
            case "driver":
                return iter(self.people)
            case "vehicle":
                return self._vehicles()
            case "wanted":
                return self._wanted()
            case "stolen":
                return self._stolen()
            case "identity":
                return self._identities()
            case "incident":
                return self._incidents()
            case _ if kind in registers.REGISTERS:
                return iter(registers.REGISTERS[kind](self))
            case _:
                raise ValueError(f"no records of kind {kind}")

    def pick(self, purpose: str) -> Random:
        """A stream of chance for one purpose, the same for this seed and state each time."""
        return Random(f"{self._seed}:{purpose}")

    def _people(self, count: int) -> Iterator[Fields]:
        pick = Random(f"{self._seed}:people").random
        last_names, streets, cities = names.LAST_NAMES, names.STREETS, names.CITIES
        for number in range(count):
            sex = "F" if pick() < 0.5 else "M"
            first_names = names.FIRST_NAMES[sex]
            first = first_names[int(pick() * len(first_names))]
            middle = names.MIDDLE_NAMES[int(pick() * len(names.MIDDLE_NAMES))]
            last = last_names[int(pick() * len(last_names))]
            year, month = self.year - 79 + int(pick() * 62), 1 + int(pick() * 12)
            day = 1 + int(pick() * 28)
            yield {
                "OLN": f"S{self._digit}{number:06}",
                "OLS": self.state,
                "NAM": f"{last}, {first} {middle}"[:30],
                "SEX": sex,
                "DOB": f"{year}{month:02}{day:02}",
                "HGT": f"{5 if pick() < 0.7 else 6}{int(pick() * 12):02}",
                "WGT": f"{110 + int(pick() * 130)}",
                "EYE": names.EYES[int(pick() * 5)],
                "HAI": names.HAIR[int(pick() * 5)],
                "RES": f"{1 + int(pick() * 999)} {streets[number % 8]} ST, {cities[number % 6]}"
                f" {self.state}",
                "OLT": "C",
                "OLY": f"{self.year + 1 + number % 6}",
                "STA": "SUSPENDED" if pick() < 0.03 else "VALID",
                "SOC": f"000{self._digit}{number % 100_000:05}",
                "IMG": f"SIMULATED-PHOTO-{self.state}{number:06}",
            }

    def _vehicles(self) -> Iterator[Fields]:
        pick = Random(f"{self._seed}:vehicles").random
        for number in range(self.vehicle_count):
            owner = self.people[self._owners[number]] if self._owners else {}
            kind = int(pick() * 5)
            yield {
                "LIC": self._plate(number),
                "LIS": self.state,
                "LIY": f"{self.year + 1 + number % 6}",
                "LIT": "PC" if kind < 3 else "TK",
                "VIN": f"SIM{self.state}099{number:09}",
                "VYR": f"{self.year - 23 + int(pick() * 25)}",
                "VMA": names.MAKES[kind],
                "VMO": names.MODELS[int(pick() * 5)],
                "VST": names.STYLES[kind],
                "VCO": names.COLOURS[int(pick() * 6)],
                "STA": "EXPIRED" if pick() < 0.05 else "CURRENT",
                "OWN": owner.get("NAM", "INVENTED, OWNER"),
                "RES": owner.get("RES", "1 EXAMPLE ST, SIMVILLE"),
            }

    def _wanted(self) -> Iterator[Fields]:
        pick = Random(f"{self._seed}:wanted").random
        for number, person in enumerate(self.people[::WANTED_EVERY]):
            yield {
                "WNT": "WANTED PERSON - SIMULATED",
                **{
                    code: person[code] for code in ("NAM", "SEX", "DOB", "HGT", "WGT", "EYE", "HAI")
                },
                "OFF": names.OFFENSES[int(pick() * len(names.OFFENSES))],
                "DOW": self._day(number),
                "OCA": self._case(number),
                "NIC": f"W099{number:06}",
                "ORI": f"{self.state}0990{1 + number % 2}00",
                "MIS": "SYNTHETIC RECORD, CONFIRM IN TRAINING ONLY",
            }

    def _stolen(self) -> Iterator[Fields]:
        codes = ("LIC", "LIS", "LIY", "LIT", "VIN", "VYR", "VMA", "VMO", "VST", "VCO")
        for number, vehicle in enumerate(self._vehicles()):
            if number % STOLEN_EVERY == 0:
                yield {
                    "STL": "STOLEN VEHICLE - SIMULATED",
                    **{code: vehicle[code] for code in codes},
                    "DOT": self._day(number),
                    "OCA": self._case(number),
                    "NIC": f"V099{number:06}",
                    "ORI": f"{self.state}0990{1 + number % 3}00",
                    "MIS": "SYNTHETIC RECORD, CONFIRM IN TRAINING ONLY",
                }

    def _identities(self) -> Iterator[Fields]:
        codes = ("NAM", "SEX", "DOB", "SOC", "HGT", "WGT", "EYE", "HAI")
        for number, person in enumerate(self.people[::KNOWN_EVERY]):
            yield {
                "SID": f"{self.state}099{number:05}",
                "FBI": f"SIM{number:06}",
                **{code: person[code] for code in codes},
                "MIS": "SYNTHETIC IDENTITY RECORD",
            }

    def _incidents(self) -> Iterator[Fields]:
        """People in a report, with their vehicle if they have one."""
        pick = Random(f"{self._seed}:incidents").random
        vehicle_of = {owner: n for n, owner in enumerate(self._owners)}
        for number, person in enumerate(self.people[::REPORTED_EVERY]):
            vehicle = vehicle_of.get(number * REPORTED_EVERY)
            yield {
                "INC": f"SIM-{self.year % 100:02}-{number:05}",
                "DAT": self._day(number),
                "TYP": names.INCIDENTS[int(pick() * len(names.INCIDENTS))],
                "NAM": person["NAM"],
                "DOB": person["DOB"],
                **({} if vehicle is None else {"LIC": self._plate(vehicle)}),
                "LOC": person["RES"],
                "REM": "SYNTHETIC REGIONAL REPORT",
                "IMG": f"SIMULATED-BOOKING-PHOTO-{number:05}",
            }

    def _plate(self, number: int) -> str:
        return f"SIM{self._digit}{_letters(number)}"

    def _case(self, number: int) -> str:
        return f"SIM{self.year % 100:02}-{number:05}"

    def _day(self, number: int) -> str:
        """Some day of the first nine months of that year."""
        return f"{self.year}{1 + number % 9:02}{1 + number % 28:02}"


def _letters(number: int) -> str:
    """Four characters for a number below 24 ** 3 * 10: three letters (no I, no O) and a digit."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    number, digit = divmod(number, 10)
    number, last = divmod(number, 24)
    first, middle = divmod(number, 24)
    return f"{alphabet[first % 24]}{alphabet[middle]}{alphabet[last]}{digit}"
