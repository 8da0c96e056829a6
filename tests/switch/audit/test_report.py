"""The whole report, and that it holds nothing of other owners."""

from __future__ import annotations

from pathlib import Path

import pytest

from switch.audit.inquiries import Fate
from switch.audit.report import Files, Ordered, report
from switch.cli.audit.sections import told
from switch.cli.told.page import html
from switch.terms import AgencyId
from tests.switch.acl.shipped import DIRECTORY, WORLD
from tests.switch.audit.around import ERO, around, files, made, signed_on

ROOT = Path(__file__).parents[3]
MIDNIGHT = 1571122800.0


def test_the_story_of_october_15_is_told():
    found = made(around())
    assert found.since == MIDNIGHT
    assert {cut.rule.id for cut in found.cut_offs} == {"DMV-01", "NET-01"}
    assert found.released_after == found.contrary == ()
    assert sum(line.count for line in found.attempts) > 10
    ways = {line.what[0] for line in found.attempts}
    assert ways == {"its own line", "an operator who works for it, at another desk"}
    assert {line.what[3] for line in found.attempts} == {"suspension NET-01", "DMV-01"}
    assert sum(line.count for line in found.received_before) > 10
    assert [shift.agency for shift in found.displacement if shift.rose] == ["CBP"]
    assert not found.clean
    assert found.notes == found.faults == ()


def test_answers_of_an_agency_that_is_only_narrowed_are_told_with_the_rule_that_allows_them():
    run = signed_on("2019-10-16T08:00:00")
    run.asks(3, "DQ.DCICE0500.CA.*A1.TXTPUR/C.OLN/S0990001")
    found = made(run, "ICE-HSI")
    (line,) = found.released_after
    assert line.what == ("its own line", "DQ", "driver.record", "allowed by DMV-02")
    assert found.clean


def test_a_switch_that_answered_in_spite_of_the_rules_is_convicted_by_its_own_ledger():
    def later(entries):
        """What left at 23:50 is put on record as of the next day."""
        day = [{**e, "at": e["at"] + 86_400} for e in entries]
        return day if entries[0]["kind"] != "started" else entries

    run = signed_on("2019-10-14T23:50:00", dishonest=later)
    run.asks(4, "DQ.CA0990100.CA.*A1.TXTOLN/S0990001")
    found = made(run)
    (one,) = found.contrary
    assert one.because == ("DMV-01",)
    assert not found.clean


def test_a_date_before_the_end_leaves_out_what_came_later():
    found = made(around(), at=MIDNIGHT - 3600)
    assert found.since is None
    assert found.attempts == ()
    assert all(cut.effective > found.at for cut in found.cut_offs)


def test_the_lookback_bounds_what_it_received_before():
    whole = made(around())
    short = made(around(), lookback_s=36 * 3600.0)
    count = {
        name: sum(x.count for x in r.received_before) for name, r in (("w", whole), ("s", short))
    }
    assert 0 < count["s"] < count["w"]


def test_the_cut_off_can_be_named():
    assert made(around(), since=MIDNIGHT - 86_400).since == MIDNIGHT - 86_400


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another():
    one, same, other = (made(around(), sample=5, seed=seed).sample for seed in (1, 1, 2))
    assert [each.name for each in one] == [each.name for each in same]
    assert [each.name for each in one] != [each.name for each in other]
    assert len(one) == 5
    assert {each.fate for each in one} == {Fate.ANSWERED}


def test_every_answer_has_the_same_chance_to_be_drawn():
    drawn: dict[str, int] = {}
    for seed in range(300):
        for each in made(around(), sample=3, seed=seed).sample:
            drawn[each.name] = drawn.get(each.name, 0) + 1
    answered = made(around()).fates["answered"]
    expected = 900 / answered
    assert len(drawn) == answered
    assert max(abs(count - expected) for count in drawn.values()) < 5 * expected**0.5


def test_a_version_that_is_not_at_hand_is_said_and_nothing_is_judged_by_it():
    nothing = Files({}, files().network)
    found = report(around().ledger(), DIRECTORY, nothing, Ordered(ERO))
    assert "is not at hand" in found.notes[0]
    assert found.flow is None


def test_a_ledger_that_was_tampered_with_is_not_called_clean():
    pages = around().ledger()
    found = report([*pages[:3], *pages[4:]], DIRECTORY, files(), Ordered(ERO))
    assert found.faults
    assert not found.clean


def test_an_empty_ledger_is_an_error():
    with pytest.raises(ValueError, match="holds nothing"):
        report([], DIRECTORY, files(), Ordered(ERO))


# --- nothing of other owners ---------------------------------------------------------------------


