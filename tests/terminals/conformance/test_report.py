"""What a walk came to, for programs."""

from __future__ import annotations

from xml.etree import ElementTree

from switch.wire.framing import Framing
from terminals.conformance.report import facts, junit
from terminals.conformance.walk import Walk
from tests.terminals.conformance.reference import STARTS, Reference


def test_the_object_says_what_was_judged_and_that_it_is_training():
    known = facts(Reference(Walk(), fault="stays").run())
    assert (known["training"], known["passed"]) == (True, False)
    assert known["counts"] == {"passed": 16, "failed": 1, "not asked": 2, "not reached": 0}
    assert (known["framing"], known["acknowledges"]) == ("stx", True)
    last = known["verdicts"][-1]
    assert (last["clause"], last["outcome"]) == ("8.1", "failed")
    assert last["seconds"] == 30.0


def test_where_nobody_came_there_is_no_framing():
    assert facts(Walk())["framing"] is None


def test_a_case_is_an_exercise_and_what_was_not_asked_is_skipped():
    walk = Reference(Walk(), framing=Framing.LINE, acknowledges=False, fault="stays").run()
    suite = ElementTree.fromstring(junit(walk, STARTS))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("19", "1", "10")
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "did not send SIGNOFF within 30 s"
    case = suite.find("testcase")
    assert case is not None
    assert case.get("classname") == "line-protocol.3"


def test_what_was_not_reached_is_a_failure():
    suite = ElementTree.fromstring(junit(Reference(Walk(), fault="gives up").run(), STARTS))
    assert suite.get("failures") == "17"
    assert {failure.get("type") for failure in suite.iter("failure")} == {"failed", "not-reached"}
