"""The ground of the search: who is meant, which lines are theirs, what they are answered."""

from __future__ import annotations

from datetime import datetime

import pytest

from switch.acl.analysis.finite import Line, Sender
from switch.acl.analysis.leaks.path import Path, Way
from switch.acl.analysis.leaks.search import Search
from switch.acl.rules import Subject
from tests.switch.acl.analysis.leaks.golden import NOVEMBER, search


def test_a_group_means_its_agencies_with_all_below_them():
    assert search().meant == ["ICE-ERO"]


def test_only_backends_that_answer_the_class_are_searched():
    assert set(search().backends) == {"CADMV", "NVDMV"}
    assert set(search(data="criminal.identity").backends) == {"CACHS"}


def test_only_purposes_that_a_key_admits_are_asked_with():
    (source,) = search(data="criminal.identity").backends.values()
    assert {question.purpose for question in source.questions} == set("CJFDES")


def test_a_class_that_comes_with_an_image_is_asked_for_with_one():
    source = search(data="driver.photo").backends["CADMV"]
    assert {question.image for question in source.questions} == {True}


def test_what_is_open_is_told_by_key():
    source = search(owner_only=True).backends["CADMV"]
    hsi = Sender(Line("HSI1", "DCICE0500"), None, None)
    found = source.open_to(hsi, NOVEMBER)
    assert set(found) == {"DQ", "DNQ"}
    assert {question.purpose for question in found["DQ"]} == {"C"}
    assert source.open_to(Sender(Line("ERO1", "DCICE0900"), None, None), NOVEMBER) == {}


def test_lines_of_its_own_and_others_are_kept_apart():
    source = search().backends["CADMV"]
    assert {line.terminal for line in source.lines(own=True)} == {"ERO1"}
    assert "ERO1" not in {line.terminal for line in source.lines(own=False)}


def test_the_owners_rules_alone_or_the_networks_besides():
    ero = Sender(Line("ERO1", "DCICE0900"), None, None)
    assert search().backends["NVDMV"].open_to(ero, NOVEMBER) == {}
    assert set(search(owner_only=True).backends["NVDMV"].open_to(ero, NOVEMBER)) == {"DQ"}


def test_suspensions_are_told_that_cover_lines_of_its_own_unless_they_are_left_out():
    assert search().suspensions() == ["NET-01"]
    assert search(owner_only=True).suspensions() == []
    found = search()
    bay = Search(found.stack, Subject(group=frozenset({"police"})), "driver.record", found.at)
    assert bay.suspensions() == []  # it covers others only


def test_only_flags_with_which_a_key_answers_the_class_are_asked_with():
    (source,) = search(data="booking.photo").backends.values()
    assert {(question.key, question.image) for question in source.questions} == {("ZIQ", False)}


# --- words ---------------------------------------------------------------------------------------

HSI = Sender(Line("HSI1", "DCICE0500"), None, None)
BAY = Sender(Line("BAY2", "CA0990100"), None, None)


def told(backend: str, sender: Sender, key: str, data: str, *rules: tuple[str, dict]) -> Path:
    """The path of a sender at one backend, with these rules more in its file."""
    found = search(data=data)
    stack = found.stack
    for number, (effect, more) in enumerate(rules, 1):
        when = datetime.fromisoformat("2019-10-31T00:00:00")
        table = {"id": f"N-{number}", "data": "any", "from": when, "reason": "r", "cite": "c"}
        stack = stack.with_rule(backend, effect, table | more)
    again = Search(stack, found.subject, data, found.at)
    return again.backends[backend].path(Way.KIN, "somebody", sender, key, found.at)


def test_a_path_is_told_hop_by_hop_with_what_has_to_be_typed():
    path = told("CADMV", HSI, "DQ", "driver.record")
    assert path.hops == (
        "terminal HSI1 (ICE-HSI)",
        "ORI DCICE0500 (ICE-HSI)",
        "DQ to CA, purpose C (or a leg of DQ to NL)",
        "CADMV",
    )
    assert (path.relation, path.condition) == ("", "with purpose C only")
    assert (path.opening, path.closer) == (
        "DMV-02 allows it, past DMV-03",
        "Department of Motor Vehicles (simulated), in CADMV.toml",
    )


