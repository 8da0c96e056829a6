"""JUnit XML: a case per row, what was not reached is skipped."""

from __future__ import annotations

from xml.etree import ElementTree

from scenarios.report.junit import junit_xml
from tests.rehearsal_room import played


def suite(run) -> ElementTree.Element:
    return ElementTree.fromstring(junit_xml(run.result))


def at(root: ElementTree.Element, path: str) -> dict[str, str]:
    found = root.find(path)
    assert found is not None
    return found.attrib


def test_a_flawless_run_has_no_failures():
    root = suite(played())
    assert root.attrib == {
        "name": "small",
        "tests": "2",
        "failures": "0",
        "skipped": "0",
        "time": "600.000",
    }
    assert at(root, "testcase")["time"] == "80.000"


def test_a_miss_fails_and_its_dependents_are_skipped():
    root = suite(played(omit=("ask",)))
    assert (root.get("failures"), root.get("skipped")) == ("1", "1")
    assert at(root, "testcase/failure")["message"].startswith("missed: nothing fitting")
    assert at(root, "testcase/skipped")["message"] == "`ask` never came"


def test_it_says_that_it_is_training():
    assert at(suite(played()), "properties/property")["value"].startswith("TRAINING")
