"""Two people together: exactly what is refused to both of them and to neither alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from switch.acl.analysis.finite import FiniteWorld, Line, Sender
from switch.acl.analysis.joint import Joint
from switch.acl.analysis.pair import Pair
from switch.acl.analysis.refusals import Refusals
from switch.acl.analysis.spread import Spread, on
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.config import Affiliation, Operator
from switch.terms import AgencyId, BackendName, OperatorId
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.agreement import loaded
from tests.switch.acl.analysis.test_refusals import with_exceptions

STACK = golden_state()[1]
DESK = Line("NVH1", "NV0990100")
NOVEMBER, DECEMBER = 1572591600.0, 1575187200.0  # in Los Angeles
MIDDLE, END = 1573800000.0, 1577800000.0  # of November, of December
CLASSES = ["driver.record", "driver.ssn", "driver.photo", "vehicle.registration", "vehicle.owner"]
CADMV = BackendName("CADMV")


def rule(stack: AccessStack, effect: str = "deny", **more: object) -> AccessStack:
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    table = {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c", **more}
    return stack.with_rule("CADMV", effect, table)


def people(**affiliations: list[tuple[str, float, float | None]]) -> AccessStack:
    """The stack with these operators only, of the desk's agency, who work for others besides."""
    operators = {}
    for name, each in affiliations.items():
        besides = tuple(Affiliation(AgencyId(agency), *span) for agency, *span in each)
        operators[OperatorId(name)] = Operator(OperatorId(name), AgencyId("NV-HP"), besides)
    world = replace(STACK.world, operators=operators)
    return AccessStack(world, Directory(world), dict(STACK.owners), STACK.network)


def joint(old: AccessStack, new: AccessStack) -> tuple[Pair, Joint]:
    """The two sides at the desk, and what their rules that differ refuse to two."""
    pair = Pair(old, new, CADMV)
    before, after = (Refusals(side, [DESK], [side.standing(DESK).allows]) for side in pair.sides)
    rules = [side.rules for side in pair.sides]
    changed = {n for n in {**rules[0], **rules[1]} if rules[0].get(n) != rules[1].get(n)}
    return pair, Joint((before, after), changed)


def found(old: AccessStack, new: AccessStack) -> dict[tuple[str, str], Any]:
    """By operator and ORI in order what they gain and what they lose: the classes, and when."""
    pair, both = joint(old, new)
    cells = pair.cells

    def told(spread: Spread) -> dict[str, object]:
        parts = cells.by_class(on(spread, 0))
        return {name: cells.spans(cells.epochs(part)) for name, part in parts}

    oris = list(old.directory.agency_of)
    return {
        (operator, ori): (told(gained), told(lost))
        for operator, ori, gained, lost in both.pairs(old.world.operators, oris, tuple)
    }


def since(start: float, *classes: str) -> dict[str, object]:
    return dict.fromkeys(classes or CLASSES, ((start, None),))


BOTH = {"agency": ["CBP"], "ori": ["CA0990200"]}
TWO = ("CBP1A", "CA0990200")


def test_a_rule_of_two_lists_is_met_by_two_who_meet_one_each():
    denied = rule(STACK, **BOTH)
    assert found(STACK, denied) == {TWO: ({}, since(NOVEMBER))}
    assert found(denied, STACK) == {TWO: (since(NOVEMBER), {})}
    assert found(denied, denied) == {}


def test_a_rule_of_two_exceptions_excuses_neither_of_two_who_need_one_each():
    some = rule(STACK, "allow", id="A", agency=["NV-HP", "CBP"])
    both = rule(some, "allow", id="B", agency=["NV-HP", "VALLEY-SO"])
    denied = rule(both, everyone=True, **{"except": ["A", "B"]})
    pairs = ("VSO1A", "DCCBP0100"), ("CBP1A", "CA0990200")
    assert found(both, denied) == dict.fromkeys(pairs, ({}, since(NOVEMBER)))


@pytest.mark.parametrize(
    "more", [{"group": ["hsi"]}, {"everyone": True, "except": ["DMV-02"]}, {"group": ["police"]}]
)
def test_where_no_rule_sees_more_in_two_nobody_is_tried(more):
    def unreachable(spread: Spread) -> Spread:
        raise AssertionError(spread)

    _, both = joint(STACK, rule(STACK, **more))
    oris = list(STACK.directory.agency_of)
    assert list(both.pairs(STACK.world.operators, oris, unreachable)) == []


