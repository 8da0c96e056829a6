"""Invented people, vehicles and what is on record about them, from a seed.

The same seed gives the same state the same people and vehicles, whichever backend builds them: a
wanted person has a licence, a stolen vehicle a registration. Every value shows that it is invented:
plates and vehicle numbers begin with SIM, social security numbers with 000, the county is 099.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from backends import names

VERSION = 5  # of what is generated; a change of it has every cache built anew
WANTED_EVERY = 40
STOLEN_EVERY = 50
KNOWN_EVERY = 8  # people with an identity record
REPORTED_EVERY = 12  # people in an incident

Fields = dict[str, str]


class Population:
    """One state's people and vehicles."""

    def __init__(self, seed: int, state: str, people: int, vehicles: int) -> None:
        self.state = state or "CA"
        self._seed = f"{seed}:{self.state}"
        first, second = map(ord, self.state)
        self._digit = 1 + (31 * first + second) % 9  # CA 1, NV 3: they do not share numbers
        self.people = [*self._people(people)]
        self.vehicle_count = vehicles

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
            case _:
                raise ValueError(f"no records of kind {kind}")

    def _people(self, count: int) -> Iterator[Fields]:
        pick = Random(f"{self._seed}:people").random
        last_names, streets, cities = names.LAST_NAMES, names.STREETS, names.CITIES
        for number in range(count):
            sex = "F" if pick() < 0.5 else "M"
            first_names = names.FIRST_NAMES[sex]
            first = first_names[int(pick() * len(first_names))]
            middle = names.MIDDLE_NAMES[int(pick() * len(names.MIDDLE_NAMES))]
            last = last_names[int(pick() * len(last_names))]
            year, month, day = 1940 + int(pick() * 62), 1 + int(pick() * 12), 1 + int(pick() * 28)
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
                "OLY": f"{2020 + number % 6}",
                "STA": "SUSPENDED" if pick() < 0.03 else "VALID",
                "SOC": f"000{self._digit}{number % 100_000:05}",
                "IMG": f"SIMULATED-PHOTO-{self.state}{number:06}",
            }

    def _vehicles(self) -> Iterator[Fields]:
        pick = Random(f"{self._seed}:vehicles").random
        for number in range(self.vehicle_count):
            owner = self.people[int(pick() * len(self.people))] if self.people else {}
            kind = int(pick() * 5)
            yield {
                "LIC": f"SIM{self._digit}{_letters(number)}",
                "LIS": self.state,
                "LIY": f"{2020 + number % 6}",
                "LIT": "PC" if kind < 3 else "TK",
                "VIN": f"SIM{self.state}099{self._digit}{number:07}",
                "VYR": f"{1996 + int(pick() * 25)}",
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
                "DOW": f"2019{1 + number % 9:02}{1 + number % 28:02}",
                "OCA": f"SIM19-{number:05}",
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
                    "DOT": f"2019{1 + number % 9:02}{1 + number % 28:02}",
                    "OCA": f"SIM19-{number:05}",
                    "NIC": f"V099{number:06}",
                    "ORI": f"{self.state}0990100",
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
        pick = Random(f"{self._seed}:incidents").random
        for number, person in enumerate(self.people[::REPORTED_EVERY]):
            kind = names.INCIDENTS[int(pick() * len(names.INCIDENTS))]
            yield {
                "INC": f"SIM-19-{number:05}",
                "DAT": f"2019{1 + number % 9:02}{1 + number % 28:02}",
                "TYP": kind,
                "NAM": person["NAM"],
                "DOB": person["DOB"],
                "LOC": person["RES"],
                "REM": "SYNTHETIC REGIONAL REPORT",
                "IMG": f"SIMULATED-BOOKING-PHOTO-{number:05}",
            }


def _letters(number: int) -> str:
    """Four characters for a number below 24 ** 3 * 10: three letters (no I, no O) and a digit."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    number, digit = divmod(number, 10)
    number, last = divmod(number, 24)
    first, middle = divmod(number, 24)
    return f"{alphabet[first % 24]}{alphabet[middle]}{alphabet[last]}{digit}"
