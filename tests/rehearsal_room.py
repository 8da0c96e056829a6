"""A small scenario to build tests on, and backends that know a few people by heart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from scenarios.runner import Played, play
from scenarios.script_rows import ScenarioFile
from scenarios.shelf import Opened, open_file, open_scenario
from switch.backend import Query, Reply
from switch.errors import AuthoredError
from switch.files.authored import parse

ALBITE = {"OLN": "S0990001", "NAM": "ALBITE, MARA QUILL", "RES": "1 EXAMPLE ST", "STA": "VALID"}
KNOWN = {
    "CADMV": ALBITE,
    "ARJIS": {"INC": "SIM-1", "NAM": "ALBITE, MARA QUILL"},
    "CAWPS": {"WNT": "YES", "NAM": "BASALT, ORRIN"},
    "CASVS": {"STL": "YES", "LIC": "SIM1234"},
}

SMALL = """
format = 1
[scenario]
id = "small"
title = "One licence"
world = "golden-state"
starts = 2019-10-14T23:58:00
length = "10m"
pass = 80
floor = 40
[seats]
desk = { terminal = "BAY2", ori = "CA0990100", operator = "BPD2" }
[actors]
far = { terminal = "NVH1", ori = "NV0990100", operator = "NHP1" }
[[inject]]
id = "call"
at = "1m"
to = "desk"
radio = "Licence S0990001?"
[[expect]]
id = "ask"
after = "call"
within = "1m"
seat = "desk"
sends = { key = "DQ", OLN = "S0990001" }
points = 10
ideal = "20s"
if_missed = "nag"
[[inject]]
id = "nag"
to = "desk"
radio = "Anything on that licence?"
[[expect]]
id = "answer"
within = "10s"
seat = "desk"
receives = { reply_to = "ask", key = "DR", fields = { NAM = "ALBITE, MARA QUILL" } }
points = 5
"""


TALK = """
[actors.county]
terminal = "VSO1"
ori = "CA0990200"
operator = "VSO1A"
[[traffic]]
id = "talk"
seats = ["county"]
keys = ["DQ", "AM"]
rate = 12
at = "30s"
until = "9m"
"""


class Inline:
    """Answers every query with the one record it knows, photo only if asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = False

    def answer(self, batch: Sequence[Query]) -> Sequence[Reply]:
        record = KNOWN.get(self.name)
        photo = {"IMG": "SIMULATED"}
        return [
            Reply(q.id, () if record is None else ({**record, **(photo if q.image else {})},))
            for q in batch
        ]

    def close(self) -> None:
        self.closed = True


def inline(opened: Opened) -> dict:
    """A backend for each name of the world."""
    return {name: Inline(name) for name in opened.world.backends}


def opened(*more: str, text: str = SMALL, without: tuple[str, ...] = ()) -> Opened:
    """A scenario from its text and more blocks, with lines taken out."""
    whole = "\n".join((text, *more))
    for line in without:
        assert line in whole
        whole = whole.replace(line, "")
    return open_file(parse(whole, ScenarioFile, name="small.toml"))


def mistakes(*more: str, text: str = SMALL) -> list[str]:
    """What is wrong with a scenario: `line: what | fix`, in the order of lines."""
    try:
        opened(*more, text=text)
    except AuthoredError as error:
        return [f"{f.line}: {f.what} | {f.fix}" for f in error.findings]
    return []


def played(
    *more: str, text: str = SMALL, omit: tuple[str, ...] = (), late: tuple[str, ...] = ()
) -> Played:
    """A run of a scenario by stand-ins."""
    scenario = opened(*more, text=text)
    return play(scenario, inline(scenario), omit=frozenset(omit), late=frozenset(late))


@cache
def october() -> tuple[Opened, Played]:
    """The shipped story and its run, once for all tests."""
    scenario = open_scenario("october-15")
    return scenario, play(scenario, inline(scenario))


def statuses(run: Played) -> dict[str, str]:
    """How every row ended."""
    return {line.id: line.status.value for line in run.result.lines}
