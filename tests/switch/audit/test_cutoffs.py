"""Which rules cut an agency off, by whom, and when they could refuse for the first time."""

from __future__ import annotations

import pytest

from switch.acl.analysis.candidate import compiled
from switch.acl.envelope import digest_of
from switch.acl.rules import Effect
from switch.audit.cutoffs import Timeline, cut_offs, gaps, names
from switch.audit.proof import Numbered
from switch.core.record.ledger import NETWORK
from switch.terms import AgencyId
from tests.owners import BASE, CUT
from tests.switch.acl.shipped import DIRECTORY
from tests.switch.audit.around import ERO, around, files, rows

MIDNIGHT = 1571122800.0
DAY = 86_400.0
ORDERED = CUT.replace(b'"DMV-04"', b'"DMV-04"\nordered = 2019-10-02T00:00:00')

OTHERS = CUT.replace(b'["CBP"]', b'["BAY-PD"]')


def row(number: int, kind: str, at: float, **fields) -> Numbered:
    return Numbered(number, number, {"kind": kind, "at": at, **fields})


def started(at: float = MIDNIGHT - 3 * DAY, data: bytes = BASE) -> Numbered:
    return row(1, "started", at, version=digest_of(data), network="")


def activated(number: int, at: float, data: bytes, **fields) -> Numbered:
    about = {"backend": "CADMV", "by": "owner of CADMV, key 1f", "version": digest_of(data)}
    return row(number, "access", at, **{**about, **fields})


POLICIES = {
    digest_of(data): compiled(DIRECTORY, "CADMV", data) for data in (BASE, CUT, ORDERED, OTHERS)
}


def cuts(found: list[Numbered], agency: str = "CBP"):
    timeline = Timeline("CADMV", found, POLICIES)
    return cut_offs(DIRECTORY, timeline, found, AgencyId(agency))


def test_a_rule_of_the_first_file_is_effective_from_its_own_date():
    (cut,) = cuts([started()], "ICE-ERO")
    assert (cut.rule.id, cut.effective, cut.ends) == ("DMV-01", MIDNIGHT, None)
    assert "owner of CADMV" in cut.by


def test_a_rule_that_came_later_is_effective_no_sooner_than_its_version():
    at = MIDNIGHT + 5
    (cut,) = cuts([started(), activated(2, at, ORDERED, reason="r", cite="c")])
    assert (cut.effective, cut.by) == (at, "owner of CADMV, key 1f")
    assert cut.delay_s == pytest.approx(at - (MIDNIGHT - 13 * DAY))  # ordered October 2


def test_a_rule_that_was_taken_out_has_ended():
    found = [started(), activated(2, MIDNIGHT, CUT), activated(3, MIDNIGHT + DAY, BASE)]
    (cut,) = cuts(found)
    assert cut.ends == MIDNIGHT + DAY
    assert cut.ended is not None
    assert cut.ended.row == 3
    assert cut.holds(MIDNIGHT)
    assert not cut.holds(MIDNIGHT + DAY)


def test_a_rule_that_was_restored_and_came_back_is_told_with_the_gap_and_who_made_it():
    found = [
        started(),
        activated(2, MIDNIGHT, ORDERED),
        activated(3, MIDNIGHT + DAY, BASE, reason="New agreement", cite="Letter 14"),
        row(4, "probe", MIDNIGHT + DAY, backend="CADMV", rule="DMV-04", live=False, since_s=None),
        activated(5, MIDNIGHT + 2 * DAY, ORDERED, by="the owner's deputy"),
    ]
    first, second = cuts(found)
    assert (first.effective, first.ends) == (MIDNIGHT, MIDNIGHT + DAY)
    assert (second.effective, second.ends) == (MIDNIGHT + 2 * DAY, None)
    assert first.ended is not None
    assert (first.ended.reason, first.ended.cite) == ("New agreement", "Letter 14")
    assert (second.by, second.again, second.delay_s) == ("the owner's deputy", True, None)
    assert (first.live, second.live) == (None, None)  # the probe was made in between
    assert gaps([first, second]) == [(first, second)]
    assert gaps([second]) == []


def test_a_rule_that_spoke_of_others_for_a_while_did_not_hold_meanwhile():
    found = [started(), *(activated(2 + n, MIDNIGHT + n, x) for n, x in enumerate((CUT, OTHERS)))]
    found.append(activated(9, MIDNIGHT + DAY, CUT))
    assert [(cut.effective, cut.ends) for cut in cuts(found)] == [
        (MIDNIGHT, MIDNIGHT + 1),
        (MIDNIGHT + DAY, None),
    ]


def test_a_refused_change_changes_nothing():
    assert cuts([started(), activated(2, MIDNIGHT, CUT, error="bad signature")]) == []


def test_a_version_that_is_not_at_hand_is_named_not_guessed():
    unknown = activated(2, MIDNIGHT, CUT + b"\n# more\n")
    timeline = Timeline("CADMV", [started(), unknown], POLICIES)
    assert [span.row for span in timeline.missing] == [2]
    assert timeline.at(MIDNIGHT + 1) is None
    assert timeline.at(MIDNIGHT - 1) is not None


def test_probes_say_whether_and_how_soon_it_was_live():
    probe = {"backend": "CADMV", "rule": "DMV-04", "ordered": MIDNIGHT}
    found = [
        started(),
        activated(2, MIDNIGHT, CUT),
        row(3, "probe", MIDNIGHT, **probe, live=False, since_s=0.01),
        row(4, "probe", MIDNIGHT, **probe, live=True, since_s=0.05),
        row(5, "probe", MIDNIGHT, **probe, live=True, since_s=9.0),
    ]
    (cut,) = cuts(found)
    assert (cut.live, cut.live_s) == (True, 0.05)


def test_the_row_that_notes_the_effect_and_the_network_are_found_on_a_real_record():
    found = rows(around())
    own = cut_offs(DIRECTORY, Timeline("CADMV", found, files().own), found, ERO)
    network = cut_offs(DIRECTORY, Timeline(NETWORK, found, files().network), found, ERO)
    assert [cut.rule.id for cut in own] == ["DMV-01"]
    assert [cut.rule.effect for cut in network] == [Effect.SUSPEND]
    noted = next(row for row in found if row.number == own[0].noted)
    assert sorted(noted.entry["started"]) == ["DMV-01", "DMV-02", "DMV-03"]


@pytest.mark.parametrize(
    ("agency", "named"),
    [("ICE-ERO", True), ("ICE", True), ("DHS", True), ("CBP", False), ("BAY-PD", False)],
)
def test_a_rule_names_an_agency_through_any_facet_of_its_own(agency: str, named: bool):
    rule = next(r for r in POLICIES[digest_of(BASE)].rules if r.id == "DMV-01")
    assert names(DIRECTORY, rule, AgencyId(agency)) is named
