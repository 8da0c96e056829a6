"""Who has a lane: every seat and actor, the switch, the backends concerned, and their owners."""

from __future__ import annotations

from scenarios.report.lanes import Kind, Lanes
from tests.rehearsal_room import TALK, october, opened, played


def lanes(scenario, run) -> Lanes:
    return Lanes(scenario.script, scenario.world, run.entries)


def test_seats_stand_left_of_actors_the_switch_backends_and_owners():
    kinds = [lane.kind for lane in lanes(opened(), played()).all]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert kinds.count(Kind.SEAT) == kinds.count(Kind.ACTOR) == kinds.count(Kind.SWITCH) == 1


def test_only_backends_with_a_part_in_the_run_have_a_lane():
    found = lanes(*october())
    backends = [lane.id for lane in found.all if lane.kind is Kind.BACKEND]
    assert backends == ["CADMV", "CAWPS", "ARJIS"]
    assert found.place("NVDMV") is None


def test_each_owner_has_one_lane_and_the_network_has_its_operators():
    found = lanes(*october())
    titles = [lane.title for lane in found.all if lane.kind is Kind.OWNER]
    assert titles[0] == "Department of Motor Vehicles"
    assert len(titles) == len(set(titles)) == 4
    assert found.all[found.owner("NETWORK")].title == "switch operator"
    assert found.all[found.owner("CADMV")].below == "CADMV"


def test_a_terminal_is_found_by_its_name_and_a_strangers_is_not():
    found = lanes(opened(), played())
    assert found.all[found.seat("BAY2")].title == "desk"
    assert found.seat("ERO1") is None
    assert found.seat(None) is None


def test_who_only_talks_in_the_background_has_no_lane():
    scenario = opened(TALK)
    names = [lane.id for lane in Lanes(scenario.script, scenario.world, []).all]
    assert "far" in names
    assert "county" not in names
