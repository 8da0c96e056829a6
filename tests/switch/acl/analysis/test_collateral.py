"""A cut-off before it is real: everybody whom it touches, and nobody else."""

from __future__ import annotations

from datetime import datetime

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.collateral import Preview, Through, preview
from switch.acl.engine import AccessStack
from switch.acl.policy import Policy
from switch.files.authored import instant
from switch.terms import Verdict
from tests.switch.acl.shipped import DIRECTORY, TEXT, WORLD

ALL = {"driver.record", "driver.ssn", "driver.photo", "vehicle.registration", "vehicle.owner"}


def at(local: str) -> float:
    return instant(datetime.fromisoformat(local), DIRECTORY.timezone)


def stack(text: str) -> AccessStack:
    nobody = Policy("NETWORK", [], Verdict.DENY_ERROR, "", "")
    policy = compiled(DIRECTORY, "CADMV", text.encode())
    return AccessStack(WORLD, DIRECTORY, {"CADMV": policy}, nobody)


def cut(subject: str, when: str = "2019-11-01T00:00:00", data: str = '"any"') -> Preview:
    rule = f'\n[[deny]]\nid = "X-1"\n{subject}\ndata = {data}\nfrom = {when}\n'
    rule += 'reason = "r"\ncite = "c"\n'
    after = stack(TEXT + rule)
    subject_ = next(r.subject for r in after.owners["CADMV"].rules if r.id == "X-1")
    return preview(stack(TEXT), after, "CADMV", subject_, at(when))


def test_cbp_is_cut_off_and_hsi_is_left_open_beside_it():
    found = cut('agency = ["CBP"]')
    (cbp,) = found.cut
    assert (cbp.agency, cbp.oris, cbp.terminals) == ("CBP", ("DCCBP0100",), ("CBP1",))
    assert set(cbp.classes) == ALL
    assert cbp.rules == ("X-1",)
    siblings = {each.agency: set(each.classes) for each in found.siblings}
    assert siblings == {"ICE-ERO": set(), "ICE-HSI": {"driver.record", "vehicle.registration"}}
    assert "same function immigration" in found.siblings[0].relation


def test_a_parent_is_cut_off_with_every_agency_below():
    found = cut('agency = ["DHS"]', "2019-10-14T00:00:00")
    assert [each.agency for each in found.cut] == ["ICE-ERO", "ICE-HSI", "CBP"]
    assert found.siblings == ()


def test_the_task_force_officer_at_a_police_desk_is_collateral_while_he_works_for_both():
    found = cut('agency = ["ICE"]', "2019-10-14T00:00:00")
    (officer,) = [each for each in found.collateral if each.through is Through.OPERATOR]
    assert (officer.who, officer.agency, officer.named) == ("TFO7", "BAY-PD", "ICE-ERO")
    assert officer.until == at("2020-06-01T00:00:00")
    later = cut('agency = ["CBP", "ICE"]', "2020-06-01T00:00:00")
    assert not [each for each in later.collateral if each.through is Through.OPERATOR]


def test_what_is_refused_already_is_no_collateral():
    """TFO7 falls under DMV-01 at that time: a second deny takes nothing from him."""
    found = cut('agency = ["ICE-ERO"]')
    assert found.collateral == ()
    assert not found.changes


def test_the_lines_that_pass_a_hub_are_collateral():
    found = cut('agency = ["REGION-HUB"]')
    assert found.cut == ()
    hubs = [(e.through, e.who, e.agency) for e in found.collateral]
    assert hubs == [(Through.HUB, "HRB1", "HARBOR-PD")]


def test_who_sends_for_an_agency_and_who_asks_on_its_behalf_is_collateral():
    found = cut('agency = ["HARBOR-PD"]', data='["driver.record"]')
    touched = {(each.through, each.who) for each in found.collateral}
    assert touched == {(Through.SERVICING, "VSO1"), (Through.BEHALF, "CA0990300")}
    assert [each.agency for each in found.siblings] == ["REGION-HUB"]
    assert found.siblings[0].relation == "sees what passes it"


@pytest.mark.parametrize(
    ("subject", "agencies"),
    [
        ('group = ["police"]', ["BAY-PD", "VALLEY-SO", "HARBOR-PD", "NV-HP"]),
        ('function = ["immigration"]', ["ICE-ERO", "CBP"]),
        ('ori = ["DCICE0500"]', ["ICE-HSI"]),
        ('ori_prefix = ["DCCBP"]', ["CBP"]),
        ('terminal = ["NVH1"]', ["NV-HP"]),
    ],
)
def test_every_kind_of_subject_names_its_agencies(subject, agencies):
    # The police keep their registrations by promise; here only who is named is looked at.
    found = cut(subject, data='["driver.ssn"]')
    assert [each.agency for each in found.cut] == agencies


def test_a_class_that_is_no_primary_one_is_lost_by_itself():
    (cbp,) = cut('agency = ["CBP"]', data='["driver.photo"]').cut
    assert cbp.classes == ("driver.photo",)
