"""Forms: made once for a decision, and never for another one."""

from __future__ import annotations

from switch.core.inquiry.exchange import Leg
from switch.core.inquiry.forms import Form, Forms
from tests.playbook import ALBITE, Playbook, golden_state

WORLD, STACK, FORMATS = golden_state()
HSI = "DQ.DCICE0500.CA.TXTPUR/C.OLN/S0990001"


def open_legs(play: Playbook):
    assert play.dispatcher.open_legs
    return list(play.dispatcher._inquiries._legs.values())


def form(forms: Forms, leg: Leg) -> Form:
    return forms.of(leg.decision, leg.entry, leg.request, leg.exchange.message.mke)


def test_two_legs_under_one_decision_have_one_form():
    play = Playbook("2019-10-16T08:00:00")
    play.sign_on(1, "HSI1", "HSI1A")
    play.says(1, HSI, HSI)
    one, other = open_legs(play)
    forms = Forms(WORLD, FORMATS)
    assert form(forms, one) is form(forms, other)
    assert form(forms, one).common.fields["terminal"] == "HSI1"
    assert "RES" not in form(forms, one).mask.may_leave


def test_another_decision_has_another_form():
    play = Playbook("2019-10-16T08:00:00")
    play.sign_on(1, "HSI1", "HSI1A")
    play.sign_on(2, "BAY2", "BPD2")
    play.says(1, HSI)
    play.says(2, "DQ.CA0990100.CA.TXTPUR/C.OLN/S0990001")
    one, other = open_legs(play)
    forms = Forms(WORLD, FORMATS)
    assert form(forms, one) is not form(forms, other)
    assert form(forms, other).closing == ()
    assert "NOT FOR CIVIL IMMIGRATION ENFORCEMENT." in form(forms, one).closing


def test_a_full_memory_of_forms_forgets_and_goes_on(monkeypatch):
    monkeypatch.setattr("switch.core.inquiry.forms.FORMS_MAX", 1)
    play = Playbook("2019-10-16T08:00:00")
    play.sign_on(2, "BAY2", "BPD2")
    play.says(2, *(f"DQ.CA0990100.CA.TXTPUR/{p}.OLN/S0990001" for p in "CFEDJS"))
    forms = Forms(WORLD, FORMATS)
    for leg in open_legs(play):
        assert form(forms, leg).common.fields["backend"] == "CADMV"
        assert len(forms._forms) == 1
    play.answers(play.asked[0], ALBITE)
    assert len(play.heard(2)) == 7  # the sign-on's, and six answers
