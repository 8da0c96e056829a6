"""A cut-off before it is real: everybody whom it touches, and nobody else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.analysis.collateral import Preview, Through, preview
from switch.acl.directory import Directory
from switch.acl.engine import AccessStack
from switch.acl.policy import Policy
from switch.files.authored import instant
from switch.terms import Verdict
from switch.world_file import WORLDS_FOLDER, load_world
from tests.switch.acl.shipped import DIRECTORY, TEXT, changed

ALL = {"driver.record", "driver.ssn", "driver.photo", "vehicle.registration", "vehicle.owner"}


def at(local: str) -> float:
    return instant(datetime.fromisoformat(local), DIRECTORY.timezone)


def stack(text: str, directory: Directory = DIRECTORY) -> AccessStack:
    nobody = Policy("NETWORK", [], Verdict.DENY_ERROR, "", "")
    policy = compiled(directory, "CADMV", text.encode())
    return AccessStack(directory.world, directory, {"CADMV": policy}, nobody)


def rule(effect: str, subject: str, data: str = '"any"', when: str = "2019-10-01T00:00:00") -> str:
    """One more rule of the file."""
    head = f'\n[[{effect}]]\nid = "X-{effect}-{subject[:2]}"\n{subject}\ndata = {data}\n'
    return f'{head}from = {when}\nreason = "r"\ncite = "c"\n'


def cut(
    subject: str,
    when: str = "2019-11-01T00:00:00",
    data: str = '"any"',
    *,
    text: str = TEXT,
    directory: Directory = DIRECTORY,
) -> Preview:
    more = rule("deny", subject, data, when).replace("X-deny-" + subject[:2], "X-1")
    after = stack(text + more, directory)
    subject_ = next(r.subject for r in after.owners["CADMV"].rules if r.id == "X-1")
    return preview(stack(text, directory), after, "CADMV", subject_, at(when))


ERO = '{ agency = "ICE-ERO", from = 2019-06-01T00:00:00, until = 2020-06-01T00:00:00 },'


def officers(folder: Path, *affiliations: str, desk: str = '["TFO7"]', more: str = "") -> Directory:
    """The directory in which TFO7 works for others besides."""
    text = (WORLDS_FOLDER / "golden-state" / "world.toml").read_text()
    assert ERO in text
    text = text.replace(ERO, "\n    ".join([*affiliations, ERO]))
    text = text.replace('operators = ["TFO7"]', f"operators = {desk}", 1) + more
    (folder / "world.toml").write_text(text)
    return Directory(load_world(str(folder)))


def through(found: Preview, way: Through) -> list[tuple[str, str, float | None]]:
    return [(each.who, each.named, each.until) for each in found.collateral if each.through is way]


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
    (hub,) = found.siblings
    assert (hub.relation, hub.hubs) == ("sees what passes it", ("REGION-HUB",))


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


def test_everybody_is_an_agency_too_and_then_nobody_is_left_to_ask_on_anybodys_behalf():
    found = cut("everyone = true", data='["driver.ssn"]')
    agencies = [each.id for each in DIRECTORY.world.agencies.values() if each.oris]
    assert [each.agency for each in found.cut] == agencies
    assert (found.collateral, found.siblings) == ((), ())


def test_only_rules_that_refuse_the_answer_are_told_as_refusing():
    """HSI's answers with purpose C are allowed, and the owner is a second class of them."""
    (hsi,) = cut('agency = ["ICE-HSI"]', data='["vehicle.owner"]').cut
    assert (hsi.rules, hsi.classes) == (("DMV-03",), ())


def test_a_purpose_that_a_rule_names_is_asked_with():
    found = cut('agency = ["CBP"]', text=changed(('purpose = ["C"]', 'purpose = ["J"]')))
    assert {s.agency: set(s.classes) for s in found.siblings}["ICE-HSI"] == {
        "driver.record",
        "vehicle.registration",
    }


def test_an_image_flag_that_a_rule_names_is_asked_with_by_every_key():
    (cbp,) = cut('agency = ["CBP"]\nimage = true', data='["vehicle.owner"]').cut
    assert cbp.classes == ("vehicle.owner",)


def test_an_officer_is_collateral_by_each_affiliation_that_holds_and_is_named(tmp_path: Path):
    police = '{ agency = "NV-HP", from = 2019-06-01T00:00:00 },'
    lasting = '{ agency = "CBP", from = 2019-06-01T00:00:00 },'
    directory = officers(tmp_path, police, lasting)
    found = cut('agency = ["DHS"]', "2019-10-14T00:00:00", directory=directory)
    over = at("2020-06-01T00:00:00")
    assert through(found, Through.OPERATOR) == [("TFO7", "CBP", None), ("TFO7", "ICE-ERO", over)]
    later = cut('agency = ["DHS"]', "2020-06-01T00:00:00", directory=directory)
    assert through(later, Through.OPERATOR) == [("TFO7", "CBP", None)]


def test_officers_and_desks_are_looked_for_after_those_who_are_named_themselves(tmp_path: Path):
    named = f'\n[[operator]]\nid = "ZZ8"\nagency = "VALLEY-SO"\naffiliations = [\n    {ERO}\n]\n'
    directory = officers(tmp_path, more=named)
    who = 'agency = ["BAY-PD", "ICE-ERO", "HARBOR-PD"]'
    found = cut(who, "2019-10-14T00:00:00", '["driver.ssn"]', directory=directory)
    assert [who for who, _, _ in through(found, Through.OPERATOR)] == ["ZZ8"]
    assert [who for who, _, _ in through(found, Through.SERVICING)] == ["VSO1"]


@pytest.mark.parametrize(
    ("usual", "open_to", "loses"),
    [
        ('["TFO7"]', "BAY1", True),
        ('["TFO7"]', "BAY2", False),
        ("[]", "BAY2", True),
        ("[]", "VSO1", False),
    ],
)
def test_an_officer_sits_where_he_usually_does_or_at_any_desk_of_his_own_agency(
    tmp_path: Path, usual: str, open_to: str, *, loses: bool
):
    closed = changed(('default  = "allow"', 'default  = "deny"'))
    text = closed + rule("allow", f'terminal = ["{open_to}"]', '["driver.record"]')
    found = cut(
        'agency = ["ICE-ERO"]',
        "2019-10-14T00:00:00",
        text=text,
        directory=officers(tmp_path, desk=usual),
    )
    assert bool(through(found, Through.OPERATOR)) is loses


def test_asking_on_its_behalf_is_shown_by_a_line_that_is_not_its_own():
    text = TEXT + rule("deny", 'terminal = ["HRB1"]')
    found = cut('agency = ["HARBOR-PD"]', data='["driver.record"]', text=text)
    assert [who for who, _, _ in through(found, Through.BEHALF)] == ["CA0990300"]
