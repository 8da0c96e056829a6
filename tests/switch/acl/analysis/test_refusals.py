"""What is refused because of the people besides the line: on all lines what each has by itself.

In random worlds in which most denies have exceptions, by agency and by line, past hubs too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.finite import FiniteWorld, Line, Sender
from switch.acl.analysis.pair import Pair
from switch.acl.analysis.refusals import KEPT_MAX, Refusals
from switch.acl.analysis.spread import on
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.policy import Policy
from switch.acl.rules import Effect, Rule, Subject
from switch.config import Terminal
from switch.terms import AgencyId, BackendName, DataClass, Mnemonic, OperatorId, Verdict
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.agreement import loaded

STACK = golden_state()[1]
DESK = Line("BAY1", "CA0990100")


def with_exceptions(random: Random, place, name: str):
    """A file in which every deny has exceptions, if there are any allows."""
    file = random_worlds.owner_file(random, place, name, 16)
    allows = [row["id"] for row in file.get("allow", [])]
    for row in file.get("deny", []):
        if allows:
            row["except"] = random_worlds.some(random, allows, 3)
    return file


def refusals(stack, backend: str) -> tuple[Pair, list[Line], Refusals]:
    pair = Pair(stack, stack, backend)
    lines = list(FiniteWorld(stack.directory, ()).lines_by_name())
    side = pair.sides[0]
    return pair, lines, Refusals(side, lines, [side.standing(line).allows for line in lines])


@pytest.mark.parametrize("seed", range(12))
def test_where_exceptions_are_at_stake_every_line_gets_what_it_gets_by_itself(
    tmp_path: Path, seed: int
):
    random = Random(seed + 300)
    place = random_worlds.world(random)
    owners = {name: with_exceptions(random, place, name) for name in ("B1", "B2")}
    stack = loaded(tmp_path, place, owners, random_worlds.network_file(random, place))
    pair, lines, found = refusals(stack, "B1")
    side = pair.sides[0]
    named = {n for rule in side.rules.values() for n in rule.subject.operator}
    operators = [None, *(name for name in stack.world.operators if name not in named)]
    for operator, behalf in product(operators, [None, *stack.directory.agency_of]):
        spread = found.of(operator, behalf)
        for number, line in enumerate(lines):
            alone = side.standing(line)
            whole = side.leaving(Sender(line, operator, behalf))
            mine = side.left_to(alone, on(spread, number))
            assert mine.released == whole.released
            masks = {f: cells & whole.released for f, cells in whole.masked.items()}
            same = {f: cells & whole.released for f, cells in mine.masked.items()}
            assert {f: c for f, c in masks.items() if c} == {f: c for f, c in same.items() if c}


# --- on golden-state with hubs: each way in which people are refused ------------------------------

PLACES = {
    "BAY3": ("BAY-PD", ["REGION-HUB"]),
    "NVH1": ("NV-HP", ["REGION-HUB"]),
    "BAY1": ("BAY-PD", []),
    "BAY2": ("BAY-PD", ["CBP"]),
    "VSO1": ("VALLEY-SO", []),
    "HRB1": ("HARBOR-PD", ["REGION-HUB", "CBP"]),
    "CBP1": ("CBP", ["ICE"]),
}
NOVEMBER = 1572591600.0  # 2019, in Los Angeles
OPERATORS = (None, "BPD2", "TFO7", "VSO1A", "CBP1A")
BEHALVES = (None, "CA0990100", "CA0990200", "DCCBP0100", "NV0990100")
CADMV = BackendName("CADMV")


def rule(name: str, data: str = "", *exceptions: str, **lists: str) -> Rule:
    """An allow if its name begins with an A; each list is words, `everyone` if there is none."""
    subject = {each: frozenset(words.split()) for each, words in lists.items()}
    effect = Effect.ALLOW if name.startswith("A") else Effect.DENY
    classes = frozenset(map(DataClass, data.split())) or None
    whom = Subject(**subject) if subject else Subject(everyone=True)
    return Rule(name, effect, whom, classes, NOVEMBER, None, exceptions=frozenset(exceptions))


def ruled(*rules: Rule) -> AccessStack:
    """golden-state with these terminals and CADMV's file of these rules."""
    terminals = {
        Mnemonic(name): Terminal(Mnemonic(name), AgencyId(agency), tuple(map(AgencyId, via)), ())
        for name, (agency, via) in PLACES.items()
    }
    world = replace(STACK.world, terminals=terminals)
    policy = Policy(CADMV, rules, Verdict.ALLOW_DEFAULT, "1", "x")
    return AccessStack(world, Directory(world), {CADMV: policy}, STACK.network)


CBP, BAY = {"agency": "CBP"}, {"agency": "BAY-PD"}
BY_HUB = {"agency": "REGION-HUB", "ori": "CA0990200"}


