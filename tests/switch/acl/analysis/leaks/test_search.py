"""The ground of the search: who is meant, which lines are theirs, what they are answered."""

from __future__ import annotations

from switch.acl.analysis.finite import Line, Sender
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
