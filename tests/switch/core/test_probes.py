"""Probes: every point is asked for itself, and an open one is found."""

from __future__ import annotations

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.probing import probe_requests
from switch.acl.engine import AccessStack
from switch.core.events import ProbesOrdered
from switch.core.probes import POINTS
from tests.owners import CUT
from tests.playbook import Playbook, golden_state
from tests.switch.acl.shipped import DIRECTORY


def cut() -> AccessStack:
    _, stack, _ = golden_state()
    return stack.with_policy(compiled(DIRECTORY, "CADMV", CUT))


def probed(play: Playbook, stack: AccessStack, backend: str = "CADMV", rule: str = "DMV-04"):
    requests = tuple(probe_requests(stack, backend, rule, play.now))
    play.tell(ProbesOrdered(backend, rule, requests))
    return play.recorded("probe")[-1]


def test_a_rule_in_force_refuses_at_every_point():
    play = Playbook("2019-10-15T00:00:01")
    found = probed(play, play.dispatcher.stack, rule="DMV-01")
    assert found["live"]
    assert list(found["points"]) == list(POINTS)
    assert found["since_s"] == 1.0
    assert all(point["open"] == 0 for point in found["points"].values())


def test_a_rule_that_is_not_in_force_is_open_at_every_point_with_a_witness():
    play = Playbook("2019-11-01T00:00:00")
    found = probed(play, cut())  # the switch has not heard of it
    assert not found["live"]
    assert found["ordered"] is None
    for point in found["points"].values():
        assert point["open"] == found["requests"]
        assert point["witness"][4] == "CADMV"


def test_a_suspension_is_probed_too():
    play = Playbook("2019-11-01T00:00:00")
    found = probed(play, play.dispatcher.stack, "NETWORK", "NET-01")
    assert found["live"]
    assert found["points"]["ingress"]["verdicts"] == {"DENY-SUSPENDED": found["requests"]}


@pytest.mark.parametrize("point", POINTS)
def test_a_point_that_leaks_is_found(point, monkeypatch):
    """A fault planted at one point shows at that point."""
    from switch.core import probes

    true = probes._verdict

    def leaking(stack, where, request, now):
        verdict = true(stack, where, request, now)
        return type(verdict).ALLOW if where == point else verdict

    monkeypatch.setattr(probes, "_verdict", leaking)
    play = Playbook("2019-11-01T00:00:00")
    found = probed(play, play.dispatcher.stack, rule="DMV-01")
    assert [name for name, each in found["points"].items() if each["open"]] == [point]
