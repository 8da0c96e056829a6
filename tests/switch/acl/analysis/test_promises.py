"""Promises: they hold on the shipped file, and a broken one comes with a witness."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.promises import check
from switch.acl.directory import Directory
from switch.acl.document import load_stack, read_document
from switch.acl.rules import Request
from switch.world_file import WORLDS_FOLDER, load_world
from tests.switch.acl import random_worlds
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed, document


def report(folder: Path, text: str):
    return check(document(folder, text), DIRECTORY)


def deny(who: str, data: str) -> str:
    """One more rule of the file."""
    when = "from = 2019-12-01T00:00:00"
    return f'\n[[deny]]\nid = "X"\n{who}\ndata = {data}\n{when}\nreason = "r"\ncite = "c"\n'


def test_the_shipped_file_keeps_its_promises(tmp_path: Path):
    found = report(tmp_path, TEXT)
    assert (found.findings, found.tests, found.promises) == ((), 1, 2)
    assert found.undecided == ("DMV-02", "DMV-03")


def test_a_never_that_a_narrowed_rule_breaks_shows_a_request(tmp_path: Path):
    broken = report(tmp_path, changed(('data   = "any"', 'data   = ["vehicle.owner"]')))
    never = [finding for finding in broken.findings if "DMV-N1" in finding.what]
    assert len(never) == 1
    assert "driver.photo is ALLOW-DEFAULT" in never[0].what
    assert "with image" in never[0].what
    assert TEXT.splitlines()[never[0].line - 1] == 'id    = "DMV-N1"'


@pytest.mark.parametrize(
    "way",
    ['terminal = ["ERO1"]', 'ori = ["DCICE0900"]', 'operator = ["TFO7"]'],
)
def test_a_never_finds_the_way_that_a_deny_by_name_leaves_open(tmp_path: Path, way: str):
    broken = report(tmp_path, changed(('group  = ["ero"]', way)))
    assert any("DMV-N1 does not hold" in finding.what for finding in broken.findings)


def test_a_never_is_held_at_every_later_instant(tmp_path: Path):
    text = changed(
        (
            "from   = 2019-10-15T00:00:00\ntell",
            "from   = 2019-10-15T00:00:00\nuntil = 2021-01-01T00:00:00\ntell",
        )
    )
    broken = report(tmp_path, text)
    (never,) = [finding for finding in broken.findings if "DMV-N1" in finding.what]
    assert "2021-01-01T00:00:00-08:00" in never.what


def test_an_always_that_a_deny_breaks_shows_a_request(tmp_path: Path):
    more = deny('terminal = ["VSO1"]', '["vehicle.registration"]')
    (always,) = report(tmp_path, TEXT + more).findings
    assert "DMV-A1 does not hold" in always.what
    assert "from VSO1" in always.what


@pytest.mark.parametrize(
    "who", ['operator = ["TFO7"]', 'agency = ["REGION-HUB"]', 'group = ["cbp"]']
)
def test_an_always_speaks_of_plain_requests_only(tmp_path: Path, who: str):
    assert report(tmp_path, TEXT + deny(who, '"any"')).findings == ()


def test_a_test_that_fails_says_what_the_file_says(tmp_path: Path):
    (finding,) = report(
        tmp_path, changed(("at       = 2019-10-15", "at       = 2019-10-14"))
    ).findings
    assert "expects DENY-RULE, the file says ALLOW-DEFAULT" in finding.what
    (finding,) = report(tmp_path, changed(('rule     = "DMV-01"', 'rule     = "DMV-03"'))).findings
    assert "expects rule DMV-03" in finding.what


def test_an_always_holds_for_every_operator_of_the_agency_and_not_for_the_first_alone(
    tmp_path: Path,
):
    text = (WORLDS_FOLDER / "golden-state" / "world.toml").read_text()
    second = '\n[[operator]]\nid = "ZZ9"\nagency = "BAY-PD"\n'
    (tmp_path / "world.toml").write_text(text + second)
    world = load_world(str(tmp_path))
    more = deny('operator = ["ZZ9"]', '["vehicle.registration"]')
    (tmp_path / "CADMV.toml").write_text(TEXT + more)
    directory = Directory(world)
    found = check(read_document(tmp_path / "CADMV.toml", directory), directory)
    (always,) = found.findings
    assert "DMV-A1 does not hold" in always.what
    assert "operator ZZ9" in always.what


def test_an_always_can_speak_of_operators(tmp_path: Path):
    promise = '\n[[always]]\nid = "A2"\noperator = ["BPD2"]\ndata = ["driver.record"]\n'
    text = TEXT + promise + "from = 2019-10-15T00:00:00\n"
    assert report(tmp_path, text).findings == ()
    (broken,) = report(tmp_path, text + deny('operator = ["BPD2"]', '["driver.record"]')).findings
    assert "A2 does not hold" in broken.what


def test_a_witness_names_a_purpose_that_can_be_typed(tmp_path: Path):
    text = changed(
        (
            '[[deny]]\nid     = "DMV-01"\ngroup  = ["ero"]\n',
            '[[deny]]\nid     = "DMV-01"\ngroup  = ["ero"]\npurpose = ["C", "J"]\n',
        )
    )
    (never,) = [each for each in report(tmp_path, text).findings if "DMV-N1" in each.what]
    (purpose,) = re.findall(r"purpose (\w+)", never.what)
    assert len(purpose) == 1
    assert purpose not in "CJ"


def test_a_never_looks_at_the_image_flag_on_every_key_where_a_rule_does(tmp_path: Path):
    row = '\n[[allow]]\nid = "W"\neveryone = true\ndata = ["vehicle.owner"]\nimage = true\n'
    times = 'from = 2019-10-15T00:00:00\nreason = "r"\ncite = "c"\n'
    never = '\n[[never]]\nid = "N2"\ngroup = ["cbp"]\ndata = ["vehicle.owner"]\n'
    base = changed(('default  = "allow"', 'default  = "deny"'))
    primary = row.replace('"vehicle.owner"', '"vehicle.registration", "vehicle.owner"')
    text = base + primary + times + never + "from = 2019-10-15T00:00:00\n"
    assert any("N2 does not hold" in each.what for each in report(tmp_path, text).findings)


@pytest.mark.parametrize("seed", range(6))
def test_a_never_is_broken_exactly_if_some_request_breaks_it(tmp_path: Path, seed: int):
    """The search leaves out facets that cannot matter; here nothing is left out."""
    random = Random(seed)
    place = random_worlds.world(random)
    owner = random_worlds.owner_file(random, place, "B1", 5)
    start = random_worlds.day(random)
    owner["never"] = [
        {"id": f"P{n}", **random_worlds.subject(random, place), "data": "any", "from": start}
        for n in range(3)
    ]
    files = {"B1": owner, "B2": random_worlds.owner_file(random, place, "B2", 0)}
    empty = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, files, empty)))
    directory = Directory(world)
    made = read_document(tmp_path / "acl" / "B1.toml", directory)
    told = {each.what.split()[0] for each in check(made, directory).findings}
    assert told == {p.id for p in made.nevers if _breakable(made, world, p)}


def _breakable(made, world, promise) -> bool:
    stack = load_stack(world)
    moments = {promise.start, *stack.directory.instants(), *made.policy.instants()}
    entries = [entry for entry in world.catalog if entry.backend == "B1"]
    for at in (each for each in moments if each >= promise.start):
        for entry, terminal, ori, operator, behalf, image, purpose in itertools.product(
            entries,
            world.terminals,
            stack.directory.agency_of,
            [None, *world.operators],
            [None, *stack.directory.agency_of],
            [False, True],
            [None, "C", "J", "F", "S"],
        ):
            request = Request(terminal, ori, operator, behalf, "B1", entry.key, image, purpose)
            if stack.identity(request, at) is not None:
                continue
            facets = stack.facets(request, (at,))
            if promise.subject.met_by_any(facets, stack.directory) is not None:
                decision = stack.decide_owner_only(request, at)
                if decision.released and decision.released_classes:
                    return True
    return False


@pytest.mark.parametrize("seed", range(50, 58))
def test_an_always_is_broken_exactly_if_some_plain_request_is_refused(tmp_path: Path, seed: int):
    random = Random(seed)
    place = random_worlds.world(random)
    if seed % 2:
        place["backend"][0]["answers"][0]["purposes"] = ["C", "J"]
    owner = random_worlds.owner_file(random, place, "B1", 5)
    start = random_worlds.day(random)
    owner["always"] = [
        {"id": f"P{n}", **random_worlds.subject(random, place), "data": "any", "from": start}
        for n in range(4)
    ]
    files = {"B1": owner, "B2": random_worlds.owner_file(random, place, "B2", 0)}
    empty = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, files, empty)))
    directory = Directory(world)
    made = read_document(tmp_path / "acl" / "B1.toml", directory)
    told = {each.what.split()[0] for each in check(made, directory).findings}
    assert told == {p.id for p in made.always if _refusable(made, world, p)}


def _refusable(made, world, promise) -> bool:
    stack = load_stack(world)
    moments = {promise.start, *stack.directory.instants(), *made.policy.instants()}
    for terminal in world.terminals.values():
        own = world.agencies[terminal.agency]
        people = [o.id for o in world.operators.values() if o.agency == own.id]
        plain = [each for each in people if not world.operators[each].affiliations] or [None]
        for entry, ori, operator, image, at in itertools.product(
            [entry for entry in world.catalog if entry.backend == "B1"],
            [] if terminal.via else own.oris,
            plain,
            [False, True],
            [each for each in moments if each >= promise.start],
        ):
            for purpose in entry.purposes or (None, "C", "J", "F", "S"):
                request = Request(
                    terminal.mnemonic, ori, operator, None, "B1", entry.key, image, purpose
                )
                facets = stack.facets(request, (at,))
                decision = stack.decide_owner_only(request, at)
                left = len(decision.released_classes) if decision.released else 0
                met = promise.subject.met_by_both(facets, stack.directory)
                if met and left < len(entry.asked(image)):
                    return True
    return False
