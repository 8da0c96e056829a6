"""What the owner's example file says, claim by claim, judged alone and with the network on top."""

from __future__ import annotations

from datetime import datetime

import pytest

from switch.acl.rules import Request
from switch.files.authored import instant
from switch.terms import Verdict
from tests.playbook import golden_state

WORLD, STACK, _ = golden_state()
HSI = ("HSI1", "DCICE0500", "HSI1A")


def alone(who, key="DQ", purpose=None, *, at="2019-10-15T00:00:00", image=False):
    terminal, ori, operator = who
    request = Request(terminal, ori, operator, None, "CADMV", key, image, purpose)
    return STACK.decide_owner_only(request, instant(datetime.fromisoformat(at), WORLD.timezone))


def stacked(who, key="DQ", *, at="2019-10-15T00:00:00"):
    terminal, ori, operator = who
    request = Request(terminal, ori, operator, None, "CADMV", key, False, None)
    return STACK.decide(request, instant(datetime.fromisoformat(at), WORLD.timezone))


ERO = ("ERO1", "DCICE0900", "ERO1A")


def test_ero_is_allowed_by_default_a_second_before_midnight():
    decision = alone(ERO, at="2019-10-14T23:59:59")
    assert (decision.verdict, decision.rules) == (Verdict.ALLOW_DEFAULT, ())


def test_ero_is_denied_by_dmv_01_at_midnight():
    decision = alone(ERO)
    assert (decision.verdict, decision.rules) == (Verdict.DENY_RULE, ("DMV-01",))


def test_hsi_with_purpose_c_gets_the_record_without_residence_and_photo_and_with_the_notice():
    decision = alone(HSI, purpose="C", image=True)
    assert decision.verdict is Verdict.ALLOW
    assert decision.masks == ("RES",)
    assert ("driver.photo", ("DMV-03",)) in decision.withheld
    assert decision.notices == ("NOT FOR CIVIL IMMIGRATION ENFORCEMENT.",)
    assert "DMV-03" in decision.exceptions


def test_hsi_with_purpose_c_gets_the_registration_and_not_the_owner():
    decision = alone(HSI, key="RQ", purpose="C")
    assert decision.released_classes == {"vehicle.registration"}
    assert decision.withheld == (("vehicle.owner", ("DMV-03",)),)


@pytest.mark.parametrize("purpose", ["J", None])
def test_hsi_with_another_purpose_or_none_is_denied_by_dmv_03(purpose):
    decision = alone(HSI, purpose=purpose)
    assert (decision.verdict, decision.rules) == (Verdict.DENY_RULE, ("DMV-03",))


def test_when_dmv_02_ends_dmv_03_stands_so_expiry_narrows():
    before = alone(HSI, purpose="C", at="2020-10-14T23:59:59")
    after = alone(HSI, purpose="C", at="2020-10-15T00:00:00")
    assert before.released
    assert (after.verdict, after.rules) == (Verdict.DENY_RULE, ("DMV-03",))


def test_a_police_desk_whose_operator_is_affiliated_with_ero_is_denied_by_dmv_01():
    decision = alone(("BAY1", "CA0990100", "TFO7"))
    assert (decision.verdict, decision.rules) == (Verdict.DENY_RULE, ("DMV-01",))
    assert alone(("BAY2", "CA0990100", "BPD2")).released


def test_the_desk_is_served_again_when_the_affiliation_is_over():
    desk = ("BAY1", "CA0990100", "TFO7")
    assert not alone(desk, at="2020-05-31T23:59:59").released
    assert alone(desk, at="2020-06-01T00:00:00").released


def test_an_hsi_operator_at_a_police_desk_is_denied_by_dmv_03_and_dmv_02_does_not_help():
    decision = alone(("BAY2", "CA0990100", "HSI1A"), purpose="C")
    assert (decision.verdict, decision.rules) == (Verdict.DENY_RULE, ("DMV-03",))


def test_with_the_network_on_top_eros_own_line_is_suspended_and_the_desk_still_denied_by_rule():
    line, desk = stacked(ERO), stacked(("BAY1", "CA0990100", "TFO7"))
    assert (line.verdict, line.network, line.owner) == (
        Verdict.DENY_SUSPENDED,
        "DENY-SUSPENDED",
        "DENY-RULE",
    )
    assert (desk.verdict, desk.network) == (Verdict.DENY_RULE, "")
