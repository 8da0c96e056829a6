"""Two people together: exactly what is refused to both of them and to neither alone."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

from switch.acl.analysis.comparison import Comparison
from switch.acl.analysis.finite import FiniteWorld, Sender
from switch.acl.analysis.joint import Joint
from switch.acl.analysis.pair import Pair
from switch.acl.analysis.refusals import Refusals
from switch.acl.analysis.spread import on
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.agreement import loaded
from tests.switch.acl.analysis.test_refusals import with_exceptions

WORLD, STACK, _ = golden_state()


def rule(**more: object) -> dict:
    when = datetime.fromisoformat("2019-11-01T00:00:00")
    return {"id": "NEW", "data": "any", "from": when, "reason": "r", "cite": "c", **more}


def pairs(new) -> set[tuple[str, str]]:
    compared = Comparison(STACK, new, "CADMV")
    joint = Joint(compared._refusals, compared._company.changed)
    found = joint.pairs(WORLD.operators, list(STACK.directory.agency_of), compared._shown)
    return {(operator, ori) for operator, ori, _, _ in found}


def test_a_rule_of_one_list_sees_no_more_in_two():
    assert pairs(STACK.with_rule("CADMV", "deny", rule(group=["hsi"]))) == set()


def test_a_rule_of_two_lists_is_met_by_two_who_meet_one_each():
    found = pairs(STACK.with_rule("CADMV", "deny", rule(agency=["CBP"], ori=["CA0990200"])))
    assert found == {("CBP1A", "CA0990200")}


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
    joint = Joint((before, after), {name for side in pair.sides for name in side.rules})
    found = {(who, ori): parts for who, ori, *parts in joint.pairs(operators, oris, tuple)}
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