def test_nothing_is_to_be_opened_of_what_one_of_them_is_refused_alone():
    opened: list[Spread] = []

    def open_(spread: Spread) -> Spread:
        opened.append(spread)
        return spread

    _, both = joint(STACK, rule(STACK, agency=["CBP"], group=["cbp"]))
    assert list(both.pairs(STACK.world.operators, list(STACK.directory.agency_of), open_)) == []
    assert opened
    assert not any(opened)


def test_what_one_of_them_is_refused_alone_by_either_side_is_no_difference():
    alone = rule(STACK, id="CBP", agency=["CBP"], data=["driver.photo"])
    behalf = rule(alone, id="ORI", ori=["CA0990200"], data=["driver.ssn"])
    rest = since(NOVEMBER, "driver.record", "vehicle.registration", "vehicle.owner")
    for old in (STACK, behalf):
        assert found(old, rule(behalf, **BOTH)) == {TWO: ({}, rest)}
        assert found(rule(behalf, **BOTH), old) == {TWO: (rest, {})}


def test_what_both_sides_refuse_to_two_is_no_difference():
    photo, some = ["driver.photo"], ["driver.photo", "driver.ssn"]
    for name in ("NEW", "OTHER"):
        narrow, wide = rule(STACK, id=name, data=photo, **BOTH), rule(STACK, data=some, **BOTH)
        assert found(narrow, wide) == {TWO: ({}, since(NOVEMBER, "driver.ssn"))}
        assert found(wide, narrow) == {TWO: (since(NOVEMBER, "driver.ssn"), {})}


def test_two_are_refused_while_they_meet_a_rule_together():
    first, second = (MIDDLE, DECEMBER), (END, None)
    stack = people(
        A=[("CBP", *first), ("CBP", *second)],
        B=[("CBP", *second)],
        C=[],
        D=[("CBP", MIDDLE, None)],
        E=[("VALLEY-SO", *first), ("CBP", *second)],
    )
    spans = {"A": (first, second), "B": (second,), "D": ((MIDDLE, None),), "E": (second,)}
    assert found(stack, rule(stack, **BOTH)) == {
        (name, "CA0990200"): ({}, dict.fromkeys(CLASSES, each)) for name, each in spans.items()
    }


def test_pairs_come_in_the_order_of_operators_and_oris():
    one = rule(STACK, id="ONE", agency=["CBP", "VALLEY-SO"], ori=["CA0990100", "CA0990300"])
    two = rule(one, id="TWO", agency=["CBP"], ori=["CA0990200"])
    assert list(found(STACK, two)) == [
        ("VSO1A", "CA0990100"),
        ("VSO1A", "CA0990300"),
        ("CBP1A", "CA0990100"),
        ("CBP1A", "CA0990200"),
        ("CBP1A", "CA0990300"),
    ]


def test_pairs_are_those_that_weighing_every_desk_finds(tmp_path: Path):
    assert sum(_compared(tmp_path / str(seed), Random(seed)) for seed in (904, 905, 907)) > 3


def _compared(folder: Path, random: Random) -> int:
    """Two random versions of a file with many exceptions; how many pairs differ together."""
    place = random_worlds.world(random)
    files = [{name: with_exceptions(random, place, name) for name in ("B1", "B2")} for _ in "ab"]
    network = random_worlds.network_file(random, place)
    old, new = (loaded(folder / str(n), place, each, network) for n, each in enumerate(files))
    pair = Pair(old, new, "B1")
    named = {n for side in pair.sides for r in side.rules.values() for n in r.subject.operator}
    operators = [name for name in old.world.operators if name not in named]
    oris = list(old.directory.agency_of)
    lines = list(FiniteWorld(old.directory, ()).lines_by_name())
    before, after = (
        Refusals(side, lines, [side.standing(line).allows for line in lines]) for side in pair.sides
    )
    together = Joint((before, after), {name for side in pair.sides for name in side.rules})
    found = {(who, ori): parts for who, ori, *parts in together.pairs(operators, oris, tuple)}
    for number, line in enumerate(lines):
        open_ = [side.leaving(Sender(line, None, None)).released for side in pair.sides]
        for operator, ori in product(operators, oris):
            gained, lost = found.get((operator, ori), ((), ()))
            people = (None, None), (operator, None), (None, ori)
            fewer = (pair.delta(Sender(line, *who)) for who in people)
            whole = pair.delta(Sender(line, operator, ori)).without(*fewer)
            assert open_[0] & open_[1] & on(gained, number) == whole.gained
            assert open_[0] & open_[1] & on(lost, number) == whole.lost
    return len(found)
