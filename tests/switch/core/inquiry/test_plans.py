"""Plans: worked out once, and never kept past an access change or an instant that changes one."""

from __future__ import annotations

from switch.core.inquiry.forms import Forms
from switch.core.inquiry.plans import Plans
from switch.core.inquiry.routing import Routes
from switch.terms import Verdict
from switch.wire.codec import decode
from tests.playbook import golden_state

WORLD, STACK, FORMATS = golden_state()
MIDNIGHT = 1571122800.0  # 2019-10-15T00:00:00 in Los Angeles


def message(raw: str):
    return decode(raw.encode(), FORMATS)


def planned(plans, stack, now, *asked):
    plans.judge_by(stack, now)
    return plans.of(*asked)


def test_the_same_combination_is_planned_once_whoever_is_asked_about():
    plans = Plans(Routes(WORLD, FORMATS), Forms(WORLD, FORMATS))
    one = planned(plans, STACK, MIDNIGHT, "BAY2", "BPD2", message("DQ.CA0990100.CA.TXTOLN/S1"))
    other = planned(plans, STACK, MIDNIGHT, "BAY2", "BPD2", message("DQ.CA0990100.CA.TXTOLN/S2"))
    assert one is other


def test_a_different_purpose_image_operator_or_destination_is_another_plan():
    plans = Plans(Routes(WORLD, FORMATS), Forms(WORLD, FORMATS))
    found = {
        id(
            planned(
                plans, STACK, MIDNIGHT, "BAY1", operator, message(f"DQ.CA0990100.{where}TXT{asked}")
            )
        )
        for operator in ("TFO7", "BPD2")
        for where in ("CA.", "CA.NV.")
        for asked in ("OLN/S1", "PUR/C.OLN/S1", "OLN/S1.IMQ/Y", "OLN/S1.OBO/CA0990200")
    }
    assert len(found) == 16


def test_a_plan_does_not_outlive_the_instant_that_changes_it():
    plans, asked = (
        Plans(Routes(WORLD, FORMATS), Forms(WORLD, FORMATS)),
        message("DQ.DCICE0900.CA.TXTOLN/S1"),
    )
    before = planned(plans, STACK, MIDNIGHT - 0.001, "ERO1", "ERO1A", asked)
    after = planned(plans, STACK, MIDNIGHT, "ERO1", "ERO1A", asked)
    assert before.legs[0].decision.released
    assert after.legs[0].decision.verdict is Verdict.DENY_SUSPENDED


def test_a_plan_does_not_outlive_an_access_change():
    plans, asked = (
        Plans(Routes(WORLD, FORMATS), Forms(WORLD, FORMATS)),
        message("QW.DCICE0900.NAM/A, B.DOB/19790820"),
    )
    assert not planned(plans, STACK, MIDNIGHT, "ERO1", "ERO1A", asked).legs[0].decision.released
    lifted = STACK.withdrawn("NETWORK", "NET-01", MIDNIGHT)
    assert planned(plans, lifted, MIDNIGHT, "ERO1", "ERO1A", asked).legs[0].decision.released


def test_destinations_that_nobody_serves_are_named():
    plans, asked = (
        Plans(Routes(WORLD, FORMATS), Forms(WORLD, FORMATS)),
        message("DQ.CA0990100.CA.TX.TXTOLN/S1"),
    )
    plan = planned(plans, STACK, MIDNIGHT, "BAY2", "BPD2", asked)
    assert [leg.entry.backend for leg in plan.legs] == ["CADMV"]
    assert plan.misrouted == ("TX",)


def test_a_full_memory_of_plans_forgets_and_goes_on(monkeypatch):
    monkeypatch.setattr("switch.core.inquiry.plans.PLANS_MAX", 2)
    plans = Plans(Routes(WORLD, FORMATS), Forms(WORLD, FORMATS))
    for purpose in "CFEDJS":
        asked = message(f"DQ.CA0990100.CA.TXTPUR/{purpose}.OLN/S1")
        assert planned(plans, STACK, MIDNIGHT, "BAY2", "BPD2", asked).request.purpose == purpose
        assert len(plans._plans) <= 2
