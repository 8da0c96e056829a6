"""Answers are judged again by the file, not by the switch's word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from switch.acl.analysis.candidate import compiled
from switch.audit.cutoffs import Timeline
from switch.audit.inquiries import Inquiry, inquiries
from switch.audit.releases import Finding, Judge
from switch.core.events import PolicyActivated
from switch.core.record.ledger import NETWORK
from tests.switch.acl.shipped import DIRECTORY
from tests.switch.audit.around import around, files, rows, signed_on
from tests.switch.audit.honest import Run, without


def judge(run: Run, network: bool = True) -> Judge:
    found = rows(run)
    suspensions = files().network if network else {}
    own = Timeline("CADMV", found, files().own)
    return Judge(DIRECTORY, own, Timeline(NETWORK, found, suspensions))


def answered(run: Run) -> list[Inquiry]:
    return [each for each in inquiries(rows(run), "CADMV") if each.released]


def test_an_honest_switch_released_nothing_that_the_files_refuse():
    found = [judge(around()).judge(each) for each in answered(around())]
    assert len(found) > 50
    assert {one.finding for one in found} == {Finding.ALLOWED}


def test_an_answer_after_the_cut_off_is_contrary_and_says_to_which_rule():
    run = around()
    early = next(e for e in answered(run) if e.request.terminal == "BAY1")
    late = replace(early, at=early.at + 4 * 86_400, ended=early.at + 4 * 86_400)
    found = judge(run).judge(late)
    assert found.finding is Finding.CONTRARY
    assert found.because == ("DMV-01",)
    assert found.classes == early.released


def test_an_answer_on_a_suspended_line_is_contrary_to_the_suspension():
    run = around()
    early = next(e for e in answered(run) if e.request.terminal == "ERO1")
    found = judge(run).judge(replace(early, ended=early.at + 4 * 86_400))
    assert (found.finding, found.because) == (Finding.CONTRARY, ("NET-01",))


def test_a_class_that_should_have_been_withheld_is_contrary_by_itself():
    run = signed_on("2019-10-16T08:00:00")
    run.asks(3, "RQ.DCICE0500.CA.*A1.TXTPUR/C.LIC/SIM2019.LIY/2020.LIT/PC")
    (one,) = answered(run)
    assert judge(run).judge(one).because == ("DMV-02",)
    found = judge(run).judge(replace(one, withheld=frozenset()))
    assert (found.finding, found.classes) == (Finding.CONTRARY, ("vehicle.owner",))


def test_without_the_file_in_force_nothing_is_judged():
    one = answered(around())[0]
    assert judge(around(), network=False).judge(one).finding is Finding.UNKNOWN


# --- court orders --------------------------------------------------------------------------------


def under_an_order(**lies) -> tuple[Judge, list[Inquiry]]:
    """Three questions for the one record of which a court's order lets two answers leave."""
    file = ORDERED.replace(b"2019-11-01", b"2019-10-15")
    policy = compiled(DIRECTORY, "CADMV", file)
    run = signed_on("2019-10-16T08:00:00", **lies)
    nobody = compiled(DIRECTORY, "NETWORK", NOBODY)
    run.play.tell(PolicyActivated("operator", nobody, "activated", {}))
    run.play.tell(PolicyActivated("owner of CADMV", policy, "activated", {}))
    run._commit()
    for number in range(3):
        run.asks(1, f"DQ.DCICE0900.CA.*A{number}.TXTOLN/S0990001")
    found = rows(run)
    own = Timeline("CADMV", found, {**files().own, policy.version: policy})
    network = Timeline(NETWORK, found, {**files().network, nobody.version: nobody})
    return Judge(DIRECTORY, own, network), answered(run)


ORDERED = (Path(__file__).parents[3] / "examples" / "CADMV-order.toml").read_bytes()
NOBODY = b'format = 1\ntimezone = "America/Los_Angeles"\n'


def test_answers_under_a_court_order_are_allowed_by_it():
    judge_, found = under_an_order()
    assert [(one.order, one.use) for one in found] == [("DMV-O1", 1), ("DMV-O1", 2)]
    assert [judge_.judge(one).finding for one in found] == [Finding.ALLOWED] * 2
    assert judge_.judge(found[0]).because == ("DMV-O1",)


def test_an_answer_whose_use_is_not_on_record_is_contrary():
    judge_, found = under_an_order(dishonest=without(lambda e: e["kind"] == "order-used"))
    assert [judge_.judge(one).finding for one in found] == [Finding.CONTRARY] * 2


def test_an_answer_beyond_the_last_use_or_for_another_record_is_contrary():
    judge_, (one, _) = under_an_order()
    assert judge_.judge(replace(one, use=3)).finding is Finding.CONTRARY
    other = replace(one, fields={"OLN": "S0990002"})
    assert judge_.judge(other).finding is Finding.CONTRARY
