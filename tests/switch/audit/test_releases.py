"""Answers are judged again by the file, not by the switch's word."""

from __future__ import annotations

from dataclasses import replace

from switch.audit.cutoffs import Timeline
from switch.audit.inquiries import Inquiry, inquiries
from switch.audit.releases import Finding, Judge
from switch.core.ledger import NETWORK
from tests.switch.acl.shipped import DIRECTORY
from tests.switch.audit.around import around, files, rows, signed_on
from tests.switch.audit.honest import Run


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
