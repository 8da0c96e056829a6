"""Whom a probe asks for: everybody whom the rule is about, and nobody whom it lets through."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import ascii_uppercase, digits

from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.probing import PROBES_MAX, probe_requests
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.world_file import WORLDS_FOLDER, load_world
from tests.owners import CUT, NOW
from tests.playbook import golden_state
from tests.switch.acl.shipped import DIRECTORY

STACK = golden_state()[1]
LATER = NOW + 30 * 86_400


def test_every_key_and_every_way_of_being_in_the_subject():
    requests = probe_requests(STACK, "CADMV", "DMV-01", LATER)
    assert {request.key for request in requests} == {"DQ", "DNQ", "RQ", "RNQ"}
    assert {request.terminal for request in requests} >= {"ERO1"}
    assert "TFO7" in {request.operator for request in requests}
    assert all(not STACK.decide(request, LATER).released for request in requests)


def test_an_affiliation_that_is_over_is_not_asked_for():
    after = LATER + 2 * 365 * 86_400
    then = {(r.operator, r.on_behalf_of) for r in probe_requests(STACK, "CADMV", "DMV-01", after)}
    now = {(r.operator, r.on_behalf_of) for r in probe_requests(STACK, "CADMV", "DMV-01", LATER)}
    assert ("TFO7", None) in now - then


def test_what_an_exception_lets_through_is_not_asked_for():
    requests = probe_requests(STACK, "CADMV", "DMV-03", LATER)
    assert requests
    assert all("DMV-03" not in STACK.decide(r, LATER).exceptions for r in requests)


def test_a_rule_that_refuses_nothing_has_no_probes():
    assert probe_requests(STACK, "CADMV", "DMV-02", LATER) == []
    assert probe_requests(STACK, "CADMV", "NO-SUCH", LATER) == []


def test_a_suspension_is_asked_for_on_its_lines_and_every_backend():
    requests = probe_requests(STACK, "NETWORK", "NET-01", LATER)
    assert {request.terminal for request in requests} == {"ERO1"}
    assert len({request.backend for request in requests}) == len(DIRECTORY.world.backends)


def test_a_rule_of_a_new_version_is_asked_for():
    stack = STACK.with_policy(compiled(DIRECTORY, "CADMV", CUT))
    terminals = {request.terminal for request in probe_requests(stack, "CADMV", "DMV-04", NOW)}
    assert "CBP1" in terminals


def with_deny(**more: object):
    when = datetime.fromisoformat("2019-10-31T00:00:00")
    table = {"id": "N", "data": "any", "from": when, "reason": "r", "cite": "c"} | more
    return STACK.with_rule("CADMV", "deny", table)


def test_only_what_the_rule_speaks_of_and_only_whole_answers_are_asked_for():
    of_two_keys = with_deny(
        agency=["BAY-PD"], key=["DQ", "RQ"], data=["driver.record", "driver.ssn"]
    )
    requests = probe_requests(of_two_keys, "CADMV", "N", LATER)
    assert {(request.key, request.backend) for request in requests} == {("DQ", "CADMV")}
    second = with_deny(agency=["BAY-PD"], data=["vehicle.owner"])
    assert probe_requests(second, "CADMV", "N", LATER) == []


def test_no_rule_is_asked_for_without_an_end():
    everybody = with_deny(everyone=True, purpose=[*ascii_uppercase, *digits])
    assert len(probe_requests(everybody, "CADMV", "N", LATER)) == PROBES_MAX


def test_others_in_the_subject_are_asked_for_after_one_whose_affiliation_is_over(tmp_path: Path):
    text = (WORLDS_FOLDER / "golden-state" / "world.toml").read_text()
    second = '{ agency = "ICE-ERO", from = 2019-06-01T00:00:00 }'
    more = f'\n[[operator]]\nid = "ZZ9"\nagency = "BAY-PD"\naffiliations = [{second}]\n'
    (tmp_path / "world.toml").write_text(text + more)
    world = load_world(str(tmp_path))
    stack = AccessStack(world, Directory(world), dict(STACK.owners), STACK.network)
    after = LATER + 2 * 365 * 86_400
    requests = probe_requests(stack, "CADMV", "DMV-01", after)
    asked = {(r.terminal, r.operator) for r in requests if r.on_behalf_of is None}
    assert ("BAY1", "ZZ9") in asked
    assert ("BAY1", "TFO7") not in asked
