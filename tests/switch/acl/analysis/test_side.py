"""All questions and instants at once give what the oracle gives one by one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.comparison import Comparison
from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.side import NOTHING
from tests.playbook import golden_state
from tests.switch.acl import random_worlds
from tests.switch.acl.random_changes import two_sides

STACK = golden_state()[1]


@pytest.mark.parametrize("seed", range(6))
def test_what_leaves_is_what_the_oracle_lets_out(tmp_path: Path, seed: int):
    random = Random(seed + 50)
    (oracle, _), (stack, _) = two_sides(random, tmp_path, same_world=True)
    compared = Comparison(stack, stack, "B1")
    side, cells = compared.sides[0], compared.cells
    for _ in range(25):
        row = random_worlds.request(random, oracle.world)
        line = Line(row["terminal"], row["ori"])
        leaving = side.leaving(Sender(line, row["operator"], row["on_behalf_of"]))
        for number, question in enumerate(cells.questions):
            asked = {**row, "backend": "B1", "key": question.key}
            asked |= {"image": question.image, "purpose": question.purpose}
            for epoch, at in enumerate(cells.starts):
                answer = oracle.decide(asked, max(at, 0.0))
                for place, name in enumerate(cells.classes):
                    cell = cells.of([number], [place], 1 << epoch)
                    verdict = answer["classes"].get(name, "")
                    out = all(v.startswith("ALLOW") for v in (answer["verdict"], verdict))
                    assert bool(leaving.released & cell) == out
                    if out:
                        masked = {f for f, where in leaving.masked.items() if where & cell}
                        assert masked == answer["masks"]


def test_who_is_not_known_gets_nothing():
    side = Comparison(STACK, STACK, "CADMV").sides[0]
    assert side.leaving(Sender(Line("BAY1", "DCICE0900"), None, None)) is NOTHING
    assert side.leaving(Sender(Line("BAY9", "CA0990100"), None, None)) is NOTHING


def test_a_stack_without_the_backend_releases_nothing():
    compared = Comparison(STACK, STACK, "CADMV")
    side = type(compared.sides[0])(STACK, "NOWHERE", compared.cells)
    assert side.leaving(Sender(Line("BAY1", "CA0990100"), None, None)) is NOTHING
