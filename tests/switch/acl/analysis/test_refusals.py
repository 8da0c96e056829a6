"""What is refused because of the people besides the line: on all lines what each has by itself.

In random worlds in which most denies have exceptions, by agency and by line, past hubs too.
"""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.finite import FiniteWorld, Line, Sender
from switch.acl.analysis.pair import Pair
from switch.acl.analysis.refusals import Refusals
from switch.acl.analysis.spread import on
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
    assert on(found.of("NOBODY", None), number) == pair.sides[0].offered
