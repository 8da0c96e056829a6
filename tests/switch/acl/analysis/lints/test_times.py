"""Lints about time; that an expiry which widens is always linted is compared with enumeration."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.lints.every import lint
from switch.acl.directory import Directory
from switch.acl.document import load_stack, read_document
from switch.acl.rules import Request
from switch.world_file import load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.analysis.lints.files import head, linted, rule, said, told_of, which

POLICE = 'group = ["police"]; data = ["driver.record"]'
ENDS = "until = 2020-01-01T00:00:00"


def test_an_end_is_told_by_an_inquiry_in_which_something_comes_back(tmp_path: Path):
    """By DQ, which is asked first, the photo stays refused; the rest of the answer never was."""
    photo = 'group = ["police"]; data = ["driver.photo"]'
    text = head() + rule("deny", "D", f"{photo}; {ENDS}")
    text += rule("deny", "E", f'{photo}; key = ["DQ"]')
    (found,) = [e for e in linted(tmp_path, text).mistakes if " ends, " in e.what]
    assert "driver.photo is released to whom it was refused: DNQ " in found.what


@pytest.mark.parametrize(
    ("default", "paragraphs", "widens"),
    [
        ("allow", [("deny", "D", f"{POLICE}; {ENDS}")], True),
        ("allow", [("refer", "D", f"{POLICE}; {ENDS}")], True),
        ("deny", [("deny", "D", f"{POLICE}; {ENDS}")], False),
        ("deny", [("deny", "D", f"{POLICE}; {ENDS}"), ("allow", "A", POLICE)], True),
        ("allow", [("allow", "A", f"{POLICE}; {ENDS}"), ("deny", "D", POLICE)], False),
        # a mask that ends lets a field out, though the class was out before
        ("allow", [("allow", "A", f'{POLICE}; mask = ["RES"]; {ENDS}')], True),
        ("deny", [("allow", "A", f'{POLICE}; mask = ["RES"]; {ENDS}')], False),
        # what left before leaves after
        ("allow", [("allow", "A", f"{POLICE}; {ENDS}")], False),
        # another rule goes on from there
        ("allow", [("deny", "D", f"{POLICE}; {ENDS}"), ("deny", "E", POLICE)], False),
        (
            "allow",
            [
                ("deny", "D", f"{POLICE}; {ENDS}"),
                ("deny", "E", f"{POLICE}; from = 2020-01-01T00:00:00"),
            ],
            False,
        ),
        # at other desks only, on its behalf and by whoever works for it
        (
            "allow",
            [
                ("deny", "D", f'group = ["ero"]; data = "any"; {ENDS}'),
                ("deny", "E", 'terminal = ["ERO1"]; data = "any"'),
            ],
            True,
        ),
        # for the operator of another agency only, at a desk that is excepted
        (
            "allow",
            [
                ("deny", "D", f'everyone = true; data = "any"; except = ["A"]; {ENDS}'),
                ("allow", "A", 'everyone = true; data = "any"'),
            ],
            True,
        ),
    ],
)
def test_an_expiry_is_linted_if_it_widens(tmp_path: Path, default, paragraphs, widens):
    text = head(default=default) + "".join(rule(*each) for each in paragraphs)
    found = which(tmp_path, text, "L04")
    assert bool(found) is widens


@pytest.mark.parametrize("seed", range(100, 112))
def test_an_expiry_that_widens_is_always_linted(tmp_path: Path, seed: int):
    """Every request of a random world is asked before and after the end of every rule."""
    random = Random(seed)
    place = random_worlds.world(random)
    owner = random_worlds.owner_file(random, place, "B1", 6)
    files = {"B1": owner, "B2": random_worlds.owner_file(random, place, "B2", 0)}
    empty = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, files, empty)))
    directory = Directory(world)
    document = read_document(tmp_path / "acl" / "B1.toml", directory)
    found = lint(document, directory)
    told = {e.what.split()[1] for e in found.mistakes if e.id.startswith("L04")}
    dead = {e.what.split(":")[0].split()[-1] for e in found.mistakes if e.id.startswith("L01")}
    stack = load_stack(world)
    for end in {each.end for each in document.policy.rules if each.end is not None}:
        changing = {each.id for each in document.policy.rules if end in (each.start, each.end)}
        people = {end in (a.start, a.end) for o in world.operators.values() for a in o.affiliations}
        if len(changing) > 1 or True in people:
            continue  # what else changes at that instant may be what widens
        widens = _widens(stack, world, end)
        assert (changing <= told) is widens, changing
        assert not changing & told & dead


def _widens(stack, world, end) -> bool:
    pairs = itertools.product(world.terminals, stack.directory.agency_of)
    # Whoever may not send an ORI gets nothing, whatever the rules say.
    lines = [
        (terminal, ori)
        for terminal, ori in pairs
        if stack.identity(Request(terminal, ori, None, None, "B1", "", False, None)) is None
    ]
    for entry, (terminal, ori), operator, behalf, image, purpose in itertools.product(
        [entry for entry in world.catalog if entry.backend == "B1"],
        lines,
        [None, *world.operators],
        [None, *stack.directory.agency_of],
        [False, True],
        [None, "C", "J", "F", "S"],
    ):
        request = Request(terminal, ori, operator, behalf, "B1", entry.key, image, purpose)
        new = stack.decide(request, end)
        if not new.released:
            continue
        old = stack.decide(request, stack.before(end))
        before = old.released_classes if old.released else set()
        if not new.released_classes <= before:
            return True
        for name in new.released_classes:
            fields = world.class_fields[name]
            if (set(old.masks) & fields) - set(new.masks):
                return True
    return False


def test_an_exception_that_begins_later_lets_access_return(tmp_path: Path):
    deny = rule("deny", "D", f'{POLICE}; except = ["A"]')
    later = rule("allow", "A", POLICE, "2020-01-01T00:00:00")
    assert which(tmp_path, head() + deny + later, "L15") == ["L15"]
    assert which(tmp_path, head() + deny + rule("allow", "A", POLICE), "L15") == []


@pytest.mark.parametrize(
    ("ordered", "said"),
    [
        ("2019-10-03T00:00:00", "ordered 12 days before it takes effect"),
        ("2019-10-13T23:59:59", "ordered 1 day before"),
        ("2019-10-14T00:00:00", None),
        ("2019-10-15T00:00:00", None),
        ("2019-10-16T00:00:00", "before it was ordered"),
    ],
)
def test_an_order_that_waits_more_than_a_day_is_told(tmp_path: Path, ordered, said):
    text = head() + rule("deny", "D", f"{POLICE}; ordered = {ordered}")
    found = [e for e in linted(tmp_path, text).advice if e.id.startswith("L16")]
    assert len(found) == (said is not None)
    if said:
        assert said in found[0].what
        assert f"from = {ordered}" in found[0].remedy


@pytest.mark.parametrize("file", told_of("times"))
def test_what_is_found_is_told_word_for_word(tmp_path: Path, file: dict[str, str]):
    assert said(tmp_path, file["text"]) == file["said"]