def test_everybody_in_the_request_is_a_hop():
    line = Line("HRB1", "CA0990300")
    path = told("NVDMV", Sender(line, "TFO7", "CA0990200"), "DQ", "driver.photo")
    assert path.hops == (
        "operator TFO7 (BAY-PD, ICE-ERO)",
        "terminal HRB1 (HARBOR-PD)",
        "ORI CA0990300 (HARBOR-PD)",
        "on behalf of CA0990200 (VALLEY-SO)",
        "hub REGION-HUB",
        "DQ to NV, with image (or a leg of DQ to NL)",
        "NVDMV",
    )
    assert (path.condition, path.opening) == (
        "",
        "no rule of NVDMV refuses it, and the default is allow",
    )


@pytest.mark.parametrize(
    ("backend", "key", "data", "words"),
    [
        ("CAWPS", "QW", "person.wanted", "QW"),
        ("CACHS", "IQ", "criminal.identity", "IQ to CA, purpose C"),
        ("CADMV", "RNQ", "vehicle.owner", "RNQ to CA"),
    ],
)
def test_a_leg_of_a_fan_out_is_told_where_the_key_has_several_sources(
    backend: str, key: str, data: str, words: str
):
    assert told(backend, BAY, key, data).hops[-2] == words


@pytest.mark.parametrize(
    ("allow", "words"),
    [
        ({"purpose": ["C", "J"]}, "with purpose C or J only"),
        ({"image": True}, "with an image only"),
        ({"image": False}, "without an image only"),
        ({"purpose": ["J"], "image": True}, "with purpose J only, with an image only"),
    ],
)
def test_what_an_exception_demands_is_the_condition(allow: dict, words: str):
    police = {"group": ["police"]}
    deny = ("deny", {**police, "except": ["N-1"]})
    path = told("CADMV", BAY, "DQ", "driver.record", ("allow", police | allow), deny)
    assert path.condition == words


def test_a_query_without_a_purpose_is_refused_where_one_with_some_purpose_is():
    refused = ("deny", {"group": ["police"], "purpose": ["C"]})
    path = told("CAWPS", BAY, "QW", "person.wanted", refused)
    assert path.condition == "with purpose J only"


def test_every_allow_is_told():
    two = {"group": ["police"], "data": ["person.wanted"]}
    path = told("CAWPS", BAY, "QW", "person.wanted", ("allow", two), ("allow", two))
    assert (path.condition, path.opening) == ("", "N-1, N-2 allows it")


def test_an_allow_of_another_question_refuses_nothing():
    path = told(
        "CAWPS", BAY, "QW", "person.wanted", ("allow", {"everyone": True, "purpose": ["C"]})
    )
    assert path.opening == "no rule of CAWPS refuses it, and the default is allow"


def test_every_allow_and_every_deny_that_it_excuses_from_is_told():
    police = {"group": ["police"]}
    deny = ("deny", {**police, "except": ["N-1"]})
    path = told("CAWPS", BAY, "QW", "person.wanted", ("allow", police), deny, deny)
    assert path.opening == "N-1 allows it, past N-2, N-3"


@pytest.mark.parametrize(
    ("key", "denies", "words"),
    [
        (
            "CW",
            [{"key": ["MW", "LW"]}, {"key": ["EW"]}],
            "another key: N-1, N-2 refuses EW, LW, MW only",
        ),
        ("EW", [{"image": True}], "another flag: N-1 refuses it with an image only"),
        ("EW", [{"image": False}], "another flag: N-1 refuses it without an image only"),
        (
            "EW",
            [{"purpose": ["C"], "image": True}],
            "another flag: N-1 refuses it with an image only",
        ),
        (
            "EW",
            [{"purpose": ["J"], "image": True}, {"image": False}],
            "another purpose: N-1, N-2 refuses others",
        ),
    ],
)
def test_what_refuses_its_like_is_told_with_what_it_leaves_out(
    key: str, denies: list[dict], words: str
):
    rules = [("deny", {"agency": ["BAY-PD"], **each}) for each in denies]
    assert told("CAWPS", BAY, key, "wanted.entry", *rules).opening == words


def test_a_class_that_is_not_the_primary_one_is_refused_with_it_or_by_itself():
    nobody = {"agency": ["BAY-PD"], "key": ["RQ"]}
    primary = ("deny", {**nobody, "data": ["vehicle.registration"]})
    itself = ("deny", {**nobody, "data": ["vehicle.owner"]})
    for rule in (primary, itself):
        path = told("CADMV", BAY, "RNQ", "vehicle.owner", rule)
        assert path.opening == "another key: N-1 refuses RQ only"
    # The registration may be had without the owner.
    path = told("CADMV", BAY, "RNQ", "vehicle.registration", itself)
    assert path.opening == "no rule of CADMV refuses it, and the default is allow"
