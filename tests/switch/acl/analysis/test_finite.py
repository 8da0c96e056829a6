"""The finite world loses nothing: its requests reach every decision that any request reaches."""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import pytest

from switch.acl.analysis.finite import FiniteWorld, Line, Sender, asked
from switch.acl.document import load_stack
from switch.acl.rules import Request, Subject
from switch.world_file import load_world
from tests.switch.acl import random_worlds


def outcome(stack, request: Request, at: float) -> tuple[object, ...]:
    decision = stack.decide_owner_only(request, at)
    return request.key, decision.verdict, decision.classes, decision.masks


@pytest.mark.parametrize("seed", range(5))
def test_every_decision_is_reached(tmp_path: Path, seed: int):
    random = Random(seed)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name, 4) for name in ("B1", "B2")}
    network = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, owners, network)))
    stack = load_stack(world)
    finite = FiniteWorld(stack.directory, stack.owners["B1"].rules)
    entries = [entry for entry in world.catalog if entry.backend == "B1"]
    for at in sorted({0.0, *stack.directory.instants(), *stack.owners["B1"].instants()})[::3]:
        reached = {outcome(stack, request, at) for request in finite.requests(entries, at)}
        agency_of = stack.directory.agency_of
        for terminal, entry in itertools.product(world.terminals.values(), entries):
            own = world.agencies[terminal.agency]
            oris = [ori for ori, a in agency_of.items() if a == own.id or a in own.services]
            for ori, operator, behalf, purpose in itertools.product(
                oris, [None, *world.operators], [None, *agency_of], [None, "C", "J", "F", "S"]
            ):
                for image in (False, True):
                    request = Request(
                        terminal.mnemonic, ori, operator, behalf, "B1", entry.key, image, purpose
                    )
                    assert outcome(stack, request, at) in reached, (request, at)


def test_plain_lines_have_no_hub_and_their_own_agencys_oris(tmp_path: Path):
    stack = load_stack(load_world("golden-state"))
    lines = FiniteWorld(stack.directory, ()).plain_lines()
    assert ("HRB1", "CA0990300") not in [(line.terminal, line.ori) for line in lines]
    assert ("VSO1", "CA0990300") not in [(line.terminal, line.ori) for line in lines]
    assert ("ERO1", "DCICE0910") in [(line.terminal, line.ori) for line in lines]


def test_a_senders_decisions_change_only_at_his_own_instants(tmp_path: Path):
    random = Random(9)
    place = random_worlds.world(random)
    owners = {name: random_worlds.owner_file(random, place, name, 6) for name in ("B1", "B2")}
    network = {"format": 1, "timezone": "America/Los_Angeles"}
    world = load_world(str(random_worlds.write(tmp_path, place, owners, network)))
    stack = load_stack(world)
    finite = FiniteWorld(stack.directory, stack.owners["B1"].rules)
    questions = finite.questions(entry for entry in world.catalog if entry.backend == "B1")
    moments = sorted({*stack.directory.instants(), *stack.owners["B1"].instants()})
    for line, operator in itertools.product(finite.lines(), finite.operators()):
        sender = Sender(line, operator, None)
        own = finite.instants(sender, moments[0])
        for at, then in itertools.pairwise(moments):
            if then not in own:
                for request in (asked(sender, question) for question in questions):
                    assert outcome(stack, request, at) == outcome(stack, request, then)


def test_who_does_not_help_to_meet_a_subject_is_left_out():
    stack = load_stack(load_world("golden-state"))
    ero = Subject(group=frozenset({"ero"}))
    finite = FiniteWorld(stack.directory, stack.owners["CADMV"].rules, [ero])
    senders = list(finite.senders(ero))
    assert Sender(Line("ERO1", "DCICE0900"), None, None) in senders
    assert {"TFO7", "ERO1A"} >= {each.operator for each in senders if each.operator}
    assert all(each.behalf is None for each in senders if each.line.terminal == "ERO1")
