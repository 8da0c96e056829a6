"""JUnit XML: a case per row, what was not reached is skipped."""

from __future__ import annotations

from xml.etree import ElementTree

from scenarios.report.junit import junit_xml
from tests.rehearsal_room import played


def suite(run) -> ElementTree.Element:
    return ElementTree.fromstring(junit_xml(run.result))


def test_a_flawless_run_has_no_failures():
    root = suite(played())
    assert root.attrib == {
        "name": "small",
        "tests": "2",
        "failures": "0",
        "skipped": "0",
        "time": "600.000",
    }
    assert root.find("testcase").attrib["time"] == "80.000"


def test_a_miss_fails_and_its_dependents_are_skipped():
    root = suite(played(omit=("ask",)))
    assert (root.get("failures"), root.get("skipped")) == ("1", "1")
    assert root.find("testcase/failure").get("message").startswith("missed: nothing fitting")
    assert root.find("testcase/skipped").get("message") == "`ask` never came"


def test_it_says_that_it_is_training():
    assert suite(played()).find("properties/property").get("value").startswith("TRAINING")