@pytest.mark.parametrize(
    "rules",
    [
        [rule("D", **CBP)],
        [rule("D", "driver.photo vehicle.registration", agency="DHS")],
        [rule("D", group="police")],
        [rule("D", function="immigration", ori="CA0990200")],
        [rule("D", ori="CA0990200 DCCBP0100")],
        [rule("D", agency="CBP", terminal="BAY1 VSO1")],
        [rule("D", agency="CBP REGION-HUB", operator="BPD2 TFO7")],
        [rule("D", agency="CBP", terminal="BAY1 CBP1", ori="CA0990200")],
        [rule("D", operator="BPD2"), rule("E", "driver.ssn", **CBP)],
        [rule("A", agency="BAY-PD CBP"), rule("D", "", "A")],
        [rule("A", "driver.record"), rule("D", "", "A")],
        [rule("A", "driver.ssn"), rule("D", "", "A", **CBP)],
        [rule("A", terminal="BAY1 VSO1"), rule("D", "", "A", group="police")],
        [rule("A", ori="CA0990200"), rule("D", "driver.photo", "A", agency="DHS VALLEY-SO")],
        [rule("A", terminal="BAY1 BAY2 CBP1 HRB1"), rule("D", "", "A", agency="CBP REGION-HUB")],
        [rule("A", group="police cbp"), rule("D", "", "A", **CBP), rule("E", "", "A", **BAY)],
        [rule("A", agency="HARBOR-PD CBP"), rule("D", "", "A", agency="HARBOR-PD REGION-HUB")],
        [rule("A", agency="HARBOR-PD CBP"), rule("D", "", "A", agency="HARBOR-PD CBP")],
        [rule("A", agency="BAY-PD CBP"), rule("A2"), rule("D", "", "A", "A2")],
        [rule("A", agency="NV-HP VALLEY-SO"), rule("D", "", "A", **BY_HUB)],
        [rule("A", agency="NV-HP REGION-HUB VALLEY-SO"), rule("D", "", "A", **BY_HUB)],
        [rule("A"), rule("D", "", "A", agency="REGION-HUB", operator="BPD2")],
        [rule("A"), rule("D", "", "A", agency="CBP", operator="BPD2")],
        [
            rule("A", "driver.record driver.ssn", agency="BAY-PD VALLEY-SO CBP"),
            rule("A2", "vehicle.registration", agency="BAY-PD VALLEY-SO NV-HP"),
            rule("A3", "driver.ssn driver.record driver.photo"),
            rule("D", "", "A", "A2", "A3", agency="DHS NV-HP"),
            rule("E", "driver.ssn vehicle.registration", "A3", "A2", group="police"),
        ],
    ],
)
def test_a_line_in_company_gets_what_it_gets_by_itself(rules: list[Rule]):
    pair, lines, found = refusals(ruled(*rules), "CADMV")
    side = pair.sides[0]
    alone = [side.standing(line) for line in lines]
    for operator, behalf in product(OPERATORS, BEHALVES):
        spread = found.of(operator, behalf)
        for number, line in enumerate(lines):
            whole = side.leaving(Sender(line, operator, behalf)).released
            mine = side.left_to(alone[number], on(spread, number)).released
            assert mine == whole, (line, operator, behalf)


def test_an_operator_of_a_denied_agency_is_refused_at_every_desk():
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    words = {"data": "any", "from": when, "reason": "r", "cite": "c"}
    denied = STACK.with_rule("CADMV", "deny", {"id": "GONE", "agency": ["CBP"], **words})
    _, lines, found = refusals(denied, "CADMV")
    [part] = found.of("CBP1A", None)
    assert part.lines == (1 << len(lines)) - 1
    assert found.of(None, None) == ()


def test_of_who_is_in_no_directory_everything_is_refused():
    pair, lines, found = refusals(STACK, "CADMV")
    assert found.known(None, DESK.ori)
    assert not found.known("NOBODY", None)
    assert not found.known(None, "XX0000000")
    number = lines.index(DESK)
    for who in (("NOBODY", None), (None, "XX0000000"), ("BPD2", "XX0000000")):
        assert on(found.of(*who), number) == pair.sides[0].offered


def test_people_whom_a_rule_sees_alike_have_one_view_of_it():
    _, _, found = refusals(ruled(rule("A", group="police"), rule("D", "", "A")), "CADMV")
    [bay], [valley], [cbp] = (found.phases(name, None) for name in ("BPD2", "VSO1A", "CBP1A"))
    assert bay == valley != cbp
    _, _, found = refusals(ruled(rule("A"), rule("D", "", "A")), "CADMV")
    [bay], [valley] = (found.phases(name, None) for name in ("BPD2", "VSO1A"))
    assert bay != valley  # excused at their own desks only


def test_nobody_withholds_what_no_rule_refuses_because_of_him():
    for rules in ([rule("D")], [rule("A", **BAY), rule("D", "", "A", **CBP)], [rule("A", **CBP)]):
        _, _, found = refusals(ruled(*rules), "CADMV")
        assert found.of("BPD2", "CA0990200") == ()


def test_a_line_that_this_side_does_not_know_is_in_no_part():
    stack = ruled(rule("D", ori="CA0990100 CA0990200", agency="CBP BAY-PD"))
    side = Pair(stack, stack, CADMV).sides[0]
    strangers = Line("BAY9", "CA0990100"), Line("BAY1", "XX0000000")
    found = Refusals(side, [*strangers, DESK, *strangers], [[]] * 5)
    assert {part.lines for part in found.of("CBP1A", None)} == {0b00100}


def test_what_is_kept_of_people_has_a_limit():
    _, _, found = refusals(ruled(), "CADMV")
    for number in range(KEPT_MAX):
        found.of(OperatorId(f"P{number}"), None)
    assert found.kept == KEPT_MAX
    assert found.of("P0", None) == found.of("NOBODY", None)
    assert found.kept == 1
