"""What anybody gets by one file, held to what the engine decides of each question."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.finite import Line, Sender, asked
from switch.acl.analysis.lints.ground import Ground
from switch.acl.analysis.promises import released
from switch.acl.directory import Directory
from switch.acl.document import read_document
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.analysis.lints.files import ground, head, rule

EMPTY = {"format": 1, "timezone": "America/Los_Angeles"}


@pytest.mark.parametrize("seed", range(300, 306))
def test_the_cells_of_a_sender_are_what_the_engine_releases(tmp_path: Path, seed: int):
    random = Random(seed)
    made = some_ground(tmp_path, random)
    world, directory = made.world, made.directory
    lines = [Line(t, o) for t in world.terminals for o in directory.agency_of]  # unknown ones too
    for _ in range(12):
        who = random.choice([None, *world.operators]), random.choice([None, *directory.agency_of])
        sender = Sender(random.choice([*made.finite.lines(), *lines]), *who)
        assert made.answers.released(sender) == by_the_engine(made, sender)


@pytest.mark.parametrize("seed", range(306, 310))
def test_the_lines_of_some_cells_are_those_on_which_somebody_gets_one(tmp_path: Path, seed: int):
    random = Random(seed)
    made = some_ground(tmp_path, random)
    cells = made.cells.of([random.randrange(len(made.questions))], [0], 1)
    operators = [None, *made.world.operators]
    assert made.answers.lines(cells) == [
        line
        for line in made.finite.lines()
        if any(by_the_engine(made, Sender(line, o, None)) & cells for o in operators)
    ]


def test_lines_are_also_those_on_which_an_allow_lets_out_an_operator_by_name(tmp_path: Path):
    named = (("BPD2", "DQ"), ("TFO7", "RQ"))
    rules = [rule("allow", o, f'operator = ["{o}"]; data = "any"; key = ["{k}"]') for o, k in named]
    made = ground(tmp_path, head(default="deny") + "".join(rules))
    for each in made.rules:
        his = made.spoken(each, [q for q in made.questions if each.speaks_of(q)])
        assert made.answers.lines(his) == made.finite.lines()
    assert made.answers.lines(1) == []  # before any rule


def test_what_an_operator_gets_at_home_is_what_he_gets_at_any_line_of_his_agency(tmp_path: Path):
    made = some_ground(tmp_path, Random(333))
    homes = set[int]()
    for operator, his in made.world.operators.items():
        own = made.finite.own_lines(his.agency)
        at_home = -1 if not own else 0
        for line in own:
            at_home |= by_the_engine(made, Sender(line, operator, None))
        assert made.answers.at_home(operator) == at_home
        homes.add(at_home)
    assert min(homes) == -1  # one has no line
    assert len(homes) > 3


def some_ground(folder: Path, random: Random) -> Ground:
    place = random_worlds.world(random)
    files = {"B1": random_worlds.owner_file(random, place, "B1", 12)}
    files["B2"] = random_worlds.owner_file(random, place, "B2", 0)
    directory = Directory(load_world(str(random_worlds.write(folder, place, files, EMPTY))))
    return Ground(read_document(folder / "acl" / "B1.toml", directory), directory)


def by_the_engine(made: Ground, sender: Sender) -> int:
    cells, found = made.cells, 0
    for number, question in enumerate(cells.questions):
        for epoch, at in enumerate(cells.starts):
            decision = made.decide(asked(sender, question), at)
            leaving = [n for n, name in enumerate(cells.classes) if released(decision, name)]
            found |= cells.of([number], leaving, 1 << epoch)
    return found
