"""Whom a probe asks for: everybody whom the rule is about, and nobody whom it lets through."""

from __future__ import annotations

from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.probing import probe_requests
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
