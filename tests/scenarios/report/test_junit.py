"""JUnit XML: a case per row, what was not reached is skipped, and any reader of it can read it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from scenarios.report.junit import junit_xml
from scenarios.result import Override
from tests.rehearsal_room import october, played

# What the schema of Apache Ant's JUnit task demands: element -> (its attributes, its children).
ANT = {
    "testsuite": (
        {"name", "timestamp", "hostname", "tests", "failures", "errors", "time"},
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "properties": (set(), ["property"]),
    "property": ({"name", "value"}, []),
    "testcase": ({"name", "classname", "time"}, ["skipped", "failure"]),
    "failure": ({"message", "type"}, []),
    "skipped": (set(), []),
    "system-out": (set(), []),
    "system-err": (set(), []),
}
MORE = {"testsuite": {"skipped"}, "skipped": {"message"}}  # what its later versions allow


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
        "timestamp": "2019-10-15T06:58:00",
        "hostname": "localhost",
        "tests": "2",
        "failures": "0",
        "errors": "0",
        "skipped": "0",
        "time": "600.000",
    }
    assert at(root, "testcase")["time"] == "80.000"


def test_a_miss_fails_and_its_dependents_are_skipped():
    root = suite(played(omit=("ask",)))
    assert (root.get("failures"), root.get("skipped")) == ("1", "1")
    assert at(root, "testcase/failure")["message"].startswith("missed: nothing fitting")
    assert at(root, "testcase/failure")["type"] == "missed"
    assert at(root, "testcase/skipped")["message"] == "`ask` never came"


def test_what_the_trainer_let_pass_is_no_failure():
    result = played(omit=("ask",)).result
    passed = Override(10, "the trainer", "said it aloud", result.ended)
    lines = tuple(replace(line, override=passed) for line in result.lines)
    root = ElementTree.fromstring(junit_xml(replace(result, lines=lines)))
    assert (root.get("failures"), root.get("skipped")) == ("0", "0")


def test_it_says_that_it_is_training():
    assert at(suite(played()), "properties/property")["value"].startswith("TRAINING")


@pytest.mark.parametrize("run", [played(), played(omit=("ask",)), october()[1]])
def test_every_element_is_as_the_schema_has_it(run):
    for element in suite(run).iter():
        attributes, children = ANT[element.tag]
        optional = MORE.get(element.tag, set())
        assert attributes <= element.attrib.keys() <= attributes | optional, element.tag
        places = [children.index(child.tag) for child in element]
        assert places == sorted(places), element.tag
    assert {child.tag for child in suite(run)} == set(ANT["testsuite"][1])


def test_what_xml_cannot_hold_does_not_break_it():
    result = played().result
    strange = tuple(replace(line, why="\x00\x1b</testsuite>") for line in result.lines)
    broken = replace(result, title="\x00<&>", lines=strange)
    assert ElementTree.fromstring(junit_xml(broken)).find("properties") is not None