@pytest.mark.parametrize("agency", ["ICE-ERO", "ICE-HSI", "BAY-PD", "REGION-HUB"])
def test_whatever_other_owners_were_asked_or_answered_a_report_is_the_same_byte_for_byte(agency):
    """Twice the same days; but what is sent to Nevada and to the DOJ, and whether Nevada answers,
    is another thing each time."""
    pages = []
    for nevada, other, answers in (
        ("CA", "QW.CA0990100.*B{n}.NAM/BASALT, ORRIN.DOB/19790820", True),
        ("CA.NV", "QV.CA0990100.*B{n}.LIC/SIM2019.LIS/CA", False),
    ):
        run = signed_on()
        for number in range(6):
            line, ori = ((1, "DCICE0900"), (2, "CA0990100"), (3, "DCICE0500"))[number % 3]
            raw = f"DQ.{ori}.{nevada}.*A{number}.TXTPUR/C.OLN/S099000{number}"
            run.play.says(line, raw)
            run._commit()
            for ask in run.play.asked[-nevada.count(".") - 1 :]:
                if ask.backend == "CADMV" or answers:
                    run.play.answers(ask, {"OLN": f"S099000{number}"})
                else:
                    run.play.fails(ask)
                run._commit()
            run.asks(2, other.format(n=number))
            run.passes(15_000)
        run.at("2019-10-16T00:00:00")
        run.asks(1, f"DQ.DCICE0900.{nevada}.*C1.TXTOLN/S0990001")
        report_ = made(run, agency, sample=3)
        pages.append(html(told(report_, WORLD.timezone)).replace(report_.head.hash.hex(), "HEAD"))
        assert "NVDMV" not in pages[-1]
        assert "CAWPS" not in pages[-1]
    first, second = pages
    assert first == second


def test_an_agency_with_others_below_it_is_told_with_them():
    found = made(around(), "ICE")
    assert found.members == ("ICE", "ICE-ERO", "ICE-HSI")
    assert made(around(), AgencyId("DHS")).since == MIDNIGHT


# --- orders and watches --------------------------------------------------------------------------


def test_court_orders_are_told_with_their_uses_and_watches_with_what_they_saw():
    from switch.acl.analysis.candidate import compiled
    from switch.core.events import PolicyActivated

    text = (ROOT / "examples" / "CADMV-order.toml").read_text().replace("2019-11-01", "2019-10-15")
    watch = """
[[watch]]
id      = "DMV-W1"
group   = ["ero"]
data    = "any"
from    = 2019-10-15T00:00:00
denials = 2
"""
    policy = compiled(DIRECTORY, "CADMV", (text + watch).encode())
    nobody = compiled(DIRECTORY, "NETWORK", b'format = 1\ntimezone = "America/Los_Angeles"\n')
    run = signed_on("2019-10-16T08:00:00")
    for each in (policy, nobody):
        run.play.tell(PolicyActivated("owner", each, "activated", {}))
    run._commit()
    for number in range(5):
        run.asks(1, f"DQ.DCICE0900.CA.*A{number}.TXTOLN/S0990001")
    hand = Files(
        {**files().own, policy.version: policy}, {**files().network, nobody.version: nobody}
    )
    found = report(run.ledger(), DIRECTORY, hand, Ordered(ERO))
    ((order, used),) = found.orders
    assert (order.id, used) == ("DMV-O1", 2)
    assert found.contrary == ()
    assert [row.entry["what"] for row in found.sightings] == ["denials"]
    titles = [section.title for section in told(found, WORLD.timezone).sections]
    assert {"Court orders", "What watches saw"} <= set(titles)


# --- a cut-off that was taken away and came back -------------------------------------------------


def test_an_answer_between_a_restore_and_a_rollback_is_explained_by_them():
    from switch.acl.analysis.candidate import compiled
    from switch.core.events import PolicyActivated
    from tests.owners import CUT

    cut = compiled(DIRECTORY, "CADMV", CUT)
    ended = CUT.replace(b"from   = 2019-10-14", b"until = 2019-10-16T09:00:00\nfrom = 2019-10-14")
    restored = compiled(DIRECTORY, "CADMV", ended)
    paper = {"reason": "New agreement", "cite": "Letter 14"}
    run = signed_on("2019-10-16T08:00:00")
    for local, policy, by, signed in (
        ("2019-10-16T08:30:00", cut, "owner of CADMV, key 1f", {}),
        ("2019-10-16T09:00:00", restored, "owner of CADMV, key 2e", paper),
        ("2019-10-16T10:00:00", cut, "owner of CADMV, key 3d", {}),
    ):
        run.at(local)
        run.play.tell(PolicyActivated(by, policy, "activated", signed))
        run._commit()
        run.asks(5, f"DQ.DCCBP0100.CA.*A{local[12]}.TXTOLN/S0990001")
    hand = Files({**files().own, **{p.version: p for p in (cut, restored)}}, files().network)
    found = report(run.ledger(), DIRECTORY, hand, Ordered(AgencyId("CBP")))
    first, second = (each for each in found.cut_offs if each.rule.id == "DMV-04")
    assert first.ends == second.effective - 3600
    (line,) = found.released_after
    assert line.count == 1
    assert line.what[3].endswith("by the default, while DMV-04 did not hold")
    assert found.contrary == ()
    words = [text for _, text in told(found, WORLD.timezone).summary]
    assert (
        "DMV-04 did not hold from 2019-10-16 09:00:00 PDT to 2019-10-16 10:00:00 PDT: ended by"
        " owner of CADMV, key 2e (New agreement; Letter 14); back by owner of CADMV, key 3d."
    ) in words
    rows = next(
        x for x in told(found, WORLD.timezone).sections if x.title == "Cut off by whom"
    ).rows
    assert [row[0] for row in rows] == ["DMV-04", "DMV-04 again"]
    before = report(run.ledger(), DIRECTORY, hand, Ordered(AgencyId("CBP"), at=first.ends + 60))
    assert "nothing cuts it off now" in told(before, WORLD.timezone).summary[0][1]
