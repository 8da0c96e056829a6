"""The comparison of two stacks finds exactly what enumeration finds, of rules and of worlds.

Enumeration tries every request at every instant by the oracle of the specification, and leaves out
what fewer people in the request explain. Where that takes too long to be tried often, everybody at
every desk is weighed instead, which the tests of `pair` and `side` hold against the oracle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.comparison import Comparison
from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.pair import Delta
from switch.acl.analysis.spread import Part
from switch.acl.engine import AccessStack
from switch.terms import OperatorId, Ori
from tests.switch.acl.analyses import rules_differ, worlds_differ
from tests.switch.acl.analysis.test_company import STACK, TFO7, WORLD, in_world, more, moved


@pytest.mark.parametrize("seed", [*range(4), 5009])
def test_a_change_of_rules_is_exactly_what_enumeration_finds(tmp_path: Path, seed: int):
    assert list(rules_differ(Random(seed), tmp_path)) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_change_of_the_world_is_exactly_what_enumeration_finds(tmp_path: Path, seed: int):
    assert list(worlds_differ(Random(seed + 1000), tmp_path)) == []


# --- everybody at every desk ----------------------------------------------------------------------


def weighed(compared: Comparison) -> dict[tuple[int, str, str], int]:
    """Kind, class, who, and in which epochs, of all that fewer people do not explain."""
    found: dict[tuple[int, str, str], int] = {}
    delta = cache(compared.delta)
    for line, operator, behalf in _everybody(compared):
        people = {(None, None), (operator, None), (None, behalf)} - {(operator, behalf)}
        fewer = (delta(Sender(line, *each)) for each in people)
        left = delta(Sender(line, operator, behalf)).without(*fewer)
        for kind, cells in enumerate(left[:3]):
            for name, part in compared.cells.by_class(cells):
                for epochs, who in _told(compared, line, operator, behalf):
                    if here := compared.cells.epochs(part) & epochs:
                        found[kind, name, who] = found.get((kind, name, who), 0) | here
    return found


def _everybody(compared: Comparison) -> Iterator[tuple[Line, OperatorId | None, Ori | None]]:
    stacks = [side.stack for side in compared.sides]
    lines = dict.fromkeys(line for each in compared.finite for line in each.lines_by_name())
    operators = dict.fromkeys(name for stack in stacks for name in stack.world.operators)
    oris = dict.fromkeys(ori for stack in stacks for ori in stack.directory.agency_of)
    return product(lines, [None, *operators], [None, *oris])


def _told(compared, line, operator, behalf) -> Iterator[tuple[int, str]]:
    telling, every = compared._telling, compared.cells.every_epoch
    if operator is None and behalf is None:
        yield every, telling.line(line)
        return
    on_behalf = f", {telling.behalf(behalf)}" if behalf is not None else ""
    for epochs, words in telling.operators(operator) if operator is not None else [(every, "")]:
        yield epochs, f"at another desk{', ' if words else ''}{words}{on_behalf}"


def shown(compared: Comparison) -> None:
    """Every witness shows what it is a witness of, when it is said to ask."""
    for (kind, name, who), one in compared.found.items():
        assert (one.kind, one.data_class, one.who) == (kind, name, who)
        cells = dict(compared.cells.by_class(compared.delta(one.sender)[kind]))[name]
        assert compared.cells.first(one.part, one.epoch) in compared.cells.questions
        assert one.part & ~cells == 0
        assert one.epochs >> one.epoch & 1
        assert compared.cells.epochs(one.part) >> one.epoch & 1


def _only(table, *names):
    return {name: table[name] for name in names}


# A world with few desks: police, one past a hub, one that sends for another, and CBP's.
FEW = in_world(
    STACK,
    replace(
        WORLD,
        terminals=_only(WORLD.terminals, "BAY2", "VSO1", "HRB1", "CBP1"),
        operators=_only(WORLD.operators, "TFO7", "BPD2", "HSI1A", "CBP1A"),
    ),
)
LATER = datetime.fromisoformat("2020-02-01T00:00:00")
POLICE = {"group": ["police"]}
CBP = {"agency": ["CBP"]}


def hiding(*rules: tuple[str, str, dict]) -> AccessStack:
    """Where police get what comes with a licence, at the price of a field of the licence itself."""
    two = {**POLICE, "data": ["driver.ssn", "driver.photo"], "mask": ["DOB"]}
    return ruled(more(FEW, "allow", "TWO", **two), *rules)


def ruled(stack: AccessStack, *rules: tuple[str, str, dict]) -> AccessStack:
    for effect, name, row in rules:
        stack = more(stack, effect, name, **row)
    return stack


NO_SSN = ("deny", "NO-SSN", {**CBP, "data": ["driver.ssn"]})
NO_PHOTO = ("deny", "NO-PHOTO", {"agency": ["NV-HP"], "data": ["driver.photo"]})
NEITHER = ("deny", "NEITHER", {**CBP, "data": ["driver.ssn", "driver.photo"]})
NO_DOB = ("allow", "NO-DOB", {**POLICE, "data": ["driver.record"], "mask": ["DOB"]})
NO_RES = ("allow", "NO-RES", {**POLICE, "data": ["driver.record"], "mask": ["RES"]})
LET_BPD2 = ("allow", "BPD2", {"operator": ["BPD2"], "mask": ["RES"]})
ALL_BUT = ("deny", "ALL", {**POLICE, "except": ["LET"]})

CHANGES: dict[str, tuple[AccessStack, AccessStack]] = {
    "nothing": (FEW, FEW),
    "an agency": (FEW, ruled(FEW, ("deny", "NEW", CBP))),
    "an agency for a while": (FEW, ruled(FEW, ("deny", "NEW", {**CBP, "until": LATER}))),
    "one class": (FEW, ruled(FEW, ("refer", "NEW", {**CBP, "data": ["vehicle.owner"]}))),
    "a desk": (FEW, ruled(FEW, ("deny", "NEW", {"terminal": ["BAY2"]}))),
    "a person": (FEW, ruled(FEW, ("deny", "NEW", {"operator": ["TFO7"]}))),
    "a hub": (FEW, ruled(FEW, ("deny", "NEW", {"agency": ["REGION-HUB"]}))),
    "everybody": (FEW, ruled(FEW, ("deny", "NEW", {"everyone": True}))),
    "two lists": (FEW, ruled(FEW, ("deny", "NEW", {**CBP, "ori": ["CA0990200"]}))),
    "two people": (FEW, ruled(FEW, ("deny", "NEW", {"operator": ["BPD2"], "ori": ["CA0990200"]}))),
    "two people, and somebody gone": (
        FEW,
        moved(
            ruled(FEW, ("deny", "NEW", {"operator": ["BPD2"], "ori": ["CA0990200"]})),
            "agencies",
            "NV-HP",
            oris=(),
        ),
    ),
    "one desk after the other": (
        FEW,
        ruled(
            FEW,
            ("deny", "ONE", {**CBP, "terminal": ["BAY2"], "until": LATER}),
            ("deny", "TWO", {**CBP, "terminal": ["HRB1"], "from": LATER}),
        ),
    ),
    "two people, other before": (
        ruled(FEW, ("deny", "NEW", {"operator": ["TFO7"], "ori": ["NV0990100"]})),
        ruled(FEW, ("deny", "NEW", {"operator": ["BPD2"], "ori": ["CA0990200"]})),
    ),
    "an exception": (FEW, ruled(FEW, ("allow", "LET", CBP), ALL_BUT)),
    "an exception for the line": (FEW, ruled(FEW, ("allow", "LET", {"everyone": True}), ALL_BUT)),
    "another exception": (
        ruled(FEW, ("allow", "LET", {"agency": ["BAY-PD"]}), ALL_BUT),
        ruled(FEW, ("allow", "LET", {"agency": ["VALLEY-SO"]}), ALL_BUT),
    ),
    "somebody let in by name": (
        ruled(FEW, ("deny", "OUT", POLICE)),
        ruled(FEW, LET_BPD2, ("deny", "OUT", {**POLICE, "except": ["BPD2"]})),
    ),
    "somebody let in by name, another mask": (
        ruled(FEW, LET_BPD2),
        ruled(FEW, ("allow", "BPD2", {"operator": ["BPD2"], "mask": ["DOB"]})),
    ),
    "somebody let in by name and refused for whom he asks": (
        ruled(FEW, LET_BPD2),
        ruled(FEW, LET_BPD2, ("deny", "NEW", {"operator": ["BPD2"], "agency": ["NV-HP"]})),
    ),
    "a mask": (FEW, ruled(FEW, ("allow", "NEW", {**POLICE, "mask": ["RES"]}))),
    "a mask that another hides": (hiding(NEITHER), hiding(NEITHER, NO_DOB)),
    "a mask that another hides, and one that shows": (
        hiding(NEITHER),
        hiding(NEITHER, NO_DOB, NO_RES),
    ),
    "a mask that falls": (hiding(), hiding(NEITHER)),
    "a mask that two hide": (hiding(NO_SSN, NO_PHOTO), hiding(NO_SSN, NO_PHOTO, NO_DOB)),
    "a mask that two hide of whom one is enough": (
        hiding(NEITHER, NO_SSN, NO_PHOTO),
        hiding(NEITHER, NO_SSN, NO_PHOTO, NO_DOB),
    ),
    "a mask that falls for one of two lists": (
        hiding(("deny", "HALF", {**CBP, "ori": ["CA0990300"], "data": ["driver.ssn"]}), NO_PHOTO),
        hiding(NO_PHOTO),
    ),
    "a mask that somebody let in by name hides": (
        hiding(NEITHER, ("allow", "CBP1A", {"operator": ["CBP1A"], "mask": ["SEX"]})),
        hiding(NEITHER, NO_DOB, ("allow", "CBP1A", {"operator": ["CBP1A"], "mask": ["SEX"]})),
    ),
    "no operator more": (
        FEW,
        in_world(FEW, replace(FEW.world, operators=_only(WORLD.operators, "TFO7", "CBP1A"))),
    ),
    "no desk more": (
        FEW,
        in_world(FEW, replace(FEW.world, terminals=_only(WORLD.terminals, "VSO1", "CBP1"))),
    ),
    "an operator of another agency": (FEW, moved(FEW, "operators", "BPD2", agency="ICE-ERO")),
    "an affiliation": (
        FEW,
        moved(FEW, "operators", "BPD2", affiliations=(TFO7._replace(agency="ICE-HSI"),)),
    ),
    "a desk of another agency": (FEW, moved(FEW, "terminals", "BAY2", agency="ICE-ERO")),
    "no ORI more": (FEW, moved(FEW, "agencies", "CBP", oris=())),
    "an ORI more": (FEW, moved(FEW, "agencies", "CBP", oris=("DCCBP0100", "DCCBP0900"))),
    "an ORI of another agency": (
        FEW,
        moved(
            moved(FEW, "agencies", "CBP", oris=()),
            "agencies",
            "ICE-ERO",
            oris=("DCICE0900", "DCICE0910", "DCCBP0100"),
        ),
    ),
    "another group": (FEW, moved(FEW, "agencies", "CBP", groups=("hsi",))),
    "nobody for whom another sends": (FEW, moved(FEW, "agencies", "VALLEY-SO", services=())),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_found_is_what_weighing_everybody_finds_either_way(what: str):
    old, new = CHANGES[what]
    for sides in (old, new), (new, old):
        compared = Comparison(*sides, "CADMV")
        assert {key: one.epochs for key, one in compared.found.items()} == weighed(compared)
        shown(compared)


# --- whom it shows --------------------------------------------------------------------------------


def witness(old: AccessStack, new: AccessStack, kind: int, name: str, who: str) -> Sender:
    return Comparison(old, new, "CADMV").found[kind, name, who].sender


def test_somebody_at_another_desk_is_shown_where_most_is_open():
    old = ruled(FEW, ("deny", "LESS", {"terminal": ["BAY2"], "data": ["driver.photo"]}))
    new = ruled(old, ("deny", "NEW", CBP))
    asks = "at another desk, an operator of CBP"
    shown = witness(old, new, 1, "vehicle.registration", asks)
    assert shown == Sender(Line("VSO1", "CA0990200"), "CBP1A", None)
    asks = "at another desk, an operator of CBP, on behalf of VALLEY-SO"
    both = ruled(FEW, ("deny", "NEW", {**CBP, "ori": ["CA0990200"]}))
    shown = witness(FEW, both, 1, "vehicle.registration", asks)
    assert shown == Sender(Line("BAY2", "CA0990100"), "CBP1A", "CA0990200")


def test_what_a_mask_hid_is_shown_at_the_first_desk_at_which_it_did():
    asks = "at another desk, an operator of CBP"
    shown = witness(hiding(NEITHER), hiding(NEITHER, NO_DOB), 2, "driver.record", asks)
    assert shown == Sender(Line("BAY2", "CA0990100"), "CBP1A", None)


def test_of_those_told_in_the_same_words_the_first_is_shown():
    for oris in ("DCCBP0100", "DCCBP0900"), ("DCCBP0900", "DCCBP0100"):
        stack = moved(FEW, "agencies", "CBP", oris=oris)
        denied = ruled(stack, ("deny", "NEW", CBP))
        asks = "at another desk, on behalf of CBP"
        assert witness(stack, denied, 1, "driver.record", asks).behalf == oris[0]


def test_no_desk_is_told_that_shows_no_more_than_those_before_it():
    compared = Comparison(FEW, ruled(FEW, ("deny", "NEW", CBP)), "CADMV")
    cells, lines = compared.cells, compared._lines
    last = cells.every_epoch + 1 >> 1  # the epoch in which the rule is in force
    one, two = (cells.of([number], [0], last) for number in (0, 1))
    other = cells.of([0], [1], last)
    first = lines[0].first, Delta(one, 0, 0)
    assert compared._least((Part(0b011, one),)) == [first]
    # Another question of the same class is no more, another class is.
    assert compared._least((Part(0b011, one), Part(0b100, two))) == [first]
    more = lines[2].first, Delta(other, 0, 0)
    assert compared._least((Part(0b011, one), Part(0b100, other))) == [first, more]
    lost = lines[1].first, Delta(0, one, two)
    assert compared._least((), (Part(0b110, one),), (Part(0b010, two),)) == [lost]
    assert compared._least((Part(0b1000, one),)) == []  # CBP's own: it is not open to both
    assert compared._least() == []
