"""Legs read back from a ledger: who asked, in which way, and what became of it."""

from __future__ import annotations

import pytest

from switch.audit.inquiries import Fate, Way, inquiries, refused_by, way_of
from switch.terms import AgencyId
from tests.switch.acl.shipped import DIRECTORY
from tests.switch.audit.around import around, rows, signed_on


def test_every_leg_of_this_backend_is_told_once_with_its_outcome():
    found = inquiries(rows(around()), "CADMV")
    queries = [e for e in around().play.records if e["kind"] == "query"]
    own = [leg for e in queries for leg in e["legs"] if leg["backend"] == "CADMV"]
    assert len(found) == len(own)
    assert {each.fate for each in found} == {Fate.ANSWERED, Fate.REFUSED}


def test_what_left_is_what_was_asked_without_what_was_withheld():
    run = signed_on("2019-10-16T08:00:00")
    run.asks(3, "RQ.DCICE0500.CA.*A1.TXTPUR/C.LIC/SIM2019.LIY/2020.LIT/PC")
    (found,) = inquiries(rows(run), "CADMV")
    assert found.released == ("vehicle.registration",)
    assert found.withheld == {"vehicle.owner"}
    assert found.fields["LIC"] == "SIM2019"


def test_a_late_answer_counts_as_the_outcome():
    run = signed_on()
    run.play.says(2, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    run._commit()
    run.passes(100)
    (waiting,) = inquiries(rows(run), "CADMV")
    assert waiting.fate is Fate.UNANSWERED
    run.play.answers(run.play.asked[-1], {"OLN": "S0990001"})
    run._commit()
    (answered,) = inquiries(rows(run), "CADMV")
    assert (answered.fate, answered.late, answered.records) == (Fate.ANSWERED, True, 1)


def test_what_was_refused_while_its_backend_was_asked_stays_refused():
    run = signed_on("2019-10-14T23:59:59")
    run.play.says(4, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    run._commit()
    run.at("2019-10-15T00:00:01")
    run.play.answers(run.play.asked[-1], {"OLN": "S0990001"})
    run._commit()
    (found,) = inquiries(rows(run), "CADMV")
    assert (found.fate, found.point, found.rules) == (Fate.REFUSED, "waiting", ("DMV-01",))


@pytest.mark.parametrize(
    ("line", "raw", "agency", "way"),
    [
        (1, "DQ.DCICE0900.CA.*A1.TXTOLN/S1", "ICE-ERO", Way.LINE),
        (1, "DQ.DCICE0900.CA.*A1.TXTOLN/S1", "ICE", Way.LINE),
        (1, "DQ.DCICE0900.CA.*A1.TXTOLN/S1", "CBP", None),
        (4, "DQ.CA0990100.CA.*A1.TXTOLN/S1", "ICE-ERO", Way.OPERATOR),
        (4, "DQ.CA0990100.CA.*A1.TXTOLN/S1", "BAY-PD", Way.LINE),
        (2, "DQ.DCICE0900.CA.*A1.TXTOLN/S1", "ICE-ERO", Way.SERVICED),
        (2, "DQ.DCICE0900.CA.*A1.TXTOLN/S1", "BAY-PD", Way.DESK),
        (2, "DQ.CA0990100.CA.*A1.TXTOLN/S1.OBO/DCICE0900", "ICE-ERO", Way.BEHALF),
        (6, "DQ.CA0990300.CA.*A1.TXTOLN/S1", "REGION-HUB", Way.HUB),
    ],
)
def test_in_which_way_an_agency_stands_in_an_inquiry(line, raw, agency, way):
    run = signed_on()
    run.play.sign_on(6, "HRB1", "HPD1")
    run.asks(line, raw)
    (found,) = inquiries(rows(run), "CADMV")
    assert way_of(DIRECTORY, found, AgencyId(agency)) is way


def test_who_refused_is_the_suspension_the_rules_or_the_verdict():
    run = signed_on("2019-10-16T08:00:00")
    run.asks(1, "DQ.DCICE0900.CA.*A1.TXTOLN/S0990001")
    run.asks(4, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    run.asks(2, "DQ.CA0990200.CA.*A1.TXTOLN/S0990001")
    found = inquiries(rows(run), "CADMV")
    assert [refused_by(each) for each in found] == ["suspension NET-01", "DMV-01", "DENY-IDENTITY"]
